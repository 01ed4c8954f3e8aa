/// Where a link leads: what stands in parentheses after its text.
struct MarkdownLink {
  /// Longer addresses and titles are text: somebody who opens many and closes none gets no answer to
  /// each from the whole of the rest.
  static let mostBytes = 2000

  var address: String
  var title: String?
  /// Where the text goes on.
  var end = 0

  init(address: String) {
    self.address = address
  }

  /// `(address "title")` at the beginning of these bytes, or nil.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    guard rest.popFirst() == UInt8(ascii: "(") else { return nil }
    rest = Self.afterSpace(rest)
    guard let address = Self.address(&rest) else { return nil }
    self.address = address
    let gap = rest
    rest = Self.afterSpace(rest)
    if rest.startIndex > gap.startIndex, let sign = rest.first, "\"'(".utf8.contains(sign) {
      let last = sign == UInt8(ascii: "(") ? UInt8(ascii: ")") : sign
      rest = rest.dropFirst()
      guard let title = Self.text(&rest, until: { $0 == last }), rest.popFirst() != nil else {
        return nil
      }
      self.title = title
      rest = Self.afterSpace(rest)
    }
    guard rest.popFirst() == UInt8(ascii: ")") else { return nil }
    end = rest.startIndex
  }

  private static func afterSpace(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t") }
  }

  private static func address(_ rest: inout ArraySlice<UInt8>) -> String? {
    if rest.first == UInt8(ascii: "<") {
      rest = rest.dropFirst()
      let end = UInt8(ascii: ">")
      let text = text(&rest) { $0 == end || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "<") }
      return rest.popFirst() == end ? text : nil
    }
    var depth = 0
    return text(&rest) { byte in
      if byte <= 0x20 || byte == 0x7F { return true }
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth -= 1 }
      return depth < 0
    }
  }

  /// What stands before the first byte that ends it; a backslash takes the meaning from a sign.
  private static func text(_ rest: inout ArraySlice<UInt8>, until isEnd: (UInt8) -> Bool)
    -> String?
  {
    var text: [UInt8] = []
    while let byte = rest.first, text.count <= mostBytes {
      if byte == UInt8(ascii: "\\"), let sign = rest.dropFirst().first, sign.isPunctuation {
        text.append(sign)
        rest = rest.dropFirst(2)
      } else if isEnd(byte) {
        return String(decoding: text, as: UTF8.self)
      } else {
        text.append(byte)
        rest = rest.dropFirst()
      }
    }
    return nil
  }

  /// `https` of `https://example.org`; nil for a path.
  var scheme: String? {
    guard let end = address.firstIndex(where: { ":/?#".contains($0) }), address[end] == ":" else {
      return nil
    }
    return address[..<end].lowercased()
  }

  /// Whether it leads to the web, a mail address, or a place beside this page; nothing that runs.
  var isAllowed: Bool {
    // A browser takes `\` for `/` and leaves out what it cannot see.
    let isPlain = address.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    let start = address.drop { $0 == " " }.prefix(2)
    if !isPlain || start.allSatisfy({ "/\\".contains($0) }) && start.count == 2 { return false }
    return scheme.map { ["http", "https", "mailto"].contains($0) } ?? true
  }

  /// `<a href="https://example.org">`.
  var openingTag: String {
    var target = ""
    for byte in address.utf8 {
      switch byte {
      case 0...0x20, 0x7F...0xFF, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"),
        UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"):
        let digits = String(byte, radix: 16, uppercase: true)
        target += "%" + (digits.count == 1 ? "0" : "") + digits
      default: target.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    let title = title.map { " title=\"\(Markup.escaped($0))\"" } ?? ""
    return "<a href=\"\(Markup.escaped(target))\"\(title)>"
  }
}
