/// Text in HTML and SVG.
package enum Markup {
  /// The text with the five signs of the language spelt out, for content and attributes alike, and
  /// without the characters that a page may not have.
  ///
  ///     Markup.escaped("a < \"b\"")  // a &lt; &quot;b&quot;
  package static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\0"..<" ", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
      case _ where scalar.value & 0xFFFE == 0xFFFE || 0xFDD0...0xFDEF ~= scalar.value:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A length in a drawing: one decimal is a tenth of a pixel.
  package static func length(_ value: Double) -> String {
    let text = NumberFormat.fixed(1).text(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Line {
  /// The line as HTML, its styles as classes, at so many digits.
  func html(precision: Int) -> String {
    spans.map { span in
      let text = Markup.escaped(span.text(precision: precision))
      switch span.style {
      case .plain, .ink: return text
      case .strong: return "<strong>\(text)</strong>"
      case .faint: return "<span class=\"faint\">\(text)</span>"
      case .good: return "<span class=\"good\">\(text)</span>"
      case .bad: return "<span class=\"bad\">\(text)</span>"
      case .note: return "<span class=\"note\">\(text)</span>"
      case .name: return "<span class=\"name\">\(text)</span>"
      }
    }.joined()
  }

  /// The line's text at so many digits.
  func plain(precision: Int) -> String {
    spans.map { $0.text(precision: precision) }.joined()
  }
}
