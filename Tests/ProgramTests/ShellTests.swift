import Foundation
import Testing

/// The program at a terminal.
@Suite struct ShellTests {
  static let controlC = "\u{3}"
  static let controlD = "\u{4}"
  static let controlR = "\u{12}"

  /// At the prompt, with a network in training.
  private func shellWithANetwork() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    #expect(terminal.answer("load mnist").contains("MNIST sample"))
    #expect(terminal.answer("network 784-16-10").contains("12,730 parameters"))
    return terminal
  }

  @Test func bannerPromptAndControlD() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    let lines = terminal.screen.lines
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("Backstep 0."))
    #expect(lines[1] == "Type \"help\" for help, Ctrl-D to quit.")
    #expect(lines[2] == "backstep> ")
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
    // The prompt of the shell behind it begins on a line of its own.
    #expect(terminal.screen.lines.last == "")
  }

  @Test func quitWithAStatus() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    terminal.type("quit 7\r")
    #expect(terminal.end() == 7)
  }

  @Test func aFailureAtThePromptChangesNothing() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    #expect(
      terminal.answer("stpe")
        == "There is no command \"stpe\". Did you mean \"step\"? Type \"help\" for the list.")
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
  }

  /// A caret stays under its character where the sentence above it is broken.
  @Test func anErrorInAnExpressionPointsAtIt() throws {
    let shell = try PseudoTerminal(columns: 60)
    #expect(shell.waitForPrompt())
    _ = shell.answer("network 784-6-10")
    let answer = shell.answer("print norm(W1) + norm(W2) + norm(b1) + nrom(b2)")
    #expect(answer.split(separator: "\n").allSatisfy { $0.count <= 60 })
    let caret = String(repeating: " ", count: 33) + "^"
    #expect(
      answer.hasSuffix("\n  norm(W1) + norm(W2) + norm(b1) + nrom(b2)\n  \(caret)"), "\(answer)")
  }

  @Test func abbreviationsAndThePromptWithTheClock() throws {
    let terminal = try shellWithANetwork()
    #expect(terminal.screen.lines.last == "backstep 0 start> ")
    #expect(terminal.answer("s").hasPrefix("step 1  epoch 0  update  loss "))
    #expect(terminal.screen.lines.last == "backstep 1 update> ")
    #expect(terminal.answer("ph 3").contains("forward 2"))
    #expect(terminal.screen.lines.last == "backstep 1 forward 2> ")
  }

  // MARK: Ctrl-C

  @Test func controlCDropsTheLine() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    terminal.type("set batch=3")
    #expect(terminal.wait(for: "batch=3"))
    let before = terminal.screen.lines.count
    terminal.type(Self.controlC)
    #expect(terminal.waitForPrompt(after: before))
    #expect(terminal.answer("set batch=4") == "batch: 100 -> 4")
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
  }

  @Test func controlCOnAnEmptyLineGoesOn() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    for _ in 1...3 {
      let before = terminal.screen.lines.count
      terminal.type(Self.controlC)
      #expect(terminal.waitForPrompt(after: before))
    }
    #expect(terminal.answer("set batch=4") == "batch: 100 -> 4")
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
  }

  @Test func controlCInASearchThroughTheHistory() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    #expect(terminal.answer("set batch=3") == "batch: 100 -> 3")
    terminal.type(Self.controlR + "bat")
    #expect(terminal.wait { $0.screen.lines.last?.contains("i-search") == true })
    let before = terminal.screen.lines.count
    terminal.type(Self.controlC)
    #expect(terminal.waitForPrompt(after: before))
    // The search is over and nothing of it is left on the line.
    #expect(terminal.answer("set l2=1") == "l2: 0 -> 1")
    #expect(terminal.answer("set batch=5") == "batch: 3 -> 5")
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
  }

  @Test func controlCStopsAnEpochAtTheEndOfAMinibatch() throws {
    let terminal = try shellWithANetwork()
    let before = terminal.screen.lines.count
    terminal.type("epoch 100000\r")
    terminal.pause(.milliseconds(300))
    terminal.type(Self.controlC)
    #expect(terminal.wait { $0.screen.lines.last?.hasSuffix("update> ") == true })
    let stop = terminal.screen.lines[before...].dropLast().last ?? ""
    #expect(stop.hasPrefix("step "))
    #expect(stop.hasSuffix("(interrupted)"))
    // The session goes on from there.
    let step = Int(stop.split(separator: " ")[1])!
    #expect(step > 0)
    #expect(terminal.answer("step").hasPrefix("step \(step + 1)  "))
    #expect(terminal.answer("epoch").contains("(end of epoch "))
    terminal.type(Self.controlD)
    #expect(terminal.wait(for: "is not saved"))
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
  }

  // MARK: Lines

  @Test func anEmptyLineRepeatsStepAndPhase() throws {
    let terminal = try shellWithANetwork()
    #expect(terminal.answer("") == "")
    #expect(terminal.answer("step 2").hasPrefix("step 2 "))
    #expect(terminal.answer("").hasPrefix("step 4 "))
    #expect(terminal.answer("").hasPrefix("step 6 "))
    #expect(terminal.answer("phase").contains("step 6  epoch 0  batch"))
    #expect(terminal.answer("").contains("step 6  epoch 0  forward 1"))
  }

  @Test(arguments: ["epoch", "finish", "show network", "set batch=50", "stpe", "print b2"])
  func anEmptyLineRepeatsNothingElse(line: String) throws {
    let terminal = try shellWithANetwork()
    #expect(terminal.answer("phase").contains("batch"))
    #expect(terminal.answer(line) != "")
    #expect(terminal.answer("") == "")
    #expect(terminal.answer("") == "")
  }

  @Test func pastedLinesRunInOrder() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    let sizes = Array(1...20)
    terminal.type(sizes.map { "set batch=\($0)\r" }.joined())
    #expect(terminal.wait(for: "batch: 19 -> 20"))
    let answers = terminal.screen.lines.filter { $0.hasPrefix("batch: ") }
    #expect(answers == zip([100] + sizes, sizes).map { "batch: \($0) -> \($1)" })
  }

  /// As terminals paste since 2010: between two marks, the lines apart by carriage returns.
  @Test func linesPastedBetweenMarks() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    let lines = (1...20).map { "set batch=\($0)" }
    terminal.type("\u{1B}[200~" + lines.joined(separator: "\r") + "\r\u{1B}[201~")
    #expect(terminal.wait(for: "batch: 19 -> 20"))
    #expect(terminal.screen.lines.filter { $0.hasPrefix("batch: ") }.count == 20)
    #expect(terminal.waitForPrompt())
    // One line waits for Enter.
    terminal.type("\u{1B}[200~set l2=1\u{1B}[201~")
    #expect(terminal.wait { $0.screen.lines.last == "backstep> set l2=1" })
    #expect(terminal.answer("") == "l2: 0 -> 1")
  }

  @Test(arguments: [true, false])
  func aPastedTranscriptRunsItsCommandsAlone(isMarked: Bool) throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    let transcript = "> set batch=3\rbatch: 100 -> 3\r> set l2=1\rl2: 0 -> 1\r> set batch=4\r"
    terminal.type(isMarked ? "\u{1B}[200~\(transcript)\u{1B}[201~" : transcript)
    #expect(terminal.wait(for: "batch: 3 -> 4"))
    #expect(terminal.waitForPrompt())
    #expect(!terminal.screen.lines.contains { $0.contains("There is no command") })
  }

  @Test func pastedPromptsAreTakenOff() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    #expect(terminal.answer("> set batch=3") == "batch: 100 -> 3")
    #expect(terminal.answer("> ") == "")
  }

  @Test func theLastLineComesBack() throws {
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    #expect(terminal.answer("set batch=3") == "batch: 100 -> 3")
    // Up, then another digit behind it.
    #expect(terminal.answer("\u{1B}[A7") == "batch: 3 -> 37")
  }

  // MARK: The screen

  @Test func theProgressBarComesAndGoes() throws {
    let terminal = try shellWithANetwork()
    let before = terminal.screen.lines.count
    terminal.type("epoch 100000\r")
    #expect(terminal.wait { $0.screen.lines.last?.contains(" minibatches  ") == true })
    let bar = terminal.screen.lines.last ?? ""
    #expect(bar.hasPrefix("["))
    #expect(bar.contains("/5000000 minibatches"))
    #expect(bar.contains("/s  loss "))
    #expect(bar.hasSuffix(" left"))
    #expect(bar.count < 80)
    terminal.type(Self.controlC)
    #expect(terminal.wait { $0.screen.lines.last?.hasSuffix("update> ") == true })
    let after = terminal.screen.lines[before...]
    #expect(!after.contains { $0.contains("/s  loss ") })
  }

  /// It is gone also when the command comes to its end by itself.
  @Test func theProgressBarIsGoneAtTheEnd() throws {
    let terminal = try shellWithANetwork()
    // As many steps as it takes to see one.
    for (count, steps) in [(300, "300"), (3000, "3,000"), (30_000, "30,000")]
    where !terminal.text.contains("/s  loss ") {
      let answer = terminal.answer("step \(count)")
      #expect(answer.hasPrefix("step "))
      #expect(answer.hasSuffix("(\(steps) steps)"))
    }
    #expect(terminal.text.contains("/s  loss "))
    #expect(!terminal.screen.lines.contains { $0.contains("/s  loss ") })
  }

  @Test(
    arguments: [
      ([:], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false),
      (["TERM": "dumb", "CLICOLOR_FORCE": "1"], true),
    ] as [([String: String], Bool)])
  func coloursOnATerminal(variables: [String: String], hasColour: Bool) throws {
    let terminal = try PseudoTerminal(
      "-c", "help step", environment: PseudoTerminal.environment.merging(variables) { $1 })
    #expect(terminal.end() == 0)
    #expect(terminal.bytes.contains(0x1B) == hasColour)
  }

  @Test func noColoursOnATerminalThatWantsNone() throws {
    let terminal = try PseudoTerminal("--color", "never", "-c", "help step")
    #expect(terminal.end() == 0)
    #expect(!terminal.bytes.contains(0x1B))
  }

  @Test func aDumbTerminalGetsNoEscapes() throws {
    let terminal = try PseudoTerminal(
      environment: PseudoTerminal.environment.merging(["TERM": "dumb"]) { $1 })
    #expect(terminal.waitForPrompt())
    #expect(terminal.answer("set batch=3").contains("batch: 100 -> 3"))
    #expect(terminal.answer("help").contains("Network"))
    #expect(terminal.answer("stpe").contains("There is no command"))
    terminal.type(Self.controlD)
    #expect(terminal.end() == 0)
    #expect(!terminal.bytes.contains(0x1B))
  }

  /// Sentences are broken between words, tables keep to the width.
  @Test(arguments: [40, 60, 120])
  func fitsTheWidth(columns: Int) throws {
    let terminal = try PseudoTerminal(
      "--color", "never", "-c", "load mnist", "-c", "network 784-16-10", "-c", "step",
      "-c", "show gradients", "-c", "print W1", "-c", "optimizer adam", "-c", "show settings",
      columns: columns)
    #expect(terminal.end() == 0)
    for line in terminal.screen.lines { #expect(line.count <= columns, "\(line)") }
  }
}
