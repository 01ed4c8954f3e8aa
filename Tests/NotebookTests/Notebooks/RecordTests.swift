import Backprop
import Foundation
import Page
import Testing

@testable import Notebook

/// What is recorded passes the test, and what is saved replays, whatever was typed.
@Suite struct RecordTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func expectPasses(_ file: String) throws {
    let folder = scratch.path + "/work-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let result = NotebookTest(
      file: file, environment: [:], workingFolder: folder + "/", isInterrupted: { false }
    ).run()
    #expect(
      result.passes,
      "\(result.mismatches.prefix(2))\n\((try? String(contentsOfFile: file, encoding: .utf8)) ?? "")"
    )
  }

  private static let lines = [
    "step", "step 2", "s 3", "phase 3", "phase 12", "epoch", "finish", "back", "back 2",
    "back --phase 4", "goto 2", "goto 1 delta 1", "until --epochs 1 loss < 1", "until loss < 0",
    "set l2=0.1 batch=3", "set precision=6", "set rate=0.3", "loss squared-error",
    "optimizer adam", "mistake sum-not-mean", "mistake off", "break delta 2", "break loss > 1",
    "watch norm(W1)", "display norm(dW1)", "delete 1", "delete all", "checkpoint a", "goto a",
    "catch nan", "continue --epochs 1", "print W1[0]", "print norm(dW1)", "show gradients",
    "show settings", "show breakpoints", "show checkpoints", "explain dW1[0, 0]", "evaluate",
    "print nothing", "stpe", "step 0", "history", "help step", "health", "compare losses",
    "network 6-4-3 --seed 4", "expect loss < 100", "expect loss < 0", "note A remark: 2 > 1.",
    "digit 3", "save kept.json", "restore kept.json",
  ]

  @Test(arguments: UInt64(1)...24)
  func whateverWasTypedPassesAndReplays(seed: UInt64) throws {
    try scratch.writeTinyData("tiny")
    var dice = Dice(seed)
    var bench = Bench(isInteractive: true)
    bench.host.folder = scratch.path + "/"
    bench.page("load mnist \(scratch.path)/tiny")
    bench.page("network 6-4-3 --hidden tanh")
    let later = Int.random(in: 0..<12, using: &dice)
    for number in 0..<25 {
      if number == later { bench.page("record later.md") }
      if number == 20 { bench.page("record off") }
      bench.run(Self.lines.randomElement(using: &dice)!)
    }
    bench.page("record --from-start --keep-errors all.md")
    for file in ["later.md", "all.md"] {
      // What was restored stands beside the notebook.
      try expectPasses(scratch.path + "/" + file)
    }
    bench.page("save end.json")
    var again = Bench(Session())
    again.host.folder = scratch.path + "/"
    again.page("replay end.json")
    #expect(again.session.digest == bench.session.digest)
    #expect(again.session.journal == bench.session.journal)
  }

  @Test func aFileThatIsThereIsNotWrittenOver() throws {
    try scratch.write("a.md", "mine")
    var bench = Bench(Session.tiny, "network 6-4-3")
    bench.host.folder = scratch.path + "/"
    #expect(bench.failure("record a.md").contains("record --replace a.md"))
    #expect(bench.failure("record a.txt").contains("a.txt.md"))
    #expect(bench.failure("record off") == "Nothing is recorded. Try: record my.md")
    #expect(bench.text("record") == "nothing is recorded\n")
    bench.page("record --replace a.md")
    #expect(bench.text("record") == "recording \(scratch.path)/a.md\n")
    #expect(bench.text("record off") == "recorded \(scratch.path)/a.md\n")
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)
  }

  private func recorder(_ file: String) throws -> Bench {
    try scratch.writeTinyData("tiny")
    var bench = Bench(Session())
    bench.host.folder = scratch.path + "/"
    for line in ["load mnist \(scratch.path)/tiny", "network 6-4-3", "record \(file)"] {
      bench.page(line)
    }
    return bench
  }

  private func notices(_ bench: Bench) -> [String] {
    bench.host.commands.compactMap(\.failure?.message)
  }

  @Test func aSecondFileEndsTheFirst() throws {
    var bench = try recorder("a.md")
    let page = bench.page("record b.md")
    #expect(page.facts["file"] == "b.md" && page.facts["ended"] == .string("\(scratch.path)/a.md"))
    #expect(
      TextRenderer.notebook().render(page)
        == "recorded \(scratch.path)/a.md, which ends here\nrecording b.md\n")
    bench.page("step")
    #expect(try text("b.md").contains("> step") && !text("a.md").contains("> step"))
    // The same one begins anew.
    #expect(bench.page("record --replace b.md").facts["ended"] == nil)
  }

  /// Whoever writes on the file, and however: it stays, and so does what is recorded.
  @Test(arguments: ["appended", "replaced", "same size"])
  func whatAnEditorWritesStays(how: String) throws {
    var bench = try recorder("a.md")
    bench.page("step")
    let path = scratch.path + "/a.md"
    let mine = try text("a.md")
    let edited =
      how == "same size"
      ? mine.replacingOccurrences(of: "# a", with: "# b") : mine + "\nA remark.\n"
    try edited.write(toFile: path, atomically: how == "replaced", encoding: .utf8)
    bench.page("step 2")
    #expect(try text("a.md") == edited)
    #expect(try text("a-2.md").contains("> step\n") && text("a-2.md").contains("> step 2\n"))
    #expect(
      notices(bench) == [
        "\(path) has been changed by somebody else and stays as it is; the recording goes on in "
          + "\(scratch.path)/a-2.md, with all that this session has recorded."
      ])
    // Said once, and kept to.
    bench.page("step 3")
    #expect(notices(bench).count == 1)
    #expect(try text("a-2.md").contains("> step 3\n"))
    #expect(bench.text("record off") == "recorded \(scratch.path)/a-2.md\n")
    try expectPasses(scratch.path + "/a-2.md")
  }

  @Test func twoShellsThatRecordOneFile() throws {
    var first = try recorder("a.md")
    var second = Bench(Session.tiny, "network 6-4-3 --seed 2")
    second.host.folder = scratch.path + "/"
    try scratch.write("a-2.md", "taken")
    first.page("step")
    second.page("record --replace a.md")
    first.page("step 2")
    second.page("step 3")
    first.page("step 4")
    #expect(try text("a.md").contains("> step 3") && !text("a.md").contains("> step 4"))
    #expect(try text("a-3.md").contains("> step 2") && text("a-3.md").contains("> step 4"))
    #expect(try text("a-2.md") == "taken")
    #expect(notices(first).count == 1 && notices(second).isEmpty)
  }

  /// What is saved as it was, or is gone, is nobody's change.
  @Test func whatIsNoChange() throws {
    var bench = try recorder("a.md")
    let path = scratch.path + "/a.md"
    try text("a.md").write(toFile: path, atomically: true, encoding: .utf8)
    bench.page("step")
    unlink(path)
    bench.page("step 2")
    #expect(try text("a.md").contains("> step 2"))
    #expect(notices(bench).isEmpty)
  }
}
