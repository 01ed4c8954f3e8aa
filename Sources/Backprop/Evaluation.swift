/// How a network does on a whole set.
public struct Evaluation: Equatable, Sendable {
  public let count: Int
  /// The mean of the sample losses, and λ/2 Σ‖W‖².
  public let dataLoss: Double
  public let l2Loss: Double
  /// `confusion[label][prediction]`, in samples; nil where the targets are values.
  public let confusion: [[Int]]?
  /// Where the samples stand that are taken for another class.
  public let errors: [Int]
  /// √(Σ (h - y)² / (N · outputs))
  public let rootMeanSquareError: Double
  /// Σ (h - y)² / Σ (y - mean y)², 1 for a network that says the mean target whatever it is shown.
  public let unexplained: Double

  public var loss: Double { dataLoss + l2Loss }
  /// The share of samples that are right; nil where the targets are values.
  public var accuracy: Double? {
    confusion == nil ? nil : Double(count - errors.count) / Double(count)
  }
  public var errorRate: Double? { confusion == nil ? nil : Double(errors.count) / Double(count) }
  /// How much is left to learn, from 0 to 1: the error rate, for values what is not explained.
  var error: Double { errorRate ?? min(unexplained, 1) }
}

extension Network {
  /// A pass as far as z and a of the last layer.
  public func forward(_ batch: Batch) -> Trace {
    var trace = Trace(batch: batch, network: self)
    for l in layers.indices { trace.forward(l) }
    trace.completed = .forward(depth)
    return trace
  }

  /// Runs the whole set through the network, some hundred samples at a time.
  ///
  /// - Parameter proceeds: told how many samples are done; nil is the result when it says no.
  public func evaluate(
    _ objective: Objective, on samples: Samples, proceeds: (Int) -> Bool = { _ in true }
  ) -> Evaluation? {
    var confusion = samples.targets.classCount.map {
      Array(repeating: Array(repeating: 0, count: $0), count: $0)
    }
    var (total, errors) = (0.0, [Int]())
    var (squares, sums, sumsOfSquares) = (0.0, [Double](), 0.0)
    let piece = 500
    for from in stride(from: 0, to: samples.count, by: piece) {
      let trace = forward(Batch(Array(from..<min(from + piece, samples.count)), of: samples))
      let (z, h, batch) = (trace.z[depth - 1], trace.a[depth - 1], trace.batch)
      for loss in objective.loss.values(z, h, batch.y, output) { total += loss }
      if let labels = batch.labels, let predictions = batch.targets.predictions(h) {
        for (i, (label, prediction)) in zip(labels, predictions).enumerated() {
          confusion![label][prediction] += 1
          if label != prediction { errors.append(from + i) }
        }
      } else {
        squares += h.minus(batch.y).sumOfSquares
        sumsOfSquares += batch.y.sumOfSquares
        let columns = (0..<outputs).map { batch.y.column($0).sum }
        sums = sums.isEmpty ? columns : zip(sums, columns).map(+)
      }
      guard proceeds(from + batch.count) else { return nil }
    }
    let count = Double(samples.count)
    let spread = sumsOfSquares - sums.reduce(0) { $0 + $1 * $1 } / count
    return Evaluation(
      count: samples.count, dataLoss: total / count, l2Loss: objective.penalty(of: layers),
      confusion: confusion, errors: errors,
      rootMeanSquareError: (squares / (count * Double(outputs))).squareRoot(),
      unexplained: spread > 0 ? squares / spread : squares > 0 ? .infinity : 0)
  }
}
