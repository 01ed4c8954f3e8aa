import Foundation
import Testing

/// What a terminal is given: no orders of a stranger's, no more than it has room for.
@Suite struct ScreenTests {
  private static let orders = "\u{1B}]0;title\u{7}\u{1B}[2J\u{9B}2J\u{9D}x\u{9C}\u{202E}\u{7F}"

  private static func isOrder(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && !"\r\n\t".unicodeScalars.contains(scalar)
      || scalar.properties.isBidiControl
  }

  @Test(arguments: [[], ["--json"]])
  func aStrangersNotebookGivesNoOrders(options: [String]) throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "a\(Self.orders).md",
      "# \(Self.orders)\n\n```backstep\n> note \(Self.orders)\n> load \(Self.orders)\n```\n")
    let result = try Program.run(options + ["run", file])
    #expect(result.status == 1)
    #expect(!(result.output + result.errors).unicodeScalars.contains(where: Self.isOrder))
    let script = try Program.run(options, input: "st\(Self.orders)\nhistory\n")
    #expect(!(script.output + script.errors).unicodeScalars.contains(where: Self.isOrder))
  }

  /// Ten million letters are one word, a word in quotes, an option, a path, an expression.
  @Test(arguments: ["", "load ", "show ", "set ", "print ", "step --", "load '", "break ", "note "])
  func aVeryLongWordIsReadAtOnce(start: String) throws {
    let word = String(repeating: "a", count: 1_000_000)
    let time = try ContinuousClock().measure {
      let result = try Program.run(input: start + word + "\n")
      #expect(result.errors.utf8.count < 5000)
    }
    #expect(time < .seconds(15))
  }

  @Test(arguments: [(1, 1), (2, 24), (3, 1), (80, 1)])
  func aTinyDumbTerminalIsNoTrap(columns: Int, rows: Int) throws {
    let terminal = try PseudoTerminal(
      environment: PseudoTerminal.environment.merging(["TERM": "dumb"]) { $1 }, columns: columns,
      rows: rows)
    terminal.type("quit 7\r")
    #expect(terminal.end() == 7)
  }

  @Test(arguments: ["dumb", "xterm-256color"])
  func anotherSizeOfTheWindowKeepsTheLine(term: String) throws {
    let terminal = try PseudoTerminal(
      environment: PseudoTerminal.environment.merging(["TERM": term]) { $1 })
    #expect(terminal.waitForPrompt())
    terminal.type("quit")
    #expect(terminal.wait(for: "> quit"))
    let before = terminal.bytes.count
    terminal.resize(columns: 60, rows: 20)
    #expect(
      terminal.wait {
        $0.bytes.count > before && $0.screen.lines.last?.hasPrefix("backstep> quit") == true
      })
    for (columns, rows) in [(2, 1), (1, 24), (70, 20)] {
      terminal.resize(columns: columns, rows: rows)
      terminal.pause()
    }
    terminal.type(" 7\r")
    #expect(terminal.end() == 7)
  }

  @Test func leavingAnUnsavedSessionSaysSoOnce() throws {
    let scratch = try Scratch()
    let terminal = try PseudoTerminal()
    #expect(terminal.waitForPrompt())
    _ = terminal.answer("load mnist")
    _ = terminal.answer("network 784-4-10")
    _ = terminal.answer("step")
    #expect(terminal.answer("quit").hasPrefix("This session is not saved. To keep it: save "))
    _ = terminal.answer("save \(scratch.path)/s.json")
    _ = terminal.answer("step")
    #expect(terminal.answer("quit").contains("has changed since it was saved"))
    terminal.type("quit 3\r")
    #expect(terminal.end() == 3)
    // What stands where it was saved is left at once, and a session without a step in it.
    for command in ["restore \(scratch.path)/s.json", "network 784-4-10"] {
      let other = try PseudoTerminal()
      #expect(other.waitForPrompt())
      _ = other.answer(command)
      other.type("\u{4}")
      #expect(other.end() == 0)
    }
  }

  @Test func aLongAnswerIsShortenedOrPagedOrWhole() throws {
    let pager = ["PAGER": "sed 's/^/| /'"]
    let terminal = try PseudoTerminal(
      environment: PseudoTerminal.environment.merging(pager) { $1 }, rows: 12)
    #expect(terminal.waitForPrompt())
    let short = terminal.answer("help").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(short.count == 11 - 1)
    #expect(short.last?.hasSuffix(" more lines; for all: set pager=on (or off)") == true)
    _ = terminal.answer("set pager=on")
    #expect(terminal.answer("show settings").contains("pager=on"))
    let paged = terminal.answer("help").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(paged.count > 30 && paged.allSatisfy { $0.hasPrefix("|") })
    _ = terminal.answer("set pager=off")
    let whole = terminal.answer("help").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(whole.count == paged.count)
  }

  @Test func aPagerThatIsNotThereIsASentence() throws {
    let terminal = try PseudoTerminal(
      environment: PseudoTerminal.environment.merging(["PAGER": "/nonexistent"]) { $1 }, rows: 12)
    #expect(terminal.waitForPrompt())
    _ = terminal.answer("set pager=on")
    let answer = terminal.answer("help")
    #expect(answer.contains("The pager \"/nonexistent\" cannot be run."))
    #expect(answer.contains("Verify"))
  }

  @Test(
    arguments: [
      ("!ls", "no shell commands"), ("info", "show network"), ("exit", "quit"), ("next", "step"),
      (".help", "help"), ("\\q", "quit"), ("?", "help"), ("%time", "no shell commands"),
      ("bt", "history"),
    ])
  func wordsOfOtherProgramsAreAnswered(word: String, wayOut: String) throws {
    let result = try Program.run(input: word + "\n")
    #expect(result.status == 1)
    #expect(
      result.errors.contains("There is no command \"\(word)\".") && result.errors.contains(wayOut))
  }
}
