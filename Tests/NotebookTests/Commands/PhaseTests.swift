import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct PhaseTests {
  /// The phases of a network of three layers, and the arrays each makes.
  static let stations: [(phase: String, names: [String])] = [
    ("batch", ["X", "a0", "Y", "labels"]),
    ("forward 1", ["z1", "a1"]), ("forward 2", ["z2", "a2"]), ("forward 3", ["z3", "a3", "h"]),
    ("loss", []),
    ("delta 3", ["delta3"]), ("delta 2", ["delta2"]), ("delta 1", ["delta1"]),
    ("gradient 3", ["dW3", "db3"]), ("gradient 2", ["dW2", "db2"]), ("gradient 1", ["dW1", "db1"]),
    ("update", ["uW1", "ub1", "uW2", "ub2", "uW3", "ub3"]),
  ]
  static let parameters = ["W1", "b1", "W2", "b2", "W3", "b3"]

  /// At each station exactly the arrays made so far can be printed; each other name says which phase
  /// makes it and what to type, and typing that makes it.
  @Test(arguments: [0, 1])
  func theClockThroughAllPhases(stepsBefore: Int) {
    var bench = Bench(.tiny, "network 6-5-4-3", "set batch=4")
    if stepsBefore > 0 {
      bench.run("step \(stepsBefore)")
      // After an update everything of the finished minibatch is there.
      for name in Self.stations.flatMap(\.names) { #expect(bench.run("print \(name)") == .done) }
      bench.run("phase")
    }
    for position in (stepsBefore == 0 ? 0 : 1)...Self.stations.count {
      if position > 1 || stepsBefore == 0 && position > 0 {
        let stop = bench.page("phase").facts
        #expect(stop["phase"] == .string(Self.stations[position - 1].phase))
      }
      let (made, missing) = (Self.stations[..<position], Self.stations[position...])
      for name in Self.parameters + made.flatMap(\.names) {
        #expect(bench.run("print \(name)") == .done, "\(name) at station \(position)")
      }
      for (distance, station) in missing.enumerated() {
        for name in station.names {
          let array = name == "a0" ? "X" : name
          #expect(
            bench.failure("print \(name)")
              == "\(array) is not computed yet: the phase \"\(station.phase)\" makes it. "
              + "Try: phase \(distance + 1)")
        }
        var later = bench
        later.run("phase \(distance + 1)")
        #expect(later.training.clock.phase.description == station.phase)
        for name in station.names { #expect(later.run("print \(name)") == .done) }
      }
    }
    #expect(bench.training.clock.description == "step \(stepsBefore + 1) epoch 0 update")
  }

  @Test func theFormulaOfEachPhase() {
    var bench = Bench(.tiny, "network 6-5-3", "set batch=4")
    let formulas = (1...11).map { _ in
      bench.text("phase").split(separator: "\n").first.map(String.init) ?? ""
    }
    #expect(
      formulas == [
        "batch: X (4, 6), Y (4, 3)",
        "forward 1: z1 = a0 W1 + b1, a1 = sigmoid(z1), a0 = X",
        "forward 2: z2 = a1 W2 + b2, a2 = softmax(z2), h = a2",
        "loss: mean over the batch of -sum(Y log h)",
        "delta 2: delta2 = h - Y",
        "delta 1: delta1 = (delta2 W2^T) * f'(z1), f' = a (1 - a)",
        "gradient 2: dW2 = a1^T delta2 / 4, db2 = mean of delta2 over the batch",
        "gradient 1: dW1 = a0^T delta1 / 4, db1 = mean of delta1 over the batch",
        "update: W = W + uW, b = b + ub: u = -rate g",
        "batch: X (4, 6), Y (4, 3)",
        "forward 1: z1 = a0 W1 + b1, a1 = sigmoid(z1), a0 = X",
      ])
  }

  @Test func theFormulasKnowTheSettings() {
    var bench = Bench(.tiny, "network 6-5-3 --output sigmoid", "set l2=0.5", "loss squared-error")
    let lines = bench.text("phase 9").split(separator: "\n").map(String.init)
    #expect(
      lines[3] == "loss: mean over the batch of 1/2 sum((h - Y)^2) + l2/2 sum(W^2)")
    #expect(lines[4] == "delta 2: delta2 = (h - Y) * f'(z2)")
    #expect(
      lines[6] == "gradient 2: dW2 = a1^T delta2 / 10 + l2 W2, db2 = mean of delta2 over the batch")
  }

  /// What is not computed yet is null, and "-" for people.
  @Test func theStopBeforeTheLoss() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.json("phase")
        == #"[{"kind":"text","text":"batch: X (10, 6), Y (10, 3)"},"#
        + #"{"kind":"facts","name":"stop","values":{"step":0,"epoch":0,"phase":"batch","#
        + #""reason":"1 phase","loss":null,"data_loss":null,"l2_loss":null,"accuracy":null}}]"#)
    #expect(bench.text("phase 2").hasSuffix("step 0  epoch 0  forward 2  loss -  (2 phases)\n"))
    // ln 3 would be for equal outputs; whatever it is, it is a number now.
    #expect(bench.page("phase").facts["loss"]?.number != nil)
  }

  @Test func manyPhasesShowTheFormulasOfTheLastMinibatch() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=5")
    let page = bench.page("phase 27")
    guard case .text(let lines) = page.blocks[0] else { return #expect(Bool(false)) }
    #expect(lines.count == 9)
    #expect(lines.last?.description.hasPrefix("update:") == true)
    #expect(bench.training.clock.description == "step 3 epoch 1 update")
  }

  @Test(arguments: [0, -1, Int.min])
  func onlyForward(count: Int) {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.failure("phase \(count)")
        == "phase \(count) is not possible: count from 1. Try: phase 1")
  }

  // MARK: After the update

  /// W and b are new, W_new = W_old + uW to the bit; all else is the finished minibatch's.
  @Test(arguments: Optimizer.Rule.all)
  func afterTheUpdate(rule: Optimizer.Rule) {
    var bench = Bench(
      .tiny, "network 6-5-4-3", "optimizer \(rule)", "set batch=4 l2=0.1", "step", "phase 11")
    var before: [String: [Double]] = [:]
    let names = Self.stations.dropLast().flatMap(\.names)
    for name in Self.parameters + names { before[name] = bench.values(name) }
    bench.run("phase")
    for name in names { #expect(bench.values(name) == before[name], "\(name)") }
    for name in Self.parameters {
      let sums = zip(before[name]!, bench.values("u\(name)")).map(+)
      #expect(bench.values(name) == sums, "\(name)")
      #expect(bench.values(name) != before[name], "\(name)")
    }
  }

  /// Phase by phase, by steps or with `finish`: the same session.
  @Test func phasesAreAStep() {
    var phases = Bench(.tiny, "network 6-5-4-3", "set batch=4")
    for _ in 1...24 { phases.run("phase") }
    let steps = Bench(.tiny, "network 6-5-4-3", "set batch=4", "step 2")
    let finished = Bench(
      .tiny, "network 6-5-4-3", "set batch=4", "phase", "finish", "phase 7", "finish")
    let halves = Bench(.tiny, "network 6-5-4-3", "set batch=4", "phase 3", "step 2")
    #expect(phases.session == steps.session)
    #expect(finished.session == steps.session)
    #expect(halves.session == steps.session)
  }
}
