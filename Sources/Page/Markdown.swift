/// Markdown as HTML: CommonMark's headings, paragraphs, emphasis, code, lists, quotes, rules and
/// links, and GitHub's tables. HTML in it is text, and so is a link that does not lead to the web, to
/// a mail address or to a file beside it; an image is a link that reads as its description. Whatever
/// the text, the time is about proportional to its length.
///
///     Markdown("*loss* < `2`").html  // <p><em>loss</em> &lt; <code>2</code></p>
struct Markdown {
  var blocks: [MarkdownBlock]

  init(_ text: String) {
    blocks = MarkdownReader.blocks(text)
  }

  var html: String {
    var headings = Headings()
    return html(&headings)
  }

  /// The text as part of a page with other headings.
  func html(_ headings: inout Headings) -> String {
    var html = ""
    for block in blocks { Self.write(block, &html, &headings) }
    return html
  }

  private static func write(
    _ block: MarkdownBlock, _ html: inout String, _ headings: inout Headings
  ) {
    switch block {
    case .heading(let level, let text):
      html += headings.html(level: level, MarkdownText.html(text)) + "\n"
    case .paragraph(let text): html += "<p>\(MarkdownText.html(text))</p>\n"
    case .rule: html += "<hr>\n"
    case .code(let code, let language):
      let name = language.filter { $0.isLetter || $0.isNumber || "-_+".contains($0) }
      let mark = name.isEmpty ? "" : " class=\"language-\(name)\""
      let text = Markup.escaped(String(decoding: code, as: UTF8.self))
      html += "<pre><code\(mark)>\(text)</code></pre>\n"
    case .quote(let blocks):
      html += "<blockquote>\n"
      for block in blocks { write(block, &html, &headings) }
      html += "</blockquote>\n"
    case .list(let start, let isTight, let items):
      let from = start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      html += start == nil ? "<ul>\n" : "<ol\(from)>\n"
      for item in items {
        html += "<li>"
        for (index, block) in item.enumerated() {
          if isTight, case .paragraph(let text) = block {
            html += MarkdownText.html(text) + (index < item.count - 1 ? "\n" : "")
          } else {
            write(block, &html, &headings)
          }
        }
        html += "</li>\n"
      }
      html += start == nil ? "</ul>\n" : "</ol>\n"
    case .table(let alignments, let head, let rows):
      write(head, rows, alignments, &html)
    }
  }

  private static func write(
    _ head: [[UInt8]], _ rows: [[[UInt8]]], _ alignments: [Column.Alignment?],
    _ html: inout String
  ) {
    let names = alignments.map { $0 == .right ? " class=\"number\"" : "" }
    html += "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"table\"><table>\n"
    html += "<thead>\n<tr>"
    for (name, cell) in zip(names, head) {
      html += "<th scope=\"col\"\(name)>\(MarkdownText.html(cell))</th>"
    }
    html += "</tr>\n</thead>\n<tbody>\n"
    for row in rows {
      html += "<tr>"
      for (name, cell) in zip(names, row) {
        html += "<td\(name)>\(MarkdownText.html(cell))</td>"
      }
      html += "</tr>\n"
    }
    html += "</tbody>\n</table></div>\n"
  }
}
