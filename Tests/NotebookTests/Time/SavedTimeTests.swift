import Backprop
import Foundation
import Testing

@testable import Notebook

/// Time goes on after `restore` as if the program had never stopped: what lies ahead, and the
/// checkpoints with the ways that lead to them.
@Suite struct SavedTimeTests {
  let scratch: Scratch
  var file: String { "\(scratch.path)/session.json" }

  init() throws { scratch = try Scratch() }

  /// Where a session can be left in the past, and what lies ahead there.
  @Test(arguments: [
    ["step 2", "set l2=0.1", "step 2", "back 3"],
    ["step 2", "set l2=0.1", "step 2", "goto 0"],
    ["step 4", "mistake sum-not-mean", "phase 3", "back --phase 5"],
    ["checkpoint a", "set rate=0.5", "mistake sum-not-mean", "step 3", "goto a"],
    ["phase 4", "checkpoint a", "loss squared-error", "finish", "step", "goto a"],
    ["epoch", "optimizer adam", "epoch 2", "goto 5 delta 2"],
  ])
  func whatLiesAheadIsSaved(lines: [String]) throws {
    var bench = try Bench.small(scratch, "network 6-4-3 --hidden tanh")
    for line in lines { bench.page(line) }
    #expect(!bench.session.timeline.undone.isEmpty)
    var restored = try bench.savedAndRestored(scratch)
    for line in ["phase", "step 3", "back 2", "step 4", "back --phase 3", "epoch", "history"] {
      #expect(restored.session.timeline.undone == bench.session.timeline.undone)
      let (ours, theirs) = (bench.text(line), restored.text(line))
      if line != "history" { #expect(ours == theirs, "\(line)") }
      #expect(restored.session == bench.session, "\(line)")
      #expect(restored.session.journal == bench.session.journal, "\(line)")
      #expect(restored.session.curve == bench.session.curve, "\(line)")
    }
    #expect(bench.run("save \(file)") == .done && bench.run("replay \(file)") == .done)
  }

  /// Saved in the middle of "step 5", before "set l2=0.1".
  private func past() throws -> (bench: Bench, text: String) {
    var bench = try Bench.small(
      scratch, "network 6-4-3", "step 5", "set l2=0.1", "step 2", "back 4")
    bench.page("save \(file)")
    return (bench, try scratch.text("session.json"))
  }

  @Test(
    arguments: [
      ("ahead", "7", "ahead: an object is needed."),
      ("ahead/inside_move", nil, "ahead.inside_move is missing."),
      (
        "ahead/inside_move", "false",
        "ahead.journal[0].command: \"step 5\" does not lead from step 3, epoch 0, update to step 5, "
          + "epoch 1, update."
      ),
      ("ahead/journal", nil, "ahead.journal is missing."),
      ("ahead/journal/0", "[]", "ahead.journal[0]: an object is needed."),
      ("ahead/journal/0/digest", nil, "ahead.journal[0].digest is missing."),
      (
        "ahead/journal/0/step", "2",
        "ahead.journal[0].command: \"step 5\" does not lead from step 0, epoch 0, start to step 2, "
          + "epoch 1, update."
      ),
      (
        "ahead/journal/0/command", "\"network 6-4-3\"",
        "ahead.journal[0].command: \"network 6-4-3\" does not lead from step 0, epoch 0, start to "
          + "step 5, epoch 1, update."
      ),
      (
        "ahead/journal/1/step", "6",
        "ahead.journal[1].command: \"set l2=0.1\" does not lead from step 5, epoch 1, update to step "
          + "6, epoch 1, update."
      ),
      (
        "ahead/journal/2/phase", "\"delta 3\"",
        "ahead.journal[2].phase: there is no phase \"delta 3\" in a network of 2 layers."
      ),
      (
        "ahead/journal/2/command", "\"step 9223372036854775807\"",
        "ahead.journal[2].command: \"step 9223372036854775807\" does not lead from step 5, epoch 1, "
          + "update to step 7, epoch 1, update."
      ),
    ] as [(String, String?, String)])
  func damageAheadIsNamed(path: String, json: String?, sentence: String) throws {
    var (bench, text) = try past()
    try scratch.write("session.json", edited(text, path, json))
    #expect(bench.failure("restore \(file)") == "\(file) is damaged: \(sentence)")
  }

  /// A figure that nothing contradicts is found when it is done again, and something else can be done.
  @Test(arguments: [
    ("ahead/journal/0/digest", "\"0123456789abcdef\""),
    ("ahead/journal/1/command", "\"set l2=0.2\""),
  ])
  func whatLeadsElsewhereIsFound(path: String, json: String) throws {
    var (bench, text) = try past()
    try scratch.write("session.json", edited(text, path, json))
    bench.page("restore \(file)")
    #expect(bench.failure("step 9").contains("which lies ahead, leads elsewhere"))
    #expect(bench.text("set rate=0.2").contains("dropped what was done from here on"))
    bench.page("step 9")
  }

  // MARK: Checkpoints

  /// What they have in common with the present and with each other stands in the file once.
  @Test func theFileGrowsWithWhatWasDone() throws {
    func bytes(_ count: Int) throws -> Int {
      var bench = try Bench.small(scratch, "network 6-2-3")
      for i in 0..<count {
        bench.page("step")
        bench.page("checkpoint c\(i)")
        // Two ways side by side, neither of which leads through the present.
        if i % 2 == 1 { bench.page("goto c\(i / 2)") }
        bench.page("set rate=0.\(i % 9 + 1)")
      }
      bench.page("goto 0")
      let restored = try bench.savedAndRestored(scratch)
      #expect(restored.session.checkpoints == bench.session.checkpoints)
      return try scratch.bytes("session.json").count
    }
    let (few, many) = (try bytes(12), try bytes(48))
    // Four times as much, and the names of the places.
    #expect(many < 9 * few / 2)
  }

  @Test(
    arguments: [
      (
        "checkpoints/1/state/journal/as_in", "\"b\"",
        "checkpoints[1].state.journal.as_in: there is no checkpoint \"b\" before this one."
      ),
      (
        "checkpoints/0/state/journal/count", "9",
        "checkpoints[0].state.journal.count: 9 is not possible, it goes from 0 to 5."
      ),
      ("checkpoints/0/state/journal/then", nil, "checkpoints[0].state.journal.then is missing."),
      (
        "checkpoints/1/state/curve/count", "-1",
        "checkpoints[1].state.curve.count: -1 is not possible, it goes from 0 to 2."
      ),
      (
        "checkpoints/0/state/curve/loss", "[1, 2]",
        "checkpoints[0].state.curve.loss: 2 from 2 on go beyond step 1."
      ),
    ] as [(String, String?, String)])
  func damageToWhatIsSharedIsNamed(path: String, json: String?, sentence: String) throws {
    var bench = try Bench.small(
      scratch, "network 6-4-3", "step", "checkpoint a", "step", "checkpoint b")
    bench.page("save \(file)")
    let text = try scratch.text("session.json")
    try scratch.write("session.json", edited(text, path, json))
    #expect(bench.failure("restore \(file)") == "\(file) is damaged: \(sentence)")
  }

  // MARK: The first version of the program

  /// What it saved: three checkpoints, stops, a deleted one, the past in the middle of a move.
  @Test func aFileOfTheFirstVersionGoesOn() throws {
    try scratch.writeTinyData("tiny")
    let original = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Reference/first-version.json")
    let text = String(decoding: try Data(contentsOf: original), as: UTF8.self)
      .replacing("FOLDER", with: "\(scratch.path)/tiny")
    try scratch.write("session.json", text)
    #expect(try JSONSchema.session.failures(in: text) == [])
    var bench = Bench()
    #expect(bench.text("replay \(file)").contains("13 commands of 13"))
    bench.page("restore \(file)")
    #expect(bench.session.journal.count == 13 && bench.session.training?.clock.step == 8)
    #expect(bench.session.stops.all.map(\.number) == [1, 3, 4])
    #expect(bench.session.precision == 6)
    let end = bench.session
    for name in ["inside", "start", "before"] {
      bench.page("goto \(name)")
      if name != "start" { bench.page("back") }
      bench.page("goto 8")
      #expect(bench.session.training == end.training, "\(name)")
      #expect(bench.session.journal == end.journal, "\(name)")
    }
    bench = try bench.savedAndRestored(scratch)
    #expect(bench.session.checkpoints == end.checkpoints)
  }
}
