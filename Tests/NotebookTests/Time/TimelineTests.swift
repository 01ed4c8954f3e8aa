import Backprop
import Datasets
import Page
import Testing

@testable import Notebook

/// Going back and forth leads where a fresh run of the journal leads.
@Suite struct TimelineTests {
  /// A session that has done what the journal says, and nothing else.
  private func freshRun(_ journal: Journal) throws -> Session {
    var session = Session.tiny
    let host = RecordingHost()
    for entry in journal { try session.perform(entry.command, host: host) }
    return session
  }

  private func expectHonestJournal(_ bench: Bench, _ commands: [String]) throws {
    let fresh = try freshRun(bench.session.journal)
    #expect(bench.session.training == fresh.training, "\(commands)")
    #expect(bench.session.digest == fresh.digest, "\(commands)")
    #expect(bench.session.curve == fresh.curve, "\(commands)")
    #expect(bench.session.journal.last?.digest == fresh.digest, "\(commands)")
    #expect(bench.session.journal.last?.clock == fresh.training?.clock, "\(commands)")
  }

  /// 10 samples in minibatches of 3 to 7: an epoch has some three steps.
  private static func randomCommand(_ random: inout Random, _ training: Training) -> String {
    func pick<Item>(_ items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
    let phases = ["batch", "forward 1", "forward 2", "loss", "delta 2", "delta 1", "gradient 2"]
    let step = training.clock.step
    switch random.next() % 17 {
    case 0, 1: return "step \(pick([1, 1, 2, 5, 70]))"
    case 2, 3: return "phase \(pick([1, 2, 5, 13]))"
    case 4, 5: return "back \(pick([1, 1, 2, 4, 90]))"
    case 6: return "back --phase \(pick([1, 2, 7, 11]))"
    case 7: return "goto \(Int(random.next() % UInt64(step + 3)))"
    case 8: return "goto \(Int(random.next() % UInt64(step + 2))) \(pick(phases))"
    case 9: return "loss \(pick(["squared-error", "cross-entropy"]))"
    case 10:
      return "set \(pick(["l2=0.1", "l2=0", "batch=3", "batch=7", "rate=0.3", "shuffle=off"]))"
    case 11: return "optimizer \(pick(Optimizer.Rule.all.map(\.name)))"
    case 12:
      return
        "mistake \(pick(["off", "sum-not-mean", "gradient-accumulated", "weights-already-updated", "output-derivative-extra"]))"
    case 13: return "epoch"
    case 14: return pick(["finish", "checkpoint a", "checkpoint b"])
    case 15:
      return pick(["network 6-3", "network 6-4-3 --seed 2", "goto a", "goto b", "checkpoint b"])
    default: return pick(["goto a", "goto b", "until --epochs 2 loss < 1", "back until loss > 1"])
    }
  }

  @Test(arguments: 0..<60)
  func backAndForthEqualsAFreshRun(seed: UInt64) throws {
    var random = Random(seed: seed)
    var bench = Bench(.tiny, "network 6-4-3 --hidden tanh --output sigmoid", "set batch=4")
    bench.session.timeline.setBudget(seed % 3 == 0 ? 3000 : 1_000_000)
    var commands: [String] = []
    for _ in 0..<12 {
      let command = Self.randomCommand(&random, bench.training)
      commands.append(command)
      let before = bench.session
      if case .failed = bench.run(command), !command.hasPrefix("until") {
        #expect(bench.session == before, "\(commands)")
      }
      try expectHonestJournal(bench, commands)
    }
  }

  @Test func forwardAgainDoesAgainWhatWasDone() throws {
    var bench = Bench(
      .tiny, "network 6-4-3", "step 5", "loss squared-error", "set l2=0.5", "step 4")
    let end = bench.session
    bench.page("back 7")
    #expect(bench.training.objective == Objective(loss: .crossEntropy))
    #expect(bench.session.journal.map(\.command).suffix(1) == ["step 2"])
    #expect(bench.text("step 7").hasPrefix("done again: loss squared-error, set l2=0.5\n"))
    #expect(bench.session == end)
    #expect(bench.session.journal == end.journal)
    #expect(bench.session.curve == end.curve)
  }

  @Test func aChangeInThePastDropsWhatCameAfter() {
    var bench = Bench(.tiny, "network 6-4-3", "step 5", "loss squared-error", "step 4", "back 6")
    #expect(
      bench.text("set rate=0.5")
        == "rate: 0.1 -> 0.5\ndropped what was done from here on: step 5, loss squared-error, step 4\n"
    )
    bench.page("step 6")
    #expect(bench.training.objective.loss == .crossEntropy)
    #expect(
      bench.session.journal.map(\.command).suffix(3) == ["step 3", "set rate=0.5", "step 6"])
  }

  /// What was typed at a checkpoint after it was made lies ahead of it, wherever it stands: the way
  /// forward does it again, and another change drops it.
  @Test(
    arguments: ["", "phase", "phase 5", "step", "step 2\nphase 3", "phase 4\nset l2=0.3"],
    [
      "set rate=0.5", "set batch=3", "set shuffle=off", "set l2=0.2", "loss squared-error",
      "optimizer adam", "mistake sum-not-mean", "mistake sum-not-mean\nset rate=0.5",
    ])
  func whatWasTypedAtACheckpointIsDoneAgain(before: String, typed: String) throws {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    let commands = typed.split(separator: "\n").map(String.init)
    for line in before.split(separator: "\n") { bench.page(String(line)) }
    bench.page("checkpoint here")
    let here = bench.session
    for line in commands { bench.page(line) }
    bench.page("step 2")
    let end = bench.session
    for way in [["step 2"], ["goto \(end.training!.clock.step)"], ["step", "back", "step 2"]] {
      bench.page("goto here")
      #expect(bench.session.training == here.training)
      try expectHonestJournal(bench, way)
      let again = bench.text(way[0])
      for line in commands where way.count > 1 || way[0].hasPrefix("step") {
        #expect(again.contains("done again: ") && again.contains(line), "\(again)")
      }
      for line in way.dropFirst() { bench.page(line) }
      try expectHonestJournal(bench, way)
      if way.count == 1 {
        #expect(bench.session.training == end.training, "\(way)")
        #expect(bench.session.journal == end.journal && bench.session.timeline.undone.isEmpty)
      }
    }
    bench.page("goto here")
    let dropped = bench.text("set rate=0.7")
    #expect(dropped.contains("dropped what was done from here on: \(commands[0])"), "\(dropped)")
    bench.page("step 2")
    try expectHonestJournal(bench, ["set rate=0.7"])
  }

  @Test func whatIsNoPartOfTheStateDropsNothing() {
    var bench = Bench(.tiny, "network 6-4-3", "step 5", "back 3")
    for line in [
      "set precision=6", "set history=1MB", "set prompt={step}", "print W1", "loss", "health",
      "checkpoint here", "show settings", "optimizer", "mistake",
    ] {
      bench.page(line)
      #expect(bench.session.timeline.ahead.count == 1, "\(line)")
    }
    #expect(bench.session.journal.map(\.command).last == "step 2")
  }

  @Test(arguments: [
    ("phase 4", "back", "0 start"), ("step 2", "back", "1 update"),
    ("step 2\nphase 3", "back", "2 update"), ("step 2\nphase 3", "back 2", "1 update"),
    ("step 2", "back --phase", "1 gradient 1"), ("step 2", "back --phase 9", "1 update"),
    ("step 2\nphase", "back --phase", "2 update"), ("step 3", "goto 0", "0 start"),
    ("step 3", "goto 0 start", "0 start"), ("step 3", "goto 2 delta 2", "2 delta 2"),
    ("step 3", "goto 2 update", "2 update"), ("step", "goto 4 forward 1", "4 forward 1"),
  ])
  func whereItLeads(script: String, command: String, place: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    for line in script.split(separator: "\n") { bench.page(String(line)) }
    bench.page(command)
    #expect("\(bench.training.clock.step) \(bench.training.clock.phase)" == place)
  }

  /// A state of the past is kept there, in the middle of a move.
  @Test func whereAStateIsKept() throws {
    var bench = Bench(.tiny, "network 6-4-3", "step 200")
    for command in ["goto \(Timeline.interval)", "back \(Timeline.interval)", "step", "goto 128"] {
      bench.page(command)
      try expectHonestJournal(bench, [command])
    }
    #expect(bench.session.journal.last?.command == "step 128")
  }

  @Test func theBeginning() {
    var bench = Bench(.tiny, "network 6-4-3", "step 3")
    #expect(bench.page("back 9").facts["reason"] == "the beginning: nothing was done before")
    #expect(bench.failure("back") == "This is the beginning: nothing was done before step 0.")
    #expect(bench.failure("back --phase").contains("the beginning"))
    #expect(bench.failure("goto -1").contains("count from 0"))
    #expect(bench.failure("goto 1 delta 3").contains("no phase \"delta 3\""))
    #expect(
      bench.failure("goto nowhere") == "There is no checkpoint \"nowhere\". Try: checkpoint nowhere"
    )
    #expect(bench.failure("back 0").contains("count from 1"))
    #expect(bench.failure("back x").contains("Try: back 3"))
  }

  /// What is kept of the past grows with the logarithm of its length, and the past stays reachable.
  @Test func thePastIsKeptInBoundedMemory() throws {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=10 history=1MB")
    bench.session.timeline.budget = 20_000
    bench.page("step 3000")
    let kept = bench.session.timeline.snapshots
    #expect(kept.reduce(0) { $0 + $1.bytes } <= 20_000)
    let steps = kept.map(\.clock.step)
    #expect(steps.first == 0 && steps.last! > 3000 - Timeline.interval)
    // From the present backwards, no gap is longer than what lies between it and the present.
    for (a, b) in zip(steps, steps.dropFirst()) where a > 0 {
      #expect(b - a <= max(Timeline.interval, 2 * (3000 - b)), "\(steps)")
    }
    bench.page("goto 1234")
    try expectHonestJournal(bench, ["goto 1234"])
  }

  @Test func checkpointsOutliveTheWayTheyStandOn() throws {
    var bench = Bench(.tiny, "network 6-4-3", "step 4", "checkpoint left", "back 2", "set l2=0.3")
    bench.page("step 3")
    bench.page("checkpoint right")
    let right = bench.training
    #expect(
      bench.text("goto left").hasPrefix(
        "dropped what was done since the ways parted: set l2=0.3, step 3"))
    #expect(bench.training.objective.l2 == 0)
    try expectHonestJournal(bench, [])
    bench.page("back 3")
    try expectHonestJournal(bench, [])
    bench.page("goto right")
    #expect(bench.training == right)
    bench.page("back 4")
    try expectHonestJournal(bench, [])
    #expect(bench.training.objective.l2 == 0)
    #expect(bench.failure("checkpoint 12").contains("no name for a checkpoint"))
    #expect(bench.page("show checkpoints").table.rows.count == 2)
    bench.page("delete left")
    #expect(bench.failure("goto left").hasSuffix("There are: right."))
  }

  @Test func afterRestoreTheJournalIsTheWayBack() throws {
    var bench = Bench()
    for line in [
      "load mnist", "network 784-5-10 --hidden relu", "set batch=20", "step 3", "set l2=0.01",
      "phase 14", "checkpoint here", "step 2", "break norm(dW1) > 1000", "display step",
    ] { bench.page(line) }
    let scratch = try Scratch()
    bench.page("save \(scratch.path)/a.json")
    var other = Bench(Session(), "restore \(scratch.path)/a.json")
    #expect(other.session.training == bench.session.training)
    #expect(other.session.curve == bench.session.curve)
    #expect(other.session.stops == bench.session.stops)
    #expect(other.session.checkpoints == bench.session.checkpoints)
    for command in ["back 3", "back --phase 2", "goto here", "goto 0", "step 4"] {
      bench.page(command)
      other.page(command)
      #expect(other.session.training == bench.session.training, "\(command)")
      #expect(other.session.digest == bench.session.digest)
      #expect(other.session.journal.map(\.command) == bench.session.journal.map(\.command))
    }
  }
}
