import Foundation
import Testing

/// `backstep test`, `replay` and `run --export`, as a process.
@Suite struct NotebookProgramTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let notebook = """
    # One step

    ```backstep
    > load mnist
    > network 784-5-10
    784-5-10: 3,985 parameters; hidden sigmoid, output softmax, loss cross-entropy
    > step
    step 1  epoch 0  update  loss LOSS  accuracy ACCURACY%  (1 step)
    ```

    """

  /// The notebook as the program has brought it up to date.
  private func written() throws -> (file: String, text: String) {
    let file = scratch.path + "/a.md"
    try Self.notebook.write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try Program.run("test", "--update", file).status == 0)
    return (file, try String(contentsOfFile: file, encoding: .utf8))
  }

  @Test func passesAndFailsWithItsStatus() throws {
    let (file, text) = try written()
    let good = try Program.run("test", file)
    #expect(good.status == 0 && good.output.hasSuffix("1 passed, 0 failed\n"))
    try text.replacingOccurrences(of: "3,985", with: "3,986")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let bad = try Program.run("test", file)
    #expect(bad.status == 2 && bad.output.hasSuffix("0 passed, 1 failed\n"))
    #expect(bad.output.contains("a.md:6") && bad.errors.isEmpty)
    let folder = try Program.run("test", scratch.path, "--json")
    #expect(folder.status == 2 && folder.lines.count == 2)
    for line in folder.lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    #expect(try Program.run("test", "--update", file).status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
  }

  @Test func updatingIsRefusedInCI() throws {
    let (file, text) = try written()
    try text.replacingOccurrences(of: "3,985", with: "3,986")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let result = try Program.run(
      "test", "--update", file,
      environment: Program.environment.merging(["CI": "true"]) { $1 })
    #expect(result.status == 1 && result.errors.contains("refused where CI is set"))
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("3,986"))
  }

  @Test func replayVerifiesAndStopsWhereItIsTold() throws {
    let state = scratch.path + "/s.json"
    let saved = try Program.run(
      "-c", "load mnist", "-c", "network 784-5-10", "-c", "step 3", "-c", "save \(state)")
    #expect(saved.status == 0)
    let result = try Program.run("replay", state)
    #expect(result.status == 0)
    #expect(result.output.contains("3 commands of 3") && !result.output.contains("> step"))
    let there = try Program.run(
      "replay", state, "--to", "2", input: "print step\nstep\nprint step\n")
    #expect(there.status == 0)
    #expect(there.lines.contains("2") && there.lines.last == "3")
    let text = try String(contentsOfFile: state, encoding: .utf8)
    let digest = try #require(text.firstMatch(of: /"digest":"([0-9a-f]{16})"/))
    try text.replacingOccurrences(of: digest.1, with: "0123456789abcdef")
      .write(toFile: state, atomically: true, encoding: .utf8)
    let altered = try Program.run("replay", state)
    #expect(altered.status == 2 && altered.errors.contains("command 1 of 3"))
  }

  @Test func aNotebookBecomesAPage() throws {
    let (file, _) = try written()
    let page = scratch.path + "/a.html"
    #expect(try Program.run("run", file, "--export", page).status == 0)
    #expect(try String(contentsOfFile: page, encoding: .utf8).contains("<title>One step</title>"))
  }

  @Test(arguments: [
    ["test"], ["replay"], ["replay", "a", "b"], ["run", "a.md", "--to", "3"], ["--update"],
    ["-c", "help", "--export", "x.html"], ["nonsense"],
  ])
  func wrongUse(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 64 && !result.errors.isEmpty && result.output.isEmpty)
  }
}
