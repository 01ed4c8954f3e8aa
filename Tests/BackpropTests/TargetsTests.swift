import Testing

@testable import Backprop

/// Targets that are any numbers, with one-hot rows as the special case.
@Suite struct TargetsTests {
  static func samples(_ count: Int, outputs: Int, range: ClosedRange<Double> = -2...2) -> Samples {
    var random = Random(seed: 4)
    func draw() -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
    }
    return Samples(
      inputs: 5, features: .numbers((0..<5 * count).map { _ in 2 * random.uniform() - 1 }),
      targets: .values((0..<outputs * count).map { _ in draw() }, outputs: outputs))
  }

  static func network(_ output: Activation, outputs: Int) -> Network {
    var random = Random(seed: 6)
    return Network(
      sizes: [5, 4, outputs], hidden: .tanh, output: output, initializer: .xavier, random: &random)
  }

  @Test func whatTheyAre() {
    #expect(Targets(of: [0, 1, 1, 0], outputs: 1) == .twoValues(0, 1))
    #expect(Targets(of: [-1, 1], outputs: 1) == .twoValues(-1, 1))
    #expect(Targets(of: [1, 1], outputs: 1) == .values)
    #expect(Targets(of: [0, 0.5, 1], outputs: 1) == .values)
    #expect(Targets(of: [0, 1, 1, 0], outputs: 2) == .classes(2))
    #expect(Targets(of: [0.01, 0.99], outputs: 2) == .values)
    #expect(Targets(of: [1, 1, 0, 1], outputs: 2) == .values)
    #expect(Targets(of: [], outputs: 1) == .values)
    let h = Matrix([[0.5], [0.51], [-3]])
    #expect(Targets.twoValues(0, 1).predictions(h) == [0, 1, 0])
    #expect(Targets.twoValues(-1, 1).predictions(h) == [1, 1, 0])
    #expect(Targets.values.predictions(h) == nil)
  }

  /// The mathematics of classes is that of their one-hot rows, to the bit.
  @Test func oneHotRowsAreClasses() throws {
    let labels: [UInt16] = [2, 0, 1, 1, 2, 0, 0]
    let x = Self.samples(7, outputs: 1).features
    let rows = labels.flatMap { label in (0..<3).map { $0 == Int(label) ? 1.0 : 0 } }
    let classes = Samples(inputs: 5, features: x, targets: .classes(labels, count: 3))
    let values = Samples(inputs: 5, features: x, targets: .values(rows, outputs: 3))
    #expect(values.targets == .classes(3))
    for loss in Loss.all {
      let both = try [classes, values].map { samples in
        var training = try Training(
          network: Self.network(.softmax, outputs: 3), loss: loss, l2: 0.1,
          minibatches: Minibatches(size: 3))
        for _ in 0..<5 { training.step(over: samples) }
        return training
      }
      #expect(both[0] == both[1])
      let evaluations = [classes, values].map {
        both[0].network.evaluate(both[0].objective, on: $0)
      }
      #expect(evaluations[0] == evaluations[1] && evaluations[0]?.accuracy != nil)
    }
  }

  /// The numeric gradient shares no formula with the backward pass.
  @Test(arguments: Loss.all)
  func gradientsAreThoseOfTheLoss(loss: Loss) throws {
    for output in loss.outputs {
      for outputs in [1, 3] where !(output == .softmax && outputs == 1) {
        var samples = Self.samples(6, outputs: outputs, range: 0.05...0.95)
        if loss.targets(output) == .distributions {
          // Smoothed labels: 0.9 at the class, the rest shared.
          let y = (0..<18).map { $0 % 3 == $0 / 3 % 3 ? 0.9 : 0.05 }
          samples = Samples(
            inputs: 5, features: samples.features, targets: .values(y, outputs: 3))
        }
        var trace = Trace(
          batch: Batch([0, 3, 1, 5], of: samples),
          network: Self.network(output, outputs: outputs))
        let objective = Objective(loss: loss)
        trace.complete(objective)
        #expect(trace.accuracy == nil && trace.batch.labels == nil)
        let isKinked = !output.isAnalytic
        for l in 1...2 {
          let numeric = trace.numericGradient(
            .weights(l), loss, isKinked ? .central : .complexStep)
          #expect(
            relativeError(trace.gradients[l - 1].weights.values, numeric.values.values)
              < (isKinked ? 1e-8 : 1e-12), "\(output) \(outputs)")
        }
      }
    }
  }

  @Test func aLossNamesTheRowThatItDoesNotTake() throws {
    let y = [0.2, 0.8, 0.5, 0.5, 0.7, 0.4]
    let samples = Samples(
      inputs: 1, features: .numbers([1, 2, 3]), targets: .values(y, outputs: 2))
    try Loss.squaredError.requireFit(to: samples, output: .softmax, set: "the set")
    try Loss.crossEntropy.requireFit(to: samples, output: .sigmoid, set: "the set")
    let sum = #expect(throws: BackpropError.self) {
      try Loss.crossEntropy.requireFit(to: samples, output: .softmax, set: "the set")
    }
    #expect(sum?.description.contains("Y[2] sums to 1.1") == true)
    let low = Samples(
      inputs: 1, features: .numbers([1, 2]), targets: .values([0.5, -0.25], outputs: 1))
    let entry = #expect(throws: BackpropError.self) {
      try Loss.crossEntropy.requireFit(to: low, output: .sigmoid, set: "the set")
    }
    #expect(
      entry?.description
        == "The loss cross-entropy with a sigmoid output needs targets from 0 to 1: Y[1, 0] is -0.25 "
        + "in the set. Try: loss squared-error")
    #expect(Loss.standard(for: .sigmoid, targets: low) == .squaredError)
    #expect(Loss.standard(for: .sigmoid, targets: samples) == .crossEntropy)
  }

  /// What a person computes by hand.
  @Test func anEvaluationOfValues() throws {
    let network = Network(
      layers: [Layer(activation: .identity, weights: Matrix([[2]]), biases: [1])])
    let samples = Samples(
      inputs: 1, features: .numbers([0, 1, 2]), targets: .values([1, 4, 4], outputs: 1))
    let evaluation = try #require(
      network.evaluate(Objective(loss: .squaredError), on: samples))
    // h = 1, 3, 5; h - y = 0, -1, 1; the mean target is 3, with squares 4, 1, 1.
    #expect(evaluation.accuracy == nil && evaluation.confusion == nil)
    #expect(abs(evaluation.dataLoss - 1.0 / 3) < 1e-15)
    #expect(abs(evaluation.rootMeanSquareError - (2.0 / 3).squareRoot()) < 1e-15)
    #expect(abs(evaluation.unexplained - 2.0 / 6) < 1e-15)
  }

  /// u is 0 where an array is frozen, and everything else as without.
  @Test(arguments: Optimizer.Rule.all)
  func frozenArraysStandStill(rule: Optimizer.Rule) throws {
    let samples = Self.samples(9, outputs: 2)
    func training(frozen: [String]) throws -> Training {
      var training = try Training(
        network: Self.network(.identity, outputs: 2), optimizer: Optimizer(rule),
        minibatches: Minibatches(size: 4))
      try training.setFrozen(frozen.map { try ArrayName($0, depth: 2) })
      return training
    }
    var (free, frozen) = (try training(frozen: []), try training(frozen: ["b2", "W1"]))
    #expect(frozen.frozen.map(\.description) == ["W1", "b2"])
    let start = frozen.network
    free.step(over: samples)
    frozen.step(over: samples)
    #expect(frozen.network.layers[0].weights == start.layers[0].weights)
    #expect(frozen.network.layers[1].biases == start.layers[1].biases)
    #expect(frozen.network.layers[1].weights == free.network.layers[1].weights)
    #expect(frozen.trace?.gradients == free.trace?.gradients)
    #expect(frozen.changes![0].weights.values.allSatisfy { $0 == 0 })
    #expect(frozen.changes![1].biases == [0, 0])
    #expect(frozen.changes![0].biases == free.changes![0].biases)
    // The past and what was applied stay, whatever is frozen later.
    let changes = frozen.changes
    try frozen.setFrozen([])
    #expect(frozen.changes == changes)
    let past = try frozen.snapshot.training(over: samples)
    #expect(past == frozen)
    #expect(throws: BackpropError.self) { try frozen.setFrozen([ArrayName(.delta, 1)]) }
  }
}
