/// A piece of a Markdown text. Text in it is not yet read for emphasis and links.
indirect enum MarkdownBlock: Equatable {
  case heading(level: Int, [UInt8])
  case paragraph([UInt8])
  case code([UInt8], language: String)
  case quote([MarkdownBlock])
  case list(start: Int?, isTight: Bool, items: [[MarkdownBlock]])
  case table(alignments: [Column.Alignment?], head: [[UInt8]], rows: [[[UInt8]]])
  case rule
}

/// Markdown read into blocks, line by line, as CommonMark 0.31 describes it and with GitHub's tables.
/// Left out: HTML (it stays text) and references (`[text][name]`).
struct MarkdownReader {
  typealias Line = ArraySlice<UInt8>
  /// Quotes and lists deeper than this are text, so that nobody can make the reader run out of stack.
  static let mostDepth = 16
  /// A table with more columns is text: a line a row could otherwise ask for any number of cells.
  static let mostColumns = 200

  private let lines: [Line]
  private let depth: Int
  private var next = 0
  private var paragraph: [Line] = []
  private var blocks: [MarkdownBlock] = []
  /// Whether two of the blocks have an empty line between them.
  private var hasGaps = false
  private var sawGap = false

  static func blocks(_ text: String) -> [MarkdownBlock] {
    var reader = MarkdownReader(lines(of: text), depth: 0)
    return reader.read().blocks
  }

  /// The lines with tabs at their beginning as spaces up to the next multiple of four.
  private static func lines(of text: String) -> [Line] {
    var lines: [Line] = []
    var line: [UInt8] = []
    var isStart = true
    var last: UInt8 = 0
    func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
    for byte in text.utf8 {
      defer { last = byte }
      if isEnd(byte) {
        if byte == UInt8(ascii: "\n"), last == UInt8(ascii: "\r") { continue }
        lines.append(line[...])
        line = []
        isStart = true
      } else if byte == UInt8(ascii: "\t"), isStart {
        repeat { line.append(UInt8(ascii: " ")) } while line.count % 4 != 0
      } else {
        if byte != UInt8(ascii: " ") { isStart = false }
        line.append(byte)
      }
    }
    return line.isEmpty ? lines : lines + [line[...]]
  }

  private init(_ lines: [Line], depth: Int) {
    self.lines = lines
    self.depth = depth
  }

  private mutating func read() -> (blocks: [MarkdownBlock], hasGaps: Bool) {
    while next < lines.count {
      let line = lines[next]
      if line.isBlank {
        endParagraph()
        sawGap = !blocks.isEmpty
        next += 1
        continue
      }
      if sawGap { hasGaps = true }
      sawGap = false
      if !readBlock(line) {
        paragraph.append(line.drop { $0 == UInt8(ascii: " ") })
        next += 1
      }
    }
    endParagraph()
    return (blocks, hasGaps)
  }

  private mutating func endParagraph() {
    if paragraph.isEmpty { return }
    blocks.append(.paragraph(Array(paragraph.joined(separator: [UInt8(ascii: "\n")]))))
    paragraph = []
  }

  private mutating func append(_ block: MarkdownBlock) {
    endParagraph()
    blocks.append(block)
  }

  /// Whether a block other than a paragraph begins here; if so, it has been read.
  private mutating func readBlock(_ line: Line) -> Bool {
    if line.indent >= 4 {
      if paragraph.isEmpty { readIndentedCode() }
      return paragraph.isEmpty
    }
    if let level = line.underlineLevel, !paragraph.isEmpty {
      let text = Array(paragraph.joined(separator: [UInt8(ascii: "\n")]))
      paragraph = []
      blocks.append(.heading(level: level, text.trimmed))
      next += 1
    } else if let (level, text) = line.heading {
      append(.heading(level: level, text))
      next += 1
    } else if line.isRule {
      append(.rule)
      next += 1
    } else if let fence = line.fence {
      readCode(fence)
    } else if line.isQuote, depth < Self.mostDepth {
      readQuote()
    } else if let marker = line.marker, depth < Self.mostDepth,
      paragraph.isEmpty || marker.mayInterrupt
    {
      readList(marker)
    } else {
      return readTable()
    }
    return true
  }

  private mutating func readIndentedCode() {
    var code: [Line] = []
    while next < lines.count, lines[next].indent >= 4 || lines[next].isBlank {
      code.append(lines[next].dropFirst(min(4, lines[next].indent)))
      next += 1
    }
    while code.last?.isBlank == true { code.removeLast() }
    blocks.append(.code(Array(code.joined(separator: [UInt8(ascii: "\n")])), language: ""))
  }

  private mutating func readCode(_ fence: Fence) {
    endParagraph()
    next += 1
    var code: [Line] = []
    while next < lines.count, !fence.isClosed(by: lines[next]) {
      code.append(lines[next].dropFirst(min(fence.indent, lines[next].indent)))
      next += 1
    }
    next += 1
    blocks.append(
      .code(Array(code.joined(separator: [UInt8(ascii: "\n")])), language: fence.language))
  }

  private mutating func readQuote() {
    endParagraph()
    var inner: [Line] = []
    var continuation = Continuation()
    while next < lines.count {
      let line = lines[next]
      if line.isQuote {
        let text = line.dropFirst(line.indent + 1)
        inner.append(text.first == UInt8(ascii: " ") ? text.dropFirst() : text)
      } else if continuation.takes(line) {
        inner.append(line)
      } else {
        break
      }
      continuation.read(inner[inner.count - 1])
      next += 1
    }
    var reader = MarkdownReader(inner, depth: depth + 1)
    blocks.append(.quote(reader.read().blocks))
  }

  private mutating func readList(_ first: Marker) {
    endParagraph()
    var items: [[MarkdownBlock]] = []
    var isTight = true
    var marker = first
    var endedInGap = false
    while true {
      var inner = [lines[next].dropFirst(marker.content)]
      var continuation = Continuation()
      continuation.read(inner[0])
      next += 1
      while next < lines.count {
        let line = lines[next]
        if line.isBlank {
          // An item that begins with an empty line has no more of them.
          if inner.count == 1, inner[0].isBlank { break }
          inner.append([])
        } else if line.indent >= marker.content {
          inner.append(line.dropFirst(marker.content))
        } else if continuation.takes(line) {
          inner.append(line)
        } else {
          break
        }
        continuation.read(inner[inner.count - 1])
        next += 1
      }
      endedInGap = inner.count > 1 && inner[inner.count - 1].isBlank
      var reader = MarkdownReader(inner, depth: depth + 1)
      let (blocks, hasGaps) = reader.read()
      items.append(blocks)
      if hasGaps { isTight = false }
      while next < lines.count, lines[next].isBlank { next += 1 }
      guard next < lines.count, lines[next].indent < 4, !lines[next].isRule,
        let another = lines[next].marker, another.sign == marker.sign
      else { break }
      if endedInGap { isTight = false }
      marker = another
      endedInGap = false
    }
    sawGap = endedInGap
    blocks.append(.list(start: first.number, isTight: isTight, items: items))
  }

  private mutating func readTable() -> Bool {
    let line = lines[next]
    guard next + 1 < lines.count, line.contains(UInt8(ascii: "|")),
      let alignments = lines[next + 1].tableRule, alignments.count <= Self.mostColumns
    else { return false }
    let head = line.cells
    if head.count != alignments.count { return false }
    endParagraph()
    next += 2
    var rows: [[[UInt8]]] = []
    while next < lines.count, !lines[next].isBlank, !lines[next].interrupts {
      let cells = lines[next].cells
      rows.append(alignments.indices.map { $0 < cells.count ? cells[$0] : [] })
      next += 1
    }
    blocks.append(.table(alignments: alignments, head: head, rows: rows))
    return true
  }
}

/// Whether a line that does not belong to a quote or an item by its beginning goes on with its last
/// paragraph all the same.
private struct Continuation {
  private var fence: Fence?
  private var isParagraph = false

  mutating func read(_ line: MarkdownReader.Line) {
    if let open = fence {
      if open.isClosed(by: line) { fence = nil }
      isParagraph = false
      return
    }
    // What a quote or an item inside ends with.
    var text = line
    for _ in 0..<MarkdownReader.mostDepth {
      if text.isQuote {
        text = text.dropFirst(text.indent + 1)
      } else if let marker = text.marker, !text.isRule {
        text = text.dropFirst(marker.content)
      } else {
        break
      }
    }
    fence = text.startIndex == line.startIndex ? line.fence : nil
    let isCode = text.indent >= 4 && !isParagraph
    isParagraph =
      !isCode && !text.isBlank && text.fence == nil && text.heading == nil && !text.isRule
  }

  func takes(_ line: MarkdownReader.Line) -> Bool {
    isParagraph && !line.isBlank && !line.interrupts && line.marker == nil
  }
}
