/// Where a text stops being JSON, for a sentence about a damaged file; the decoder does not say.
///
///     JSONDamage("{\"a\": [1, }".utf8)?.description
///     // "unexpected \"}\" at line 1, column 11"
struct JSONDamage: CustomStringConvertible {
  let description: String

  /// Nil when the text is JSON by RFC 8259.
  init?(_ bytes: some Collection<UInt8>) {
    var scanner = JSONScanner(Array(bytes))
    guard !scanner.scan() else { return nil }
    let place = scanner.place
    description =
      scanner.next.map { byte in
        let shown =
          (0x20..<0x7F).contains(byte)
          ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
        return "unexpected \(shown) at line \(place.line), column \(place.column)"
      } ?? "the text ends too early, at line \(place.line), column \(place.column)"
  }
}

/// Reads over JSON without keeping any of it; open lists and objects are on a stack of its own, so
/// that a million brackets do no harm.
private struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  var place: (line: Int, column: Int) {
    let before = bytes[..<position]
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return (before.count { $0 == UInt8(ascii: "\n") } + 1, position - start + 1)
  }

  /// True when all of it is one JSON value; else `position` is at the first byte that cannot be.
  mutating func scan() -> Bool {
    var open: [UInt8] = []
    while true {
      skipSpace()
      if take("[") || take("{") {
        let isObject = bytes[position - 1] == UInt8(ascii: "{")
        skipSpace()
        if !take(isObject ? "}" : "]") {
          open.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
          if isObject { guard key() else { return false } }
          continue
        }
      } else {
        guard string() || number() || word("true") || word("false") || word("null") else {
          return false
        }
      }
      // A value has ended: close what ends with it, or go on after a comma.
      skipSpace()
      while let end = open.last, next == end {
        position += 1
        open.removeLast()
        skipSpace()
      }
      guard let end = open.last else { return position == bytes.count }
      guard take(",") else { return false }
      skipSpace()
      if end == UInt8(ascii: "}") { guard key() else { return false } }
    }
  }

  private mutating func key() -> Bool {
    guard string() else { return false }
    skipSpace()
    return take(":")
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func word(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while let byte = next, byte >= 0x20 {
      position += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte == UInt8(ascii: "\\") { guard escape() else { return false } }
    }
    return false
  }

  /// What follows a backslash.
  private mutating func escape() -> Bool {
    guard let byte = next else { return false }
    if take("u") {
      for _ in 1...4 {
        guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else {
          return false
        }
        position += 1
      }
      return true
    }
    guard "\"\\/bfnrt".utf8.contains(byte) else { return false }
    position += 1
    return true
  }

  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position > start
  }

  private mutating func number() -> Bool {
    _ = take("-")
    guard take("0") || digits() else { return false }
    if take(".") { guard digits() else { return false } }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard digits() else { return false }
    }
    return true
  }
}
