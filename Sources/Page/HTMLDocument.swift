/// A whole document as one HTML page: its own style, no script, nothing asked of any other place. Its
/// policy has the browser see to that, whatever text from elsewhere the document holds.
extension HTMLRenderer {
  /// The page. A heading of level 1 at its beginning is the page's; without one, the title is.
  public func html(_ document: Document) -> String {
    var headings = Headings()
    var body = ""
    for cell in document.cells {
      switch cell {
      case .prose(let text):
        let html = Markdown(text).html(&headings)
        if body.isEmpty, !html.hasPrefix("<h1") { body += title(document, &headings) }
        body += html
      case .command(let text, let outputs):
        if body.isEmpty { body += title(document, &headings) }
        body += self.cell(text, outputs)
      }
    }
    if body.isEmpty { body += title(document, &headings) }
    if let end = body.firstRange(of: "</h1>\n")?.upperBound {
      body.insert(contentsOf: contents(headings), at: end)
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Backstep">
      <title>\(Markup.escaped(document.title.isEmpty ? "Backstep" : document.title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  /// What the page may do (Content Security Policy 3): have its own style and pictures that hold
  /// themselves. No script, no frame, no form, no address; links stay links.
  static let policy =
    "default-src 'none'; style-src \(styleHash); img-src data:; base-uri 'none'; form-action 'none'"

  private func title(_ document: Document, _ headings: inout Headings) -> String {
    let text = Markup.escaped(document.title.isEmpty ? "Backstep" : document.title)
    return headings.html(level: 1, text) + "\n"
  }

  /// Links to the sections where there are several.
  private func contents(_ headings: Headings) -> String {
    let sections = headings.all.filter { $0.level == 2 }
    if sections.count < 2 { return "" }
    let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.text)</a></li>\n" }
    return "<nav aria-label=\"Sections\">\n<ul>\n" + links.joined() + "</ul>\n</nav>\n"
  }

  private func cell(_ command: String?, _ outputs: [Document.Output]) -> String {
    var html = "<div class=\"cell\">\n"
    if let command {
      html +=
        "<pre class=\"command\"><code><span class=\"prompt\" aria-hidden=\"true\">&gt; </span>"
        + "\(Markup.escaped(command))</code></pre>\n"
    }
    for output in outputs {
      switch output {
      case .page(let page):
        let content = self.html(page)
        if content.isEmpty { continue }
        html += "<div class=\"output\" role=\"group\" aria-label=\"output\">\n\(content)\n</div>\n"
      case .failure(let sentence):
        html +=
          "<div class=\"output failure\" role=\"group\" aria-label=\"error\">\n"
          + "<pre class=\"text\"><span class=\"bad\">error:</span> \(Markup.escaped(sentence))</pre>\n"
          + "</div>\n"
      }
    }
    return html + "</div>\n"
  }
}

/// The headings of one page: each with an id of its own, one of them of level 1.
struct Headings {
  struct Heading: Equatable {
    var level: Int
    var id: String
    /// Its text as HTML, without links.
    var text: String
  }

  private(set) var all: [Heading] = []
  private var uses: [String: Int] = [:]

  /// `<h2 id="what-a-step-is">What a step is</h2>`. The first heading may have level 1, the others
  /// are below it.
  mutating func html(level: Int, _ html: String) -> String {
    let level = all.isEmpty ? level : max(level, 2)
    let text = Self.withoutTags(html)
    let slug = Self.slug(text)
    let count = uses[slug, default: 0]
    uses[slug] = count + 1
    var id = count == 0 ? slug : "\(slug)-\(count)"
    while count > 0, uses[id] != nil { id += "-1" }
    uses[id, default: 0] += count == 0 ? 0 : 1
    all.append(Heading(level: level, id: id, text: text))
    return "<h\(level) id=\"\(id)\">\(html)</h\(level)>"
  }

  private static func withoutTags(_ html: String) -> String {
    var text = ""
    var isTag = false
    for character in html {
      if character == "<" { isTag = true }
      if !isTag { text.append(character) }
      if character == ">" { isTag = false }
    }
    return text
  }

  /// As GitHub makes it: small letters, hyphens for spaces, no other signs.
  private static func slug(_ text: String) -> String {
    var slug = ""
    var isEntity = false
    for character in text.lowercased() {
      if character == "&" { isEntity = true }
      if isEntity {
        if character == ";" { isEntity = false }
      } else if character == " " || character == "\n" {
        slug.append("-")
      } else if character.isLetter || character.isNumber || character == "-" || character == "_" {
        slug.append(character)
      }
    }
    return slug.isEmpty ? "section" : slug
  }
}
