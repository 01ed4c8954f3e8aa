/// How a network does on a whole set.
public struct Evaluation: Equatable, Sendable {
  public let count: Int
  /// The mean of the sample losses, and λ/2 Σ‖W‖².
  public let dataLoss: Double
  public let l2Loss: Double
  /// `confusion[label][prediction]`, in samples.
  public let confusion: [[Int]]
  /// Where the samples stand whose largest output is that of another class.
  public let errors: [Int]

  public var loss: Double { dataLoss + l2Loss }
  /// The share of samples whose largest output is the one of their class.
  public var accuracy: Double { Double(count - errors.count) / Double(count) }
  public var errorRate: Double { Double(errors.count) / Double(count) }
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
    var confusion = Array(repeating: Array(repeating: 0, count: outputs), count: samples.classes)
    var (total, errors) = (0.0, [Int]())
    let piece = 500
    for from in stride(from: 0, to: samples.count, by: piece) {
      let trace = forward(Batch(Array(from..<min(from + piece, samples.count)), of: samples))
      let (z, h, batch) = (trace.z[depth - 1], trace.a[depth - 1], trace.batch)
      for loss in objective.loss.values(z, h, batch.y, output) { total += loss }
      for (i, prediction) in h.argmaxOfRows.enumerated() {
        confusion[batch.labels[i]][prediction] += 1
        if batch.labels[i] != prediction { errors.append(from + i) }
      }
      guard proceeds(from + batch.count) else { return nil }
    }
    return Evaluation(
      count: samples.count, dataLoss: total / Double(samples.count),
      l2Loss: objective.penalty(of: layers), confusion: confusion,
      errors: errors)
  }
}
