import Backprop
import Testing

@testable import Notebook

/// What led here, in commands that lead there again.
@Suite struct JournalTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The commands recorded after those of `Bench.small`.
  func recorded(_ lines: [String], isInteractive: Bool = false) throws -> [String] {
    var bench = try Bench.small(scratch)
    bench.interpreter.isInteractive = isInteractive
    let start = bench.session.journal.count
    for line in lines { bench.run(line) }
    return bench.session.journal.dropFirst(start).map(\.command)
  }

  static let network = "network 6-4-3 --hidden sigmoid --output softmax --init xavier --seed 1"

  // MARK: What is recorded

  @Test(arguments: [
    (["ne 6-4-3"], [network]),
    (
      ["network 6-3 --output sigmoid --seed 2"],
      ["network 6-3 --output sigmoid --init xavier --seed 2"]
    ),
    (
      ["ne 6-4-3", "s", "ph 3", "ep", "step 2  # two"],
      [network, "step 1", "phase 3", "epoch 1", "step 2"]
    ),
    (["ne 6-4-3", "phase 2", "finish"], [network, "phase 2", "finish"]),
    (["ne 6-4-3", "phase 25"], [network, "phase 25"]),
    (["set batch=2   l2=1e-3 shuffle=off"], ["set batch=2 l2=0.001 shuffle=off"]),
    (["set l2=-0 rate=1e300 precision=7", "set precision=5"], ["set l2=0 rate=1e+300"]),
    (["optimizer adam rate=.5"], ["optimizer adam rate=0.5 beta1=0.9 beta2=0.999 epsilon=1e-08"]),
    (["ne 6-4-3", "loss squared-error"], [network, "loss squared-error"]),
    (["ne 6-4-3", "step", "loss cross-entropy"], [network, "step 1", "loss cross-entropy"]),
  ])
  func commandsInFullWords(lines: [String], commands: [String]) throws {
    #expect(try recorded(lines, isInteractive: true) == commands)
  }

  @Test func theFolderIsRecordedWithItsPath() throws {
    for name in ["my digits", "it's", "say \"8\"", "it's \"8\"", "# 8", "8"] {
      try scratch.writeTinyData(name)
      var bench = Bench(Session())
      bench.session.data = nil
      bench.page("load mnist \(quotedWord("\(scratch.path)/\(name)"))")
      var again = Bench()
      again.page(bench.session.journal[0].command)
      #expect(again.session == bench.session, "\(name)")
      #expect(again.session.journal == bench.session.journal, "\(name)")
    }
  }

  @Test func queriesAreNotRecorded() throws {
    let file = "\(scratch.path)/session.json"
    let lines = [
      "", "# nothing", "digit 0", "digit 3 --test", "loss", "optimizer", "show weights",
      "show batch",
      "show deltas 1", "show network", "show settings", "print W1", "print X[0]", "evaluate",
      "history", "history --journal", "help", "help step", "save \(file)",
    ]
    var bench = try Bench.small(scratch, "network 6-4-3", "step 2")
    let entries = bench.session.journal
    for line in lines {
      #expect(bench.run(line) == .done, "\(line)")
      #expect(bench.session.journal == entries, "\(line)")
    }
  }

  @Test func failuresAreNotRecorded() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step 2")
    let entries = bench.session.journal
    for line in [
      "network 5-4-3", "network", "step 0", "step x", "step 1 2", "phase -1", "finish", "epoch 0",
      "loss hinge", "set batch=0", "set l2=0.5 batch=0", "set colour=1", "optimizer adam rate=-1",
      "load mnist /nowhere", "restore /nowhere.json", "restore /nowhere.json --edited",
      "print Q", "show deltas 7", "nonsense",
    ] {
      #expect(bench.run(line) == .failed(status: 1), "\(line)")
      #expect(bench.session.journal == entries, "\(line)")
    }
  }

  @Test func restoringTakesTheJournalOfTheFile() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step 2")
    bench.page("save \(scratch.path)/session.json")
    let entries = bench.session.journal
    bench.page("step 3")
    bench.page("restore \(scratch.path)/session.json")
    #expect(bench.session.journal == entries)
    // What was typed is another thing.
    #expect(bench.session.history.count == entries.count + 3)
  }

  // MARK: Interrupted

  @Test(
    arguments: [
      // What was typed, after how many reports of progress Ctrl-C comes, what it came to
      ([], "step 10", 3, "step 3"), ([], "step 10", 10, "step 10"),
      ([], "phase 30", 4, "phase 4"), ([], "phase 30", 14, "phase 14"),
      (["phase 5"], "phase 30", 9, "phase 9"),
      ([], "epoch", 2, "step 2"), ([], "epoch", 4, "epoch 1"), ([], "epoch 2", 4, "step 4"),
      ([], "epoch 3", 6, "step 6"), (["step 2"], "epoch 2", 3, "step 3"),
      (["phase 5"], "epoch", 1, "step 1"), (["phase 5"], "step 4", 2, "step 2"),
    ] as [([String], String, Int, String)])
  func anInterruptedCommandIsRecordedAsWhatItCameTo(
    before: [String], line: String, reports: Int, command: String
  ) throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "optimizer momentum")
    for line in before { bench.page(line) }
    let entries = bench.session.journal.count
    bench.host.reports = []
    bench.host.reportsBeforeInterrupt = reports
    #expect(bench.run(line) == .failed(status: 130))
    bench.host.reportsBeforeInterrupt = nil
    #expect(bench.session.journal.dropFirst(entries).map(\.command) == [command])
    try expectReplay(bench.session)
  }

  // MARK: Where each led

  @Test func anEntrySaysWhereItLed() throws {
    var bench = try Bench.small(scratch, "network 6-4-3")
    #expect(bench.session.journal.last?.clock == Clock())
    #expect(bench.session.journal.last?.loss == nil)
    #expect(bench.session.journal.last?.norms.keys.sorted() == ["W1", "W2", "b1", "b2"])
    bench.page("phase 3")
    #expect(bench.session.journal.last?.loss == nil)
    bench.page("phase")
    #expect(bench.session.journal.last?.loss == bench.training.trace?.loss)
    bench.page("phase 3")
    #expect(
      bench.session.journal.last?.norms.keys.sorted()
        == ["W1", "W2", "b1", "b2", "dW2", "db2", "delta1", "delta2"])
    bench.page("finish")
    let entry = try #require(bench.session.journal.last)
    #expect(entry.clock == Clock(step: 1, epoch: 0, phase: .update))
    #expect(entry.digest == bench.session.digest)
    for (name, norm) in entry.norms {
      let squares = bench.values(name).map { $0 * $0 }
      // Another order of summation.
      #expect(abs(norm - squares.reduce(0, +).squareRoot()) <= 1e-14 * norm, "\(name)")
    }
    #expect(entry.norms.count == 10)
  }

  @Test func historyShowsIt() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step 2", "print W1[0,0]", "phase 3")
    let table = bench.page("history --journal 3").table
    #expect(
      table.rows.map { $0[0] } == [.string(Self.network), .string("step 2"), .string("phase 3")])
    #expect(
      table.rows.map { $0[3] } == [.string("start"), .string("update"), .string("forward 2")])
    #expect(table.rows[1][4].number == bench.session.journal.suffix(2).first?.loss)
    #expect(table.rows[2][4] == .null)
  }

  // MARK: Doing it again

  /// Types the journal's commands into a new session: each must lead where it led before.
  func expectReplay(_ session: Session) throws {
    var bench = Bench()
    for (index, entry) in session.journal.enumerated() {
      #expect(bench.run(entry.command) == .done, "\(entry.command)")
      let again = try #require(bench.session.journal.last)
      try #require(
        again == entry && bench.session.journal.count == index + 1,
        "\(index): \(entry.command), \(entry.clock) \(again.clock)")
    }
    // How many digits are shown is no part of what is computed.
    bench.session.precision = session.precision
    #expect(bench.session == session)
  }

  static let lines =
    [
      "step", "step 2", "step 5", "phase", "phase 2", "phase 4", "phase 7", "phase 11", "epoch",
      "epoch 2", "finish", "set batch=2", "set batch=4", "set batch=100", "set shuffle=off",
      "set shuffle=on", "set l2=0", "set l2=0.1", "set rate=0.3", "set rate=1e200", "set rate=1e-9",
      "set precision=6", "back", "back 3", "back --phase 4", "goto 2", "goto 1 delta 1",
      "network 6-4-3 --hidden tanh --seed 9", "network 6-3 --output identity",
      "network 6-2-5-3 --hidden leaky-relu --output sigmoid --init he", "print dW1", "evaluate",
      "step 3; nonsense", "set momentum=0.5", "set beta1=0.5",
    ] + Optimizer.Rule.all.map { "optimizer \($0)" } + Loss.all.map { "loss \($0)" }
    + Mistake.all.map { "mistake \($0)" } + ["mistake off"]

  @Test(arguments: UInt64(1)...12)
  func randomSessionsCanBeDoneAgain(seed: UInt64) throws {
    var dice = Dice(seed)
    var bench = try Bench.small(scratch, "network 6-4-3")
    for _ in 1...40 {
      switch Int.random(in: 0..<20, using: &dice) {
      case 0: bench.page("load mnist \(scratch.path)/tiny")
      case 1: bench = try bench.savedAndRestored(scratch)
      case 2: bench.host.reportsBeforeInterrupt = Int.random(in: 1...5, using: &dice)
      default: break
      }
      bench.host.reports = []
      bench.run(Self.lines.randomElement(using: &dice)!)
      bench.host.reportsBeforeInterrupt = nil
    }
    #expect(bench.session.journal.count > 10)
    try expectReplay(bench.session)
  }

  // MARK: The digest

  /// Every command that changes what can be seen or what comes next changes it.
  @Test func theDigestFollowsTheState() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "optimizer adam", "step 2")
    var digests: Set = [bench.session.digest]
    for line in [
      "phase", "phase", "set batch=4", "set shuffle=off", "set l2=0.02",
      "set rate=0.5", "set beta2=0.5", "loss squared-error", "finish", "optimizer sgd", "step",
      "network 6-4-3", "network 6-4-3 --init he", "network 6-4-3 --seed 2",
      "network 6-4-3 --hidden tanh", "network 6-4-3 --init zeros",
      "network 6-4-3 --init zeros --seed 2",
    ] {
      bench.page(line)
      #expect(digests.insert(bench.session.digest).inserted, "\(line)")
    }
    for line in ["print W1", "show weights", "evaluate", "step 0", "set precision=5 prompt={step}"]
    {
      let before = bench.session.digest
      bench.run(line)
      #expect(bench.session.digest == before, "\(line)")
    }
  }

  @Test func settingsBeforeTheNetworkCount() {
    var bench = Bench()
    var digests: Set = [bench.session.digest]
    for line in [
      "set batch=7", "set l2=0.5", "set shuffle=off", "set rate=2",
      "optimizer adam",
    ] {
      bench.page(line)
      #expect(digests.insert(bench.session.digest).inserted, "\(line)")
    }
  }
}
