/// What one line of Markdown is by its beginning.
extension ArraySlice<UInt8> {
  var isBlank: Bool { allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

  /// The spaces at its beginning.
  var indent: Int { prefix { $0 == UInt8(ascii: " ") }.count }

  var isQuote: Bool { indent < 4 && dropFirst(indent).first == UInt8(ascii: ">") }

  /// Whether it ends the paragraph before it.
  var interrupts: Bool {
    if indent >= 4 { return false }
    return isQuote || heading != nil || isRule || fence != nil || marker?.mayInterrupt == true
  }

  /// `## text ##`: the level and the text.
  var heading: (level: Int, text: [UInt8])? {
    if indent >= 4 { return nil }
    let line = dropFirst(indent)
    let level = line.prefix { $0 == UInt8(ascii: "#") }.count
    var text = line.dropFirst(level)
    guard (1...6).contains(level), text.isEmpty || text.first == UInt8(ascii: " ") else {
      return nil
    }
    text = text.trimmedSlice
    let kept = text.dropLast { $0 == UInt8(ascii: "#") }
    if kept.isEmpty || kept.last == UInt8(ascii: " ") { text = kept }
    return (level, Array(text.trimmedSlice))
  }

  /// The level of the heading that a line of `=` or `-` makes of the paragraph above it.
  var underlineLevel: Int? {
    let line = trimmedSlice
    guard indent < 4, let sign = line.first, line.allSatisfy({ $0 == sign }) else { return nil }
    return sign == UInt8(ascii: "=") ? 1 : sign == UInt8(ascii: "-") ? 2 : nil
  }

  /// Three or more of `*`, `-` or `_`, and spaces.
  var isRule: Bool {
    let sign = dropFirst(indent).first
    guard indent < 4, let sign,
      [UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(sign)
    else { return false }
    var count = 0
    for byte in self where byte != UInt8(ascii: " ") {
      if byte != sign { return false }
      count += 1
    }
    return count >= 3
  }

  /// Three or more backquotes or tildes, and the language.
  var fence: Fence? {
    let line = dropFirst(indent)
    guard indent < 4, let sign = line.first, sign == UInt8(ascii: "`") || sign == UInt8(ascii: "~")
    else { return nil }
    let length = line.prefix { $0 == sign }.count
    let info = line.dropFirst(length).trimmedSlice
    if length < 3 || (sign == UInt8(ascii: "`") && info.contains(sign)) { return nil }
    let word = info.prefix { $0 != UInt8(ascii: " ") }
    return Fence(
      sign: sign, length: length, indent: indent, language: String(decoding: word, as: UTF8.self))
  }

  /// `- `, `+ `, `* `, `1. ` or `1) `.
  var marker: Marker? {
    let line = dropFirst(indent)
    guard indent < 4, let first = line.first else { return nil }
    let digits = line.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let sign: UInt8
    var width = 1
    var number: Int?
    if digits.isEmpty {
      guard [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*")].contains(first) else {
        return nil
      }
      sign = first
    } else {
      guard digits.count <= 9, let end = line.dropFirst(digits.count).first,
        end == UInt8(ascii: ".") || end == UInt8(ascii: ")")
      else { return nil }
      sign = end
      width = digits.count + 1
      number = Int(String(decoding: digits, as: UTF8.self))
    }
    let rest = line.dropFirst(width)
    let gap = rest.indent
    if !rest.isEmpty && gap == 0 { return nil }
    // Five spaces are one and indented code; an empty item has its text one space in.
    let isEmpty = rest.isBlank
    let content = indent + width + (isEmpty || gap > 4 ? 1 : gap)
    return Marker(
      sign: sign, number: number, content: content,
      mayInterrupt: !isEmpty && (number == nil || number == 1))
  }

  /// `|---|:-:|--:|`: the alignments of the columns.
  var tableRule: [Column.Alignment?]? {
    guard indent < 4, contains(UInt8(ascii: "-")),
      contains(UInt8(ascii: "|")) || contains(UInt8(ascii: ":"))
    else { return nil }
    guard allSatisfy({ "|-: ".utf8.contains($0) }) else { return nil }
    var alignments: [Column.Alignment?] = []
    for cell in cells {
      let dashes = cell.filter { $0 == UInt8(ascii: "-") }.count
      let colon = UInt8(ascii: ":")
      let ends = (cell.first == colon ? 1 : 0) + (cell.count > 1 && cell.last == colon ? 1 : 0)
      if dashes == 0 || dashes + ends != cell.count { return nil }
      alignments.append(cell.last == colon ? .right : cell.first == colon ? .left : nil)
    }
    return alignments.isEmpty ? nil : alignments
  }

  /// What stands between the bars of a row; `\|` is a bar in a cell.
  var cells: [[UInt8]] {
    var cells: [[UInt8]] = [[]]
    var isEscaped = false
    for byte in trimmedSlice {
      if byte == UInt8(ascii: "|"), isEscaped {
        cells[cells.count - 1].removeLast()
        cells[cells.count - 1].append(byte)
      } else if byte == UInt8(ascii: "|") {
        cells.append([])
      } else {
        cells[cells.count - 1].append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    // The bars at both ends are the frame.
    if cells[0].isEmpty { cells.removeFirst() }
    if cells.last?.allSatisfy({ $0 == UInt8(ascii: " ") }) == true { cells.removeLast() }
    return cells.map { Array($0[...].trimmedSlice) }
  }

  var trimmedSlice: ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { " \t\n".utf8.contains(byte) }
    return drop(while: isSpace).dropLast(while: isSpace)
  }

  func dropLast(while isDropped: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var slice = self
    while let last = slice.last, isDropped(last) { slice.removeLast() }
    return slice
  }
}

extension [UInt8] {
  var trimmed: [UInt8] { Array(self[...].trimmedSlice) }
}

/// The beginning of a fenced block of code.
struct Fence {
  var sign: UInt8
  var length: Int
  var indent: Int
  var language: String

  func isClosed(by line: ArraySlice<UInt8>) -> Bool {
    let text = line.trimmedSlice
    return line.indent < 4 && text.count >= length && text.allSatisfy { $0 == sign }
  }
}

/// The beginning of an item of a list.
struct Marker {
  /// The bullet, or the sign after the number: what tells one list from the next.
  var sign: UInt8
  var number: Int?
  /// The column where the item's text begins.
  var content: Int
  /// Whether it ends a paragraph before it: not when it is empty, or begins to count at another
  /// number than 1, for then it is more likely a line of text.
  var mayInterrupt: Bool
}
