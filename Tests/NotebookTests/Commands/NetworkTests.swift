import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct NetworkTests {
  @Test(arguments: [
    (
      "784-300-10",
      "784-300-10: 238,510 parameters; hidden sigmoid, output softmax, loss cross-entropy\n"
    ),
    (
      "784-30-10 --seed 7",
      "784-30-10: 23,860 parameters; hidden sigmoid, output softmax, loss cross-entropy\n"
    ),
    ("6-3", "6-3: 21 parameters; output softmax, loss cross-entropy\n"),
    (
      "6-5-4-3 --hidden relu --output identity --init he",
      "6-5-4-3: 74 parameters; hidden relu, output identity, loss squared-error\n"
    ),
    (
      "6-4-3 --output sigmoid",
      "6-4-3: 43 parameters; hidden sigmoid, output sigmoid, loss cross-entropy\n"
    ),
  ])
  func confirms(arguments: String, text: String) {
    var bench = Bench()
    #expect(bench.text("network \(arguments)") == text)
  }

  @Test func forPrograms() {
    var bench = Bench()
    #expect(
      bench.json("network 6-4-3 --hidden tanh --output sigmoid --init lecun --seed 12")
        == #"[{"kind":"facts","name":"network","values":{"sizes":[6,4,3],"parameters":43,"#
        + #""hidden":"tanh","output":"sigmoid","init":"lecun","seed":"12","#
        + #""loss":"cross-entropy"}}]"#)
  }

  /// Every combination of the lists runs a step.
  @Test(arguments: Activation.hidden, Activation.all)
  func everyCombinationTrains(hidden: Activation, output: Activation) {
    for initializer in Initializer.all {
      var bench = Bench(
        .tiny, "network 6-4-3 --hidden \(hidden) --output \(output) --init \(initializer)")
      #expect(bench.training.objective.loss == Loss.standard(for: output))
      #expect(bench.page("step").facts["loss"]!.number!.isFinite)
    }
  }

  @Test func theSeedDecidesTheWeights() {
    let one = Bench(Session(), "network 6-4-3")
    #expect(one.session == Bench(Session(), "network 6-4-3 --seed 1 --init xavier").session)
    #expect(one.session != Bench(Session(), "network 6-4-3 --seed 2").session)
    #expect(Bench(Session(), "network 6-4-3 --seed 18446744073709551615").session.training != nil)
  }

  @Test(arguments: [
    "784", "784-", "-784", "784--10", "784-0-10", "784-ten", "784-3.5-10", "784 10", "",
    "784-10 --seed -1", "784-10 --seed x", "784-10 --layers 3", "99999999999999999999-10",
  ])
  func sizesThatAreNone(arguments: String) {
    var bench = Bench()
    #expect(bench.failure("network \(arguments)").contains("Usage: network <sizes>"))
  }

  @Test func softmaxIsForTheOutput() {
    var bench = Bench()
    #expect(
      bench.failure("network 6-4-3 --hidden softmax").hasPrefix(
        "The value 'softmax' is invalid for '--hidden <hidden>'. It is one of identity, relu, "
          + "leaky-relu, sigmoid, tanh, softplus, elu, gelu. Usage: network <sizes>"))
  }
}
