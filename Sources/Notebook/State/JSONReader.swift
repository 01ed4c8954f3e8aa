#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// JSON as it stands in a text.
enum JSONTree {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  /// A list of nothing but numbers, among which "NaN", "Infinity" and "-Infinity" count.
  case numbers([Double])
  case list([JSONTree])
  case object([String: JSONTree])

  /// A reader of JSON that knows doubles only can count so far.
  static let largestWhole = 1 << 53
}

extension JSONTree {
  /// Takes JSON by RFC 8259, in UTF-8, and nothing else; a key may stand once in an object.
  ///
  ///     try JSONTree(text: Array("{\"a\": [1, }".utf8))
  ///     // throws: unexpected "}" at line 1, column 11
  init(text: [UInt8]) throws(JSONDamage) {
    var reader = JSONReader(text)
    self = try reader.value()
    reader.skipSpace()
    if reader.byte != nil { throw reader.unexpected() }
  }
}

/// Where and why a text is not taken as JSON, for the sentence of an error.
struct JSONDamage: Error, CustomStringConvertible {
  let description: String
}

/// A session is made of long lists of numbers, each of which costs `JSONDecoder` a few allocations; and
/// that one does not say where a text is damaged.
private struct JSONReader {
  private let bytes: [UInt8]
  private let count: Int
  private var position = 0
  private var depth = 0
  private static let deepest = 100

  init(_ text: [UInt8]) {
    count = text.count
    // What `strtod` stops at.
    bytes = text + [0]
  }

  /// The next byte, nil at the end.
  var byte: UInt8? { position < count ? bytes[position] : nil }

  mutating func value() throws(JSONDamage) -> JSONTree {
    skipSpace()
    switch byte {
    case UInt8(ascii: "["): return try list()
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  // MARK: Lists and objects

  private mutating func list() throws(JSONDamage) -> JSONTree {
    var numbers: [Double] = []
    var items: [JSONTree] = []
    try members(to: "]") { reader throws(JSONDamage) in
      let item = try reader.value()
      if items.isEmpty, let number = item.number {
        numbers.append(number)
      } else {
        if items.isEmpty { items = numbers.map(JSONTree.number) }
        items.append(item)
      }
    }
    return items.isEmpty ? .numbers(numbers) : .list(items)
  }

  private mutating func object() throws(JSONDamage) -> JSONTree {
    var object: [String: JSONTree] = [:]
    try members(to: "}") { reader throws(JSONDamage) in
      let start = reader.position
      let key = try reader.string()
      reader.skipSpace()
      guard reader.take(":") else { throw reader.unexpected() }
      guard object.updateValue(try reader.value(), forKey: key) == nil else {
        reader.position = start
        throw reader.damage("the key \"\(key)\" stands there twice")
      }
    }
    return .object(object)
  }

  /// What stands between brackets, with commas between.
  private mutating func members(
    to end: Unicode.Scalar, _ member: (inout JSONReader) throws(JSONDamage) -> Void
  ) throws(JSONDamage) {
    depth += 1
    guard depth <= JSONReader.deepest else {
      throw damage("lists and objects are more than \(JSONReader.deepest) deep")
    }
    position += 1
    skipSpace()
    if !take(end) {
      repeat {
        skipSpace()
        try member(&self)
        skipSpace()
      } while take(",")
      guard take(end) else { throw unexpected() }
    }
    depth -= 1
  }

  // MARK: Numbers, texts, words

  private mutating func number() throws(JSONDamage) -> Double {
    let start = position
    _ = take("-")
    if byte == UInt8(ascii: "N") || byte == UInt8(ascii: "I") {
      position = start
      throw notANumber()
    }
    guard take("0") || digits() else { throw unexpected() }
    if take(".") { guard digits() else { throw unexpected() } }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard digits() else { throw unexpected() }
    }
    let value = double(start..<position)
    guard value.isFinite else {
      position = start
      throw damage("a number is too large")
    }
    return value
  }

  /// What Python and JavaScript write for a number that is not finite; JSON has none.
  private func notANumber() -> JSONDamage {
    let word = ["NaN", "Infinity", "-Infinity"].first { bytes[position...].starts(with: $0.utf8) }
    guard let word else { return unexpected() }
    return damage("JSON has no number \(word) (in quotation marks it is taken)")
  }

  private func double(_ range: Range<Int>) -> Double {
    bytes.withUnsafeBytes { bytes in
      let text = bytes.baseAddress!.assumingMemoryBound(to: CChar.self) + range.lowerBound
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(text, &end)
      if end! - UnsafeMutablePointer(mutating: text) == range.count { return value }
      // Where a comma is the decimal point.
      return Double(String(decoding: bytes[range], as: UTF8.self))!
    }
  }

  private mutating func digits() -> Bool {
    let start = position
    while let byte, byte >= 0x30, byte <= 0x39 { position += 1 }
    return position > start
  }

  private mutating func string() throws(JSONDamage) -> String {
    guard take("\"") else { throw unexpected() }
    let start = position
    var unescaped: [UInt8]?
    while let byte, byte >= 0x20 {
      switch byte {
      case UInt8(ascii: "\""):
        let text = String(validating: unescaped ?? Array(bytes[start..<position]), as: UTF8.self)
        guard let text else { throw damage("a text is no UTF-8") }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        unescaped = unescaped ?? Array(bytes[start..<position])
        position += 1
        unescaped! += try escape().utf8
      default:
        unescaped?.append(byte)
        position += 1
      }
    }
    throw unexpected()
  }

  /// What stands after a backslash.
  private mutating func escape() throws(JSONDamage) -> String {
    if take("u") {
      var units = [try hexadecimal()]
      if UTF16.isLeadSurrogate(units[0]), take("\\"), take("u") { units.append(try hexadecimal()) }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw damage("half of a character")
      }
      return text
    }
    let meanings: [Unicode.Scalar: String] = [
      "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]
    guard let byte, let meaning = meanings[Unicode.Scalar(byte)] else { throw unexpected() }
    position += 1
    return meaning
  }

  private mutating func hexadecimal() throws(JSONDamage) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 1...4 {
      guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected()
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private mutating func word(_ word: String, _ value: JSONTree) throws(JSONDamage) -> JSONTree {
    for letter in word.unicodeScalars { guard take(letter) else { throw unexpected() } }
    return value
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  // MARK: Damage

  func unexpected() -> JSONDamage {
    guard let byte else { return damage("the text ends too early") }
    let isVisible = (0x21..<0x7F).contains(byte)
    return damage("unexpected \(isVisible ? "\"\(Unicode.Scalar(byte))\"" : "byte \(byte)")")
  }

  private func damage(_ what: String) -> JSONDamage {
    let before = bytes[..<position]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    return JSONDamage(
      description: "\(what) at line \(line), column \(position - lineStart + 1)")
  }
}

extension JSONTree {
  /// As a double, which has three values that JSON has no number for.
  var number: Double? {
    switch self {
    case .number(let value): value
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }
}
