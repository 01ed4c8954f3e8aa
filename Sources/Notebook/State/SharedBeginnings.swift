import Backprop
import Page

// What the present and the checkpoints of a session have in common, the way there, is in its file
// once: a checkpoint says whose journal and curve its own begin like.

/// Finds, for one list after another, which of those before begins like it for longest.
struct SharedBeginnings<Series, Key: Hashable> {
  private struct Place: Hashable {
    let index: Int
    let key: Key
  }

  private let count: (Series) -> Int
  /// What tells apart, as a rule, what two lists have at an index.
  private let key: (Series, Int) -> Key
  private let commonPrefix: (Series, Series) -> Int
  /// Nil is the present.
  private var lists: [(name: String?, series: Series)] = []
  /// The list in which something stood first at an index.
  private var first: [Place: Int] = [:]

  /// - Returns: whose beginning is the same, and for how many elements: 0 when nobody's is.
  mutating func add(_ series: Series, of name: String?) -> (owner: String?, count: Int) {
    var best: (owner: String?, count: Int) = (nil, 0)
    var index = count(series) - 1
    while index >= best.count {
      if let number = first[Place(index: index, key: key(series, index))] {
        let shared = commonPrefix(series, lists[number].series)
        if shared > best.count { best = (lists[number].name, shared) }
      }
      index -= 1
    }
    for index in best.count..<count(series) {
      let place = Place(index: index, key: key(series, index))
      if first[place] == nil { first[place] = lists.count }
    }
    lists.append((name, series))
    return best
  }
}

extension SharedBeginnings where Series == Journal, Key == String {
  init() {
    self.init(
      count: \.count, key: { $0[$1].digest }, commonPrefix: { $0.commonPrefix(with: $1) })
  }
}

extension SharedBeginnings where Series == Curve, Key == UInt64 {
  init() {
    self.init(
      count: \.count, key: { $0.loss[$1].bitPattern }, commonPrefix: { $0.commonPrefix(with: $1) })
  }
}

extension SharedBeginnings {
  private init(
    count: @escaping (Series) -> Int, key: @escaping (Series, Int) -> Key,
    commonPrefix: @escaping (Series, Series) -> Int
  ) {
    (self.count, self.key, self.commonPrefix) = (count, key, commonPrefix)
  }
}

extension Session {
  /// The journal with what lies ahead: the whole way that leads through the present.
  var way: Journal {
    var way = journal
    if timeline.isInsideMove { way.popLast() }
    for entry in timeline.ahead { way.append(entry) }
    return way
  }
}

/// The journals and curves that a file has so far, by the name of their checkpoint; nil is the
/// present.
struct SavedBeginnings {
  var journals: [String?: Journal] = [:]
  var curves: [String?: Curve] = [:]

  /// The one of which a field says that its own begins like it, and for how long.
  static func owner<Series>(
    in field: SavedField, among series: [String?: Series], count: (Series) -> Int
  ) throws -> (series: Series, count: Int) {
    let name = try field["as_in"].nullable?.text()
    guard let owner = series[name] else {
      throw try field["as_in"].damage(
        name.map { "there is no checkpoint \"\($0)\" before this one." } ?? "there is none.")
    }
    return (owner, try field["count"].whole(from: 0, to: count(owner)))
  }
}
