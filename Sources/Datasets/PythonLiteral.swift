/// A value as Python's `repr` writes it, as far as the header of a `.npy` file may have one.
///
/// ```swift
/// PythonLiteral("{'shape': (784L, 300L), }")
/// // .dictionary(["shape": .tuple([.number("784"), .number("300")])])
/// ```
enum PythonLiteral: Equatable {
  case none
  case bool(Bool)
  /// A whole number as it stands there, of any length.
  case number(String)
  case string(String)
  case list([PythonLiteral])
  case tuple([PythonLiteral])
  /// With strings for keys; of equal keys the last counts.
  case dictionary([String: PythonLiteral])

  /// Nil when the text is anything else.
  init?(_ text: String) {
    var reader = PythonReader(text)
    guard let value = reader.value(), reader.skipSpace() == nil else { return nil }
    self = value
  }

  /// Nil for another value, and for a number with too many digits.
  var integer: Int? {
    if case .number(let digits) = self { Int(digits) } else { nil }
  }

  /// As Python prints it, in at most 80 characters and without those that a terminal takes for a
  /// command: it goes into a sentence, and whoever wrote the file chose it.
  var printed: String {
    let text = description.unicodeScalars.map { $0.isControl ? "?" : $0 }
    let isLong = text.count > 80
    return String(String.UnicodeScalarView(text.prefix(isLong ? 77 : 80))) + (isLong ? "..." : "")
  }

  /// A shape as Python prints it: "(784, 300)".
  static func printed(_ shape: [Int]) -> String {
    PythonLiteral.tuple(shape.map { .number(String($0)) }).printed
  }

  private var description: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .number(let digits): digits
    case .string(let text): "'\(text)'"
    case .list(let items): "[\(items.map(\.description).joined(separator: ", "))]"
    case .tuple(let items):
      "(\(items.map(\.description).joined(separator: ", "))\(items.count == 1 ? "," : ""))"
    case .dictionary(let members):
      "{\(members.map { "'\($0)': \($1.description)" }.sorted().joined(separator: ", "))}"
    }
  }
}

extension Unicode.Scalar {
  var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}

/// Takes one value after another from a text; nil where there is none.
private struct PythonReader {
  private var rest: Substring.UnicodeScalarView
  private var depth = 0
  private static let deepest = 20

  init(_ text: String) { rest = text[...].unicodeScalars }

  /// What comes after the spaces.
  mutating func skipSpace() -> Unicode.Scalar? {
    rest = rest.drop { " \t\r\n".unicodeScalars.contains($0) }
    return rest.first
  }

  mutating func value() -> PythonLiteral? {
    switch skipSpace() {
    case "{": return dictionary()
    case "[": return items(to: "]").map(PythonLiteral.list)
    case "(": return items(to: ")").map(PythonLiteral.tuple)
    case "'", "\"": return string().map(PythonLiteral.string)
    case let first? where first == "-" || ("0"..."9").contains(first): return number()
    default: return word()
    }
  }

  private mutating func dictionary() -> PythonLiteral? {
    var members: [String: PythonLiteral] = [:]
    let isWhole = separated(to: "}") { reader in
      guard case .string(let key)? = reader.value(), reader.take(":"), let value = reader.value()
      else { return false }
      members[key] = value
      return true
    }
    return isWhole ? .dictionary(members) : nil
  }

  private mutating func items(to end: Unicode.Scalar) -> [PythonLiteral]? {
    var items: [PythonLiteral] = []
    let isWhole = separated(to: end) { reader in
      guard let item = reader.value() else { return false }
      items.append(item)
      return true
    }
    return isWhole ? items : nil
  }

  /// What stands between brackets, with commas between and perhaps one after; whether it ends well.
  private mutating func separated(
    to end: Unicode.Scalar, _ member: (inout PythonReader) -> Bool
  ) -> Bool {
    rest.removeFirst()
    depth += 1
    defer { depth -= 1 }
    guard depth <= PythonReader.deepest else { return false }
    while !take(end) {
      guard member(&self) else { return false }
      if !take(",") { return take(end) }
    }
    return true
  }

  private mutating func string() -> String? {
    let quote = rest.removeFirst()
    var text = String.UnicodeScalarView()
    while let next = rest.popFirst(), next != "\n" {
      if next == quote { return String(text) }
      // A backslash stands before a quote or another one; the rest of them is in no dtype read here.
      guard let character = next == "\\" ? rest.popFirst() : next else { return nil }
      text.append(character)
    }
    return nil
  }

  /// Python 2 wrote an L after a long one.
  private mutating func number() -> PythonLiteral? {
    let sign = take("-") ? "-" : ""
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(digits.count)
    if rest.first == "L" { rest.removeFirst() }
    return digits.isEmpty ? nil : .number(sign + String(digits))
  }

  private mutating func word() -> PythonLiteral? {
    let word = rest.prefix { $0.properties.isAlphabetic }
    rest = rest.dropFirst(word.count)
    switch String(word) {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return PythonLiteral.none
    // Python 2 marks text so, Python 3 bytes.
    case "u", "b": return (rest.first == "'" || rest.first == "\"") ? value() : nil
    default: return nil
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard skipSpace() == character else { return false }
    rest.removeFirst()
    return true
  }
}
