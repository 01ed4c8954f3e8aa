import Testing

@testable import Page

@Suite struct MarkdownTests {
  /// Written after the examples of CommonMark 0.31.2 and GitHub's tables, with this writer's form.
  @Test(
    arguments: [
      ("one\ntwo", "<p>one\ntwo</p>\n"),
      ("# A *b*\n\n### C", "<h1 id=\"a-b\">A <em>b</em></h1>\n<h3 id=\"c\">C</h3>\n"),
      ("Title\n===\nx\n---", "<h1 id=\"title\">Title</h1>\n<h2 id=\"x\">x</h2>\n"),
      ("#hash\n####### seven", "<p>#hash\n####### seven</p>\n"),
      ("a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>\n"),
      (
        "*a* _b_ **c** ***d***",
        "<p><em>a</em> <em>b</em> <strong>c</strong> <em><strong>d</strong></em></p>\n"
      ),
      ("dW_out_1 2 * 3 * 4", "<p>dW_out_1 2 * 3 * 4</p>\n"),
      ("*a **b* c**", "<p><em>a <em><em>b</em> c</em></em></p>\n"),
      ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>\n"),
      ("`a < b` ``c ` d`` `e", "<p><code>a &lt; b</code> <code>c ` d</code> `e</p>\n"),
      ("\\*a\\* \\\\ \\q", "<p>*a* \\ \\q</p>\n"),
      ("&amp; &times; &nope; & x", "<p>&amp; × &amp;nope; &amp; x</p>\n"),
      ("<b>x</b> <!-- c -->", "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- c --&gt;</p>\n"),
      ("---\n***\n_ _ _", "<hr>\n<hr>\n<hr>\n"),
      (
        "```swift x\nlet a = 1 < 2\n\n```\nb",
        "<pre><code class=\"language-swift\">let a = 1 &lt; 2\n</code></pre>\n<p>b</p>\n"
      ),
      ("~~~\n```\n~~~", "<pre><code>```</code></pre>\n"),
      ("```\nopen", "<pre><code>open</code></pre>\n"),
      ("    code\n\n      more\n\nx", "<pre><code>code\n\n  more</code></pre>\n<p>x</p>\n"),
      (
        "> a\nb\n> # c\n\nd",
        "<blockquote>\n<p>a\nb</p>\n<h1 id=\"c\">c</h1>\n</blockquote>\n<p>d</p>\n"
      ),
      (
        "- a\n- b\n  - c\n\n    d",
        """
        <ul>
        <li>a</li>
        <li>b
        <ul>
        <li><p>c</p>
        <p>d</p>
        </li>
        </ul>
        </li>
        </ul>

        """
      ),
      ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
      ("3) a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n"),
      ("- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n"),
      ("- a\n* b", "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>\n"),
      ("- a\n  b\nc", "<ul>\n<li>a\nb\nc</li>\n</ul>\n"),
      ("- ```\n  x\n  ```", "<ul>\n<li><pre><code>x</code></pre>\n</li>\n</ul>\n"),
      ("born in\n1986. x", "<p>born in\n1986. x</p>\n"),
      ("[a *b*](x.md \"t\")", "<p><a href=\"x.md\" title=\"t\">a <em>b</em></a></p>\n"),
      ("[a](<x y> 'it''s')", "<p>[a](&lt;x y&gt; &#39;it&#39;&#39;s&#39;)</p>\n"),
      ("[a](<x y>) [b](f(1))", "<p><a href=\"x%20y\">a</a> <a href=\"f(1)\">b</a></p>\n"),
      ("![a digit](7.png)", "<p><a href=\"7.png\">a digit</a></p>\n"),
      (
        "[![CI](b.svg)](ci) ![](c.png)",
        "<p><a href=\"ci\">CI</a> <a href=\"c.png\">c.png</a></p>\n"
      ),
      ("[a [b](c) d](e)", "<p>[a <a href=\"c\">b</a> d](e)</p>\n"),
      ("*[a*](b)", "<p>*<a href=\"b\">a*</a></p>\n"),
      (
        "<https://a.org/?b&c> <me@a.org> <x>",
        "<p><a href=\"https://a.org/?b&amp;c\">https://a.org/?b&amp;c</a> "
          + "<a href=\"mailto:me@a.org\">me@a.org</a> &lt;x&gt;</p>\n"
      ),
      ("\tx\r\ny", "<pre><code>x</code></pre>\n<p>y</p>\n"), ("", ""), ("\n \n", ""),
    ] as [(String, String)])
  func blocksAndText(markdown: String, html: String) {
    #expect(Markdown(markdown).html == html)
  }

  @Test func tables() {
    let html = Markdown("x\n| a | b |\n|:--|--:|\n| 1 | `2\\|3` | 4 |\n| *c*\n\ny").html
    #expect(
      html == """
        <p>x</p>
        <div class="scroll" role="region" tabindex="0" aria-label="table"><table>
        <thead>
        <tr><th scope="col">a</th><th scope="col" class="number">b</th></tr>
        </thead>
        <tbody>
        <tr><td>1</td><td class="number"><code>2|3</code></td></tr>
        <tr><td><em>c</em></td><td class="number"></td></tr>
        </tbody>
        </table></div>
        <p>y</p>

        """)
    #expect(Markdown("| a |\n| b |").html == "<p>| a |\n| b |</p>\n")
    #expect(Markdown("a | b\n--- | --- | ---").html == "<p>a | b\n--- | --- | ---</p>\n")
  }

  /// What a browser would run or what leads to another place than it says is text.
  @Test(
    arguments: [
      "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
      "//host/x", "\\\\\\\\host/x", "<java\tscript:x>", "< javascript:x>", "<\u{1}javascript:x>",
      "java\\script:x", "<//host>", "blob:x", "view-source:x",
    ])
  func noOtherLinks(address: String) {
    #expect(!Markdown("[x](\(address)) ![y](\(address))").html.contains("<a "))
    #expect(!Markdown("<\(address)>").html.contains("<a "))
  }

  @Test func whatIsQuotedStaysInItsAttribute() {
    let html = Markdown("[x](a\"onmouseover=alert(1) \"t\\\" onload='x\") ```a\"b").html
    #expect(!html.contains("a\"on") && !html.contains("t\" on"))
    #expect(
      Markdown("```\"><script>\nx\n```").html
        == "<pre><code class=\"language-script\">x</code></pre>\n")
    #expect(Markdown("[x](java&#115;cript:x)").html.contains("href=\"java&amp;#115;cript:x\""))
  }

  /// Each of these has made some Markdown reader take quadratic time or run out of stack. The length
  /// is small enough for a build without optimisation; twice as long takes about twice as long.
  @Test(
    arguments: [
      "*", "_", "**a ", "*a_ ", "[", "]", "[a](", "[a](<b", "![", "![a](b ", "`", "`a``b```", ">",
      "> ",
      "- ", "1. ", "* * ", "|", "a|", "<", "<a@", "&", "&amp", "\\", "#", "\n", " \n", "-\n",
      "[a](b)", "*a **b", "a**b", "> - ", "- a\n ", "|-", "| a |\n|---|\n", "~~~\n", "[![",
    ])
  func hostileTextIsReadQuickly(piece: String) {
    let short = String(repeating: piece, count: 4000 / piece.utf8.count)
    let time = ContinuousClock().measure { _ = Markdown(short).html }
    #expect(time < .seconds(5))
  }

  /// Beyond the length to which an address is looked for, where every sign once cost as much.
  @Test func manyBeginningsOfAddressesAreReadQuickly() {
    let text = String(repeating: "<", count: 200_000)
    var html = ""
    let time = ContinuousClock().measure { html = Markdown(text).html }
    #expect(html.hasPrefix("<p>&lt;&lt;"))
    #expect(time < .seconds(5))
  }

  @Test func deepNestingIsText() {
    let html = Markdown(String(repeating: "> ", count: 1000) + "x").html
    #expect(html.matches(of: /<blockquote>/).count == MarkdownReader.mostDepth)
  }

  @Test func garbage() {
    var numbers = SeededNumbers(seed: 11)
    let signs = Array("*_`[]()<>!\\&;#-+1.|:~> \n\tax\"'é=")
    for _ in 0..<1500 {
      let length = Int(numbers.bits() % 60)
      let text = String((0..<length).map { _ in signs[Int(numbers.bits() % UInt64(signs.count))] })
      let html = Markdown(text).html
      #expect(isBalanced(html), "\(text.debugDescription)")
    }
  }
}

/// Whether each tag is closed in its place, and nothing but tags has angle brackets.
func isBalanced(_ html: String) -> Bool {
  var open: [Substring] = []
  var rest = html[...]
  while let start = rest.firstIndex(where: { $0 == "<" || $0 == ">" }) {
    guard rest[start] == "<", let end = rest[start...].firstIndex(of: ">") else { return false }
    let tag = rest[rest.index(after: start)..<end]
    rest = rest[rest.index(after: end)...]
    let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
    if tag.hasSuffix("/") || tag.hasPrefix("!") { continue }
    if ["br", "hr", "img", "meta"].contains(name) { continue }
    if tag.hasPrefix("/") {
      if open.popLast() != name { return false }
    } else {
      open.append(name)
    }
  }
  return open.isEmpty
}
