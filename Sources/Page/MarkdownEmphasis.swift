/// The runs of `*` and `_` in a text, and which of them belong together (CommonMark 0.31, 6.2 and
/// the appendix "process emphasis").
struct MarkdownEmphasis {
  private struct Run {
    var sign: UInt8
    /// How many there are, and how many are not part of a pair yet.
    var length: Int
    var rest: Int
    var canOpen: Bool
    var canClose: Bool
    /// The neighbours among those that may still be in a pair.
    var previous: Int
    var next: Int?
    var openingTags: [String] = []
    var closingTags: [String] = []
  }

  private var runs: [Run] = []
  private var first: Int?
  /// The last of those that may still be in a pair; -1 for none.
  private(set) var last = -1

  mutating func add(_ sign: UInt8, count: Int, between before: UInt8?, and after: UInt8?) {
    func isSpace(_ byte: UInt8?) -> Bool { byte.map { " \n\t".utf8.contains($0) } ?? true }
    func isSign(_ byte: UInt8?) -> Bool { byte?.isPunctuation ?? false }
    let isBeforeText = !isSpace(after) && (!isSign(after) || isSpace(before) || isSign(before))
    let isAfterText = !isSpace(before) && (!isSign(before) || isSpace(after) || isSign(after))
    // `_` does nothing inside a word: the name dW_out has no emphasis.
    let isStar = sign == UInt8(ascii: "*")
    runs.append(
      Run(
        sign: sign, length: count, rest: count,
        canOpen: isBeforeText && (isStar || !isAfterText || isSign(before)),
        canClose: isAfterText && (isStar || !isBeforeText || isSign(after)),
        previous: last))
    let index = runs.count - 1
    if last >= 0 { runs[last].next = index } else { first = index }
    last = index
  }

  /// The number of the run that was added last.
  var newest: Int { runs.count - 1 }

  /// Pairs the runs after this one; whatever is left of them is text then.
  mutating func match(after start: Int) {
    /// Below these, no run opens for one of this kind.
    var bottoms: [Int: Int] = [:]
    var closer = start < 0 ? first : runs[start].next
    while let end = closer {
      guard runs[end].canClose else {
        closer = runs[end].next
        continue
      }
      let kind =
        (Int(runs[end].sign) * 2 + (runs[end].canOpen ? 1 : 0)) * 3 + runs[end].length % 3
      let bottom = bottoms[kind] ?? start + 1
      var opener = runs[end].previous
      while opener >= bottom, !matches(opener, end) { opener = runs[opener].previous }
      guard opener >= bottom else {
        bottoms[kind] = end
        closer = runs[end].next
        if !runs[end].canOpen { remove(end) }
        continue
      }
      let isStrong = runs[opener].rest >= 2 && runs[end].rest >= 2
      let name = isStrong ? "strong" : "em"
      runs[opener].openingTags.append("<\(name)>")
      runs[end].closingTags.append("</\(name)>")
      runs[opener].rest -= isStrong ? 2 : 1
      runs[end].rest -= isStrong ? 2 : 1
      runs[opener].next = end
      runs[end].previous = opener
      if runs[opener].rest == 0 { remove(opener) }
      if runs[end].rest == 0 {
        closer = runs[end].next
        remove(end)
      }
    }
    if start < 0 { first = nil } else { runs[start].next = nil }
    last = start
  }

  private func matches(_ opener: Int, _ closer: Int) -> Bool {
    let (first, last) = (runs[opener], runs[closer])
    if !first.canOpen || first.sign != last.sign { return false }
    let isEither = first.canClose || last.canOpen
    return !isEither || (first.length + last.length) % 3 != 0
      || (first.length % 3 == 0 && last.length % 3 == 0)
  }

  private mutating func remove(_ index: Int) {
    let (previous, next) = (runs[index].previous, runs[index].next)
    if previous >= 0 { runs[previous].next = next } else { first = next }
    if let next { runs[next].previous = previous }
  }

  /// Between the tags, what is left of the run as text.
  func html(_ index: Int) -> String {
    let run = runs[index]
    let text = String(repeating: Character(Unicode.Scalar(run.sign)), count: run.rest)
    return run.closingTags.joined() + text + run.openingTags.reversed().joined()
  }
}
