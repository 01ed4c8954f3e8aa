import Testing

@testable import Backprop

/// An explanation computes its entry anew, and comes to the bits that the loops came to.
@Suite struct ExplanationTests {
  /// A network of three layers over samples most of whose pixels are 0; widths below, at and above
  /// a vector of eight, and a minibatch of seven, by which one cannot divide exactly.
  private func training(
    _ combination: Combination, _ rule: Optimizer.Rule = .sgd, l2: Double = 0.03, steps: Int = 1
  ) throws -> (Training, Samples) {
    var random = Random(seed: 11)
    let network = Network(
      sizes: [6, 11, 8, 3], hidden: combination.hidden, output: combination.output,
      initializer: .he, random: &random)
    var training = try Training(
      network: network, loss: combination.loss, l2: l2, optimizer: Optimizer(rule),
      minibatches: Minibatches(size: 7))
    let samples = Samples.small(count: 20)
    for _ in 0..<steps { training.step(over: samples) }
    return (training, samples)
  }

  private func expectEveryEntry(_ training: Training, _ kinds: [ArrayName.Kind]) throws {
    for name in ArrayName.all(depth: training.network.depth) where kinds.contains(name.kind) {
      let array = try training.array(name)
      for offset in array.values.indices {
        let index =
          array.shape.count == 1
          ? [offset] : [offset / array.shape[1], offset % array.shape[1]]
        let explanation = try training.explanation(of: name, at: index)
        #expect(explanation.agrees, "\(explanation.name)")
        #expect(explanation.value.isIdentical(to: array.values[offset]), "\(explanation.name)")
      }
    }
  }

  @Test("every entry of a pass, to the last bit", arguments: Combination.all, [0, 0.03])
  func pass(combination: Combination, l2: Double) throws {
    let (training, _) = try training(combination, l2: l2)
    try expectEveryEntry(
      training,
      [.preactivation, .activation, .output, .delta, .weightGradient, .biasGradient])
    #expect(training.lossExplanation.agrees)
  }

  @Test("every change of an optimizer, to the last bit", arguments: Optimizer.Rule.all, 1...4)
  func updates(rule: Optimizer.Rule, steps: Int) throws {
    let combination = Combination(hidden: .tanh, output: .softmax, loss: .crossEntropy)
    let (training, _) = try training(combination, rule, steps: steps)
    try expectEveryEntry(training, [.weightUpdate, .biasUpdate])
    let explanation = try training.explanation(of: ArrayName(.weightUpdate, 2), at: [3, 7])
    #expect(explanation["before"] == training.trace!.layers[1].weights[3, 7])
    #expect(explanation["after"] == training.network.layers[1].weights[3, 7])
    #expect(explanation["before"]! + explanation.total == explanation["after"])
  }

  @Test("784 pixels, most of them left out of the sums; the order is that of the loops")
  func digits() throws {
    let samples = try Samples.hundredDigits.get()
    var random = Random(seed: 4)
    var training = try Training(
      network: Network(
        sizes: [784, 30, 10], hidden: .sigmoid, output: .softmax, initializer: .xavier,
        random: &random), l2: 1e-3, optimizer: Optimizer(.adam),
      minibatches: Minibatches(size: 64))
    for _ in 0..<2 { training.step(over: samples) }
    let trace = try #require(training.trace)
    for _ in 0..<200 {
      let (n, i, j) = (random.below(36), random.below(784), random.below(30))
      for (kind, index) in [
        (.preactivation, [n, j]), (.delta, [n, j]), (.weightGradient, [i, j]),
        (.weightUpdate, [i, j]), (.biasUpdate, [j]),
      ] as [(ArrayName.Kind, [Int])] {
        let explanation = try training.explanation(of: ArrayName(kind, 1), at: index)
        #expect(explanation.agrees, "\(explanation.name)")
      }
    }
    // The order matters: the same terms from the last to the first make other bits somewhere.
    let backwards = try (0..<30).filter { j in
      let explanation = try training.explanation(of: ArrayName(.preactivation, 1), at: [0, j])
      let bias = trace.layers[0].biases[j]
      return explanation.terms.values.reversed().sum + bias != explanation.total
    }
    #expect(!backwards.isEmpty)
  }

  @Test("NaN and infinity are explained as they are")
  func notFinite() throws {
    let combination = Combination(hidden: .relu, output: .softmax, loss: .crossEntropy)
    let (good, samples) = try training(combination)
    var network = good.network
    network.layers[0].weights[2, 3] = .infinity
    network.layers[1].weights[3, 3] = .nan
    var training = try Training(
      network: network, l2: 0.1, optimizer: Optimizer(.adam), minibatches: Minibatches(size: 7))
    training.step(over: samples)
    try expectEveryEntry(
      training,
      ArrayName.Kind.allCases.filter { kind in
        ![.inputs, .targets, .labels, .weights, .biases].contains(kind)
      })
    #expect(training.lossExplanation.agrees && training.lossExplanation.total.isNaN)
    let explanation = try training.explanation(of: ArrayName(.preactivation, 2), at: [0, 3])
    guard case .number(let first)? = explanation.terms.largestFirst[0].last else {
      Issue.record("no number in the last column")
      return
    }
    #expect(first.isNaN)
  }

  @Test("another number in the pass is told apart from the right one")
  func disagreement() throws {
    let combination = Combination(hidden: .tanh, output: .softmax, loss: .crossEntropy)
    let (training, _) = try training(combination)
    var explanation = try training.explanation(of: ArrayName(.delta, 1), at: [2, 4])
    #expect(explanation.agrees)
    explanation.value = explanation.value.nextUp
    #expect(!explanation.agrees)
  }

  @Test("formula, source, terms and steps of a gradient")
  func gradient() throws {
    let combination = Combination(hidden: .tanh, output: .softmax, loss: .crossEntropy)
    let (training, _) = try training(combination)
    let explanation = try training.explanation(of: ArrayName(.weightGradient, 1), at: [4, 10])
    #expect(
      explanation.formula
        == "dW1[4, 10] = sum over n of X[n, 4] delta1[n, 10] / 7 + l2 W1[4, 10]")
    #expect(explanation.source.contains("BP4"))
    #expect(explanation.terms.rows.count == 7)
    let batch = training.trace!.batch
    #expect(
      explanation.terms.rows[3][..<3] == [
        .integer(3), .integer(batch.indices[3]), .integer(batch.labels![3]),
      ])
    #expect(explanation["l2"] == 0.03 * training.trace!.layers[0].weights[4, 10])
    #expect(explanation["data"] == training.trace!.dataGradient(layer: 1)[4, 10])
    #expect(explanation["data"]! + explanation["l2"]! == explanation.total)
    #expect(explanation.readsParameters)
    let sizes = explanation.terms.largestFirst.map { row in
      if case .number(let value)? = row.last { abs(value) } else { Double.nan }
    }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test("a saturated unit has a small slope; with cross-entropy it stands beside the delta")
  func slopes() throws {
    var layers = [
      Layer(activation: .sigmoid, weights: Matrix(rows: 6, columns: 4), biases: [0, 9, 0, -9]),
      Layer(activation: .sigmoid, weights: Matrix(rows: 4, columns: 3), biases: [0, 7, 0]),
    ]
    layers[1].weights[1, 2] = 1
    let samples = Samples.small(count: 7)
    for loss in Loss.all {
      var training = try Training(
        network: Network(layers: layers), loss: loss, minibatches: Minibatches(size: 7))
      training.step(over: samples)
      let output = try training.explanation(of: ArrayName(.delta, 2), at: [0, 1])
      // f' = e^-7 / (1 + e^-7)^2.
      #expect(abs(output["slope"]! - 9.102e-4) < 1e-6)
      #expect(output.steps.contains { $0.key == "slope" } == !loss.cancelsDerivative)
      let hidden = try training.explanation(of: ArrayName(.delta, 1), at: [0, 3])
      #expect(hidden["slope"]! < 0.01 && hidden["error"] != nil)
    }
  }

  @Test(
    "formulas with their numbers",
    arguments: [
      ("a (1 - a)", "0.25 * (1 - 0.25)"), ("1 - a²", "1 - 0.25²"), ("tanh(z)", "tanh(-2.0)"),
      ("z if z > 0 else 0.01 z", "-2.0 if -2.0 > 0 else 0.01 * -2.0"),
      ("-z / (1 - a^z) a / (sqrt(a) + z)", "--2.0 / (1 - 0.25^-2.0) * 0.25 / (sqrt(0.25) + -2.0)"),
    ])
  func numbersForSymbols(text: String, expected: String) {
    let formula = Formula(text, ["a": 0.25, "z": -2])
    #expect(formula.description == text)
    let numbers = formula.pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .number(let value): "\(value)"
      }
    }
    #expect(numbers.joined() == expected)
  }

  @Test("what is given, and an update whose gradient is gone, have no explanation")
  func errors() throws {
    let combination = Combination(hidden: .tanh, output: .softmax, loss: .crossEntropy)
    var (training, _) = try training(combination)
    for kind in [ArrayName.Kind.inputs, .targets, .weights] {
      let name = ArrayName(kind, kind.isOfLayer ? 1 : 0)
      #expect(throws: BackpropError.self) { try training.explanation(of: name, at: [0, 0]) }
    }
    training.setL2(0.5)
    let error = #expect(throws: BackpropError.self) {
      try training.explanation(of: ArrayName(.weightUpdate, 1), at: [0, 0])
    }
    #expect(error?.description.contains("uW1[0, 0]") == true)
    #expect(try training.explanation(of: ArrayName(.weightGradient, 1), at: [0, 0]).agrees)
  }
}
