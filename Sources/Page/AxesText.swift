/// The axes around a drawing: where its ticks are, and what they read.
struct AxesText {
  /// The drawing's columns of the screen, and those of the labels left of it.
  var columns: Int
  var margin: Int
  /// The labels of the vertical axis, by line.
  var left: [Int: Line]
  /// What the axes are called: above the vertical one, and below the end of the other.
  var top: String
  var right: String
  /// The labels of the horizontal axis, each with its column, when there may be so many.
  var bottom: (_ count: Int) -> [(label: Line, column: Int)]
}

extension TextRenderer {
  /// The drawing with a vertical axis at its left and a horizontal one below it.
  func framed(_ drawing: [Line], _ axes: AxesText) -> [Line] {
    let signs =
      unicode
      ? (line: "│", tick: "┤", corner: "└", rule: "─", down: "┬")
      : (line: "|", tick: "+", corner: "+", rule: "-", down: "+")
    var lines: [Line] = []
    if !axes.top.isEmpty { lines.append(Line(text: axes.top, .faint)) }
    for (row, content) in drawing.enumerated() {
      let label = axes.left[row]
      let start = (label ?? Line()).padded(to: axes.margin, alignment: .right)
      lines.append(start + Line(text: " " + (label == nil ? signs.line : signs.tick)) + content)
    }
    let labels = bottomLabels(axes)
    var rule = Array(repeating: signs.rule, count: axes.columns)
    for label in labels { rule[label.column] = signs.down }
    let indent = String(repeating: " ", count: axes.margin + 1)
    lines.append(Line(text: indent + signs.corner + rule.joined()))
    var numbers = Line()
    for label in labels { numbers = numbers.padded(to: label.start) + label.label }
    if !numbers.isEmpty { lines.append(numbers) }
    if !axes.right.isEmpty {
      let end = axes.margin + 2 + axes.columns
      lines.append(Line(text: axes.right, .faint).padded(to: end, alignment: .right))
    }
    return lines.map(settled)
  }

  /// As many labels as stand apart, each under its tick.
  private func bottomLabels(_ axes: AxesText) -> [(label: Line, start: Int, column: Int)] {
    let left = axes.margin + 2
    for count in stride(from: max(axes.columns / 8, 2), to: 0, by: -1) {
      var end = -2
      let labels = axes.bottom(count).map { label, column in
        let text = settled(label)
        let start = min(
          max(left + column - text.columns / 2, 0), left + axes.columns - text.columns)
        return (label: text, start: max(start, 0), column: column)
      }
      let standApart = labels.allSatisfy { label in
        defer { end = label.start + label.label.columns }
        return label.start >= end + 2
      }
      if standApart { return labels }
    }
    return []
  }
}
