/// Dots to draw a line with: eight in a character of braille, or one as an asterisk.
struct Canvas {
  let columns: Int
  let rows: Int
  /// How many dots a character has.
  let dotsAcross: Int
  let dotsDown: Int
  private var dots: [UInt8]

  init(columns: Int, rows: Int, areDotsFine: Bool) {
    self.columns = columns
    self.rows = rows
    dotsAcross = areDotsFine ? 2 : 1
    dotsDown = areDotsFine ? 4 : 1
    dots = [UInt8](repeating: 0, count: columns * rows)
  }

  /// A line through the points; where one is not finite, a gap.
  mutating func draw(_ chart: Chart) {
    let across = columns * dotsAcross
    let down = rows * dotsDown
    var last: (x: Int, y: Int)?
    for (x, y) in zip(chart.series.x, chart.series.y) {
      guard x.isFinite, y.isFinite else {
        last = nil
        continue
      }
      let point = (
        x: chart.x.level(of: x, among: across), y: down - 1 - chart.y.level(of: y, among: down)
      )
      draw(from: last ?? point, to: point)
      last = point
    }
  }

  /// The dots nearest to the straight line between two.
  private mutating func draw(from first: (x: Int, y: Int), to last: (x: Int, y: Int)) {
    let steps = max(abs(last.x - first.x), abs(last.y - first.y))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      set(
        first.x + Int((Double(last.x - first.x) * share).rounded()),
        first.y + Int((Double(last.y - first.y) * share).rounded()))
    }
  }

  private mutating func set(_ x: Int, _ y: Int) {
    // The bits of Unicode's braille patterns: three rows first, the fourth was added later.
    let bits: [UInt8] = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80]
    let bit = dotsDown == 1 ? 1 : bits[x % 2 * 4 + y % 4]
    dots[y / dotsDown * columns + x / dotsAcross] |= bit
  }

  /// The rows as text, without the blanks at their ends.
  var lines: [String] {
    (0..<rows).map { row in
      var scalars = dots[row * columns..<(row + 1) * columns].map { bits -> Unicode.Scalar in
        if bits == 0 { return " " }
        return dotsDown == 1 ? "*" : Unicode.Scalar(0x2800 + UInt32(bits))!
      }
      while scalars.last == " " { scalars.removeLast() }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      return text
    }
  }
}
