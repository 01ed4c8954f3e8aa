/// The text of one paragraph, heading or cell: emphasis, code, links, line breaks. The method is that
/// of CommonMark's appendix: pieces in a row, a stack of brackets, a list of the runs of `*` and `_`.
struct MarkdownText {
  private let bytes: [UInt8]
  private var position = 0
  private var pieces: [Piece] = []
  /// The bytes of text since the last piece.
  private var plain: [UInt8] = []
  private var emphasis = MarkdownEmphasis()
  private var brackets: [Bracket] = []
  private var images: [(open: Int, close: Int)] = []
  /// Where there are runs of so many backquotes.
  private var ticks: [Int: [Int]] = [:]

  /// A piece of HTML; a run of `*` or `_` has its text and tags from the emphasis in the end.
  struct Piece {
    var html: String
    var run: Int?
  }

  private struct Bracket {
    var piece: Int
    var isImage: Bool
    /// The last run of `*` or `_` before it.
    var lastRun: Int
  }

  static func html(_ bytes: [UInt8]) -> String {
    var text = MarkdownText(bytes.trimmed)
    return text.html()
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var index = 0
    while index < bytes.count {
      let start = index
      while index < bytes.count, bytes[index] == UInt8(ascii: "`") { index += 1 }
      if index > start { ticks[index - start, default: []].append(start) } else { index += 1 }
    }
    // The next one is the last of each list.
    for length in ticks.keys { ticks[length]!.reverse() }
  }

  private mutating func html() -> String {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\"): readEscape()
      case UInt8(ascii: "`"): readCode()
      case UInt8(ascii: "*"), UInt8(ascii: "_"): readRun()
      case UInt8(ascii: "!") where byte(at: position + 1) == UInt8(ascii: "["):
        open(isImage: true)
      case UInt8(ascii: "["): open(isImage: false)
      case UInt8(ascii: "]"): close()
      case UInt8(ascii: "<"): readAddress()
      case UInt8(ascii: "&"): readEntity()
      case UInt8(ascii: "\n"): readLineEnd()
      default:
        plain.append(bytes[position])
        position += 1
      }
    }
    endText()
    emphasis.match(after: -1)
    return pieces.map { piece in piece.run.map { emphasis.html($0) } ?? piece.html }.joined()
  }

  private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func endText() {
    if plain.isEmpty { return }
    pieces.append(Piece(html: Markup.escaped(String(decoding: plain, as: UTF8.self))))
    plain = []
  }

  private mutating func append(_ html: String) {
    endText()
    pieces.append(Piece(html: html))
  }

  private mutating func readEscape() {
    position += 1
    guard let sign = byte(at: position) else { return plain.append(UInt8(ascii: "\\")) }
    if sign == UInt8(ascii: "\n") {
      append("<br>\n")
      position += 1
      skipSpaces()
    } else if sign.isPunctuation {
      plain.append(sign)
      position += 1
    } else {
      plain.append(UInt8(ascii: "\\"))
    }
  }

  private mutating func skipSpaces() {
    while byte(at: position) == UInt8(ascii: " ") { position += 1 }
  }

  /// A line break where two spaces stand before the end of the line.
  private mutating func readLineEnd() {
    let spaces = plain.reversed().prefix { $0 == UInt8(ascii: " ") }.count
    plain.removeLast(spaces)
    append(spaces >= 2 ? "<br>\n" : "\n")
    position += 1
    skipSpaces()
  }

  /// Between two runs of backquotes of the same length, all is text.
  private mutating func readCode() {
    let start = position
    while byte(at: position) == UInt8(ascii: "`") { position += 1 }
    let length = position - start
    while let last = ticks[length]?.last, last <= start { ticks[length]!.removeLast() }
    guard let end = ticks[length]?.last else {
      return plain.append(contentsOf: bytes[start..<position])
    }
    var code = bytes[position..<end].map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
    let space = UInt8(ascii: " ")
    if code.count > 1, code.first == space, code.last == space,
      code.contains(where: { $0 != space })
    {
      code = Array(code.dropFirst().dropLast())
    }
    append("<code>\(Markup.escaped(String(decoding: code, as: UTF8.self)))</code>")
    position = end + length
  }

  private mutating func readRun() {
    endText()
    let start = position
    let sign = bytes[start]
    while byte(at: position) == sign { position += 1 }
    let before = start > 0 ? bytes[start - 1] : nil
    emphasis.add(sign, count: position - start, between: before, and: byte(at: position))
    pieces.append(Piece(html: "", run: emphasis.newest))
  }

  private mutating func open(isImage: Bool) {
    append(isImage ? "![" : "[")
    brackets.append(Bracket(piece: pieces.count - 1, isImage: isImage, lastRun: emphasis.last))
    position += isImage ? 2 : 1
  }

  /// The end of a link's text, if an address follows and a link may lead there.
  private mutating func close() {
    position += 1
    guard let bracket = brackets.popLast() else { return plain.append(UInt8(ascii: "]")) }
    guard let link = MarkdownLink(bytes[position...]), link.isAllowed else {
      return plain.append(UInt8(ascii: "]"))
    }
    endText()
    emphasis.match(after: bracket.lastRun)
    // A link holds no other link: an image in it is its description alone.
    while let image = images.last, image.open > bracket.piece {
      pieces[image.open].html = ""
      pieces[image.close].html = ""
      images.removeLast()
    }
    let isEmpty = pieces.count == bracket.piece + 1
    pieces[bracket.piece].html = link.openingTag
    let address = Markup.escaped(link.address.isEmpty ? "image" : link.address)
    append((isEmpty && bracket.isImage ? address : "") + "</a>")
    if bracket.isImage {
      images.append((bracket.piece, pieces.count - 1))
    } else {
      brackets = []
    }
    position = link.end
  }

  /// `<https://example.org>` or `<name@example.org>`.
  private mutating func readAddress() {
    let most = bytes[position...].prefix(MarkdownLink.mostBytes)
    let ends = [UInt8(ascii: "<"), UInt8(ascii: ">"), 0x7F]
    if let end = most.dropFirst().firstIndex(where: { $0 <= 0x20 || ends.contains($0) }),
      bytes[end] == UInt8(ascii: ">")
    {
      let inner = bytes[position + 1..<end]
      let text = String(decoding: inner, as: UTF8.self)
      let isMail = text.contains("@") && !text.contains(":") && !text.contains("/")
      let link = MarkdownLink(address: isMail ? "mailto:" + text : text)
      if link.isAllowed, link.scheme != nil {
        append("\(link.openingTag)\(Markup.escaped(text))</a>")
        position = end + 1
        return
      }
    }
    plain.append(UInt8(ascii: "<"))
    position += 1
  }

  /// The few names that people write; every other `&` is one.
  private mutating func readEntity() {
    let names = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": "\u{A0}", "times": "×",
      "middot": "·", "hellip": "…", "ndash": "–", "mdash": "—", "copy": "©",
    ]
    let rest = bytes[(position + 1)...].prefix(8)
    if let end = rest.firstIndex(of: UInt8(ascii: ";")),
      let sign = names[String(decoding: rest[..<end], as: UTF8.self)]
    {
      plain.append(contentsOf: sign.utf8)
      position = end + 1
    } else {
      plain.append(UInt8(ascii: "&"))
      position += 1
    }
  }
}

extension UInt8 {
  /// The signs of ASCII.
  var isPunctuation: Bool {
    switch self {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }
}
