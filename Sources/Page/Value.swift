/// One figure or word among facts or in a table: JSON's values, and two that people read otherwise.
public enum Value: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  /// A share from 0 to 1: people read 11.3%, programs 0.113.
  case percent(Double)
  /// A shape: people read `(784, 300)`, programs `[784,300]`.
  case shape([Int])
  /// Numbers in an array of this shape: one list, or a list of rows.
  case array([Double], shape: [Int])
  case string(String)
  case list([Value])
  case object([Fact])

  /// The number, or null when there is none yet.
  public init(_ number: Double?) {
    self = number.map(Value.number) ?? .null
  }

  /// The whole number, or null when there is none yet.
  public init(_ integer: Int?) {
    self = integer.map(Value.integer) ?? .null
  }

  /// The text, or null when there is none yet.
  public init(_ string: String?) {
    self = string.map(Value.string) ?? .null
  }

  /// The value as people read it.
  ///
  ///     Value.percent(0.113).line().description  // 11.3%
  public func line(as format: NumberFormat = .standard, _ style: Style = .plain) -> Line {
    switch self {
    case .null: Line(text: "-", style)
    case .bool(let isTrue): Line(text: isTrue ? "yes" : "no", style)
    case .integer(let count):
      Line(spans: [Span(whole: count, as: format == .grouped ? .grouped : .integer, style)])
    case .number(let value): Line(spans: [Span(value, as: format, style)])
    case .percent(let share):
      Line(spans: [Span(share * 100, as: .percent, style), Span("%", style)])
    case .shape(let shape), .array(_, let shape): Line(text: Grid.text(ofShape: shape), style)
    case .string(let text): Line(text: text, style)
    case .list(let values):
      Line(joining: values.map { $0.line(as: format, style) }, with: ", ")
    case .object(let facts):
      Line(
        joining: facts.map { Line(text: $0.name + " ", style) + $0.value.line(as: format, style) },
        with: ", ")
    }
  }

  var isNumeric: Bool {
    switch self {
    case .integer, .number, .percent: true
    default: false
    }
  }

  var isNull: Bool {
    if case .null = self { true } else { false }
  }
}

extension Value: Equatable {
  /// Equal to the last bit: 0 is not -0, and a NaN equals itself.
  public static func == (first: Value, second: Value) -> Bool {
    switch (first, second) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)), (.percent(let a), .percent(let b)): a.isSame(as: b)
    case (.shape(let a), .shape(let b)): a == b
    case (.array(let a, let aShape), .array(let b, let bShape)):
      aShape == bShape && a.isSame(as: b)
    case (.string(let a), .string(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral values: Value...) { self = .list(values) }
  public init(dictionaryLiteral facts: (String, Value)...) {
    self = .object(facts.map { Fact($0, $1) })
  }
}

extension Double {
  /// Whether both have the same bits, or are both NaN.
  func isSame(as other: Double) -> Bool {
    bitPattern == other.bitPattern || (isNaN && other.isNaN)
  }
}

extension [Double] {
  func isSame(as other: [Double]) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.isSame(as: $1) }
  }
}

extension Line {
  public init(joining lines: [Line], with separator: String) {
    self.init()
    for (index, line) in lines.enumerated() {
      if index > 0 { append(Span(separator)) }
      self += line
    }
  }
}
