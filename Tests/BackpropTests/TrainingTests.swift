import Testing

@testable import Backprop

@Suite struct TrainingTests {
  static let samples = Samples.small(count: 10)

  private func training(
    loss: Loss? = nil, l2: Double = 0.01, rule: Optimizer.Rule = .momentum,
    minibatches: Minibatches = Minibatches(size: 4)
  ) throws -> Training {
    var random = Random(seed: 3)
    let network = Network(
      sizes: [6, 5, 4, 3], hidden: .tanh, output: .softmax, initializer: .xavier, random: &random)
    return try Training(
      network: network, loss: loss, l2: l2, optimizer: Optimizer(rule), minibatches: minibatches)
  }

  @Test("stepping by phases is stepping whole minibatches", arguments: Optimizer.Rule.all)
  func phases(rule: Optimizer.Rule) throws {
    var whole = try training(rule: rule)
    var byPhases = whole
    for step in 1...4 {
      whole.step(over: Self.samples)
      for phase in Phase.all(depth: 3) {
        #expect(byPhases.nextPhase == phase)
        byPhases.advance(over: Self.samples)
        #expect(byPhases.clock.phase == phase)
        #expect(byPhases.trace?.completed == phase)
        #expect(byPhases.isInMinibatch == (phase != .update))
        #expect(byPhases.clock.step == (phase == .update ? step : step - 1))
      }
      #expect(byPhases == whole)
    }
    // `step` in mid-minibatch completes it.
    for _ in 0..<5 { byPhases.advance(over: Self.samples) }
    byPhases.step(over: Self.samples)
    whole.step(over: Self.samples)
    #expect(byPhases == whole)
  }

  @Test("a copy is a snapshot: going on does not change it, and it goes on the same way")
  func snapshots() throws {
    var training = try training(rule: .adam)
    var snapshots: [Training] = []
    for _ in 0..<40 {
      snapshots.append(training)
      training.advance(over: Self.samples)
    }
    for (index, snapshot) in snapshots.enumerated() {
      var again = try self.training(rule: .adam)
      for _ in 0..<index { again.advance(over: Self.samples) }
      #expect(snapshot == again)
      var onwards = snapshot
      for _ in index..<40 { onwards.advance(over: Self.samples) }
      #expect(onwards == training)
    }
  }

  @Test("after an update the trace keeps the weights that it was made with")
  func oldWeights() throws {
    var training = try training()
    for _ in 0..<4 {
      let old = training.network
      training.step(over: Self.samples)
      let trace = try #require(training.trace)
      #expect(trace.layers == old.layers && training.network.layers != old.layers)
      var again = Trace(batch: trace.batch, network: old)
      again.complete(training.objective)
      #expect(again.a == trace.a && again.gradients == trace.gradients)
    }
    training.advance(over: Self.samples)
    #expect(training.trace?.layers == training.network.layers)
  }

  /// Phases behind: from the start, through a first minibatch, into the third.
  @Test("a loss set at any moment is as if the minibatch had been made with it", arguments: 0..<28)
  func setLoss(phases: Int) throws {
    var training = try training(loss: .crossEntropy)
    for _ in 0..<phases { training.advance(over: Self.samples) }
    let before = training
    try training.setLoss(.squaredError)

    #expect(training.network == before.network && training.clock == before.clock)
    #expect(training.optimizerState == before.optimizerState)
    if let trace = before.trace {
      #expect(training.trace == made(like: trace, Objective(loss: .squaredError, l2: 0.01)))
      #expect((training.trace == trace) == !trace.has(.loss))
      try training.setLoss(.crossEntropy)
      #expect(training == before)
    }
  }

  @Test("so is λ", arguments: 0..<28)
  func setL2(phases: Int) throws {
    var training = try training(loss: .crossEntropy)
    for _ in 0..<phases { training.advance(over: Self.samples) }
    let before = training
    training.setL2(0.5)

    #expect(training.network == before.network && training.clock == before.clock)
    if let trace = before.trace {
      #expect(training.trace == made(like: trace, Objective(loss: .crossEntropy, l2: 0.5)))
      #expect((training.trace == trace) == !trace.has(.loss))
      training.setL2(0.01)
      #expect(training == before)
    }
  }

  /// The same minibatch on the same weights, as far, from the start with `objective`.
  private func made(like trace: Trace, _ objective: Objective) -> Trace {
    var made = Trace(batch: trace.batch, network: Network(layers: trace.layers))
    while made.completed != trace.completed {
      made.run(made.completed.next(depth: made.depth), objective)
    }
    return made
  }

  @Test("a loss that does not fit is refused and nothing changes")
  func wrongLoss() throws {
    var random = Random(seed: 3)
    let network = Network(
      sizes: [6, 5, 3], hidden: .relu, output: .tanh, initializer: .he, random: &random)
    #expect(throws: BackpropError.self) { try Training(network: network, loss: .crossEntropy) }
    var training = try Training(network: network)
    #expect(training.objective.loss == .squaredError)
    training.step(over: Self.samples)
    let before = training
    #expect(throws: BackpropError.self) { try training.setLoss(.crossEntropy) }
    #expect(training == before)
  }

  @Test("an epoch ends when every sample was used, though the batch does not divide them")
  func epochs() throws {
    var training = try training(minibatches: Minibatches(size: 4))
    var clocks: [[Int]] = []
    var used: [Int] = []
    for _ in 0..<7 {
      training.step(over: Self.samples)
      used += try #require(training.trace).batch.indices
      let count = try #require(training.trace).batch.count
      clocks.append(
        [training.clock.step, training.clock.epoch, training.minibatches.position, count])
    }
    #expect(
      clocks == [
        [1, 0, 4, 4], [2, 0, 8, 4], [3, 1, 0, 2], [4, 1, 4, 4], [5, 1, 8, 4], [6, 2, 0, 2],
        [7, 2, 4, 4],
      ])
    #expect(used[..<10].sorted() == Array(0..<10))
    #expect(used[10..<20].sorted() == Array(0..<10))
    #expect(used[..<10] != used[10..<20])
  }

  @Test("a batch size set in mid-epoch acts from the next minibatch and loses no sample")
  func changedBatchSize() throws {
    var training = try training(minibatches: Minibatches(size: 4))
    training.step(over: Self.samples)
    var used = try #require(training.trace).batch.indices
    training.advance(over: Self.samples)
    training.minibatches.size = 5
    var counts: [Int] = []
    repeat {
      training.step(over: Self.samples)
      used += try #require(training.trace).batch.indices
      counts.append(try #require(training.trace).batch.count)
    } while training.clock.epoch == 0 && counts.count < 9
    #expect(counts == [4, 2])
    #expect(used.sorted() == Array(0..<10))
    training.step(over: Self.samples)
    #expect(training.trace?.batch.count == 5 && training.minibatches.position == 5)
  }

  @Test("trainings differ in whatever decides what comes next")
  func equality() throws {
    var training = try training(loss: .crossEntropy)
    training.step(over: Self.samples)
    let before = training
    training.minibatches.size = 5
    #expect(training != before)
    training = before
    training.setL2(0.02)
    #expect(training != before)
    training = before
    try training.setOptimizerSetting("rate", to: 0.2)
    #expect(training != before)
    training = before
    training.setOptimizer(before.optimizer)  // forgets its m
    #expect(training != before)
  }

  @Test("training lowers the loss", arguments: Optimizer.Rule.all)
  func learning(rule: Optimizer.Rule) throws {
    var training = try training(l2: 0, rule: rule, minibatches: Minibatches(size: 10))
    training.step(over: Self.samples)
    let first = try #require(training.trace).loss
    for _ in 0..<60 { training.step(over: Self.samples) }
    #expect(try #require(training.trace).loss < 0.99 * first)
  }
}
