/// Tables and matrices as tables. One that is wider than the window scrolls by itself.
extension HTMLRenderer {
  func table(_ table: Table) -> String {
    if table.shown == 0 { return "" }
    let rows = table.shown.map { Array(table.rows.prefix($0)) } ?? table.rows
    let isRight = table.columns.indices.map { index -> Bool in
      if let alignment = table.columns[index].alignment { return alignment == .right }
      let values = rows.compactMap { index < $0.count ? $0[index] : nil }.filter { !$0.isNull }
      return !values.isEmpty && values.allSatisfy(\.isNumeric)
    }
    func name(_ index: Int) -> String { isRight[index] ? " class=\"number\"" : "" }

    let unseen = Markup.escaped(table.name.replacingUnderscores)
    var html = "<table class=\"table\">\n"
    html +=
      table.caption.map { "<caption>\(inline($0))</caption>\n" }
      ?? "<caption class=\"unseen\">\(unseen)</caption>\n"
    html += "<thead>\n<tr>"
    for (index, column) in table.columns.enumerated() {
      html += "<th scope=\"col\"\(name(index))>\(Markup.escaped(column.heading))</th>"
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    for row in rows {
      html += "<tr>"
      for (index, column) in table.columns.enumerated() {
        let value = index < row.count ? row[index] : .null
        var style = Style.plain
        if case .string(let text) = value { style = column.styles[text] ?? .plain }
        html += "<td\(name(index))>\(inline(value.line(as: column.format, style)))</td>"
      }
      html += "</tr>\n"
    }
    if rows.isEmpty, !table.columns.isEmpty {
      html += "<tr><td colspan=\"\(table.columns.count)\" class=\"faint\">(none)</td></tr>\n"
    }
    return Self.scrolling(table.name, html + "</tbody>\n</table>")
  }

  /// A matrix under the numbers of its columns and beside those of its rows, with its figures below;
  /// of a large one the edges, as in a terminal. A vector or a number is text.
  func matrix(_ grid: Grid) -> String {
    guard grid.shape.count == 2, !grid.values.isEmpty else {
      let lines = (grid.caption.map { [$0] } ?? []) + TextRenderer(precision: precision).lines(grid)
      return Self.scrolling(grid.name, text(lines))
    }
    let columns = grid.shape[1]
    let isLarge = grid.values.count > 1000
    let down = Elided(grid.shape[0], atMost: isLarge ? 6 : .max)
    let across = Elided(columns, atMost: isLarge ? 6 : 40)
    let shown = down.indices.flatMap { row in
      across.indices.map { grid.values[row * columns + $0] }
    }
    let form = ElementForm(shown, grid.isInteger, precision)

    var table = "<table class=\"matrix\">\n<caption class=\"unseen\">\(Markup.escaped(grid.name))"
    table += "</caption>\n<thead>\n<tr><td></td>"
    for column in across.places {
      table += "<th scope=\"col\">\(column.map(String.init) ?? "…")</th>"
    }
    table += "</tr>\n</thead>\n<tbody>\n"
    for row in down.places {
      table += "<tr><th scope=\"row\">\(row.map(String.init) ?? "…")</th>"
      for column in across.places {
        var cell: Line = "…"
        if let row, let column {
          let value = grid.values[row * columns + column]
          cell = form.line(value, layout.mark(value))
        }
        table += "<td class=\"number\">\(inline(cell))</td>"
      }
      table += "</tr>\n"
    }
    table += "</tbody>\n</table>"
    let figures = layout.figures(grid)
    let legend = figures[0] + ": " + Line(joining: Array(figures.dropFirst()), with: ", ")
    return figure("matrix", Self.scrolling(grid.name, table), caption: grid.caption, legend)
  }

  /// What is wider than the window scrolls by itself, by keyboard too.
  static func scrolling(_ name: String, _ content: String) -> String {
    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      + "aria-label=\"\(Markup.escaped(name.replacingUnderscores))\">\(content)</div>"
  }
}

extension Elided {
  /// The numbers of the items shown, nil where some are left out.
  var places: [Int?] {
    let gap: [Int?] = head + tail < count ? [nil] : []
    return (0..<head).map(Optional.some) + gap + (count - tail..<count).map(Optional.some)
  }
}
