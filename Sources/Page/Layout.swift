/// Lines fitted to the width of the screen.
extension TextRenderer {
  func wrapped(_ line: Line?) -> [Line] {
    line.map { wrapped([$0]) } ?? []
  }

  func wrapped(_ lines: [Line]) -> [Line] {
    lines.flatMap { settled($0).pieces(between: "\n") }.flatMap { wrapped($0, hanging: nil) }
  }

  /// The line broken between words so that it fits; what follows the first break is indented by two
  /// columns more than its beginning, or by `hanging`. A word wider than the screen stays whole.
  func wrapped(_ line: Line, hanging: Int?) -> [Line] {
    if !wrapsText || line.columns <= width { return [line] }
    let words = line.words
    let indent = hanging ?? (words.first?.gap.columns ?? 0) + 2
    var lines: [Line] = []
    var current = Line()
    var columns = 0
    for word in words {
      if columns > 0, columns + word.gap.columns + word.text.columns > width {
        lines.append(current)
        current = Line(text: String(repeating: " ", count: min(indent, width / 2)))
        columns = current.columns
        current += word.text
      } else {
        current += word.gap + word.text
        columns += word.gap.columns
      }
      columns += word.text.columns
    }
    return lines + [current]
  }

  /// Items two spaces apart, broken between items only.
  func flowed(_ items: [Line]) -> [Line] {
    var lines: [Line] = []
    for item in items.map(settled) {
      if let last = lines.last, !wrapsText || last.columns + 2 + item.columns <= width {
        lines[lines.count - 1] = last + "  " + item
      } else {
        lines.append(lines.isEmpty ? item : "  " + item)
      }
    }
    return lines
  }

  /// The line with its digits decided, no control characters, and in ASCII where there is no more.
  func settled(_ line: Line) -> Line {
    Line(
      spans: line.spans.map { span in
        switch span.content {
        case .number(let value, .standard):
          Span(value, as: .significant(precision), span.style)
        case .number: span
        case .text(let text): Span(printable(text), span.style)
        }
      })
  }

  private func printable(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result.unicodeScalars.append(scalar)
      case "\t": result += " "
      case _ where scalar.isOrder: result += unicode ? "\u{FFFD}" : "?"
      default:
        if !unicode, let plain = Self.plain[scalar] {
          result += plain
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// ASCII for the signs that lines are written with. A file's name stays what it is.
  private static let plain: [Unicode.Scalar: String] = [
    "×": "x", "…": "...", "–": "-", "—": "-", "−": "-", "·": "*", "→": "->", "←": "<-",
    "²": "^2", "½": "1/2", "‖": "||", "Σ": "sum", "λ": "lambda", "δ": "delta", "ᵀ": "^T",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "±": "+-", "√": "sqrt", "∞": "inf",
    "“": "\"", "”": "\"", "‘": "'", "’": "'", "✓": "ok", "✗": "x", "⊙": "*", "∂": "d",
    "\u{A0}": " ",
  ]
}

extension Line {
  /// How many columns of the screen it takes.
  var columns: Int { spans.reduce(0) { $0 + $1.columns } }

  func padded(to columns: Int, alignment: Column.Alignment = .left) -> Line {
    let missing = columns - self.columns
    if missing <= 0 { return self }
    let gap = Line(text: String(repeating: " ", count: missing))
    return alignment == .left ? self + gap : gap + self
  }

  /// The line without the spaces at its end, but with the pixels of a picture.
  var droppingTrailingSpaces: Line {
    var line = self
    while let last = line.spans.last, case .text(let text) = last.content, text.hasSuffix(" ") {
      if case .ink = last.style { break }
      let kept = text.reversed().drop { $0 == " " }.reversed()
      line = Line(spans: line.spans.dropLast() + [Span(String(kept), last.style)])
    }
    return line
  }

  /// The line cut where this character stands in its text.
  func pieces(between separator: Character) -> [Line] {
    var pieces = [Line()]
    for span in spans {
      if case .text(let text) = span.content {
        for (index, part) in text.split(separator: separator, omittingEmptySubsequences: false)
          .enumerated()
        {
          if index > 0 { pieces.append(Line()) }
          pieces[pieces.count - 1].append(Span(String(part), span.style))
        }
      } else {
        pieces[pieces.count - 1].append(span)
      }
    }
    return pieces
  }

  /// The line's words, each with the spaces before it. `11.3%` is one word: a number and a sign.
  fileprivate var words: [(gap: Line, text: Line)] {
    var words: [(gap: Line, text: Line)] = [(Line(), Line())]
    for span in spans {
      guard case .text(let text) = span.content else {
        words[words.count - 1].text.append(span)
        continue
      }
      var rest = text[...]
      while let first = rest.first {
        let run = rest.prefix { ($0 == " ") == (first == " ") }
        rest = rest[run.endIndex...]
        let piece = Span(String(run), span.style)
        if first != " " {
          words[words.count - 1].text.append(piece)
        } else if words[words.count - 1].text.isEmpty {
          words[words.count - 1].gap.append(piece)
        } else {
          words.append((Line(spans: [piece]), Line()))
        }
      }
    }
    return words
  }
}

extension [Line] {
  /// How many of the lines, from the first on, fit on a screen of this size.
  public func fitting(rows: Int, columns: Int) -> Int {
    var used = 0
    return prefix { line in
      used += Swift.max(1, (line.columns + columns - 1) / columns)
      return used <= rows
    }.count
  }
}

extension Span {
  var columns: Int {
    guard case .text(let text) = content else { return text().utf8.count }
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + $1.columns }
  }
}

extension Character {
  /// Two for East Asian characters and pictographs, one for the rest.
  var columns: Int {
    switch unicodeScalars.first!.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
