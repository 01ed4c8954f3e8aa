/// One line of text for people. Its numbers keep their values beside their text, so that a notebook
/// compares values instead of characters.
///
///     let line: Line = "error \(percent: 0.113) of \(count: 5000) digits"
///     line.description        // error 11.3% of 5,000 digits
///     line.numbers            // [11.3, 5000.0]
public struct Line: Sendable, Equatable {
  /// The pieces, left to right. Neighbouring text of one style is one piece.
  public private(set) var spans: [Span] = []

  public init() {}

  public init(spans: [Span]) {
    for span in spans { append(span) }
  }

  /// A line of this text as it stands: digits in it are characters, not numbers.
  public init(text: String, _ style: Style = .plain) {
    append(Span(text, style))
  }

  public var isEmpty: Bool { spans.isEmpty }

  /// The values of the numbers in the line, left to right.
  public var numbers: [Double] {
    spans.compactMap { span in
      if case .number(let value, _) = span.content { value } else { nil }
    }
  }

  public mutating func append(_ span: Span) {
    guard case .text(let text) = span.content else {
      spans.append(span)
      return
    }
    if text.isEmpty { return }
    if let last = spans.last, last.style == span.style, case .text(let before) = last.content {
      spans[spans.count - 1] = Span(before + text, span.style)
    } else {
      spans.append(span)
    }
  }

  public static func += (line: inout Line, more: Line) {
    for span in more.spans { line.append(span) }
  }

  public static func + (first: Line, second: Line) -> Line {
    var line = first
    line += second
    return line
  }
}

/// A piece of a line: text, or a number with its value.
public struct Span: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    case text(String)
    case number(Double, as: NumberFormat)

    /// Equal to the last bit; a NaN equals itself.
    public static func == (first: Content, second: Content) -> Bool {
      switch (first, second) {
      case (.text(let a), .text(let b)): a == b
      case (.number(let a, let form), .number(let b, let otherForm)):
        a.isSame(as: b) && form == otherForm
      default: false
      }
    }
  }

  public var content: Content
  public var style: Style

  public init(_ content: Content, _ style: Style = .plain) {
    self.content = content
    self.style = style
  }

  public init(_ text: String, _ style: Style = .plain) {
    self.init(.text(text), style)
  }

  public init(_ value: Double, as format: NumberFormat = .standard, _ style: Style = .plain) {
    self.init(.number(value, as: format), style)
  }

  /// What the span reads, with this many significant digits where its format leaves them open.
  public func text(precision: Int = 4) -> String {
    switch content {
    case .text(let text): text
    case .number(let value, let format): format.text(value, precision: precision)
    }
  }
}

/// What a piece of a line means. A renderer chooses a colour for it, or none.
public enum Style: Sendable, Hashable {
  case plain
  /// The word to look at first: a heading.
  case strong
  /// What may be skipped.
  case faint
  /// A check that passed.
  case good
  /// A check that failed, a number that is not finite.
  case bad
  /// A remark or a hint.
  case note
  /// The name of an array, a command, a setting.
  case name
  /// A piece of a picture in two of the 256 terminal colours, or one on the screen's own.
  case ink(UInt8, on: UInt8?)
}

extension Line: CustomStringConvertible {
  /// The text of the line, without styles, at 4 significant digits.
  public var description: String { spans.map { $0.text() }.joined() }
}

extension Line: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) {
    self.init(text: text)
  }

  public init(stringInterpolation parts: StringInterpolation) {
    self = parts.line
  }

  /// What may stand in `"\(…)"` in a line.
  public struct StringInterpolation: StringInterpolationProtocol {
    var line = Line()

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) {
      line.append(Span(text))
    }

    /// `"loss \(2.302585)"` reads `loss 2.303` at 4 digits.
    public mutating func appendInterpolation(
      _ value: Double, as format: NumberFormat = .standard, _ style: Style = .plain
    ) {
      line.append(Span(value, as: format, style))
    }

    /// `"step \(12)"` reads `step 12`.
    public mutating func appendInterpolation(_ count: some BinaryInteger, _ style: Style = .plain) {
      line.append(Span(whole: count, as: .integer, style))
    }

    /// `"\(count: 5000) digits"` reads `5,000 digits`.
    public mutating func appendInterpolation(count: some BinaryInteger, _ style: Style = .plain) {
      line.append(Span(whole: count, as: .grouped, style))
    }

    /// `"\(percent: 0.113)"` reads `11.3%`; the number to compare with is 11.3.
    public mutating func appendInterpolation(percent share: Double, _ style: Style = .plain) {
      line.append(Span(share * 100, as: .percent, style))
      line.append(Span("%", style))
    }

    /// `"\("dW1", .name)"` is text with a style.
    public mutating func appendInterpolation(_ text: some StringProtocol, _ style: Style = .plain) {
      line.append(Span(String(text), style))
    }

    /// A value as a table shows it.
    public mutating func appendInterpolation(_ value: Value) {
      line += value.line()
    }

    public mutating func appendInterpolation(_ other: Line) {
      line += other
    }
  }
}

extension Span {
  /// A whole number. One that a `Double` cannot hold is kept as text, digit for digit.
  init(whole count: some BinaryInteger, as format: NumberFormat, _ style: Style = .plain) {
    if let value = Double(exactly: count) {
      self.init(value, as: format, style)
    } else {
      self.init(format == .grouped ? NumberFormat.grouped(String(count)) : String(count), style)
    }
  }
}
