import Foundation
import Page
import Testing

@testable import Notebook

@Suite struct ScriptTests {
  /// A step as far as these tests look at it.
  private enum Step: Equatable {
    case prose(String)
    case command(String, line: Int, mustFail: Bool)
  }

  private func commands(_ text: String, name: String = "test.backstep") -> [Step] {
    Script(text, name: name).steps.map { step in
      switch step {
      case .prose(let text): .prose(text)
      case .command(let cell): .command(cell.command, line: cell.line, mustFail: cell.mustFail)
      }
    }
  }

  private func command(_ text: String, _ line: Int, mustFail: Bool = false) -> Step {
    .command(text, line: line, mustFail: mustFail)
  }

  // MARK: Command files

  @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}"])
  func linesWithTheirNumbers(end: String, mark: String) {
    let text =
      mark + ["load mnist", "", "# digits", "  digit 0", "step", ""].joined(separator: end)
    #expect(
      commands(text) == [command("load mnist", 1), command("  digit 0", 4), command("step", 5)])
  }

  @Test func aBackslashAtTheEndJoinsLines() {
    #expect(
      commands("set batch=3 \\\n  l2=0.5 \\\n  rate=1\nstep\\")
        == [command("set batch=3    l2=0.5    rate=1", 1), command("step ", 4)])
    #expect(commands("set batch=3\\\r\nl2=0.5\r\n") == [command("set batch=3 l2=0.5", 1)])
  }

  @Test func joinedLinesRun() {
    var bench = Bench()
    #expect(bench.play("\u{FEFF}set batch=3 \\\r\n  l2=0.5\r\n# end\r\n") == .done)
    #expect(bench.session.currentPlan.batchSize == 3)
    #expect(bench.session.currentPlan.l2 == 0.5)
  }

  @Test func aFailureStopsAndSaysWhere() {
    var bench = Bench(.tiny)
    let outcome = bench.play("network 6-4-3\n\nstep\nstpe\nstep", name: "lesson.backstep")
    #expect(outcome == .failed(status: 1))
    #expect(bench.training.clock.step == 1)
    #expect(bench.host.commands.map(\.command) == ["network 6-4-3", "step", "stpe"])
    #expect(bench.host.commands.last?.place == "lesson.backstep:4")
  }

  @Test func keepingGoingRunsTheRestAndReportsTheFirstFailure() {
    var bench = Bench(.tiny)
    bench.interpreter.keepsGoing = true
    #expect(bench.play("stpe\nnetwork 6-4-3\nstep\nprint q\nstep") == .failed(status: 1))
    #expect(bench.training.clock.step == 2)
    #expect(bench.host.commands.map { $0.failure == nil } == [false, true, true, false, true])
  }

  @Test func quitLeavesTheRest() {
    var bench = Bench()
    bench.interpreter.keepsGoing = true
    #expect(bench.play("set batch=3\nquit 7\nset batch=4") == .quit(status: 7))
    #expect(bench.session.currentPlan.batchSize == 3)
  }

  @Test func anInterruptStopsAScriptEvenWhenItKeepsGoing() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=1")
    bench.interpreter.keepsGoing = true
    bench.host.reportsBeforeInterrupt = 2
    #expect(bench.play("epoch\nstep") == .failed(status: 130))
    #expect(bench.training.clock.step == 2)
  }

  /// Ctrl-C during the last minibatch: the command is complete, the script ends all the same.
  @Test func anInterruptAtTheEndOfACommandStopsTheScript() {
    var bench = Bench(.tiny, "network 6-4-3")
    bench.host.reportsBeforeInterrupt = 2
    #expect(bench.play("step 2\nstep") == .failed(status: 130))
    #expect(bench.training.clock.step == 2)
    #expect(bench.host.commands.last?.page.facts["reason"] == "2 steps")
  }

  // MARK: Notebooks

  static let notebook = """
    # Title

    Some *prose*.

    ```swift
    > step
    ```

    ```backstep
    > set batch=3
    batch: 100 -> 3
    > set batch=4 \\
    >   l2=1
    ...
    >
    > # a remark
    ```
    Between.
    ```backstep {error}
    > set precision=5
    > set batch=0
    error: whatever
    ```

    """

  @Test func proseAndCommands() {
    #expect(
      commands(Self.notebook, name: "a.md") == [
        .prose("# Title\n\nSome *prose*.\n\n```swift\n> step\n```"), command("set batch=3", 10),
        command("set batch=4    l2=1", 12), .prose("Between."), command("set precision=5", 20),
        command("set batch=0", 21, mustFail: true),
      ])
  }

  @Test func aNotebookShowsWhatItIs() {
    var bench = Bench()
    #expect(bench.play(Self.notebook, name: "a.md") == .done)
    let shown = bench.host.items.map { item in
      switch item {
      case .prose(let text): "prose \(text.prefix(7))"
      case .command(let line): "> \(line)"
      case .report(let report): report.failure.map { "! \($0.message)" } ?? "= \(report.command)"
      }
    }
    #expect(
      shown == [
        "prose # Title", "> set batch=3", "= set batch=3", "> set batch=4    l2=1",
        "= set batch=4    l2=1", "prose Between", "> set precision=5", "= set precision=5",
        "> set batch=0",
        "! batch=0 is not possible: batch is a whole number from 1 to 1000000.",
      ])
    #expect(bench.host.commands.last?.isFailureExpected == true)
    #expect(bench.session.currentPlan.batchSize == 4)
  }

  @Test func aCommandThatWasToFailAndDidNotIsAFailure() {
    var bench = Bench()
    let text = "```backstep {error}\n> set batch=3\n```\n```backstep\n> set batch=4\n```\n"
    #expect(bench.play(text, name: "a.md") == .failed(status: 1))
    #expect(
      bench.host.commands.last?.failure?.message == "This command was to fail and did not.")
    #expect(bench.host.commands.last?.place == "a.md:2")
    #expect(bench.session.currentPlan.batchSize == 3)
  }

  @Test func onlyTheLastCommandOfAnErrorBlockMayFail() {
    var bench = Bench()
    let text = "```backstep {error}\n> stpe\n> set batch=0\n```\n"
    #expect(bench.play(text, name: "a.md") == .failed(status: 1))
    #expect(bench.host.commands.count == 1)
    #expect(bench.host.commands[0].isFailureExpected == false)
  }

  /// A block inside a longer fence, or of another language, is prose.
  @Test func onlyItsOwnBlocksAreCommands() {
    let text = """
      ````markdown
      ```backstep
      > set batch=1
      ```
      ````
      ```backsteps
      > set batch=2
      ```
      ~~~backstep
      > set batch=3
      ```
      ~~~
      """
    let commands = commands(text, name: "a.md").filter {
      if case .command = $0 { true } else { false }
    }
    #expect(commands == [command("set batch=3", 10)])
  }

  /// As in CommonMark, a fence that nobody closes goes to the end of the document.
  @Test func aBlockWithoutAnEndRuns() {
    var bench = Bench()
    #expect(bench.play("```backstep\n> set batch=3\n", name: "a.md") == .done)
    #expect(bench.session.currentPlan.batchSize == 3)
  }

  @Test func anEmptyScriptDoesNothing() {
    var bench = Bench()
    for text in ["", "\n\n", "# only this", "\u{FEFF}"] {
      #expect(bench.play(text) == .done)
      #expect(bench.play(text, name: "a.md") == .done)
    }
    #expect(bench.session == Session())
  }
}
