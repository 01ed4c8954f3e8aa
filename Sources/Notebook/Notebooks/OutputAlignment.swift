import Page

/// The written output of a command set against what it prints now, line by line; a written `...`
/// stands for any lines.
struct OutputAlignment {
  struct Mismatch {
    /// Which of the written lines, from 0; their count where one is missing at the end.
    let line: Int
    let written: String?
    let now: String?
    let difference: LineDifference?
  }

  private(set) var mismatches: [Mismatch] = []
  /// The written lines with those replaced that do not match.
  private(set) var updated: [String] = []

  private let now: [Line]
  private let tolerance: Double

  static let gap = "..."

  init(written: [String], now: [Line], tolerance: Double) {
    self.now = now
    self.tolerance = tolerance
    var segments: [(start: Int, lines: [String])] = [(0, [])]
    for (index, line) in written.enumerated() {
      if line.trimmed == OutputAlignment.gap {
        segments.append((index + 1, []))
      } else {
        segments[segments.count - 1].lines.append(line)
      }
    }
    var next = 0
    for (number, segment) in segments.enumerated() {
      if number > 0 { updated.append(written[segment.start - 1]) }
      let isLast = number == segments.count - 1
      let range = place(
        segment.lines, from: next, isFirst: number == 0, isLast: isLast,
        after: segments[(number + 1)...].reduce(0) { $0 + $1.lines.count })
      compare(segment.lines, with: range, from: segment.start)
      next = range.upperBound
    }
  }

  /// Which of the new lines a run of written ones is compared with. The first begins at the
  /// beginning, the last ends at the end, one between two gaps stands where most of it matches.
  private func place(
    _ lines: [String], from start: Int, isFirst: Bool, isLast: Bool, after rest: Int
  ) -> Range<Int> {
    if isFirst, isLast { return 0..<now.count }
    let count = min(lines.count, now.count - start)
    if isFirst { return 0..<count }
    if isLast { return now.count - count..<now.count }
    let places = start...max(start, now.count - count - rest)
    let best = places.max { matches(lines, at: $0) < matches(lines, at: $1) } ?? start
    return best..<min(best + count, now.count)
  }

  private func matches(_ lines: [String], at place: Int) -> (Int, Int) {
    let count = zip(lines, now[min(place, now.count)...]).count { difference($0, $1) == nil }
    return (count, -place)
  }

  private func difference(_ written: String, _ line: Line) -> LineDifference? {
    line.difference(from: written, tolerance: tolerance)
  }

  /// Lines that match stay as they are written. Where their numbers differ, those at the beginning
  /// and at the end are compared first.
  private mutating func compare(_ lines: [String], with range: Range<Int>, from start: Int) {
    let now = Array(now[range])
    let shorter = min(lines.count, now.count)
    var head = 0
    while head < shorter, difference(lines[head], now[head]) == nil { head += 1 }
    var tail = 0
    while tail < shorter - head,
      difference(lines[lines.count - 1 - tail], now[now.count - 1 - tail]) == nil
    { tail += 1 }
    if lines.count == now.count { tail = 0 }

    updated += lines[..<head]
    let (middle, newMiddle) = (lines[head..<lines.count - tail], now[head..<now.count - tail])
    let renderer = TextRenderer.notebook()
    for offset in 0..<max(middle.count, newMiddle.count) {
      let index = head + offset
      let written = index < middle.endIndex ? middle[index] : nil
      let line = index < newMiddle.endIndex ? newMiddle[index] : nil
      if let written, let line, difference(written, line) == nil {
        updated.append(written)
        continue
      }
      let text = line.map(renderer.string)
      mismatches.append(
        Mismatch(
          line: start + index, written: written, now: text,
          difference: written.flatMap { written in line.flatMap { difference(written, $0) } }))
      if let text { updated.append(text) }
    }
    updated += lines[(lines.count - tail)...]
  }
}
