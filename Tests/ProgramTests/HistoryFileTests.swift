import Foundation
import Testing

/// The files of a person's own: history, init, inputrc.
@Suite struct HistoryFileTests {
  private func terminal(
    _ scratch: Scratch, _ more: [String: String] = [:], arguments: String = "--color=never"
  ) throws -> PseudoTerminal {
    let home = ["XDG_STATE_HOME": scratch.path + "/state", "XDG_CONFIG_HOME": scratch.path]
    let environment = PseudoTerminal.environment.merging(home) { $1 }.merging(more) { $1 }
    return try PseudoTerminal(arguments, environment: environment)
  }

  private func history(_ scratch: Scratch) throws -> [String] {
    try String(contentsOfFile: scratch.path + "/state/backstep/history", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test func linesComeBackInTheNextShell() throws {
    let scratch = try Scratch()
    let first = try terminal(scratch)
    #expect(first.waitForPrompt())
    for line in ["help keys", "help keys", " help names", "stpe", "help phases"] {
      _ = first.answer(line)
    }
    first.type("\u{4}")
    #expect(first.end() == 0)
    // No consecutive duplicates, no line that starts with a space.
    #expect(try history(scratch) == ["help keys", "stpe", "help phases"])
    let file = scratch.path + "/state/backstep/history"
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)

    let second = try terminal(scratch)
    #expect(second.waitForPrompt())
    second.type("\u{1B}[A\u{1B}[A")
    #expect(second.wait { $0.screen.lines.last == "backstep> stpe" })
  }

  @Test func twoShellsKeepEachOthersLines() throws {
    let scratch = try Scratch()
    let (one, two) = (try terminal(scratch), try terminal(scratch))
    #expect(one.waitForPrompt() && two.waitForPrompt())
    for number in 0..<4 {
      _ = one.answer("help a\(number)")
      _ = two.answer("help b\(number)")
    }
    #expect(
      try history(scratch)
        == (0..<4).flatMap { ["help a\($0)", "help b\($0)"] })
  }

  @Test func tenThousandLinesAreKept() throws {
    let scratch = try Scratch()
    let lines = (0..<10_050).map { "step \($0)" }
    try scratch.write("state/backstep/history", lines.joined(separator: "\n") + "\n")
    let shell = try terminal(scratch)
    #expect(shell.waitForPrompt())
    #expect(try history(scratch) == Array(lines.suffix(10_000)))
    // What it types goes into the file that has taken the place of the long one.
    _ = shell.answer("help keys")
    #expect(try history(scratch).last == "help keys")
    #expect(try history(scratch).count == 10_001)
  }

  @Test func withoutAHomeNothingIsKeptAndNobodyIsBothered() throws {
    let shell = try PseudoTerminal()
    #expect(shell.waitForPrompt())
    #expect(shell.answer("help keys").contains("Ctrl-R"))
    #expect(!shell.text.contains("history:"))
  }

  @Test func theInitFileRunsFirst() throws {
    let scratch = try Scratch()
    try scratch.write("backstep/init", "# mine\nload mnist\nset precision=6\n")
    let shell = try terminal(scratch)
    #expect(shell.waitForPrompt())
    #expect(shell.screen.lines.contains { $0.hasPrefix("MNIST sample: 5,000") })
    #expect(shell.answer("show settings").contains("precision=6"))

    let environment = Program.environment.merging(["XDG_CONFIG_HOME": scratch.path]) { $1 }
    // In a script what it prints does not mix with what the script prints.
    let script = try Program.run("-c", "digit 1", environment: environment)
    #expect(script.status == 0 && script.output.hasPrefix("digit 1 of the training set"))
    let without = try Program.run("--no-init", "-c", "digit 1", environment: environment)
    #expect(without.status == 1 && without.errors.contains("There is no data yet."))
  }

  @Test func aFailureInTheInitFileIsNamedAndTheShellOpens() throws {
    let scratch = try Scratch()
    let file = try scratch.write("backstep/init", "stpe\n")
    let environment = Program.environment.merging(["XDG_CONFIG_HOME": scratch.path]) { $1 }
    let script = try Program.run("-c", "help keys", environment: environment)
    #expect(script.status == 0)
    #expect(script.errors.hasPrefix("\(file):1: There is no command \"stpe\"."))
  }

  @Test func inputrcIsHonoured() throws {
    let scratch = try Scratch()
    let file = try scratch.write(
      "inputrc", "$if backstep\n\"\\C-t\": \"help phases\"\n$else\n\"\\C-t\": \"nobody\"\n$endif\n")
    let shell = try terminal(scratch, ["INPUTRC": file])
    #expect(shell.waitForPrompt())
    shell.type("\u{14}")
    #expect(shell.wait { $0.screen.lines.last == "backstep> help phases" })
  }

  @Test func editingAndSearching() throws {
    let scratch = try Scratch()
    let shell = try terminal(scratch)
    #expect(shell.waitForPrompt())
    _ = shell.answer("help names")
    _ = shell.answer("help keys")
    shell.type("\u{12}nam")
    #expect(shell.wait(for: "help names"))
    shell.type("\u{5}\u{17}phases\u{1}\u{B}")
    #expect(shell.wait { $0.screen.lines.last == "backstep> " })
    shell.type("\u{19}")
    #expect(shell.wait { $0.screen.lines.last == "backstep> help phases" })
    shell.type("\u{1F}")
    #expect(shell.wait { $0.screen.lines.last == "backstep> " })
  }
}
