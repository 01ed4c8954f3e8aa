import Page

/// An expression as typed, character by character, and where something in it is wrong.
struct ExpressionText {
  let characters: [Character]

  /// No expression that a person types is this long, and a tree may be as deep as its text is long.
  static let limit = 1000

  /// - Throws: when it is too long.
  init(_ text: some StringProtocol) throws {
    let count = text.count
    guard count <= ExpressionText.limit else {
      throw CommandError(
        "The expression has \(NumberFormat.grouped.text(Double(count))) characters, and 1,000 are the limit."
      )
    }
    characters = Array(text)
  }

  subscript(range: Range<Int>) -> String { String(characters[range]) }

  /// The sentence, the expression and a caret under one of its characters, or right behind it.
  ///
  ///     After "dW1" there can stand "[", ")", + - * / or ^.
  ///       norm(dW1 > 3)
  ///                ^
  func error(_ sentence: String, at position: Int) -> CommandError {
    // Of a long expression the part around the caret, so that both lines fit the screen.
    let width = 60
    let start = characters.count <= width ? 0 : min(max(position - 40, 0), characters.count - width)
    let end = min(start + width, characters.count)
    let (before, behind) = (start > 0 ? "..." : "", end < characters.count ? "..." : "")
    let shown = String(characters[start..<end].map { $0.isWhitespace ? " " : $0 })
    let gap = String(repeating: " ", count: before.count + position - start)
    return CommandError("\(sentence)\n  \(before)\(shown)\(behind)\n  \(gap)^")
  }
}

/// A piece of an expression, and the characters it takes.
struct Token: Equatable {
  enum Kind: Equatable {
    case number(Double)
    case name(String)
    /// An operator or a bracket, or a character that nothing begins with.
    case symbol(String)
    case end
  }

  let kind: Kind
  let range: Range<Int>

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
}

extension ExpressionText {
  /// The pieces, up to the end, which is the last of them.
  ///
  /// - Throws: when a number is none.
  func tokens() throws -> [Token] {
    var tokens: [Token] = []
    var position = 0
    while position < characters.count {
      let character = characters[position]
      if character.isWhitespace {
        position += 1
        continue
      }
      let token =
        if character.isDecimalDigit || (character == "." && isDigit(position + 1)) {
          try number(at: position)
        } else if character.isNamePart {
          name(at: position)
        } else {
          symbol(at: position)
        }
      tokens.append(token)
      position = token.range.upperBound
    }
    return tokens + [Token(kind: .end, range: position..<position)]
  }

  private func isDigit(_ position: Int) -> Bool {
    position < characters.count && characters[position].isDecimalDigit
  }

  private func end(from start: Int, while holds: (Character) -> Bool) -> Int {
    characters[start...].firstIndex { !holds($0) } ?? characters.count
  }

  /// `12`, `.5`, `1e-6`, `20%`.
  private func number(at start: Int) throws -> Token {
    var end = end(from: start) { $0.isNamePart || $0 == "." }
    // The sign of an exponent.
    if characters[end - 1] == "e" || characters[end - 1] == "E", end < characters.count,
      "+-".contains(characters[end]), isDigit(end + 1)
    {
      end = self.end(from: end + 1) { $0.isNamePart || $0 == "." }
    }
    let text = self[start..<end]
    // Of what Swift reads as a number, the decimal ones.
    let isDecimal = text.allSatisfy { $0.isDecimalDigit || ".eE+-".contains($0) }
    guard isDecimal, var value = Double(text.hasSuffix(".") ? text + "0" : text) else {
      throw error(
        "\"\(text)\" is no number. Write numbers as in 16, 0.5, 1e-6 or 20%.", at: start)
    }
    guard value.isFinite else {
      throw error("\(text) is too large a number: 1.8e308 is the limit.", at: start)
    }
    if end < characters.count, characters[end] == "%" {
      value /= 100
      end += 1
    }
    return Token(kind: .number(value), range: start..<end)
  }

  private func name(at start: Int) -> Token {
    let end = end(from: start) { $0.isNamePart }
    return Token(kind: .name(self[start..<end]), range: start..<end)
  }

  private func symbol(at start: Int) -> Token {
    let two = self[start..<min(start + 2, characters.count)]
    let isTwo = ["**", "<=", ">=", "==", "!=", "<>", "=<", "=>", "&&", "||"].contains(two)
    let end = start + (isTwo ? 2 : 1)
    return Token(kind: .symbol(self[start..<end]), range: start..<end)
  }
}

extension Character {
  fileprivate var isDecimalDigit: Bool { isASCII && isNumber }
  fileprivate var isNamePart: Bool { isASCII && (isLetter || isNumber) || self == "_" }
}
