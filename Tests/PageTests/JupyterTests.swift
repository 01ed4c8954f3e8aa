import Foundation
import Testing

@testable import Page

@Suite struct JupyterTests {
  func notebook(_ document: Document) throws -> [String: Any] {
    let json = JupyterRenderer().json(document)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  func cells(_ document: Document) throws -> [[String: Any]] {
    try #require(try notebook(document)["cells"] as? [[String: Any]])
  }

  let picture = Picture("digit", shape: [28, 28], values: Array(repeating: 0.5, count: 784))

  @Test func structure() throws {
    let document = Document(
      title: "A session",
      items: [
        .prose("Some *prose*.\n\nMore."), .command("digit 7"),
        .page(
          Page(
            "label 7", .image(picture), .series(Series("loss", x: [0, 1], y: [2, 1])),
            .table(Table("t", columns: ["a"], rows: [[1]])))),
        .command("stpe"), .failure("There is no command \"stpe\"."), .command("quit"),
      ])
    let notebook = try notebook(document)
    #expect(notebook["nbformat"] as? Int == 4 && notebook["nbformat_minor"] as? Int == 5)
    let cells = try cells(document)
    #expect(
      cells.map { $0["cell_type"] as? String } == ["markdown", "markdown", "code", "code", "code"])
    #expect(
      cells.map { $0["id"] as? String } == ["cell-1", "cell-2", "cell-3", "cell-4", "cell-5"])
    #expect(cells[0]["source"] as? [String] == ["# A session"])
    #expect(cells[1]["source"] as? [String] == ["Some *prose*.\n", "\n", "More."])
    #expect(cells[2]["source"] as? [String] == ["digit 7"])
    #expect(cells.compactMap { $0["execution_count"] as? Int } == [1, 2, 3])

    let outputs = try #require(cells[2]["outputs"] as? [[String: Any]])
    let kinds = outputs.map { Set(($0["data"] as? [String: Any] ?? [:]).keys) }
    #expect(
      kinds == [
        ["text/plain"], ["text/plain", "image/png"], ["text/plain"],
        ["text/plain", "image/svg+xml"], ["text/plain"],
        ["text/plain", "text/html"],
      ])
    // A notebook shows the image of a picture, not its text: the range is said again below it.
    let legends = outputs.compactMap { ($0["data"] as? [String: Any])?["text/plain"] as? [String] }
    #expect(legends[2] == ["digit: range 0.5 … 0.5\n"])
    #expect(legends[4][0].hasPrefix("loss: 2 points, from 0 to 1"))
    #expect(outputs.allSatisfy { $0["output_type"] as? String == "display_data" })
    let error = try #require((cells[3]["outputs"] as? [[String: Any]])?.first)
    #expect(error["output_type"] as? String == "error")
    #expect(error["evalue"] as? String == "There is no command \"stpe\".")
    #expect((cells[4]["outputs"] as? [Any])?.isEmpty == true)
  }

  @Test func itDoesNotSayItWerePython() {
    let json = JupyterRenderer().json(Document(title: "x", items: []))
    #expect(json.contains("\"name\": \"backstep\"") && !json.lowercased().contains("python"))
  }

  @Test func neighbouringPicturesAreOneImage() throws {
    var unit = picture
    unit.range = 0...1
    let cells = try cells(
      Document(title: "", items: [.page(Page(.image(unit), .image(unit), .image(unit)))]))
    #expect((cells[0]["outputs"] as? [Any])?.count == 2)
    #expect(cells[0]["source"] as? [String] == [])
  }

  @Test func whateverIsInItTheJSONIsValid() throws {
    #expect(try cells(HTMLDocumentTests.hostile).count == 3)
    #expect(try cells(Document(title: "", items: [])).isEmpty)
    let first = JupyterRenderer().json(HTMLDocumentTests.hostile)
    #expect(first == JupyterRenderer().json(HTMLDocumentTests.hostile))
  }
}
