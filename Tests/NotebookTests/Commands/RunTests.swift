import Foundation
import Testing

@testable import Notebook

@Suite struct RunTests {
  @Test func runsAFileInTheSession() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.backstep", "set batch=3\nset l2=0.5\n")
    var bench = Bench()
    #expect(bench.run("run \(file)") == .done)
    #expect(bench.session.currentPlan.batchSize == 3)
    #expect(bench.session.currentPlan.l2 == 0.5)
    #expect(bench.host.commands.map(\.place) == ["\(file):1", "\(file):2"])
  }

  @Test func aPathWithSpacesInQuotes() throws {
    let scratch = try Scratch()
    let file = try scratch.write("my first/lesson one.backstep", "set batch=3\n")
    var bench = Bench()
    #expect(bench.run("run '\(file)'") == .done)
    #expect(bench.session.currentPlan.batchSize == 3)
  }

  @Test func aPathInsideAFileIsRelativeToIt() throws {
    let scratch = try Scratch()
    let outer = try scratch.write("outer.backstep", "run part/inner.backstep\nset l2=0.5\n")
    try scratch.write("part/inner.backstep", "run leaf.backstep\n")
    try scratch.write("part/leaf.backstep", "set batch=3\n")
    var bench = Bench()
    #expect(bench.run("run \(outer)") == .done)
    #expect(bench.session.currentPlan.batchSize == 3)
    #expect(bench.session.currentPlan.l2 == 0.5)
    #expect(bench.host.commands[0].place == "\(scratch.path)/part/leaf.backstep:1")
  }

  @Test func aFailureInsideEndsEverything() throws {
    let scratch = try Scratch()
    let outer = try scratch.write("outer.backstep", "run inner.md\nset l2=0.5\n")
    try scratch.write("inner.md", "Text.\n\n```backstep\n> set batch=3\n> stpe\n```\n")
    var bench = Bench()
    #expect(bench.run("run \(outer)") == .failed(status: 1))
    #expect(bench.host.commands.last?.place == "\(scratch.path)/inner.md:5")
    #expect(bench.session.currentPlan.batchSize == 3)
    #expect(bench.session.currentPlan.l2 == 0)
  }

  @Test func quitInsideLeavesTheProgram() throws {
    let scratch = try Scratch()
    let outer = try scratch.write("outer.backstep", "run inner.backstep\nset l2=0.5\n")
    try scratch.write("inner.backstep", "quit 3\n")
    var bench = Bench()
    #expect(bench.run("run \(outer)") == .quit(status: 3))
  }

  @Test func aCircleIsAnErrorThatNamesIt() throws {
    let scratch = try Scratch()
    let one = try scratch.write("one.backstep", "set batch=3\nrun two.backstep\n")
    try scratch.write(
      "two.backstep", "run ../\(scratch.path.split(separator: "/").last!)/one.backstep")
    var bench = Bench()
    #expect(bench.run("run \(one)") == .failed(status: 1))
    let failure = try #require(bench.host.commands.last)
    #expect(failure.place == "\(scratch.path)/two.backstep:1")
    #expect(
      failure.failure!.message.hasSuffix(
        "is already running: one.backstep runs two.backstep runs one.backstep."))
  }

  @Test func theSameFileTwiceInARowIsNoCircle() throws {
    let scratch = try Scratch()
    let outer = try scratch.write("outer.backstep", "run inner.backstep\nrun inner.backstep\n")
    try scratch.write("inner.backstep", "set batch=3\n")
    var bench = Bench()
    #expect(bench.run("run \(outer)") == .done)
  }

  @Test func whatCannotBeReadIsASentenceWithPathAndReason() throws {
    let scratch = try Scratch()
    let secret = try scratch.write("secret.backstep", "step\n")
    chmod(secret, 0)
    var bench = Bench()
    let missing = "\(scratch.path)/missing.backstep"
    #expect(
      bench.failure("run \(missing)") == "Cannot read \(missing): No such file or directory.")
    #expect(bench.failure("run \(scratch.path)") == "Cannot read \(scratch.path): Is a directory.")
    // The superuser reads everything.
    if geteuid() != 0 {
      #expect(bench.failure("run \(secret)") == "Cannot read \(secret): Permission denied.")
    }
  }

  /// What a file does must not depend on who runs it: abbreviations are for the keyboard.
  @Test func aFileUsesFullNamesAlsoWhenThePromptRunsIt() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.backstep", "s\n")
    var bench = Bench(.tiny, "network 6-4-3", isInteractive: true)
    #expect(bench.run("run \(file)") == .failed(status: 1))
    #expect(
      bench.host.commands.last?.failure?.message
        == "There is no command \"s\". Scripts use full names: \"step\".")
  }

  /// A hundred files, each of which runs the next: a sentence, not the end of the stack.
  @Test func aChainOfFilesHasAnEnd() throws {
    let scratch = try Scratch()
    for i in 0..<100 { try scratch.write("\(i).backstep", "run \(i + 1).backstep\n") }
    try scratch.write("100.backstep", "note the end\n")
    var bench = Bench()
    #expect(bench.run("run \(scratch.path)/0.backstep") == .failed(status: 1))
    #expect(
      bench.host.commands.contains {
        $0.failure?.message.contains("16 are the limit") == true
      })
    #expect(bench.run("run \(scratch.path)/85.backstep") == .done)
  }
}
