/// The blocks of a page as HTML: tables as tables, plots as SVG, pictures as images in the text.
///
///     HTMLRenderer().html("loss \(2.302585)")  // <pre class="text">loss 2.303</pre>
public struct HTMLRenderer: Sendable {
  /// Significant digits of a number.
  public var precision: Int

  public init(precision: Int = 4) {
    self.precision = precision
  }

  /// The page as a fragment of a document, which asks for nothing outside itself.
  public func html(_ page: Page) -> String {
    page.figures.map(figure).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func figure(_ figure: Figure) -> String {
    switch figure {
    case .block(.text(let lines)): lines.isEmpty ? "" : text(lines)
    case .block(.facts(let facts)): facts.lines.isEmpty ? list(facts.values) : text(facts.lines)
    case .block(.table(let table)): self.table(table)
    case .block(.matrix(let grid)): matrix(grid)
    case .block(.series(let series)): chart(series)
    case .block(.image(let picture)): self.pictures([picture])
    case .pictures(let pictures): self.pictures(pictures)
    }
  }

  /// The lines as they stand, broken where the window is too narrow.
  func text(_ lines: [Line]) -> String {
    "<pre class=\"text\">" + lines.map(inline).joined(separator: "\n") + "</pre>"
  }

  func inline(_ line: Line) -> String { layout.settled(line).html(precision: precision) }

  func attribute(_ line: Line) -> String {
    Markup.escaped(layout.settled(line).plain(precision: precision))
  }

  /// Who decides digits and layout: the page reads as in a terminal that is wide enough.
  var layout: TextRenderer { TextRenderer(width: 100_000, precision: precision, wrapsText: false) }

  private func list(_ facts: [Fact]) -> String {
    if facts.isEmpty { return "" }
    let rows = facts.map { fact in
      "<div><dt>\(Markup.escaped(fact.name.replacingUnderscores))</dt>"
        + "<dd>\(inline(fact.value.line()))</dd></div>\n"
    }
    return "<dl class=\"facts\">\n" + rows.joined() + "</dl>"
  }

  /// The line chart or histogram, with its figures below.
  private func chart(_ series: Series) -> String {
    let svg = ChartSVG(series, precision: precision)?.svg ?? ""
    return figure("chart", svg, caption: series.caption, legend(series))
  }

  func legend(_ series: Series) -> Line {
    let figures = series.figures
    return figures[0] + ": " + Line(joining: Array(figures.dropFirst()), with: ", ")
  }

  func figure(_ kind: String, _ content: String, caption: Line?, _ legend: Line, key: String = "")
    -> String
  {
    let title = caption.map { "<span class=\"title\">\(inline($0))</span>\n" } ?? ""
    return "<figure class=\"\(kind)\">\n\(content)\n<figcaption>\(title)\(inline(legend))\(key)"
      + "</figcaption>\n</figure>"
  }
}
