import Testing

@testable import Backprop

@Suite struct OptimizerTests {
  /// `optimizers.json`: torch.optim over given gradients, and training a 5-4-3 with L2.
  struct File: Decodable, Sendable {
    let weights: [[Double]]
    let biases: [Double]
    let gradientWeights: [[[Double]]]
    let gradientBiases: [[Double]]
    let training: Start
    let cases: [Case]
  }

  struct Start: Decodable, Sendable {
    let l2: Double
    let bytes: [UInt8]
    let labels: [UInt8]
    let weights: [[[Double]]]
    let biases: [[Double]]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let optimizer: String
    let settings: [String: Double]
    /// Weights, row by row, then biases, after each update.
    let after: [[Double]]
    let training: Training

    struct Training: Decodable, Sendable {
      /// Before each update.
      let losses: [Double]
      let weights: [[[Double]]]
      let biases: [[Double]]
    }

    var testDescription: String {
      optimizer + settings.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }
  }

  static let file = Result { try Reference.read(File.self, "optimizers.json") }
  static let cases = (try? file.get().cases) ?? []

  @Test("the reference has each rule with its defaults and with other settings")
  func referenceIsComplete() throws {
    let cases = try Self.file.get().cases
    #expect(
      cases.map(\.optimizer) == Optimizer.Rule.all.flatMap { [$0.name, $0.name] })
    for (rule, index) in zip(Optimizer.Rule.all, stride(from: 0, to: 12, by: 2)) {
      #expect(cases[index].settings.isEmpty)
      #expect(Set(cases[index + 1].settings.keys) == Set(rule.settings.map(\.name)))
    }
  }

  /// The gradients go from 1 down to 1e-9, so epsilon shows wherever it stands.
  @Test("equal to PyTorch's after each of 20 updates with given gradients", arguments: cases)
  func givenGradients(expected: Case) throws {
    let file = try Self.file.get()
    let rule = try #require(Optimizer.Rule(expected.optimizer))
    let optimizer = try Optimizer(rule, settings: expected.settings)
    var layers = [
      Layer(activation: .identity, weights: Matrix(file.weights), biases: file.biases)
    ]
    let start = layers[0].weights.values + layers[0].biases
    var state = OptimizerState()
    for (step, after) in expected.after.enumerated() {
      let gradient = Gradient(
        weights: Matrix(file.gradientWeights[step]), biases: file.gradientBiases[step])
      var new = layers
      optimizer.update([gradient], &state, from: layers, to: &new)
      layers = new
      let values = layers[0].weights.values + layers[0].biases
      #expect(relativeError(values, after) <= Reference.tolerance, "update \(step + 1)")
      // What was moved, entry by entry: the small moves are lost in the norm. The weights' own
      // rounding, 1e-16 an update, is allowed for.
      for ((value, after), start) in zip(zip(values, after), start) {
        #expect(abs(value - after) <= 1e-12 * abs(after - start) + 1e-14, "update \(step + 1)")
      }
    }
    #expect(state.updates == expected.after.count && state.updates == 20)
  }

  @Test("equal to PyTorch's training with weight decay, 20 updates", arguments: cases)
  func training(expected: Case) throws {
    let start = try Self.file.get().training
    let rule = try #require(Optimizer.Rule(expected.optimizer))
    let samples = Samples(inputs: 5, classes: 3, bytes: start.bytes, labels: start.labels)
    var training = try Training(
      network: Network(
        weights: start.weights, biases: start.biases, hidden: .tanh, output: .softmax),
      loss: .crossEntropy, l2: start.l2,
      optimizer: Optimizer(rule, settings: expected.settings),
      minibatches: Minibatches(size: 9, isShuffled: false))
    for loss in expected.training.losses {
      training.step(over: samples)
      let trace = try #require(training.trace)
      #expect(relativeError(trace.loss, loss) <= Reference.tolerance)
    }
    for (l, layer) in training.network.layers.enumerated() {
      let weights = expected.training.weights[l].flatMap { $0 }
      #expect(relativeError(layer.weights.values, weights) <= Reference.tolerance)
      #expect(relativeError(layer.biases, expected.training.biases[l]) <= Reference.tolerance)
    }
  }

  /// A training with seven minibatches of different sizes.
  private func training(_ rule: Optimizer.Rule) throws -> (Training, Samples) {
    var random = Random(seed: 3)
    // 6 · 11 and 11 · 3 entries: neither fills whole vectors.
    let network = Network(
      sizes: [6, 11, 3], hidden: .tanh, output: .softmax, initializer: .xavier, random: &random)
    let training = try Training(
      network: network, l2: 0.01, optimizer: Optimizer(rule), minibatches: Minibatches(size: 7))
    return (training, .small(count: 20))
  }

  @Test("W_new is W_old + uW, bit for bit", arguments: Optimizer.Rule.all)
  func changes(rule: Optimizer.Rule) throws {
    var (training, samples) = try training(rule)
    #expect(training.changes == nil)
    #expect(training.changes(layer: 1) == nil)
    for _ in 0..<7 {
      let old = training.network
      training.step(over: samples)
      let changes = try #require(training.changes)
      for (l, change) in changes.enumerated() {
        let (before, after) = (old.layers[l], training.network.layers[l])
        let weights = zip(before.weights.values, change.weights.values).map { $0 + $1 }
        #expect(weights.isIdenticalByBits(to: after.weights.values))
        #expect(training.changes(layer: l + 1) == change)
        #expect(change.weights.values.contains { $0 != 0 })
        let biases = zip(before.biases, change.biases).map { $0 + $1 }
        #expect(biases.isIdenticalByBits(to: after.biases))
      }
    }
    training.advance(over: samples)
    #expect(training.changes == nil)
  }

  @Test("what is set after an update does not change what it did", arguments: Optimizer.Rule.all)
  func changesAreKept(rule: Optimizer.Rule) throws {
    var (training, samples) = try training(rule)
    for _ in 0..<3 { training.step(over: samples) }
    let (changes, network) = (training.changes, training.network)

    var other = training
    try other.setLoss(.squaredError)
    #expect(other.trace?.delta != training.trace?.delta)
    #expect(other.changes == changes)
    other.setL2(0.5)
    #expect(other.trace?.gradients != training.trace?.gradients)
    #expect(other.changes == changes)
    other.setOptimizer(Optimizer(rule == .adam ? .sgd : .adam))
    #expect(other.changes == changes && other.network == network)
    #expect(other.optimizerState == OptimizerState())

    other = training
    other.setOptimizer(Optimizer(rule == .adam ? .sgd : .adam))
    #expect(other.changes == changes)
    other = training
    try other.setOptimizerSetting("rate", to: 7)
    #expect(other.changes == changes && other.optimizerState == training.optimizerState)
    other.step(over: samples)
    #expect(other.changes != changes)
  }

  @Test(
    "a setting that is not one of the rule's, or out of its range", arguments: Optimizer.Rule.all)
  func settings(rule: Optimizer.Rule) throws {
    var optimizer = Optimizer(rule)
    let before = optimizer
    let names = ["rate", "momentum", "decay", "epsilon", "beta1", "beta2"]
    let known = rule.settings.map(\.name)
    for name in names where !known.contains(name) {
      let error = #expect(throws: BackpropError.self) { try optimizer.set(name, to: 0.5) }
      #expect(known.allSatisfy { error?.description.contains($0) ?? false })
    }
    for name in known {
      for value in [-0.1, .infinity, .nan] {
        #expect(throws: BackpropError.self) { try optimizer.set(name, to: value) }
      }
      if !["rate", "epsilon"].contains(name) {
        #expect(throws: BackpropError.self) { try optimizer.set(name, to: 1) }
      }
    }
    #expect(optimizer == before)
    for name in known { try optimizer.set(name, to: 0.25) }
    #expect(known.allSatisfy { optimizer[$0] == 0.25 })
  }
}
