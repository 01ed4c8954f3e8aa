import Foundation
import Page
import Testing

@testable import Notebook

@Suite struct NotebookTestTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A notebook with these commands and their present outputs.
  private func notebook(_ lines: String..., settings: String = "") throws -> String {
    let file = try scratch.write(
      "a.md",
      "# Title\n\nProse, 12 words.\n\n```backstep\(settings)\n"
        + lines.map { "> \($0)\nto be updated\n" }.joined() + "```\nThe end.\n")
    let text = try #require(test(file).updated)
    try scratch.write("a.md", text)
    return file
  }

  private func test(_ file: String) -> NotebookTest.Result {
    try? FileManager.default.createDirectory(
      atPath: scratch.path + "/work", withIntermediateDirectories: true)
    return NotebookTest(
      file: file, environment: [:], workingFolder: scratch.path + "/work/",
      isInterrupted: { false }
    ).run()
  }

  private static let commands = [
    "load mnist", "network 784-5-10 --hidden relu", "step 3", "show gradients", "print W2[0]",
    "show settings", "evaluate",
  ]

  private func sample() throws -> String {
    try notebook(
      "load mnist", "network 784-5-10 --hidden relu", "step 3", "show gradients", "print W2[0]",
      "evaluate")
  }

  @Test func whatWasJustWrittenPasses() throws {
    let result = test(try sample())
    #expect(result.mismatches.isEmpty && result.compared == 6)
  }

  /// Every digit of every output, changed alone: the test fails in its line and nowhere else, and an
  /// update brings the file back byte for byte.
  @Test func anyChangedDigitIsFoundAndMended() throws {
    let file = try notebook(
      "load mnist", "network 784-5-10 --hidden relu", "step 3", "print b2[:2]")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in lines.enumerated()
    where number > 4 && !line.hasPrefix(">") && !line.hasPrefix("`") && !line.hasPrefix("The") {
      for (index, character) in line.enumerated() where character.isWholeNumber {
        var changed = Array(line)
        // By four, so that it is wrong by more than half a unit.
        changed[index] = Character("\((character.wholeNumberValue! + 4) % 10)")
        var other = lines
        other[number] = String(changed)
        try scratch.write("a.md", other.joined(separator: "\n"))
        let result = test(file)
        #expect(result.mismatches.map(\.line) == [number + 1], "\(other[number])")
        #expect(result.updated == text, "\(other[number])")
      }
    }
  }

  @Test(arguments: [
    ("step 3\nstep 3  epoch 0  update  loss 2.28  accuracy 6.0%  (3 steps)", 0),
    ("step 3\nstep 3 epoch 0 update loss 2.3 accuracy 6% (3 steps)", 0),
    ("step 3\nstep 3  epoch 0  update  loss 2.27  accuracy 6.0%  (3 steps)", 1),
    ("step 3\nstep 3  epoch 0  update  loss 2.28  accuracy 6.0%  (2 steps)", 1),
    ("step 3\nstep 3  epoch 0  updated  loss 2.28  accuracy 6.0%  (3 steps)", 1),
    ("step 3\n...", 0), ("step 3", 0), ("show gradients\narray shape ...", 6),
    ("show gradients\n...\nnot shown at this width: mean, nonfinite", 0),
    ("show gradients\n...\nnot shown at this width: mean", 1),
    ("show gradients\narray  shape  norm  min  max  zeros  data norm  l2 norm\n...", 0),
    ("print nothing", 1), ("step 3\n\n", 0),
  ])
  func whatCounts(cell: String, mismatches: Int) throws {
    let file = try scratch.write(
      "a.md",
      """
      ```backstep
      > load mnist
      > network 784-5-10 --hidden relu
      \(cell.hasPrefix("show") ? "> step 3\n" : "")> \(cell)
      ```
      """)
    #expect(test(file).mismatches.count == mismatches)
  }

  @Test func settingsOfABlock() throws {
    let file = try scratch.write(
      "a.md",
      """
      ```backstep
      > load mnist
      > network 784-5-10 --hidden relu
      ```
      ```backstep {tolerance=0.1}
      > step 3
      step 3  epoch 0  update  loss 2.4000  accuracy 6.2%  (3 steps)
      ```
      ```backstep {error}
      > step 0
      error: step 0 is not possible: count from 1. Try: step 1
      ```
      """)
    #expect(test(file).mismatches.isEmpty)
    try scratch.write("b.md", "```backstep {error}\n> load mnist\n```\n")
    #expect(
      test(scratch.path + "/b.md").mismatches.map(\.complaint)
        == ["This command was to fail and did not."])
    try scratch.write("b.md", "```backstep {tolerence=1}\n> load mnist\n```\n")
    #expect(test(scratch.path + "/b.md").mismatches[0].complaint!.contains("\"tolerence=1\""))
  }

  /// Prose, line ends and hand-written gaps stay.
  @Test func anUpdateTouchesNothingElse() throws {
    let text = """
      \u{FEFF}# A  title\r
      \r
      ```backstep\r
      > load mnist\r
      ...\r
      > network 784-5-10\r
      784-5-10: 3 parameters; hidden sigmoid, output softmax, loss cross-entropy\r
      > step 3\r
      > show gradients\r
      array nonsense\r
      ...\r
      not shown\r
      ```\r
      last line without an end
      """
    let file = try scratch.write("a.md", text)
    let updated = try #require(test(file).updated)
    try scratch.write("a.md", updated)
    #expect(test(file).passes)
    let expected =
      text
      .replacingOccurrences(of: ": 3 parameters", with: ": 3,985 parameters")
      .replacingOccurrences(
        of: "not shown\r", with: "not shown at this width: mean, nonfinite\r")
    let heading = updated.split(separator: "\r\n").first { $0.hasPrefix("array ") } ?? ""
    #expect(
      updated == expected.replacingOccurrences(of: "array nonsense", with: String(heading)))
  }

  /// Wherever it is interrupted: there is no update of a part.
  @Test func anInterruptedTestUpdatesNothing() throws {
    let file = try scratch.write(
      "a.md", "```backstep\n> load mnist\nwrong\n> network 784-5-10\nwrong\n> step 3\nwrong\n```\n")
    for number in 1... {
      let answers = Answers(yesFrom: number)
      let result = NotebookTest(
        file: file, environment: [:], workingFolder: scratch.path + "/",
        isInterrupted: { answers.next() }
      ).run()
      guard result.isInterrupted else {
        #expect(number > 3 && result.update?.lines == 3 && result.update?.mendsAll == true)
        break
      }
      #expect(result.updated == nil && result.update == nil && !result.passes, "\(number)")
    }
  }

  @Test func whatANotebookWritesStaysInItsFolder() throws {
    let file = try scratch.write(
      "notes/a.md", "```backstep\n> load mnist\n> save x.json\n> restore x.json\n```\n")
    #expect(test(file).passes)
    #expect(FileManager.default.fileExists(atPath: scratch.path + "/work/x.json"))
  }

  @Test func filesThatAreNoNotebooks() throws {
    #expect(test(scratch.path + "/none.md").mismatches[0].complaint!.hasPrefix("Cannot read"))
    let prose = try scratch.write("prose.md", "# Only prose\n")
    #expect(test(prose).mismatches[0].complaint!.contains("no block of commands"))
    try scratch.write("more/b.md", "```backstep\n> load mnist\n```\n")
    #expect(
      try notebooks(at: [scratch.path]).map { $0.dropFirst(scratch.path.count) } == ["/more/b.md"])
    #expect(throws: (any Error).self) { try notebooks(at: [scratch.path + "/nowhere"]) }
  }
}

/// No, so many times, and then yes.
private final class Answers: @unchecked Sendable {
  private var left: Int
  init(yesFrom number: Int) { left = number }

  func next() -> Bool {
    left -= 1
    return left <= 0
  }
}

@Suite struct WrittenLineTests {
  static let line: Line =
    "loss \(2.3025851) at step \(12), \(percent: 0.113) of \(count: 5000) \("dW1", .name)"

  @Test(arguments: [
    "loss 2.303 at step 12, 11.3% of 5,000 dW1", "  loss   2.303 at step 12, 11.3%  of 5000 dW1 ",
    "loss 2.3026 at step 12, 11% of 5,000 dW1", "loss 2.30258510 at step 12.0, 11.30% of 5e3 dW1",
  ])
  func agrees(written: String) {
    #expect(Self.line.difference(from: written, tolerance: 1e-6) == nil)
  }

  @Test(arguments: [
    "loss 2.302 at step 12, 11.3% of 5,000 dW1", "loss 2.303 at step 13, 11.3% of 5,000 dW1",
    "loss 2.303 at step 12, 11.4% of 5,000 dW1", "loss 2.303 at step 12, 11.3% of 5,001 dW1",
    "loss nan at step 12, 11.3% of 5,000 dW1",
  ])
  func differsInANumber(written: String) {
    guard case .number = Self.line.difference(from: written, tolerance: 1e-6) else {
      Issue.record("\(written)")
      return
    }
  }

  @Test(arguments: [
    "loss 2.303 at step 12, 11.3% of 5,000 dW2", "loss 2.303 at step 12, 11.3% of 5,000",
    "loss 2.303 at step12, 11.3% of 5,000 dW1", "los s 2.303 at step 12, 11.3% of 5,000 dW1",
    "", "loss", "loss 2.303 at step 12, 11.3% of 5,000 dW1 more", "loss x at step 12",
  ])
  func differsInText(written: String) {
    #expect(Self.line.difference(from: written, tolerance: 1e-6) == .text)
  }

  @Test func notFinite() {
    let line: Line = "\(Double.nan) \(-Double.infinity)"
    #expect(line.difference(from: "nan -inf", tolerance: 1e-6) == nil)
    #expect(line.difference(from: "nan inf", tolerance: 1e-6) != nil)
    #expect(line.difference(from: "0 -inf", tolerance: 1e-6) != nil)
  }
}
