import Testing

@testable import Page

@Suite struct HTMLRendererTests {
  func html(_ block: Block) -> String { HTMLRenderer().html(Page(block)) }

  @Test func textAndFacts() {
    #expect(HTMLRenderer().html(.empty) == "")
    #expect(
      html("loss \(2.302585) \("right", .good) \("W1", .name)")
        == "<pre class=\"text\">loss 2.303 <span class=\"good\">right</span> "
        + "<span class=\"name\">W1</span></pre>")
    #expect(
      HTMLRenderer(precision: 2).html("\(2.302585)" as Page) == "<pre class=\"text\">2.3</pre>")
    #expect(
      html(.facts(Facts("evaluate", ["error_rate": .percent(0.07)])))
        == "<dl class=\"facts\">\n<div><dt>error rate</dt><dd>7.0%</dd></div>\n</dl>")
    #expect(
      html(.facts(Facts("f", ["x": 1], lines: ["a", "b"]))) == "<pre class=\"text\">a\nb</pre>")
  }

  @Test func tables() {
    let table = Table(
      "check", columns: ["array", "data_norm", Column("verdict", styles: ["ok": .good])],
      rows: [["dW1", 0.125, "ok"], ["db1"]], caption: "Gradients:")
    #expect(
      html(.table(table)) == """
        <div class="scroll" role="region" tabindex="0" aria-label="check"><table class="table">
        <caption>Gradients:</caption>
        <thead>
        <tr><th scope="col">array</th><th scope="col" class="number">data norm</th>\
        <th scope="col">verdict</th></tr>
        </thead>
        <tbody>
        <tr><td>dW1</td><td class="number">0.125</td><td><span class="good">ok</span></td></tr>
        <tr><td>db1</td><td class="number">-</td><td>-</td></tr>
        </tbody>
        </table></div>
        """)
    var hidden = table
    hidden.shown = 0
    #expect(html(.table(hidden)) == "")
    hidden.shown = 1
    #expect(!html(.table(hidden)).contains("db1"))
    #expect(html(.table(Table("t", columns: ["a", "b"]))).contains("<td colspan=\"2\""))
  }

  @Test func matrices() {
    let small = html(.matrix(Grid("W2", shape: [2, 2], values: [0.1, -0.25, .nan, 0.5])))
    #expect(small.contains("<th scope=\"row\">1</th><td class=\"number\"><span class=\"bad\">nan"))
    #expect(small.contains("<span class=\"name\">W2</span> (2, 2): finite: min -0.25, max 0.5"))
    let large = html(
      .matrix(Grid("W1", shape: [40, 40], values: Array(repeating: 1, count: 1600))))
    #expect(
      large.contains("<th scope=\"col\">2</th><th scope=\"col\">…</th><th scope=\"col\">37</th>"))
    #expect(large.matches(of: /<tr>/).count == 8)
    let vector = html(.matrix(Grid("b1", shape: [3], values: [0.5, 0, -0.25])))
    #expect(vector.contains("<pre class=\"text\">[ 0.5000,  0.0000, -0.2500]"))
    #expect(html(.matrix(Grid("n", shape: [], values: [0.5]))).contains("n = 0.5"))
  }

  @Test func series() {
    let series = Series(
      "loss", x: [0, 1, 2, 3, 4], y: [2.5, 1, .nan, 0.5, 0.75], xAxis: "step", caption: "so far")
    let html = html(.series(series))
    #expect(html.hasPrefix("<figure class=\"chart\">\n<svg xmlns="))
    #expect(html.contains("role=\"img\" aria-label=\"loss: loss by step, a line chart. 5 points"))
    #expect(html.contains("<title>loss: loss by step, a line chart</title>"))
    #expect(html.contains("<desc>5 points, from 0 to 4, first 2.5"))
    #expect(html.contains("d=\"M0 0L120 157.5M360 210L480 183.8\""))
    #expect(html.contains("<span class=\"title\">so far</span>"))
    #expect(html.contains("not finite <span class=\"bad\">1</span> (20.0%)"))
    let bars = self.html(.series(Series.histogram("W1", of: [-1, -0.5, 0.25, 0.3], bins: 4)))
    #expect(bars.contains("<title>-1 to -0.5: 1</title>"))
    #expect(bars.contains("class=\"negative\"") && bars.contains("class=\"positive\""))
    let none = self.html(.series(Series("loss", x: [], y: [])))
    #expect(none.contains("no points") && !none.contains("<svg"))
  }

  /// Whatever the length, the drawing has about four points for each of its columns, and the extremes
  /// are among them.
  @Test func aLongLineIsShortened() {
    var values = (0..<50_000).map { Double($0 % 7) }
    values[33_333] = 100
    let series = Series("x", x: values.indices.map(Double.init), y: values)
    let envelope = Envelope(series, scale: Scale(series.x), columns: 480)
    #expect(envelope.runs.count == 1)
    #expect(envelope.runs[0].count <= 4 * 480)
    #expect(envelope.runs[0].contains { $0.x == 33_333 && $0.y == 100 })
    #expect(envelope.runs[0].first!.x == 0 && envelope.runs[0].last!.x == 49_999)
  }

  @Test func pictures() {
    let digit = Picture(
      "digit", shape: [28, 28], values: Array(repeating: 0.5, count: 784), range: 0...1,
      caption: "digit 7 of the \"test\" set")
    let html = html(.image(digit))
    #expect(html.contains("<img src=\"data:image/png;base64,iVBORw0KGgo"))
    #expect(html.contains("width=\"196\" height=\"196\""))
    #expect(html.contains("alt=\"digit 7 of the &quot;test&quot; set: 28×28 pixels, range 0 … 1\""))
    let units = (0..<3).map { unit in
      Picture("unit \(unit)", shape: [1, 2], values: [-1, .nan], range: -1...1, isSigned: true)
    }
    let group = HTMLRenderer().html(Page(blocks: units.map(Block.image)))
    #expect(group.matches(of: /unit \d<\/figcaption>/).count == 3)
    #expect(group.matches(of: /<figcaption>range -1/).count == 1)
    #expect(group.contains("3 not finite"))
    let map = Picture(
      "delta1", shape: [2, 3], values: [0, 1, 2, 3, 4, 5], rowAxis: "sample", columnAxis: "unit")
    #expect(self.html(.image(map)).contains("<image width=\"72\" height=\"48\""))
    #expect(self.html(.image(Picture("a", shape: [0, 4], values: []))).contains("empty"))
  }

  @Test func aLargeHeatMapIsNotTooLarge() {
    let map = Picture(
      "dW1", shape: [784, 300], values: Array(repeating: 0, count: 784 * 300), rowAxis: "input",
      columnAxis: "unit")
    #expect(html(.image(map)).contains("height=\"480\""))
  }
}

@Suite struct HTMLDocumentTests {
  static let attack = "\"><script>alert('1')</script>&<img src=x onerror=alert(1)>\u{0}\u{FFFE}"

  /// A document with the same hostile text in every place that takes text.
  static let hostile: Document = {
    let text = attack
    let line = Line(text: text, .bad)
    let axis = Axis(text, unit: text)
    let values: [Double] = [0, 1, 2, 3]
    let blocks: [Block] = [
      .text([line]), .facts(Facts(text, values: [Fact(text, .string(text))])),
      .facts(Facts(text, values: [], lines: [line])),
      .table(Table(text, columns: [Column(text)], rows: [[.string(text)]], caption: line)),
      .matrix(Grid(text, shape: [2, 2], values: values, caption: line)),
      .matrix(Grid(text, shape: [4], values: values, caption: line)),
      .series(Series(text, x: values, y: values, xAxis: axis, yAxis: axis, caption: line)),
      .series(Series.histogram(text, of: values, xAxis: axis, caption: line)),
      .image(Picture(text, shape: [2, 2], values: values, range: 0...3, caption: line)),
      .image(Picture(text, shape: [2, 2], values: values, range: 0...3)),
      .image(Picture(text, shape: [2, 2], values: values, rowAxis: axis, columnAxis: axis)),
      .image(Picture(text, shape: [0, 2], values: [])),
    ]
    let prose =
      "# \(text)\n\n\(text)\n\n[\(text)](x \"\(text)\")\n\n```\(text)\n\(text)\n```\n\n| \(text) |\n|--|\n| \(text) |\n"
    return Document(
      title: text,
      items: [
        .prose(prose), .prose("## \(text)\n\n## \(text)"), .command(text),
        .page(Page(blocks: blocks)), .failure(text),
      ])
  }()

  @Test func everythingIsEscaped() {
    let html = HTMLRenderer().html(Self.hostile)
    #expect(!html.contains("<script") && !html.contains("<img src=x") && !html.contains("\u{0}"))
    #expect(!html.contains("\u{FFFE}"))
    let body = html[(html.firstRange(of: "<body>")!.lowerBound)...]
    #expect(isBalanced(String(body.replacing("</html>", with: ""))))
    // No attribute but the expected ones: nothing got out of its quotation marks.
    let bare = html.replacing(/"[^"]*"/, with: "")
    #expect(!bare.contains(/<[^>]*\son\w+=/))
  }

  /// Nothing is loaded from anywhere: no address but links to follow, pictures that hold themselves,
  /// and the name of the language of drawings.
  @Test func nothingIsRequested() {
    let html = HTMLRenderer().html(Self.hostile)
    for match in html.matches(of: /\s(src|href|action|data|srcset)="([^"]*)"/) {
      let address = match.2
      #expect(
        address.hasPrefix("data:image/png;base64,") || address.hasPrefix("#") || address == "x")
    }
    #expect(!html.contains("@import") && !html.contains("url(") && !html.contains("<link"))
  }

  /// The browser itself keeps out what is not the page's own: no attribute and no element has a style
  /// or a script that the policy would have to let in, and nothing stands before it.
  @Test func aPolicyForbidsEverythingElse() throws {
    let html = HTMLRenderer().html(Self.hostile)
    let policies = html.matches(
      of: /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/)
    #expect(policies.count == 1)
    let policy = try #require(policies.first)
    let rules = policy.1.split(separator: "; ").map(String.init)
    #expect(
      rules == [
        "default-src 'none'", "style-src \(HTMLRenderer.styleHash)", "img-src data:",
        "base-uri 'none'", "form-action 'none'",
      ])
    let before = html[..<policy.range.lowerBound]
    #expect(before == "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    #expect(html.matches(of: /<style/).count == 1)
    let bare = html.replacing(/"[^"]*"/, with: "")
    #expect(!bare.contains(/<[^>]*\sstyle=/))
  }

  @Test func structure() {
    let document = Document(
      title: "A session",
      items: [
        .command("load mnist"), .page("5,000 digits"), .prose("# One\n\ntext\n\n## Two"),
        .command("step 1"), .page("step \(1)"), .page("more"), .failure("It failed."),
        .prose("## Two\n\n### Three"), .command("quit"), .page(.empty),
      ])
    let html = HTMLRenderer().html(document)
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"))
    #expect(html.contains("<title>A session</title>"))
    #expect(
      html.contains("<main>\n<h1 id=\"a-session\">A session</h1>\n<nav aria-label=\"Sections\">"))
    #expect(html.matches(of: /<h1/).count == 1)
    #expect(html.contains("<li><a href=\"#two\">Two</a></li>\n<li><a href=\"#two-1\">Two</a></li>"))
    #expect(html.contains("<h2 id=\"two-1\">Two</h2>"))
    #expect(
      html.contains(
        "<pre class=\"command\"><code><span class=\"prompt\" aria-hidden=\"true\">&gt; </span>step 1"
          + "</code></pre>\n<div class=\"output\" role=\"group\" aria-label=\"output\">\n"
          + "<pre class=\"text\">step 1</pre>\n<pre class=\"text\">more</pre>\n</div>\n"
          + "<div class=\"output failure\" role=\"group\" aria-label=\"error\">\n"))
    #expect(html.contains("quit</code></pre>\n</div>"))
    #expect(HTMLRenderer().html(document) == html)
  }

  @Test func theFirstHeadingIsThePages() {
    let html = HTMLRenderer().html(
      Document(title: "notebook.md", items: [.prose("# *A* walk\n\n## Only one section")]))
    #expect(html.contains("<main>\n<h1 id=\"a-walk\"><em>A</em> walk</h1>\n"))
    #expect(html.contains("<title>notebook.md</title>") && !html.contains("<nav"))
    let empty = HTMLRenderer().html(Document(title: "", items: []))
    #expect(empty.contains("<title>Backstep</title>") && empty.contains("<h1 id=\"backstep\">"))
  }

  @Test func idsAreUnique() {
    var headings = Headings()
    for text in ["a", "a", "a 1", "a-1", "a", "", "", "A"] { _ = headings.html(level: 2, text) }
    let ids = headings.all.map(\.id)
    #expect(Set(ids).count == ids.count, "\(ids)")
  }
}
