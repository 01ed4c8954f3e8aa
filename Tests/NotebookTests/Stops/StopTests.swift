import Backprop
import Page
import Testing

@testable import Notebook

/// What stops the clock, where, how often, and what it says.
@Suite struct StopTests {
  /// Ten samples in minibatches of 4, 4 and 2.
  private func bench(_ lines: String...) -> Bench {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    for line in lines { bench.page(line) }
    return bench
  }

  private func place(_ bench: Bench) -> String {
    "\(bench.training.clock.step) \(bench.training.clock.phase)"
  }

  // MARK: break

  @Test(arguments: [
    // What is set, what moves, where it stops, and why
    ("break delta 2", "continue", "0 delta 2", "breakpoint 1: delta 2"),
    ("break delta 2", "step 10", "0 delta 2", "breakpoint 1: delta 2"),
    ("break delta 2", "epoch", "0 delta 2", "breakpoint 1: delta 2"),
    ("break delta 2", "phase 20", "0 delta 2", "breakpoint 1: delta 2"),
    ("break delta 2", "until step > 5", "0 delta 2", "breakpoint 1: delta 2"),
    ("break  delta   2  # here", "step", "0 delta 2", "breakpoint 1: delta 2"),
    ("break batch", "step", "0 batch", "breakpoint 1: batch"),
    ("break loss", "step", "0 loss", "breakpoint 1: loss"),
    ("break update", "step 3", "1 update", "breakpoint 1: update"),
    ("break step > 2", "step 10", "3 update", "breakpoint 1: step > 2"),
    ("break step == 2", "epoch", "2 update", "breakpoint 1: step == 2"),
    (
      "break step > 2 and epoch > 0", "continue", "3 update", "breakpoint 1: step > 2 and epoch > 0"
    ),
    ("break forward 1 if step == 2", "step 10", "2 forward 1", "breakpoint 1: step == 2"),
    ("break gradient 1 if norm(dW1) > 0", "step", "0 gradient 1", "breakpoint 1: norm(dW1) > 0"),
    ("break loss if accuracy >= 0", "phase 9", "0 loss", "breakpoint 1: accuracy >= 0"),
    ("watch step", "epoch", "1 update", "watch 1: step 0 -> 1"),
    ("watch step > 2", "step 9", "3 update", "watch 1: step > 2 false -> true"),
    ("watch rate", "step 9", "9 update", "9 steps"),
    ("watch step by 150%", "step 9", "1 update", "watch 1: step 0 -> 1"),
  ])
  func whereItStops(stop: String, move: String, place: String, reason: String) {
    var bench = bench(stop)
    let page = bench.page(move)
    #expect(self.place(bench) == place)
    #expect(page.facts["reason"] == .string(reason))
    #expect(page.facts.name == "stop" && page.blocks.last == .facts(page.facts))
    #expect(bench.session.stops.all[0].hits == (reason.contains(": ") ? 1 : 0))
  }

  @Test func itStopsAgainAndCounts() {
    var bench = bench("break forward 2 if step > 1", "continue", "continue", "continue")
    #expect(place(bench) == "4 forward 2")
    #expect(bench.session.stops.all[0].hits == 3)
    bench.page("goto 9")
    #expect(place(bench) == "9 update")
    bench.page("back 3")
    #expect(bench.session.stops.all[0].hits == 3)
  }

  @Test func severalAtOnceAreOneStop() {
    var bench = bench("break update", "break step > 0", "watch step", "break delta 1 if step > 3")
    #expect(
      bench.page("continue").facts["reason"]
        == "breakpoint 1: update; breakpoint 2: step > 0; watch 3: step 0 -> 1")
    #expect(bench.session.stops.all.map(\.hits) == [1, 1, 1, 0])
  }

  @Test(arguments: [
    (
      "break delta 2 if norm(dW1) > 2",
      "At delta 2, norm(dW1) > 2 cannot be judged: it needs what the later phase gradient 1 makes. "
        + "Try: break gradient 1 if norm(dW1) > 2"
    ),
    (
      "break delta 3",
      "There is no phase \"delta 3\" here. There are: batch, forward 1, forward 2, loss, delta 2, "
        + "delta 1, gradient 2, gradient 1, update."
    ),
    (
      "break if loss < 2",
      "\"if\" comes after a phase. Try: break forward 1 if max(z1) > 3, or break loss < 2"
    ),
    ("break delta 1 if", "There is no expression."),
    ("break norm(W1)", "\"norm(W1)\" is a number, not a condition."),
    ("break W1[6, 0] > 1", "Index 6 is out of range for axis 0 of W1, whose shape is (6, 4)."),
    ("break update if abs(W1[6, 0]) > 1", "Index 6 is out of range"),
    ("break norm(dW3) > 1", "There is no dW3: this network has 2 layers"),
    ("break", "Missing expected argument"),
    ("watch W1", "watch compares numbers. Try: watch norm(W1)"),
    ("watch b1[4]", "Index 4 is out of range for axis 0 of b1, whose shape is (4,)."),
    ("watch norm(W1) by", "\"by \" is no share."),
    ("watch norm(W1) by -1%", "\"by -1%\" is no share. Try: by 1%, or by 0.01"),
    ("watch norm(W1) by nan", "\"by nan\" is no share."),
    ("display W1[0, 9]", "Index 9 is out of range for axis 1 of W1, whose shape is (6, 4)."),
    ("display loss <", "After \"<\" there can stand a number"),
    ("delete 4", "There is no number 4. Nothing is set. Try: break delta 1"),
    ("delete 1.5", "There is no checkpoint \"1.5\". Nothing is set. Try: break delta 1"),
    (
      "catch fire", "It is one of nan, vanishing, exploding, dead, saturated, plateau, regulariser."
    ),
  ])
  func whatCannotBeSet(command: String, sentence: String) {
    var bench = bench()
    let failure = bench.failure(command)
    #expect(failure.contains(sentence), "\(failure)")
    #expect(bench.session.stops.all.isEmpty)
    var empty = Bench(.tiny)
    if !command.hasPrefix("delete"), command != "break", command != "catch fire" {
      #expect(empty.failure(command) == "There is no network yet. Try: network 6-300-3")
    }
  }

  @Test func aConditionThatCannotBeJudgedStopsAndSaysWhy() {
    var bench = bench("break delta1[3, 0] > 9")
    // The third minibatch has two samples.
    let reason =
      "breakpoint 1 cannot be judged: Index 3 is out of range for axis 0 of delta1, whose shape "
      + "is (2, 4)."
    #expect(bench.page("epoch").facts["reason"] == .string(reason))
    #expect(place(bench) == "3 update")
  }

  // MARK: watch and display

  @Test func aWatchComparesWithWhereItLastStopped() {
    var bench = bench("step 2", "watch step by 50%")
    #expect(bench.session.stops.all[0].last == 2)
    #expect(bench.page("continue").facts["reason"] == "watch 1: step 2 -> 3")
    // 4 is less than half above 3.
    #expect(bench.page("continue").facts["reason"] == "watch 1: step 3 -> 5")
    bench.page("back 4")
    #expect(bench.page("continue").facts["reason"] == "watch 1: step 1 -> 2")
  }

  @Test func aWatchOnWhatIsNotComputedYetStartsWhenItIs() {
    var bench = bench("watch norm(dW1)")
    #expect(bench.session.stops.all[0].last == nil)
    let page = bench.page("continue")
    #expect(place(bench) == "2 update")
    let norms = bench.session.journal.last!.norms["dW1"]!
    #expect(page.facts["reason"] != nil && bench.session.stops.all[0].last == norms)
  }

  @Test func displaysComeBeforeTheStopWithTheOldValue() {
    var bench = bench("display step", "display norm(dW1)", "display b2[:2]")
    #expect(bench.text("display epoch") == "4: display epoch\nepoch = 0\n")
    #expect(
      bench.text("phase 2").contains("step = 0\nnorm(dW1): not computed yet\n"))
    let text = bench.text("step 2")
    #expect(text.hasPrefix("step = 2  (was 0)\nnorm(dW1) = "), "\(text)")
    #expect(!text.contains("epoch = 0  (was"))
    let page = bench.page("back")
    let displays = page.blocks.dropLast().compactMap { block -> Facts? in
      if case .facts(let facts) = block { facts } else { nil }
    }
    #expect(displays.map(\.name) == ["display", "display", "display"])
    #expect(displays[0]["value"] == .number(1) && displays[0]["old"] == .number(2))
    #expect(displays[0]["expression"] == "step" && displays[0]["number"] == .integer(1))
    #expect(page.grid.name == "b2[:2]" && page.grid.shape == [2])
    #expect(bench.session.stops.all.allSatisfy { $0.hits == 0 })
  }

  @Test func aDisplaySaysWhyItHasNoValue() {
    var bench = bench("display change(norm(W1))", "display delta1[3, 0]")
    #expect(bench.text("step 3").contains("delta1[3, 0]: Index 3 is out of range for axis 0"))
    #expect(bench.page("back").blocks.count == 3)
  }

  // MARK: The list

  @Test func theListShowsWhatItTakesToSetThem() {
    var bench = bench(
      "break delta 2", "break gradient 1 if norm(dW1) > 2", "watch norm(W1) by 2.5%",
      "display loss", "catch dead")
    let commands = bench.session.stops.all.map(\.command)
    #expect(
      commands == [
        "break delta 2", "break gradient 1 if norm(dW1) > 2", "watch norm(W1) by 2.5%",
        "display loss", "catch dead",
      ])
    var again = self.bench()
    for command in commands { again.page(command) }
    #expect(again.session.stops == bench.session.stops)
    bench.page("continue")
    let text = bench.text("show breakpoints")
    #expect(text.hasPrefix("number  command"), "\(text)")
    #expect(text.contains("     1  break delta 2"), "\(text)")
    let table = bench.page("show breakpoints").table
    #expect(table.columns.map(\.name) == ["number", "command", "hits", "value"])
    #expect(table.rows.map { $0[2] } == [1, 0, 0, .null, 0])
    #expect(
      bench.json("show breakpoints").contains(
        #""rows":[[1,"break delta 2",1,null],[2,"break gradient 1 if norm(dW1) > 2",0,null]"#))
    #expect(bench.text("delete 1 4") == "deleted 1: break delta 2\ndeleted 4: display loss\n")
    #expect(bench.failure("delete 2 4") == "There is no number 4. There are: 2, 3, 5.")
    #expect(bench.text("break update") == "6: break update\n")
    bench.page("delete all")
    #expect(bench.text("delete all") == "There is nothing to delete.\n")
    #expect(
      bench.text("show breakpoints") == "nothing is set; try: break norm(dW1) > 1\n")
    #expect(bench.page("show breakpoints").table.rows.isEmpty)
  }

  @Test func whatIsNotThereToDeleteNamesWhatIs() throws {
    var bench = bench("break delta 2", "checkpoint food", "display loss")
    #expect(
      bench.failure("delete foo")
        == "There is no checkpoint \"foo\". Did you mean \"food\"? There are: 1, 2, food.")
    #expect(bench.failure("delete 7") == "There is no number 7. There are: 1, 2, food.")
    bench.page("delete food")
    #expect(bench.failure("delete foo") == "There is no checkpoint \"foo\". There are: 1, 2.")
  }

  /// As in gdb: a number that somebody has written down means one thing.
  @Test func aNumberDoesNotComeAgain() throws {
    var bench = bench("break delta 2", "break delta 1", "delete 2")
    #expect(bench.text("break update") == "3: break update\n")
    bench.page("delete all")
    #expect(bench.text("break loss") == "4: break loss\n")
    bench.page("delete 4")
    bench.page("network 6-3")
    #expect(bench.failure("delete 4").hasPrefix("There is no number 4. Nothing is set."))
    #expect(bench.text("catch nan") == "5: catch nan\n")
  }

  @Test func whatANewNetworkDoesNotHaveIsDeleted() throws {
    var bench = bench("step", "checkpoint deep", "network 6-3", "checkpoint flat", "goto deep")
    for line in ["break delta 2", "break norm(W2) > 9", "display dW2", "break delta 1"] {
      bench.page(line)
    }
    let flat = bench.session
    #expect(
      bench.text("network 6-3").hasSuffix(
        """
        deleted 1: break delta 2 (this network has 1 layer)
        deleted 2: break norm(W2) > 9 (this network has 1 layer)
        deleted 3: display dW2 (this network has 1 layer)

        """))
    #expect(bench.session.stops.all.map(\.command) == ["break delta 1"])
    bench.session = flat
    #expect(bench.text("goto flat").contains("deleted 3: display dW2 (this network has 1 layer)\n"))
    bench.page("step")
    #expect(place(bench) == "0 delta 1")
  }

  // MARK: until and continue

  @Test func untilThatFailsKeepsWhereItCameTo() {
    var bench = bench("step 4")
    #expect(bench.run("until --epochs 2 loss < 0") == .failed(status: 1))
    let failure = bench.host.commands.last!.failure!
    #expect(
      failure.message
        == "loss < 0 did not come to hold within 2 epochs, 5 steps. "
        + "To go on: until --epochs 2 loss < 0")
    #expect(failure.page.facts["reason"] == "2 epochs over")
    #expect(bench.training.clock == Clock(step: 9, epoch: 3, phase: .update))
    #expect(bench.session.journal.last?.command == "step 5")
    #expect(bench.run("until loss < 0") == .failed(status: 1))
    #expect(bench.training.clock.epoch == 13)
    bench.page("until step > 0")
    #expect(bench.training.clock.step == 40)
  }

  @Test func continueEndsAfterItsEpochs() {
    var bench = bench()
    #expect(
      bench.page("continue").facts["reason"] == "10 epochs, and nothing stopped the clock")
    #expect(bench.training.clock == Clock(step: 30, epoch: 10, phase: .update))
    bench.page("break epoch > 11")
    bench.page("continue --epochs 1")
    #expect(bench.training.clock.epoch == 11)
    #expect(bench.page("continue").facts["reason"] == "breakpoint 1: epoch > 11")
    #expect(bench.failure("continue --epochs 0").contains("count from 1"))
    #expect(bench.failure("until --epochs 0 loss < 1").contains("count from 1"))
  }

  // MARK: The journal

  @Test(arguments: [
    ("break delta 2", "step 10", ["phase 5"]), ("break delta 2", "epoch", ["phase 5"]),
    ("break step > 2", "continue", ["step 3"]), ("break step > 1", "epoch 2", ["step 2"]),
    ("break forward 1 if step == 2", "until step > 9", ["phase 20"]),
    ("break delta 1", "step\nstep", ["phase 6", "step 1"]),
    ("break delta 1 if step == 1", "step 9\nfinish", ["phase 15", "finish"]),
    ("break delta 1 if step == 1", "step 9\nstep 3", ["phase 15", "step 3"]),
    ("break gradient 2 if step == 1", "phase 5\nepoch", ["phase 5", "phase 11"]),
    // To the end of the epoch, which a breakpoint makes it as well.
    ("break step == 3", "epoch", ["step 3"]),
  ])
  func theJournalHasWhatItCameTo(stop: String, script: String, commands: [String]) throws {
    var bench = bench(stop)
    let before = bench.session.journal.count
    for line in script.split(separator: "\n") { bench.page(String(line)) }
    #expect(bench.session.journal.dropFirst(before).map(\.command) == commands)
    var again = Session.tiny
    for entry in bench.session.journal {
      try again.perform(entry.command, host: RecordingHost())
      #expect(again.digest == entry.digest)
    }
    #expect(again.training == bench.training)
  }

  @Test func stoppingChangesNoBit() {
    var plain = bench("step 9")
    var stopped = bench("break delta 1", "watch norm(W1)", "display z1", "catch nan")
    while stopped.training.clock != plain.training.clock { stopped.page("continue") }
    #expect(stopped.training == plain.training)
    #expect(stopped.session.curve == plain.session.curve)
    #expect(plain.page("phase").facts.name == "stop")
  }
}
