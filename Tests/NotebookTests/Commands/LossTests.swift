import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct LossTests {
  static let outputs = ["softmax", "sigmoid"]

  @Test func showsTheLoss() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.text("loss")
        == "loss: cross-entropy\nof one sample: -sum(Y log h)\ndelta2 = h - Y\n")
    #expect(
      bench.json("loss")
        == #"[{"kind":"facts","name":"loss","values":{"name":"cross-entropy","#
        + #""delta":"delta2 = h - Y","formula":"-sum(Y log h)","loss":null}}]"#)
  }

  @Test(arguments: [
    (
      "network 6-4-3", "loss squared-error",
      "loss: cross-entropy -> squared-error\nof one sample: 1/2 sum((h - Y)^2)\n"
        + "delta2 = h * (e - sum(e * h)) with e = h - Y\n"
    ),
    (
      "network 6-5-4-3 --output sigmoid", "loss squared-error",
      "loss: cross-entropy -> squared-error\nof one sample: 1/2 sum((h - Y)^2)\n"
        + "delta3 = (h - Y) * f'(z3)\n"
    ),
    (
      "network 6-4-3 --output sigmoid", "loss cross-entropy",
      "loss: cross-entropy -> cross-entropy\n"
        + "of one sample: -sum(Y log h + (1 - Y) log(1 - h))\ndelta2 = h - Y\n"
    ),
    (
      "network 6-3 --output tanh", "loss squared-error",
      "loss: squared-error -> squared-error\nof one sample: 1/2 sum((h - Y)^2)\n"
        + "delta1 = (h - Y) * f'(z1)\n"
    ),
  ])
  func confirms(network: String, line: String, text: String) {
    var bench = Bench(.tiny, network)
    #expect(bench.text(line) == text)
  }

  @Test(arguments: ["identity", "relu", "leaky-relu", "tanh"])
  func crossEntropyFitsTwoOutputs(output: String) {
    var bench = Bench(.tiny, "network 6-4-3 --output \(output)")
    #expect(bench.training.objective.loss == .squaredError)
    #expect(
      bench.failure("loss cross-entropy")
        == "The loss cross-entropy needs a softmax or sigmoid output, and this network's output is "
        + "\(output). Try: loss squared-error")
  }

  /// In mid-minibatch the switched session equals one that had that loss from the start.
  @Test(arguments: outputs, 0...11)
  func switchedInTheMiddle(output: String, phases: Int) {
    for start in Loss.all {
      for other in Loss.all where other != start {
        var switched = Bench(
          .tiny, "network 6-5-4-3 --output \(output)", "loss \(start)", "set batch=4 l2=0.1")
        var fromTheStart = Bench(
          .tiny, "network 6-5-4-3 --output \(output)", "loss \(other)", "set batch=4 l2=0.1")
        if phases > 0 {
          switched.run("phase \(phases)")
          fromTheStart.run("phase \(phases)")
        }
        let before = switched.session
        switched.run("loss \(other)")
        #expect(switched.session == fromTheStart.session)
        // And back again: nothing has happened.
        var back = switched
        back.run("loss \(start)")
        #expect(back.session == before)
        // And on: still the same.
        switched.run("step 2")
        fromTheStart.run("step 2")
        #expect(switched.session == fromTheStart.session)
      }
    }
  }

  /// After the first update the pass is that of the other loss; weights, updates and what the
  /// optimizer remembers stay.
  @Test(arguments: outputs)
  func switchedAfterTheUpdate(output: String) {
    let network = "network 6-5-4-3 --output \(output)"
    var switched = Bench(.tiny, network, "optimizer adam", "set batch=4", "step")
    let fromTheStart = Bench(
      .tiny, network, "optimizer adam", "loss squared-error", "set batch=4", "step")
    let before = switched.training
    let changes = before.changes
    switched.run("loss squared-error")
    let after = switched.training
    #expect(after.network == before.network)
    #expect(after.changes == changes)
    #expect(after.optimizerState == before.optimizerState)
    #expect(after.clock == before.clock)
    #expect(after.trace == fromTheStart.training.trace)
    #expect(after.trace != before.trace)
    var back = switched
    back.run("loss cross-entropy")
    #expect(back.training == before)
    // The next minibatch begins with the updated weights.
    switched.run("phase 2")
    let input = switched.page("print X").grid
    #expect(input.shape == [4, 6])
    #expect(switched.training.trace!.layers == before.network.layers)
  }

  @Test func theLossOfThisMinibatchFollows() {
    var bench = Bench(.tiny, "network 6-4-3 --init zeros", "phase 4")
    // h = 1/3 everywhere: ½ ((2/3)² + 2 (1/3)²) = 1/3.
    let facts = bench.page("loss squared-error").facts
    #expect(abs(facts["loss"]!.number! - 1 / 3) < 1e-15)
    #expect(facts.names == ["name", "delta", "formula", "loss"])
    #expect(bench.text("loss").hasSuffix("of this minibatch: 0.3333\n"))
  }
}
