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
    page.figures.map(html).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func html(_ figure: Figure) -> String {
    switch figure {
    case .block(.text(let lines)): html(lines)
    case .block(.facts(let facts)): facts.lines.isEmpty ? html(facts.values) : html(facts.lines)
    case .block(.table(let table)): html(table)
    case .block(.matrix(let grid)): html(grid)
    case .block(.series(let series)): html(series)
    case .block(.image(let picture)): html([picture])
    case .pictures(let pictures): html(pictures)
    }
  }

  /// The lines as they stand, broken where the window is too narrow.
  func html(_ lines: [Line]) -> String {
    if lines.isEmpty { return "" }
    return "<pre class=\"text\">" + lines.map(html).joined(separator: "\n") + "</pre>"
  }

  func html(_ line: Line) -> String { text.settled(line).html(precision: precision) }

  func attribute(_ line: Line) -> String {
    Markup.escaped(text.settled(line).plain(precision: precision))
  }

  /// Who decides digits and layout: the page reads as in a terminal that is wide enough.
  var text: TextRenderer { TextRenderer(width: 100_000, precision: precision, wrapsText: false) }

  private func html(_ facts: [Fact]) -> String {
    if facts.isEmpty { return "" }
    let rows = facts.map { fact in
      "<div><dt>\(Markup.escaped(fact.name.replacingUnderscores))</dt>"
        + "<dd>\(html(fact.value.line()))</dd></div>\n"
    }
    return "<dl class=\"facts\">\n" + rows.joined() + "</dl>"
  }

  /// The line chart or histogram, with its figures below.
  private func html(_ series: Series) -> String {
    let figures =
      series.figures[0] + ": " + Line(joining: Array(series.figures.dropFirst()), with: ", ")
    let svg = ChartSVG(series, precision: precision)?.svg ?? ""
    return figure("chart", svg, caption: series.caption, figures)
  }

  func figure(_ kind: String, _ content: String, caption: Line?, _ legend: Line, key: String = "")
    -> String
  {
    let title = caption.map { "<span class=\"title\">\(html($0))</span>\n" } ?? ""
    return "<figure class=\"\(kind)\">\n\(content)\n<figcaption>\(title)\(html(legend))\(key)"
      + "</figcaption>\n</figure>"
  }
}
