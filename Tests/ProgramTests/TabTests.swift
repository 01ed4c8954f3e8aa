import Foundation
import Testing

/// Tab, at a terminal; what it offers is tested in `CompletionTests`.
@Suite struct TabTests {
  @Test func completesTheOnlyWordAndShowsSeveral() throws {
    let shell = try PseudoTerminal()
    #expect(shell.waitForPrompt())
    shell.type("netw\t784-6-10 --hid\tre\t")
    #expect(shell.wait { $0.screen.lines.last == "backstep> network 784-6-10 --hidden relu " })
    shell.type("\r")
    #expect(shell.waitForPrompt(after: 4))
    shell.type("lo\t\t")
    #expect(shell.wait(for: "load  loss"))
  }

  @Test func completesSettingsWithoutASpace() throws {
    let shell = try PseudoTerminal()
    #expect(shell.waitForPrompt())
    shell.type("set prec\t6")
    #expect(shell.wait { $0.screen.lines.last == "backstep> set precision=6" })
  }

  @Test func completesArraysInsideExpressions() throws {
    let shell = try PseudoTerminal()
    #expect(shell.waitForPrompt())
    _ = shell.answer("network 784-6-10")
    shell.type("print W\t2")
    #expect(shell.wait { $0.screen.lines.last == "backstep 0 start> print W2" })
  }

  /// A function is completed with its parenthesis and no space; an operator ends a word.
  @Test func completesFunctionsInsideExpressions() throws {
    let shell = try PseudoTerminal()
    #expect(shell.waitForPrompt())
    _ = shell.answer("network 784-6-10")
    shell.type("print nor\tW\t1)/nor\tW\t2)")
    #expect(
      shell.wait { $0.screen.lines.last == "backstep 0 start> print norm(W1)/norm(W2)" })
  }

  @Test func filesOnlyWhereAFileIsMeant() throws {
    let scratch = try Scratch()
    try scratch.write("lesson.md", "")
    let shell = try PseudoTerminal()
    #expect(shell.waitForPrompt())
    shell.type("run \(scratch.path)/les\t")
    #expect(shell.wait { $0.text.contains("lesson.md") })
    shell.type("\u{15}help \(scratch.path)/les\t")
    shell.pause()
    #expect(shell.screen.lines.last?.hasSuffix("/les") == true)
  }
}
