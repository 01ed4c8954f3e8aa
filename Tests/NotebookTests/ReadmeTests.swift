import Foundation
import Testing

@testable import Notebook

@Suite struct ReadmeTests {
  static let readme = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../README.md").standardizedFileURL

  /// Help, completion and this table come from the declarations of the commands.
  @Test func theCommandTableIsThatOfTheDeclarations() throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    let start = try #require(text.range(of: "| command | what it does |\n|---|---|\n")).upperBound
    let table = text[start...].components(separatedBy: "\n\n")[0]
    let rows = commands.map { "| `\($0.usage)` | \($0.purpose) |" }
    #expect(table == rows.joined(separator: "\n"))
  }

  /// What the README shows was printed by the program: its session runs again to the same lines.
  @Test func theSessionItShowsIsReal() throws {
    let text = try String(contentsOf: Self.readme, encoding: .utf8)
    let start = try #require(text.range(of: "```\n> load mnist\n")).lowerBound
    let block = text[start...].dropFirst(4).components(separatedBy: "\n```")[0]
    var bench = Bench()
    var printed: [String] = []
    for line in block.split(separator: "\n") where line.hasPrefix("> ") {
      printed.append(String(line))
      printed += bench.text(String(line.dropFirst(2))).split(separator: "\n").map(String.init)
    }
    #expect(printed.joined(separator: "\n") == block)
  }
}
