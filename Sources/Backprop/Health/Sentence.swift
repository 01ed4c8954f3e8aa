/// A sentence whose numbers keep their values, so that whoever shows it can format and compare them.
///
///     let sentence: Sentence = "\(percent: 0.25) of layer \(count: 1)"
///     sentence.parts  // [.percent(0.25), .text(" of layer "), .count(1)]
public struct Sentence: Equatable, Sendable, ExpressibleByStringInterpolation {
  public enum Part: Equatable, Sendable {
    case text(String)
    case number(Double)
    /// A share from 0 to 1.
    case percent(Double)
    case count(Int)
  }

  public private(set) var parts: [Part] = []

  public init(stringLiteral text: String) { parts = text.isEmpty ? [] : [.text(text)] }
  public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  public struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) {
      if case .text(let before) = parts.last {
        parts[parts.count - 1] = .text(before + text)
      } else if !text.isEmpty {
        parts.append(.text(text))
      }
    }

    public mutating func appendInterpolation(_ text: String) { appendLiteral(text) }
    /// The number in a name, as in `"W\(2)"`, is text.
    public mutating func appendInterpolation(_ index: Int) { appendLiteral("\(index)") }
    public mutating func appendInterpolation(_ number: Double) { parts.append(.number(number)) }
    public mutating func appendInterpolation(percent share: Double) {
      parts.append(.percent(share))
    }
    public mutating func appendInterpolation(count: Int) { parts.append(.count(count)) }
    public mutating func appendInterpolation(_ sentence: Sentence) {
      for part in sentence.parts {
        if case .text(let text) = part { appendLiteral(text) } else { parts.append(part) }
      }
    }
    /// The formula with its numbers.
    public mutating func appendInterpolation(_ formula: Formula) {
      for piece in formula.pieces {
        switch piece {
        case .text(let text): appendLiteral(text)
        case .number(let value): appendInterpolation(value)
        }
      }
    }
  }
}

extension Sequence where Element == Sentence {
  /// One after the other: `["a", "b"].joined(", ")  // "a, b"`.
  func joined(_ separator: String) -> Sentence {
    reduce("") { $0.parts.isEmpty ? $1 : "\($0)\(separator)\($1)" }
  }
}
