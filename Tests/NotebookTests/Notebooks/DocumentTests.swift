import Foundation
import Page
import Testing

@testable import Datasets
@testable import Notebook

/// What was typed becomes a page to read and a Jupyter notebook.
@Suite struct DocumentTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: scratch.path + "/" + name, encoding: .utf8)
  }

  private func bench() -> Bench {
    var bench = Bench(Session())
    bench.host.folder = scratch.path + "/"
    for line in [
      "load mnist", "network 784-5-10", "note # My *lesson* <b>", "step 2", "digit 0", "help step",
      "show gradients", "plot loss",
    ] { bench.page(line) }
    bench.run("print nothing<script>")
    return bench
  }

  @Test func thePageHasCommandsOutputsAndNothingOfOthers() throws {
    var bench = bench()
    #expect(bench.text("export a.html").hasPrefix("exported a.html: 7 commands"))
    let page = try text("a.html")
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    for part in [
      "network 784-5-10", "My <em>lesson</em> &lt;b&gt;", "<table", "<svg", "data:image/png",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("<script") && !page.contains("src=\"http"))
    #expect(!page.contains("help step"))
  }

  @Test func theJupyterNotebookHasTheSameCells() throws {
    var bench = bench()
    bench.page("export a.ipynb")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(try text("a.ipynb").utf8)) as? [String: Any])
    #expect(object["nbformat"] as? Int == 4)
    let cells = try #require(object["cells"] as? [[String: Any]])
    #expect(cells.count { $0["cell_type"] as? String == "code" } == 7)
    #expect(cells.count { $0["cell_type"] as? String == "markdown" } >= 1)
  }

  /// After `restore` the journal is executed again, so that its outputs are there.
  @Test func whatWasRestoredIsShownFromItsBeginning() throws {
    var first = bench()
    first.page("save a.json")
    var second = Bench(Session())
    second.host.folder = scratch.path + "/"
    for line in ["restore a.json", "step", "export b.html"] { second.page(line) }
    let page = try text("b.html")
    for part in ["load mnist", "5,000 training", "step 2", "(2 steps)", "(1 step)"] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("restore a.json"))
  }

  @Test func nothingTypedIsNothingToShow() {
    var bench = Bench(Session())
    bench.host.folder = scratch.path + "/"
    #expect(bench.failure("export a.html").hasPrefix("Nothing has been typed yet"))
  }

  /// The policy of a page lets in its own style, byte for byte, and no other.
  @Test func thePolicyNamesTheStyleOfThePage() throws {
    let html = HTMLRenderer().html(Document(title: "A page", items: []))
    let style = try #require(html.firstMatch(of: /<style>((?s:.*?))<\/style>/)).1
    var hash = SHA256()
    hash.add(Array(style.utf8))
    let bytes = stride(from: 0, to: 64, by: 2).map { place in
      UInt8(hash.hexadecimal.dropFirst(place).prefix(2), radix: 16)!
    }
    let name = Data(bytes).base64EncodedString()
    #expect(html.contains("style-src 'sha256-\(name)';"), "the style's hash is \(name)")
  }
}
