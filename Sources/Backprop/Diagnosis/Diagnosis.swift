/// What is wrong with somebody's gradient: each array for itself, from the output back, and what it
/// comes to.
public struct Diagnosis: Sendable {
  /// In the order in which they were judged.
  public internal(set) var arrays: [ArrayDiagnosis] = []
  /// The fewest mistakes that explain all arrays together, in the catalogue's order.
  public internal(set) var mistakes: [Mistake] = []
  public internal(set) var cost: CostDiagnosis?

  /// Below this relative distance it is the same formula.
  static let sameBelow = 1e-9

  /// The worst of all arrays.
  public var verdict: ArrayDiagnosis.Verdict { arrays.map(\.verdict).max() ?? .right }

  /// The first array, from the output back, that is not right; nil when all are.
  public var firstWrong: String? {
    arrays.first { $0.verdict == .mistake || $0.verdict == .unknown }?.name
  }

  public subscript(name: String) -> ArrayDiagnosis? { arrays.first { $0.name == name } }
}

/// What one array is taken for.
public struct ArrayDiagnosis: Sendable {
  /// `delta2`, `dW2`, `db2`.
  public let name: String
  public internal(set) var verdict: Verdict
  /// The mistakes that together give the array, with the numbers in them solved for; empty unless
  /// the verdict is `mistake`. Those of a later layer's delta come first.
  public internal(set) var mistakes: [Mistake]
  /// What gives the same array, or one too near to be told apart.
  public internal(set) var alternatives: [[Mistake]]
  /// ‖given - computed‖ / max(‖given‖, ‖computed‖), with those mistakes computed; of an unknown array
  /// from the right one. Infinite when an entry is.
  public let distance: Double
  /// Likewise from the right array.
  public let distanceFromRight: Double
  /// Whether only the delta of a later layer is wrong, or the given delta of this one, and what this
  /// layer does with it is right.
  public internal(set) var isInherited: Bool
  /// Whether a delta has the 1/N in it that ours leaves to dW and db. It is no mistake.
  public internal(set) var isDividedByBatch: Bool

  public enum Verdict: String, Comparable, Sendable {
    /// The same formula.
    case right
    /// The same formula in float32, or written with few digits.
    case rounding
    case mistake
    /// No mistake of the catalogue, nor several of them.
    case unknown

    public static func < (left: Verdict, right: Verdict) -> Bool {
      let order: [Verdict] = [.right, .rounding, .mistake, .unknown]
      return order.firstIndex(of: left)! < order.firstIndex(of: right)!
    }
  }
}

/// Holds somebody's arrays against what each mistake, and several together, would have given.
///
/// From the output back, array by array: given deltas first, then dW, then db; what a layer's arrays
/// say of its delta is what the next ones are computed from.
///
/// - Parameters:
///   - trace: the same minibatch, forward, with the same weights.
///   - objective: loss and λ. A mistake that the session trains with does not count.
///   - proceeds: asked now and then; false ends it.
/// - Returns: nil when it was ended.
public func diagnose(
  _ arrays: ForeignArrays, in trace: Trace, _ objective: Objective,
  proceeds: () -> Bool = { true }
) -> Diagnosis? {
  var diagnostician = Diagnostician(arrays, trace, objective)
  return diagnostician.run(proceeds: proceeds)
}
