import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct StepTests {
  static let stop = [
    "step", "epoch", "phase", "reason", "loss", "data_loss", "l2_loss", "accuracy",
  ]

  /// Weights of 0 give every class 1/3, a loss of ln 3, and class 0 as the answer: right for four of
  /// the ten.
  @Test func oneStep() {
    var bench = Bench(.tiny, "network 6-4-3 --init zeros")
    let page = bench.page("step")
    #expect(page.blocks.count == 1)
    let facts = page.facts
    #expect(facts.name == "stop")
    #expect(facts.names == Self.stop)
    #expect(facts["step"] == 1)
    #expect(facts["epoch"] == 1)
    #expect(facts["phase"] == "update")
    #expect(facts["reason"] == "1 step")
    // Ten roundings of a sum and one division.
    #expect(abs(facts["loss"]!.number! - 1.0986122886681098) < 1e-14)
    #expect(facts["data_loss"] == facts["loss"])
    #expect(facts["l2_loss"] == 0.0)
    #expect(facts["accuracy"] == 0.4)

    bench = Bench(.tiny, "network 6-4-3 --init zeros")
    #expect(
      bench.text("step") == "step 1  epoch 1  update  loss 1.099  accuracy 40.0%  (1 step)\n")
  }

  @Test func severalSteps() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    let facts = bench.page("step 4").facts
    #expect(facts["step"] == 4)
    #expect(facts["epoch"] == 1)
    #expect(facts["reason"] == "4 steps")
    #expect(bench.host.reports.map(\.done) == [1, 2, 3, 4])
    #expect(bench.host.reports.allSatisfy { $0.total == 4 })
  }

  /// The two parts of the loss are shown apart and add up.
  @Test func theLossWithL2() {
    var bench = Bench(.tiny, "network 6-4-3", "set l2=0.5")
    let weights = bench.values("W1") + bench.values("W2")
    let text = bench.text("step")
    let facts = bench.host.commands.last!.page.facts
    let (data, l2) = (facts["data_loss"]!.number!, facts["l2_loss"]!.number!)
    #expect(facts["loss"]!.number! == data + l2)
    let expected = 0.25 * weights.reduce(0) { $0 + $1 * $1 }
    #expect(abs(l2 - expected) < 1e-14 * expected)
    func four(_ value: Double) -> String { NumberFormat.significant(4).text(value) }
    #expect(
      text.contains("loss \(four(data + l2)) (data \(four(data)) + l2 \(four(l2)))  accuracy "))
  }

  /// A mid-minibatch step completes it and counts one.
  @Test func aStepInTheMiddleCompletesTheMinibatch() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "phase 4")
    #expect(bench.page("step").facts["step"] == 1)
    bench.run("phase 8")
    #expect(bench.page("step 2").facts["step"] == 3)
  }

  @Test func countsStartAtOne() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(bench.failure("step 0") == "step 0 is not possible: count from 1. Try: step 1")
  }

  /// A rate beyond all bounds: NaN and infinities travel through every screen.
  @Test func divergence() {
    for network in ["network 6-4-3", "network 6-4-3 --hidden relu --output identity"] {
      var bench = Bench(.tiny, network, "set rate=1e308 batch=3")
      for _ in 1...12 { #expect(bench.run("step") == .done) }
      let values = bench.values("W2") + bench.values("delta2") + bench.values("z2")
      #expect(values.contains { !$0.isFinite })
      for line in [
        "show deltas", "show gradients", "show weights", "show updates", "evaluate", "digit 3",
        "print W1", "print dW2[0, 0]", "show weights 1", "phase 5", "epoch", "loss squared-error",
        "show activations", "show batch",
      ] {
        #expect(bench.run(line) == .done, "\(line)")
        #expect(!bench.text("print W1").isEmpty)
      }
      #expect(bench.session == bench.session)
    }
  }
}
