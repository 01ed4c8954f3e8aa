/// A page as text for a terminal.
///
///     TextRenderer(width: 40).render("loss \(2.302585)")  // "loss 2.303\n"
public struct TextRenderer: Sendable {
  /// The columns of the terminal.
  public var width: Int
  /// Significant digits of a number.
  public var precision: Int
  /// Whether styles become ANSI colours.
  public var colour: Bool
  /// Whether there is more than ASCII to draw with.
  public var unicode: Bool
  /// Whether sentences are broken to fit the width, as people like it; programs that search the
  /// output like a sentence on one line. Tables and matrices fit the width either way.
  public var wrapsText: Bool

  public init(
    width: Int = 80, precision: Int = 4, colour: Bool = false, unicode: Bool = true,
    wrapsText: Bool = true
  ) {
    self.width = width
    self.precision = precision
    self.colour = colour
    self.unicode = unicode
    self.wrapsText = wrapsText
  }

  /// The page as text, each line with its newline; nothing for an empty page.
  public func render(_ page: Page) -> String {
    lines(page).map { string($0) + "\n" }.joined()
  }

  /// The page laid out: each line as it will stand on the screen, its numbers still with their
  /// values, and every format settled, so that a span's text depends on nothing else.
  public func lines(_ page: Page) -> [Line] {
    var lines: [Line] = []
    var lastWasFigure = false
    for figure in page.figures {
      let isFigure = figure.standsApart
      if isFigure && lastWasFigure { lines.append(Line()) }
      lines += self.lines(figure)
      lastWasFigure = isFigure
    }
    return lines.map(\.droppingTrailingSpaces)
  }

  /// Text that is no page, such as prose, as it may go to where this renderer writes.
  public func harmless(_ text: String) -> String {
    text.harmless(sign: unicode ? "\u{FFFD}" : "?")
  }

  /// One laid-out line as text, in colour if there is any; its colours are the only escape codes.
  public func string(_ line: Line) -> String {
    guard colour else {
      return harmless(line.spans.map { $0.text(precision: precision) }.joined())
    }
    var text = ""
    var open: Style = .plain
    for span in line.spans {
      if span.style != open {
        if open != .plain { text += "\u{1B}[0m" }
        if span.style != .plain { text += "\u{1B}[\(span.style.code)m" }
        open = span.style
      }
      text += harmless(span.text(precision: precision))
    }
    return open == .plain ? text : text + "\u{1B}[0m"
  }

  private func lines(_ figure: Figure) -> [Line] {
    switch figure {
    case .block(let block): lines(block)
    case .pictures(let pictures): wrapped(pictures[0].caption) + lines(pictures)
    }
  }

  private func lines(_ block: Block) -> [Line] {
    switch block {
    case .text(let lines): wrapped(lines)
    case .facts(let facts) where !facts.isShown: []
    case .facts(let facts): facts.lines.isEmpty ? pairs(facts.values) : wrapped(facts.lines)
    case .table(let table): table.shown == 0 ? [] : wrapped(table.caption) + lines(table)
    case .matrix(let grid): wrapped(grid.caption) + lines(grid)
    case .series(let series): wrapped(series.caption) + lines(series)
    case .image(let picture): lines(.pictures([picture]))
    }
  }

  /// Each value beside its name, the values in one column.
  private func pairs(_ facts: [Fact]) -> [Line] {
    let names = facts.map { settled(Line(text: $0.name.replacingUnderscores)) }
    let column = (names.map(\.columns).max() ?? 0) + 2
    return zip(names, facts).flatMap { name, fact in
      let value = settled(fact.value.line()).pieces(between: "\n")
      return wrapped(name.padded(to: column) + Line(joining: value, with: " "), hanging: column)
    }
  }
}

extension Figure {
  /// Whether it stands apart from the next one of its kind.
  fileprivate var standsApart: Bool {
    switch self {
    case .block(.text), .block(.facts): false
    case .block, .pictures: true
    }
  }
}

extension Style {
  /// The ANSI code: few colours, all readable on black and on white.
  fileprivate var code: String {
    switch self {
    case .plain: "0"
    case .strong, .name: "1"
    case .faint: "2"
    case .good: "32"
    case .bad: "31"
    case .note: "36"
    case .ink(let ink, let paper): "38;5;\(ink)" + (paper.map { ";48;5;\($0)" } ?? "")
    }
  }
}
