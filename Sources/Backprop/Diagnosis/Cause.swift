/// An explanation of an array that comes near enough.
struct Cause: Sendable {
  /// Of this array and of the deltas before it, each once.
  var mistakes: [Mistake]
  var cost: Double
  var distance: Double
  /// The delta it came from.
  var delta: DeltaHypothesis
  /// The one factor on everything, when there is one.
  var commonFactor: Double?
  var isConvention = false
  /// Whether the array is that delta, but for a factor that is no mistake.
  var isDelta = false
  /// Whether the array has no mistake of its own.
  var isInherited = false
}

// MARK: - The better ones

extension [Cause] {
  /// The nearest, and what comes within three times its distance; of these the cheapest. Whether
  /// there is one factor on all arrays is seen when all are judged: with and without it, each for
  /// itself.
  func accepted(sameBelow: Double) -> [Cause] {
    guard var nearest = map(\.distance).min() else { return [] }
    // Numbers that may be any fit noise too, the more of them the better, and win nothing by that.
    // To more digits than any noise leaves, they are no accident.
    if nearest >= 1e-12 {
      let solved = map { $0.mistakes.count(where: \.isSolvedFor) }
      let fewest = solved.min()!
      nearest = zip(self, solved).filter { $0.1 == fewest }.map(\.0.distance).min()!
    }
    let ties = filter { $0.distance <= 3 * Swift.max(nearest, sameBelow) }
    let right = ties.filter { $0.mistakes.isEmpty && !$0.delta.isUnknown }
    if let nearest = right.min(by: { $0.distance < $1.distance }) { return [nearest] }
    return ties.filter { $0.commonFactor == nil }.cheapest
      + ties.filter { $0.commonFactor != nil }.cheapest
  }

  /// Those that assume least, the fewest mistakes first, else in the catalogue's order; each set of
  /// mistakes once, and none with more than another has.
  var cheapest: [Cause] {
    guard let least = map(\.cost).min() else { return [] }
    var seen: Set<Set<String>> = []
    let different = filter { $0.cost <= least + 0.5 }
      .sorted { left, right in
        let (a, b) = (left.mistakes, right.mistakes)
        if a.count != b.count { return a.count < b.count }
        if left.cost != right.cost { return left.cost < right.cost }
        return a.map(\.position).lexicographicallyPrecedes(b.map(\.position))
      }
      .filter { seen.insert(Set($0.mistakes.map(\.key))).inserted }
    return different.filter { cause in
      let keys = Set(cause.mistakes.map(\.key))
      return !seen.contains { $0.isStrictSubset(of: keys) }
    }
  }
}

extension Mistake {
  private static let positions = Dictionary(uniqueKeysWithValues: zip(all.map(\.name), 0...))

  /// Where it stands in the catalogue.
  var position: Int { Mistake.positions[name]! }
}

extension Mistake {
  /// Whether it has a number in it that was fitted to the array.
  var isSolvedFor: Bool {
    switch open {
    case .linear, .ratio, .largestEntry, .commonFactor: true
    default: false
    }
  }

  /// Whether it puts a factor on an array that may be any.
  var isOfAnyFactor: Bool {
    switch open {
    case .ratio, .commonFactor: true
    default: false
    }
  }
}

extension [Mistake] {
  /// Each once; `array-scaled` once for each array.
  var withoutRepeats: [Mistake] {
    reduce(into: []) { result, mistake in
      if !result.contains(where: { $0.key == mistake.key }) { result.append(mistake) }
    }
  }
}

extension Mistake {
  /// What makes two of them one: the name and, where it is of one array, that array.
  public var key: String { hasRatio ? "\(name) \(constants.array)" : name }
}
