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
  /// ‖given - computed‖ / max(‖given‖, ‖computed‖), with those mistakes computed; of an unknown
  /// array from the right one. Infinite when an entry is.
  public let distance: Double
  /// Likewise from the right array.
  public let distanceFromRight: Double
  /// The entry that is farthest from the right one, or the first that is not finite.
  public let worst: Deviation?
  /// Whether only the delta of a later layer is wrong, or the given delta of this one, and what
  /// this layer does with it is right.
  public internal(set) var isInherited: Bool
  /// Whether a delta has the 1/N in it that ours leaves to dW and db. It is no mistake.
  public internal(set) var isDividedByBatch: Bool

  /// One entry, and what it should be.
  public struct Deviation: Equatable, Sendable {
    public let index: [Int]
    public let given, right: Double
  }

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

extension ArrayDiagnosis {
  init(_ judged: Diagnostician.Judged, choice: Int?) {
    name = judged.name.description
    distanceFromRight = judged.distanceFromRight
    worst = judged.worst
    guard let first = judged.options.first, !first.delta.isUnknown else {
      verdict = .unknown
      mistakes = []
      alternatives = []
      distance = judged.distanceFromRight
      isInherited = judged.options.first?.isInherited ?? false
      isDividedByBatch = false
      return
    }
    // A factor of one array, or on all, counts only where it is what explains them together.
    var options = judged.options
    if let choice {
      let chosen = options[choice]
      options.removeAll { option in
        option.cost > chosen.cost && option.mistakes.contains { $0.isOfAnyFactor }
      }
      if options.count > 1, options[0].mistakes.contains(where: \.isOfAnyFactor) {
        options.sort { left, _ in left.mistakes.map(\.key) == chosen.mistakes.map(\.key) }
      }
    }
    mistakes = options[0].mistakes
    alternatives = options.dropFirst().map(\.mistakes)
    distance = options[0].distance
    isDividedByBatch = options[0].isConvention
    isInherited = options[0].isInherited && !mistakes.isEmpty
    verdict =
      !mistakes.isEmpty
      ? .mistake : distance < Diagnosis.sameBelow ? .right : .rounding
  }
}
