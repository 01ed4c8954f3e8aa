import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct BackTests {
  private func bench(_ lines: String...) -> Bench {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    for line in lines { bench.page(line) }
    return bench
  }

  @Test(arguments: [
    ("back", 8), ("back 3", 6), ("back # a comment", 8), ("back 3  # a comment", 6),
    ("back until step <= 4", 4), ("back until step <= 4  # there", 4), ("back until epoch == 1", 5),
    ("back until loss > 0", 8), ("back until step == 1 or step == 7", 7),
  ])
  func whereItLeads(command: String, step: Int) {
    var bench = bench("step 9")
    let steps = (0...9).map { step -> Training in
      var other = self.bench()
      if step > 0 { other.page("step \(step)") }
      return other.training
    }
    let page = bench.page(command)
    #expect(bench.training == steps[step])
    #expect(page.facts.name == "stop" && page.facts["step"] == .integer(step))
    bench.page("step \(9 - step)")
    #expect(bench.training == steps[9])
  }

  /// The last time, found by looking at every update, also where what is kept has been thinned out
  /// and where the condition held and ceased to hold.
  @Test(arguments: [false, true])
  func untilFindsTheLastTime(isThinned: Bool) throws {
    var bench = bench("step 20", "set rate=3", "step 180", "loss squared-error", "step 150")
    if isThinned { bench.session.timeline.setBudget(1000) }
    let losses = bench.session.curve.loss
    for bound in losses[..<348].sorted().enumerated().filter({ $0.offset % 60 == 0 }) {
      var other = bench
      let expected = losses[..<349].lastIndex { $0 >= bound.element }! + 1
      other.page("back until loss >= \(bound.element)")
      #expect(other.training.clock.step == expected)
      #expect(other.training.trace?.loss == losses[expected - 1])
    }
  }

  @Test func untilInTheMiddleOfAMinibatchCountsTheLastUpdate() {
    var bench = bench("step 5", "phase 4")
    bench.page("back until step > 0")
    #expect(bench.training.clock == Clock(step: 5, epoch: 1, phase: .update))
    bench.page("back until step > 0")
    #expect(bench.training.clock.step == 4)
  }

  @Test(arguments: [
    (
      "back until loss > 100",
      "There was no update before this one after which loss > 100. The session is where it was."
    ),
    ("back until", "There is no expression."), ("back until loss", "is a number, not a condition"),
    ("back until norm(dW3) > 1", "There is no dW3"),
    ("back until delta1[3, 0] > 9", "Index 3 is out of range for axis 0 of delta1"),
    ("back --phase until loss > 1", "--phase counts phases: it does not go with \"until\"."),
    ("back 2 --phase", "\"back 2 --phase\" is not possible. Try: back 3, back --phase"),
    ("back -1", "back -1 is not possible: count from 1"), ("back 1.5", "is not possible"),
  ])
  func whatIsNotPossible(command: String, sentence: String) {
    var bench = bench("step 9")
    let failure = bench.failure(command)
    #expect(failure.contains(sentence), "\(failure)")
  }

  @Test func withoutANetworkItSaysSo() {
    var bench = Bench(.tiny)
    #expect(bench.failure("back") == "There is no network yet. Try: network 6-300-3")
    #expect(bench.failure("goto 1") == "There is no network yet. Try: network 6-300-3")
  }

  @Test(arguments: [
    ("back until loss > 100", 1), ("back until loss > 100", 90), ("goto 300", 7), ("back 40", 3),
    ("back --phase 200", 3), ("goto 3", 2),
  ])
  func ctrlCLeavesTheSessionAsItWas(command: String, reports: Int) throws {
    var bench = bench("step 50", "set l2=0.1", "step 100", "phase 3", "back 1")
    let before = bench.session
    bench.host.reports = []
    bench.host.reportsBeforeInterrupt = reports
    #expect(bench.run(command) == .failed(status: 130))
    bench.host.reportsBeforeInterrupt = nil
    #expect(bench.host.reports.count >= reports)
    #expect(bench.host.commands.last!.failure!.message.hasSuffix("The session is as it was."))
    #expect(bench.session == before)
    #expect(bench.session.journal == before.journal)
    #expect(bench.session.timeline.undone == before.timeline.undone)
    #expect(bench.session.curve == before.curve)
  }

  @Test func progressCountsMinibatches() {
    var bench = bench("step 100")
    func reports(_ command: String) -> [Progress] {
      bench.host.reports = []
      bench.run(command)
      return bench.host.reports
    }
    let search = reports("back until loss > 100")
    #expect(search.map(\.done) == Array(1...99) && search.allSatisfy { $0.total == 99 })
    let way = reports("goto 120 delta 1")
    #expect(way.last?.done == 20 && way.allSatisfy { $0.total == 20 })
    let phases = reports("phase 18")
    #expect(phases.last?.done == 2 && phases.allSatisfy { $0.total == 2 })
  }

  /// After `restore` nothing is kept of the past: what the search keeps of it leads there.
  @Test func theWayToWhatWasFoundIsShort() throws {
    let scratch = try Scratch()
    var bench = try Bench.small(scratch, "network 6-4-3", "step 300")
    var restored = try bench.savedAndRestored(scratch)
    restored.host.reports = []
    restored.page("back until step <= 290")
    #expect(restored.training.clock.step == 290)
    let totals = restored.host.reports.map(\.total)
    #expect(totals.prefix(299).allSatisfy { $0 == 299 })
    #expect(totals.dropFirst(299).allSatisfy { $0! <= Timeline.interval })
    bench.page("back until step <= 290")
    #expect(restored.session.training == bench.session.training)
    #expect(restored.session.digest == bench.session.digest)
  }

  @Test func anIncompleteMoveIsDoneAgainInPart() {
    var bench = bench("epoch 4", "goto 7 delta 1")
    #expect(bench.session.journal.last?.command == "phase 69")
    #expect(bench.page("goto 7 delta 1").facts["reason"] == "here already")
    #expect(bench.page("goto 7 batch").facts["reason"] == "back in this minibatch")
    #expect(bench.page("goto 7 loss").facts["reason"] == "on in this minibatch")
    #expect(bench.page("goto 2").facts["reason"] == "5 steps back")
    #expect(bench.page("goto 12").facts["reason"] == "10 steps on")
    #expect(bench.session.journal.last?.command == "epoch 4")
  }

  @Test(arguments: [
    ("goto 99999999999999999999", "steps count from 0 to 1000000000"),
    ("goto 1000000001", "steps count from 0 to 1000000000"),
    ("goto 3 lunch", "After update 3 there is no phase \"lunch\". There are: batch, forward 1"),
    ("goto a b", "\"goto a b\" is not possible. Try: goto 12, goto 12 delta 2"),
    ("goto 1e3", "There is no checkpoint \"1e3\". Try: checkpoint before"), ("goto", "Usage: goto"),
  ])
  func whereNothingLeads(command: String, sentence: String) {
    var bench = bench("step 2")
    let failure = bench.failure(command)
    #expect(failure.contains(sentence), "\(failure)")
  }
}
