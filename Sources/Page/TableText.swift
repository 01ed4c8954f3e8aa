/// Tables as aligned columns, two spaces apart.
extension TextRenderer {
  /// A table wider than the screen loses its extra columns first, the last one first; then long text
  /// is cut short; then further columns go, but for the first, which says what a row is about, and
  /// for judgements. The last line names the columns that are not shown.
  func lines(_ table: Table) -> [Line] {
    var table = table
    if let shown = table.shown { table.rows = Array(table.rows.prefix(shown)) }
    var columns = table.columns.indices.map { column(table, $0) }
    var hidden: [LaidOut] = []
    func overflow() -> Int {
      columns.reduce(-2) { $0 + $1.width + 2 } - width
    }

    while overflow() > 0, let extra = columns.lastIndex(where: \.isExtra) {
      hidden.append(columns.remove(at: extra))
    }
    while overflow() > columns.reduce(0, { $0 + $1.slack }), overflow() > 0,
      let further = columns.indices.dropFirst().last(where: { !columns[$0].isJudgement })
        ?? columns.indices.dropFirst().last
    {
      hidden.append(columns.remove(at: further))
    }
    while overflow() > 0,
      let widest = columns.indices.max(by: { columns[$0].slack < columns[$1].slack }),
      columns[widest].slack > 0
    {
      columns[widest].width -= 1
    }

    var lines = (0...table.rows.count).map { row in
      Line(joining: columns.map { cell($0, row) }, with: "  ")
    }
    if table.rows.isEmpty { lines.append(Line(text: "(none)", .faint)) }
    if !hidden.isEmpty {
      let names = hidden.sorted { $0.index < $1.index }.map(\.cells[0].description)
      let text = "not shown at this width: " + names.joined(separator: ", ")
      lines += wrapped(Line(text: text, .faint), hanging: nil)
    }
    return lines
  }

  /// A column laid out: its heading and its cells, and how wide it is.
  private struct LaidOut {
    var index: Int
    var cells: [Line]
    var width: Int
    var alignment: Column.Alignment
    var isNumeric: Bool
    var isExtra: Bool
    var isJudgement: Bool
    /// How many columns of the screen it can give up: numbers none, text all but eight.
    var slack: Int { isNumeric ? 0 : max(0, width - max(8, cells[0].columns)) }
  }

  private func column(_ table: Table, _ index: Int) -> LaidOut {
    let column = table.columns[index]
    let values = table.rows.map { index < $0.count ? $0[index] : .null }
    let cells = values.map { value in
      var style = Style.plain
      if case .string(let text) = value { style = column.styles[text] ?? .plain }
      return oneLine(value.line(as: column.format, style))
    }
    let heading = oneLine(Line(text: column.heading, .strong))
    let present = values.filter { !$0.isNull }
    let isNumeric = !present.isEmpty && present.allSatisfy(\.isNumeric)
    return LaidOut(
      index: index, cells: [heading] + cells, width: ([heading] + cells).map(\.columns).max() ?? 0,
      alignment: column.alignment ?? (isNumeric ? .right : .left), isNumeric: isNumeric,
      isExtra: column.isExtra, isJudgement: !column.styles.isEmpty)
  }

  private func cell(_ column: LaidOut, _ row: Int) -> Line {
    let text = column.cells[row]
    let fitting = text.columns <= column.width ? text : cut(text, to: column.width)
    return fitting.padded(to: column.width, alignment: column.alignment)
  }

  private func oneLine(_ line: Line) -> Line {
    Line(joining: settled(line).pieces(between: "\n"), with: " ")
  }

  /// The beginning of the line, with `…` for the rest. A number is there whole or not at all.
  func cut(_ line: Line, to columns: Int) -> Line {
    let mark = unicode ? "…" : "..."
    var room = columns - mark.count
    var result = Line()
    for span in line.spans {
      if span.columns <= room {
        result.append(span)
        room -= span.columns
        continue
      }
      if case .text(let text) = span.content {
        let kept = text.prefix { character in
          room -= character.columns
          return room >= 0
        }
        result.append(Span(String(kept), span.style))
      }
      break
    }
    return result + Line(text: mark)
  }
}
