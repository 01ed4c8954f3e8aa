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
  /// What of the relative error the step cannot have made: less than all of it where a second numeric
  /// gradient says so.
  public internal(set) var leastError: Double
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
    let compared = a.values.indices.filter { $0 % a.columns < columns && !kinks.contains($0) }
    var (bothZero, worst, worstDistance) = (0, 0, -1.0)
    for k in compared {
      let (x, y) = (a.values[k], n.values[k])
      if x == 0 && y == 0 { bothZero += 1 }
      let distance = (x - y).magnitude
      if distance > worstDistance || (distance.isNaN && !worstDistance.isNaN) {
        (worst, worstDistance) = (k, distance)
      }
    }
    let relativeError = a.distance(to: n, over: compared).relative
    self.init(
      name: name, entries: compared.count, relativeError: relativeError,
      worstIndex: isVector ? [worst] : [worst / max(a.columns, 1), worst % max(a.columns, 1)],
      analytic: a.values.isEmpty ? 0 : a.values[worst],
      numeric: n.values.isEmpty ? 0 : n.values[worst], bothZero: bothZero, kinks: kinks.count,
      leastError: relativeError)
  }
}

extension Matrix {
  fileprivate var largestMagnitude: Double { values.reduce(0) { max($0, $1.magnitude) } }

  /// ‖a - n‖ and max(‖a‖, ‖n‖) over some entries, in one scale.
  fileprivate func distance(to n: Matrix, over entries: [Int]) -> Distance {
    // Scaled by the largest entry, so that no square overflows or vanishes.
    let largest = max(largestMagnitude, n.largestMagnitude)
    let scale = largest > 0 ? largest : 1
    var (difference, sizeA, sizeN) = (0.0, 0.0, 0.0)
    for k in entries {
      let (x, y) = (values[k] / scale, n.values[k] / scale)
      difference += (x - y) * (x - y)
      sizeA += x * x
      sizeN += y * y
    }
    return Distance(
      scale: scale, difference: difference.squareRoot(), size: max(sizeA, sizeN).squareRoot())
  }
}

/// How far two arrays lie apart, and how large the larger one is.
private struct Distance {
  let scale: Double
  let difference: Double
  let size: Double

  /// 0 where they are equal.
  var relative: Double { difference == 0 ? 0 : difference / size }
}

/// What the distance between an analytic and a numeric gradient means.
public enum Verdict: String, Sendable, Comparable {
  case same, rounding
  /// The step is so large or so small that the numeric gradient cannot tell.
  case unsuitable
  case differs

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

  /// A difference that the step itself can have made says nothing, nor does an array of which no
  /// entry was compared.
  init(_ array: ArrayCheck, _ method: DifferenceMethod) {
    self.init(array.relativeError, method)
    let isExplained = array.leastError <= Verdict.differsAbove
    if self == .differs && isExplained || array.entries == 0 && array.kinks > 0 {
      self = .unsuitable
    }
  }

  public static func < (left: Verdict, right: Verdict) -> Bool {
    let order: [Verdict] = [.same, .rounding, .unsuitable, .differs]
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
    let data = data.first { $0.name == name }.map { Verdict($0, method) }
    // What the regulariser adds is compared exactly, whatever the method.
    let l2 = l2.first { $0.name == name }.map { Verdict($0.relativeError, .complexStep) }
    return max(data ?? .same, l2 ?? .same)
  }

  public var verdict: Verdict { data.map { verdict(of: $0.name) }.max() ?? .same }

  /// The arrays that differ, from the output back.
  public var wrongArrays: [String] { arrays(.differs) }

  /// The arrays with this verdict, from the output back.
  public func arrays(_ verdict: Verdict) -> [String] {
    data.map(\.name).filter { self.verdict(of: $0) == verdict }
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
    let (data, penalty) = analyticParts(array)
    let zero = Matrix(rows: penalty.rows, columns: penalty.columns)
    let name = array.description
    let columns = compare(
      name, data, with: isWeights ? .weights(l) : .biases(l), objective.loss, isVector: !isWeights,
      into: &check, isInterrupted, progress)
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
    compare(
      "delta\(layer)", delta[layer - 1], with: .preactivation(layer), objective.loss, into: &check,
      isInterrupted, progress)
  }

  /// Checks delta1 W1ᵀ, the gradient of each sample's loss by its pixels.
  public func checkInputs(
    _ objective: Objective, into check: inout GradientCheck,
    isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) {
    compare(
      "dX", Matrix(delta[0] * layers[0].weights.transposed), with: .inputs, objective.loss,
      into: &check, isInterrupted, progress)
  }

  /// Holds an analytic array against the numeric one.
  ///
  /// - Returns: how many columns were done.
  @discardableResult
  private func compare(
    _ name: String, _ analytic: Matrix, with target: NumericGradient.Target, _ loss: Loss,
    isVector: Bool = false, into check: inout GradientCheck, _ isInterrupted: () -> Bool,
    _ progress: (Int) -> Void
  ) -> Int {
    let numeric = numericGradient(
      target, loss, check.method, step: check.step, isInterrupted: isInterrupted,
      progress: progress)
    let columns = numeric.entries / max(numeric.values.rows, 1)
    var result = ArrayCheck(
      name, analytic: analytic, numeric: numeric.values, kinks: numeric.kinks, isVector: isVector,
      columns: columns)
    if Verdict(result.relativeError, check.method) == .differs {
      result.leastError = leastError(
        of: analytic, numeric, target, loss, check, columns: columns, isInterrupted)
    }
    check.data.append(result)
    return columns
  }

  /// (‖a - n‖ - ‖n - r‖) / max(‖a‖, ‖n‖): by the triangle's law ‖a - r‖ is no less, for a second
  /// numeric gradient r. Below every number where that cannot be said.
  ///
  /// r is by the best way there is: the complex step, which neither truncates nor cancels; with a
  /// kink on the way, central differences with another step, the standard one or its double.
  private func leastError(
    of a: Matrix, _ numeric: NumericGradient, _ target: NumericGradient.Target, _ loss: Loss,
    _ check: GradientCheck, columns: Int, _ isInterrupted: () -> Bool
  ) -> Double {
    let method = DifferenceMethod.standard(for: Network(layers: layers))
    var step = method.standardStep
    if (method, step) == (check.method, check.step) { step *= 2 }
    let second = numericGradient(target, loss, method, step: step, isInterrupted: isInterrupted)
    guard second.entries >= numeric.entries else { return -.infinity }
    let (n, r) = (numeric.values, second.values)
    let compared = n.values.indices.filter {
      $0 % n.columns < columns && !numeric.kinks.contains($0) && !second.kinks.contains($0)
    }
    let error = a.distance(to: n, over: compared)
    let isFinite = compared.allSatisfy { n.values[$0].isFinite }
    // What no step can measure is not this one's fault.
    guard compared.allSatisfy({ r.values[$0].isFinite }) else { return error.relative }
    guard isFinite, error.size > 0 else { return -.infinity }
    let move = n.distance(to: r, over: compared)
    return error.relative - move.difference / error.size * (move.scale / error.scale)
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
