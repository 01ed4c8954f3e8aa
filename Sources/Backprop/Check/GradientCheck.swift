/// What a check says of one array.
public struct ArrayCheck: Equatable, Sendable {
  /// `dW1`, `delta2`, `dX`.
  public let name: String
  /// How many entries were compared.
  public let entries: Int
  /// ‖a - n‖ / max(‖a‖, ‖n‖) over the array, 0 when both are 0.
  public let relativeError: Double
  /// Where |a - n| is largest, and both numbers there.
  public let worstIndex: [Int]
  public let analytic: Double
  public let numeric: Double
  /// Entries that are exactly 0 in both.
  public let bothZero: Int
  /// Entries left out, because their step crossed a kink.
  public let kinks: Int
}

extension ArrayCheck {
  /// Compares an analytic array with a numeric one, entry by entry, as far as that has come.
  ///
  /// - Parameters:
  ///   - isVector: whether an index is one number.
  ///   - columns: how many columns of the numeric one are done.
  init(
    _ name: String, analytic a: Matrix, numeric n: Matrix, kinks: Set<Int> = [], isVector: Bool,
    columns: Int
  ) {
    var (difference, sizeA, sizeN) = (0.0, 0.0, 0.0)
    var (entries, bothZero, worst, worstDistance) = (0, 0, 0, -1.0)
    // Scaled by the largest entry, so that no square overflows or vanishes.
    let scale = max(a.largestMagnitude, n.largestMagnitude)
    for k in a.values.indices where k % a.columns < columns && !kinks.contains(k) {
      let (x, y) = (a.values[k], n.values[k])
      entries += 1
      if x == 0 && y == 0 { bothZero += 1 }
      let distance = (x - y).magnitude
      if distance > worstDistance || (distance.isNaN && !worstDistance.isNaN) {
        (worst, worstDistance) = (k, distance)
      }
      guard scale > 0 else { continue }
      difference += (x / scale - y / scale) * (x / scale - y / scale)
      sizeA += (x / scale) * (x / scale)
      sizeN += (y / scale) * (y / scale)
    }
    let size = max(sizeA, sizeN).squareRoot()
    self.init(
      name: name, entries: entries,
      relativeError: difference == 0 ? 0 : difference.squareRoot() / size,
      worstIndex: isVector ? [worst] : [worst / max(a.columns, 1), worst % max(a.columns, 1)],
      analytic: a.values.isEmpty ? 0 : a.values[worst],
      numeric: n.values.isEmpty ? 0 : n.values[worst], bothZero: bothZero, kinks: kinks.count)
  }
}

extension Matrix {
  fileprivate var largestMagnitude: Double { values.reduce(0) { max($0, $1.magnitude) } }
}

/// What the distance between an analytic and a numeric gradient means.
public enum Verdict: String, Sendable, Comparable {
  case same, rounding, differs

  /// Below these, it is the same formula; central and forward differences carry an error of their
  /// own.
  static func sameBelow(_ method: DifferenceMethod) -> Double {
    switch method {
    case .complexStep: 1e-9
    case .central: 1e-7
    case .forward: 1e-5
    }
  }

  /// Above this it is another formula, and not float32 or few digits.
  public static let differsAbove = 1e-5

  init(_ error: Double, _ method: DifferenceMethod) {
    if error < Verdict.sameBelow(method) {
      self = .same
    } else {
      // A NaN is no agreement.
      self = error <= max(Verdict.differsAbove, Verdict.sameBelow(method)) ? .rounding : .differs
    }
  }

  public static func < (left: Verdict, right: Verdict) -> Bool {
    let order: [Verdict] = [.same, .rounding, .differs]
    return order.firstIndex(of: left)! < order.firstIndex(of: right)!
  }
}

/// A whole gradient held against the numeric one, the parts from the data and from the regulariser
/// each for itself, so that a mistake in the smaller one is not lost in the larger.
public struct GradientCheck: Sendable {
  public let method: DifferenceMethod
  public let step: Double
  /// The part from the data; of each array, from the output back.
  public internal(set) var data: [ArrayCheck] = []
  /// The part from the regulariser, λW for the weights and 0 for the biases.
  public internal(set) var l2: [ArrayCheck] = []

  public init(method: DifferenceMethod, step: Double?) {
    self.method = method
    self.step = step ?? method.standardStep
  }

  public var worstRelativeError: Double {
    (data + l2).map(\.relativeError).largest
  }

  public func verdict(of name: String) -> Verdict {
    let data = data.first { $0.name == name }.map { Verdict($0.relativeError, method) }
    // What the regulariser adds is compared exactly, whatever the method.
    let l2 = l2.first { $0.name == name }.map { Verdict($0.relativeError, .complexStep) }
    return max(data ?? .same, l2 ?? .same)
  }

  public var verdict: Verdict { data.map { verdict(of: $0.name) }.max() ?? .same }

  /// The arrays that differ, from the output back.
  public var wrongArrays: [String] {
    data.map(\.name).filter { verdict(of: $0) == .differs }
  }
}

extension Trace {
  /// The regulariser's gradient by each weight, itself moved: the derivative of λ/2 w².
  func numericPenalty(layer: Int, _ objective: Objective) -> Matrix {
    let step = DifferenceMethod.complexStep.standardStep
    var result = layers[layer - 1].weights
    result.withMutableValues { weights in
      for k in weights.indices {
        // The imaginary part of (w + iε)² is 2wε.
        let square = weights[k] * step + step * weights[k]
        weights[k] = objective.l2 / 2 * square / step
      }
    }
    return result
  }

  /// Checks one parameter array; see `GradientCheck`.
  public func check(
    _ array: ArrayName, _ objective: Objective, into check: inout GradientCheck,
    isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) {
    let l = array.layer
    let isWeights = array.kind == .weightGradient
    let numeric = numericGradient(
      isWeights ? .weights(l) : .biases(l), objective.loss, check.method, step: check.step,
      isInterrupted: isInterrupted, progress: progress)
    let columns = numeric.entries / numeric.values.rows
    let (data, penalty) = analyticParts(array)
    let zero = Matrix(rows: penalty.rows, columns: penalty.columns)
    let name = array.description
    check.data.append(
      ArrayCheck(
        name, analytic: data, numeric: numeric.values, kinks: numeric.kinks, isVector: !isWeights,
        columns: columns))
    check.l2.append(
      ArrayCheck(
        name, analytic: penalty, numeric: isWeights ? numericPenalty(layer: l, objective) : zero,
        isVector: !isWeights, columns: columns))
  }

  /// Checks a layer's deltas, one sample's each.
  public func checkDelta(
    layer: Int, _ objective: Objective, into check: inout GradientCheck,
    isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) {
    let numeric = numericGradient(
      .preactivation(layer), objective.loss, check.method, step: check.step,
      isInterrupted: isInterrupted, progress: progress)
    check.data.append(
      ArrayCheck(
        "delta\(layer)", analytic: delta[layer - 1], numeric: numeric.values, kinks: numeric.kinks,
        isVector: false, columns: numeric.entries / max(batch.count, 1)))
  }

  /// Checks delta1 W1ᵀ, the gradient of each sample's loss by its pixels.
  public func checkInputs(
    _ objective: Objective, into check: inout GradientCheck,
    isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) {
    let numeric = numericGradient(
      .inputs, objective.loss, check.method, step: check.step, isInterrupted: isInterrupted,
      progress: progress)
    check.data.append(
      ArrayCheck(
        "dX", analytic: Matrix(delta[0] * layers[0].weights.transposed), numeric: numeric.values,
        kinks: numeric.kinks, isVector: false, columns: numeric.entries / max(batch.count, 1)))
  }

  /// The data's part and the regulariser's part of an array, as this pass computes them; biases as a
  /// row.
  private func analyticParts(_ array: ArrayName) -> (data: Matrix, penalty: Matrix) {
    let penalty = l2Gradient(layer: array.layer)
    func row(_ values: [Double]) -> Matrix {
      Matrix(rows: 1, columns: values.count, values: values)
    }
    return array.kind == .weightGradient
      ? (dataGradient(layer: array.layer), penalty.weights)
      : (row(dataBiasGradient(layer: array.layer)), row(penalty.biases))
  }
}
