/// What a command has to show, as data: a list of blocks.
///
/// A renderer turns it into text for a terminal, or into JSON for another program.
///
///     var page: Page = "loss \(0.25) after step \(12)"
///     page.append(.table(Table("gradients", columns: ["array", "norm"], rows: [["dW1", 0.5]])))
public struct Page: Sendable, Equatable {
  public var blocks: [Block]

  /// A page that shows nothing.
  public static let empty = Page()

  public init(_ blocks: Block...) {
    self.blocks = blocks
  }

  public init(blocks: [Block]) {
    self.blocks = blocks
  }

  /// A page that is one block of text.
  public init(lines: [Line]) {
    blocks = lines.isEmpty ? [] : [.text(lines)]
  }

  public var isEmpty: Bool { blocks.isEmpty }

  public mutating func append(_ block: Block) {
    blocks.append(block)
  }

  public static func += (page: inout Page, more: Page) {
    page.blocks += more.blocks
  }

  public static func + (first: Page, second: Page) -> Page {
    Page(blocks: first.blocks + second.blocks)
  }
}

/// One thing a page shows.
public enum Block: Sendable, Equatable {
  case text([Line])
  case facts(Facts)
  case table(Table)
  case matrix(Grid)
  case series(Series)
  case image(Picture)
}

/// `let page: Page = "loss: squared-error -> cross-entropy"` is one block with that line.
extension Page: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) {
    self.init(lines: [Line(stringLiteral: text)])
  }

  public init(stringInterpolation parts: Line.StringInterpolation) {
    self.init(lines: [Line(stringInterpolation: parts)])
  }
}

/// `page.append("batch \(count: 600)")` adds a block with that line.
extension Block: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) {
    self = .text([Line(stringLiteral: text)])
  }

  public init(stringInterpolation parts: Line.StringInterpolation) {
    self = .text([Line(stringInterpolation: parts)])
  }
}
