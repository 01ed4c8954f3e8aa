/// How a derivative is measured without deriving anything.
public enum DifferenceMethod: String, CaseIterable, Sendable {
  /// Im L(w + iε) / ε: exact to rounding, with ε = 1e-20. For analytic functions only.
  case complexStep = "complex-step"
  /// (L(w + h) - L(w - h)) / 2h: an error of order h², and rounding of order 1/h.
  case central
  /// (L(w + h) - L(w)) / h: an error of order h.
  case forward

  /// The step when nobody names one; for central and forward differences those that balance
  /// truncation and rounding (Nocedal and Wright, "Numerical Optimization", §8.1).
  public var standardStep: Double {
    switch self {
    case .complexStep: 1e-20
    case .central: 1e-5
    case .forward: 1e-7
    }
  }

  /// The one that fits a network: the complex step where all functions are analytic.
  public static func standard(for network: Network) -> DifferenceMethod {
    network.layers.allSatisfy(\.activation.isAnalytic) ? .complexStep : .central
  }
}

/// The numeric gradient of a pass: every number is itself moved, and everything behind it is computed
/// anew, forward pass and loss. It shares no formula with the backward pass.
///
/// Moving one weight into unit j of a layer changes column j of `z` there, and only for samples whose
/// input to that weight is not 0: the computation starts from that column.
public struct NumericGradient: Sendable {
  /// What was moved.
  public enum Target: Hashable, Sendable {
    case weights(Int)
    case biases(Int)
    /// z of a layer: the numeric deltas, one sample's each.
    case preactivation(Int)
    /// The pixels, one sample's each.
    case inputs

    /// Whether the derivative is a mean over the batch.
    var isParameter: Bool {
      switch self {
      case .weights, .biases: true
      case .preactivation, .inputs: false
      }
    }
  }

  /// dW (inputs, outputs), db as a row, delta (N, outputs), or the gradient by X (N, inputs).
  public let values: Matrix
  /// The entries whose step crossed a kink of an activation: their difference is no derivative.
  public let kinks: Set<Int>
  /// How many entries have been done; fewer than there are after an interruption.
  public let entries: Int
}

extension Trace {
  /// Moves every entry of `target` and measures the derivative of the data loss; a mean over the
  /// batch for parameters, one sample's own for deltas and inputs.
  ///
  /// - Parameters:
  ///   - samples: those to take into account; all when nil. The mean is over these.
  ///   - isInterrupted: asked between columns; what is done by then is the result.
  ///   - progress: told how many entries are done.
  public func numericGradient(
    _ target: NumericGradient.Target, _ loss: Loss, _ method: DifferenceMethod, step: Double? = nil,
    samples: [Int]? = nil, isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) -> NumericGradient {
    let measurement = Measurement(
      trace: self, loss: loss, method: method, step: step ?? method.standardStep,
      samples: samples ?? Array(0..<batch.count))
    return measurement.run(target, isInterrupted: isInterrupted, progress: progress)
  }
}

/// One measurement in progress.
private struct Measurement: Sendable {
  let trace: Trace
  let loss: Loss
  let method: DifferenceMethod
  let step: Double
  let samples: [Int]

  /// A column of work: entries that are moved one by one, and where they show.
  struct Piece {
    /// For each row: the sample it belongs to and the entry that was moved in it.
    var samples: [Int] = []
    var entries: [Int] = []
    /// How much z moves for a step of 1.
    var slopes: [Double] = []
  }

  func run(
    _ target: NumericGradient.Target, isInterrupted: () -> Bool, progress: (Int) -> Void
  ) -> NumericGradient {
    let shape = shape(of: target)
    var values = Matrix(rows: shape.rows, columns: shape.columns, repeating: 0)
    var kinks: Set<Int> = []
    var done = 0
    // Columns of one array are independent: several at a time, as many as there are threads.
    let columns = columnCount(of: target)
    let group = 2 * Engine.current.threads
    for first in stride(from: 0, to: columns, by: group) where !isInterrupted() {
      let range = first..<min(first + group, columns)
      let results = Engine.current.map(range) { column in measure(target, column) }
      for result in results {
        for (entry, value) in result.values { values.values[entry] += value }
        kinks.formUnion(result.kinks)
      }
      done += range.count * (values.count / max(columns, 1))
      progress(done)
    }
    return NumericGradient(values: values, kinks: kinks, entries: done)
  }

  private func shape(of target: NumericGradient.Target) -> (rows: Int, columns: Int) {
    switch target {
    case .weights(let l): (trace.layers[l - 1].inputs, trace.layers[l - 1].outputs)
    case .biases(let l): (1, trace.layers[l - 1].outputs)
    case .preactivation(let l): (trace.batch.count, trace.layers[l - 1].outputs)
    case .inputs: (trace.batch.count, trace.layers[0].inputs)
    }
  }

  private func columnCount(of target: NumericGradient.Target) -> Int { shape(of: target).columns }

  /// The derivatives by the entries of one column, summed over samples in order.
  private func measure(
    _ target: NumericGradient.Target, _ column: Int
  ) -> (values: [(Int, Double)], kinks: Set<Int>) {
    let piece = piece(target, column)
    let scale = target.isParameter ? 1 / Double(samples.count) : 1
    var values: [(Int, Double)] = []
    var kinks: Set<Int> = []
    // Matrices of a piece of rows stay in the cache, and below what is given back to the system.
    let limit = max(32, 12_000 / (trace.layers.map(\.outputs).max() ?? 1))
    for from in stride(from: 0, to: piece.samples.count, by: limit) {
      let rows = from..<min(from + limit, piece.samples.count)
      let derivatives = derivatives(target, column, piece, rows, &kinks)
      for (row, derivative) in zip(rows, derivatives) {
        let entry = piece.entries[row]
        if values.last?.0 == entry {
          values[values.count - 1].1 += derivative * scale
        } else {
          values.append((entry, derivative * scale))
        }
      }
    }
    return (values, kinks)
  }

  /// The rows of one column: an entry and a sample each, entries in order, samples in order.
  private func piece(_ target: NumericGradient.Target, _ column: Int) -> Piece {
    var piece = Piece()
    switch target {
    case .weights(let l):
      let input = trace.input(of: l - 1)
      let outputs = trace.layers[l - 1].outputs
      for i in 0..<input.columns {
        for n in samples where input[n, i] != 0 {
          piece.samples.append(n)
          piece.entries.append(i * outputs + column)
          piece.slopes.append(input[n, i])
        }
      }
    case .biases:
      piece.samples = samples
      piece.entries = samples.map { _ in column }
      piece.slopes = samples.map { _ in 1 }
    case .preactivation, .inputs:
      let columns = shape(of: target).columns
      piece.samples = samples
      piece.entries = samples.map { $0 * columns + column }
      piece.slopes = samples.map { _ in 1 }
    }
    return piece
  }

  /// ∂L/∂entry of each row's sample.
  private func derivatives(
    _ target: NumericGradient.Target, _ column: Int, _ piece: Piece, _ rows: Range<Int>,
    _ kinks: inout Set<Int>
  ) -> [Double] {
    if method == .complexStep {
      return losses(target, column, piece, rows, re: 0, im: step).map { $0.im / step }
    }
    let (start, width) = method == .central ? (-step, 2 * step) : (0, step)
    let up = losses(target, column, piece, rows, re: step, im: nil)
    let down = losses(target, column, piece, rows, re: start, im: nil)
    for (row, pair) in zip(rows, zip(up, down)) where pair.0.side != pair.1.side {
      kinks.insert(piece.entries[row])
    }
    return zip(up, down).map { ($0.re - $1.re) / width }
  }

  /// The loss of each row's sample after the entry has moved by `re + i im`.
  private func losses(
    _ target: NumericGradient.Target, _ column: Int, _ piece: Piece, _ rows: Range<Int>, re: Double,
    im: Double?
  ) -> [MovedLoss] {
    let batchRows = rows.map { piece.samples[$0] }
    var moved = MovedRows(samples: batchRows, sides: batchRows.map { _ in 0 })
    switch target {
    case .inputs:
      moved.start(from: trace.z[0], hasImaginary: im != nil)
      moved.add(
        rows.map { _ in re }, im.map { im in rows.map { _ in im } },
        times: trace.layers[0].weights.row(column))
      return moved.finish(loss, trace, from: 0)
    case .weights(let l), .biases(let l), .preactivation(let l):
      let slopes = rows.map { piece.slopes[$0] }
      moved.start(
        from: trace, layer: l - 1, column: column, slopes.map { $0 * re },
        im.map { im in slopes.map { $0 * im } })
      return moved.finish(loss, trace, from: min(l, trace.depth - 1))
    }
  }
}
