import Backprop
import Page
import Testing

@testable import Notebook

/// `catch` stops a network made to have a trouble, at the phase that shows it first, once.
@Suite struct CatchTests {
  /// A trouble, the commands that make it, and where it is found.
  struct Case: CustomTestStringConvertible, Sendable {
    let kind: String
    let make: [String]
    let place: String
    let subject: String
    /// A part of the line that says which term of the chain rule did it.
    let term: String

    init(_ kind: String, _ make: [String], _ place: String, _ subject: String, _ term: String) {
      (self.kind, self.make) = (kind, make)
      (self.place, self.subject, self.term) = (place, subject, term)
    }

    var testDescription: String { "\(kind): \(make.joined(separator: "; "))" }
  }

  static let cases = [
    Case(
      "nan", ["network 784-10-10 --hidden relu", "optimizer sgd rate=1e200"], "1 forward 2",
      "z2", "its term at i = 0"),
    Case(
      "vanishing", ["network 784-8-8-8-8-8-10", "set batch=50"], "0 delta 2", "delta2", "f' did it"),
    Case(
      "exploding",
      ["network 784-8-8-10 --hidden identity", "set batch=50", "optimizer sgd rate=30", "step 3"],
      "", "delta", "W"),
    Case(
      "dead", ["network 784-20-10 --hidden relu --init he", "set batch=50 rate=50"],
      "1 forward 1", "layer 1", "W1 did it"),
    Case(
      "saturated", ["network 784-20-10", "set batch=50 rate=300"], "", "layer 1", "W1 did it"),
    Case(
      "plateau", ["network 784-10", "set batch=10 rate=1e-9"], "200 update", "loss",
      "makes the updates too small"),
    Case(
      "regulariser", ["network 784-10", "set batch=20 l2=0.3 rate=0.1"], "", "W1", "Of dW1 ="),
  ]

  @Test(arguments: cases)
  func itStopsOnceAtTheFirstPhase(expected: Case) throws {
    var bench = Bench(.mnist)
    for line in expected.make { bench.page(line) }
    bench.page("catch \(expected.kind)")
    let page = bench.page("continue --epochs 1")
    let clock = bench.training.clock
    let stop = page.facts
    #expect(
      stop["reason"]?.text.hasPrefix("catch 1 \(expected.kind): ") == true,
      "\(String(describing: stop["reason"]))")
    if !expected.place.isEmpty { #expect("\(clock.step) \(clock.phase)" == expected.place) }
    let trouble = try #require(Trouble(expected.kind))
    #expect(trouble.isJudged(at: clock.phase, depth: bench.training.network.depth))
    let facts = try #require(
      page.blocks.compactMap { if case .facts(let facts) = $0 { facts } else { nil } }.first)
    #expect(facts.name == "catch")
    #expect(facts["finding"] == .string(expected.kind))
    #expect(facts["subject"]?.text.hasPrefix(expected.subject) == true, "\(facts)")
    #expect(facts["term"]?.text.contains(expected.term) == true, "\(facts)")
    // Not a phase earlier: from just before, one phase on.
    var earlier = bench
    earlier.page("back --phase")
    #expect(trouble.find(in: earlier.training, curve: earlier.session.curve) == nil)
    #expect(earlier.page("phase").facts["reason"] == stop["reason"])
    // And it is not said of the same place again.
    if bench.training.isInMinibatch { bench.page("finish") }
    var places: Set = [clock.phase]
    for _ in 1...3 where bench.training.trace!.loss.isFinite {
      bench.page("step")
      if bench.training.isInMinibatch {
        #expect(places.insert(bench.training.clock.phase).inserted)
        #expect(expected.kind != "nan")
      }
    }
  }

  @Test func everyKindHasACase() {
    #expect(Self.cases.map(\.kind) == Trouble.all.map(\.name))
  }

  @Test func nanNamesTheArrayAndTheIndex() throws {
    var bench = Bench(.mnist, "network 784-10-10 --hidden relu", "optimizer sgd rate=1e200")
    bench.page("catch nan")
    let page = bench.page("continue")
    guard case .facts(let facts) = page.blocks[0], case .shape(let index)? = facts["index"] else {
      Issue.record("\(page)")
      return
    }
    let array = try #require(facts["subject"]?.text)
    let subscripts = index.map { "\($0)" }.joined(separator: ", ")
    #expect(bench.values("\(array)[\(subscripts)]").allSatisfy { !$0.isFinite })
    // What follows is the same trouble.
    bench.page("delete all")
    bench.page("back 1")
    bench.page("catch nan")
    bench.page("step")
    #expect(bench.page("step 3").facts["reason"] == "3 steps")
    #expect(bench.session.stops.all[0].hits == 1)
  }

  /// One that comes and goes at its limit is one trouble.
  @Test func goneForLongItStopsAgain() {
    var bench = Bench(.mnist, "network 784-20-10 --hidden relu --init he", "set batch=50 rate=50")
    bench.page("catch dead")
    bench.page("step 2")
    #expect(bench.session.stops.all[0].known == [.forward(1): 1])
    bench.page("finish")
    // Found 100 and 101 minibatches ago.
    bench.session.stops.update { $0.known = [.forward(1): 2 - 100] }
    #expect(bench.page("step").facts["reason"] == "1 step")
    bench.session.stops.update { $0.known = [.forward(1): 3 - 101] }
    bench.page("step")
    #expect(bench.training.clock == Clock(step: 3, epoch: 0, phase: .forward(1)))
    #expect(bench.session.stops.all[0].hits == 2)
    // Who goes back sees it again.
    bench.page("back")
    #expect(bench.session.stops.all[0].known.isEmpty)
  }

  @Test(arguments: [
    "--hidden sigmoid", "--hidden tanh", "--hidden relu --init he",
  ])
  func silenceOnAHealthyRun(options: String) {
    var bench = Bench(.mnist, "network 784-8-10 \(options)", "set batch=500 l2=1e-6")
    for trouble in Trouble.all { bench.page("catch \(trouble.name)") }
    #expect(bench.page("epoch 5").facts["reason"] == "end of epoch 5")
    #expect(bench.session.stops.all.allSatisfy { $0.hits == 0 })
    #expect(bench.session.journal.last?.command == "epoch 5")
  }
}

extension Value {
  /// The text of a string; empty for all else.
  fileprivate var text: String { if case .string(let text) = self { text } else { "" } }
}
