import Testing

@testable import Backprop

@Suite struct MistakeTests {
  static let reference = Result { try MistakeReference.read() }

  // MARK: The catalogue

  @Test("the list has the catalogue's ids, in its order, each once")
  func ids() throws {
    #expect(Mistake.all.map(\.name) == (try Self.reference.get().ids))
    #expect(Set(Mistake.all.map(\.name)).count == Mistake.all.count)
    for mistake in Mistake.all { #expect(Mistake(mistake.name) == mistake) }
  }

  @Test("every mistake says what it is, and has an example", arguments: Mistake.all)
  func texts(mistake: Mistake) {
    let setting = mistake.example
    #expect(mistake.applies(to: setting))
    #expect(mistake.objection(in: setting) == nil)
    let (wrong, right) = (mistake.wrong(in: setting), mistake.right(in: setting))
    #expect(wrong != right && wrong.contains(" = ") && right.contains(" = "))
    #expect(mistake.numpy(in: setting).contains("= "))
    #expect(mistake.effect.count > 30 && mistake.effect.hasSuffix("."))
    #expect(!mistake.effect.contains("EFFECT"))
  }

  // MARK: The numbers

  @Test("deltas and gradients are NumPy's", arguments: MistakeReference.names)
  func numpy(name: String) throws {
    let reference = try Self.reference.get()
    for item in reference.cases where "\(item.network) \(item.loss)" == name {
      let right = try #require(
        reference.cases.first {
          $0.id == "right" && $0.network == item.network && $0.loss == item.loss
        })
      let trace = try reference.trace(item, Mistake(item.id))
      for (array, values) in trace.backwardArrays {
        let usual = try #require(right.arrays[array])
        // Sums over a softmax's units cancel: what is left of one is measured by the right array.
        let error = MistakeReference.error(
          values, item.arrays[array] ?? usual, atLeast: 1e-3 * usual[0])
        #expect(error < 1e-10, "\(item.id), \(name): \(array)")
      }
    }
  }

  @Test("what a mistake does not change keeps its bits", arguments: MistakeReference.names)
  func unchanged(name: String) throws {
    let reference = try Self.reference.get()
    for item in reference.cases where "\(item.network) \(item.loss)" == name {
      // All depends on the output delta, and rolled targets leave their sum as it was but for rounding.
      if Mistake(item.id)?.group == .outputDelta { continue }
      let wrong = try reference.trace(item, Mistake(item.id)).backwardArrays
      let right = try reference.trace(item, nil).backwardArrays
      for (wrong, right) in zip(wrong, right) where item.arrays[wrong.0] == nil {
        #expect(wrong.1.isIdenticalByBits(to: right.1), "\(item.id), \(name): \(wrong.0)")
      }
    }
  }

  @Test("it applies where NumPy's arrays differ, and nowhere else", arguments: Mistake.all)
  func applies(mistake: Mistake) throws {
    let reference = try Self.reference.get()
    for item in reference.cases where item.id == mistake.name {
      let trace = try reference.trace(item, nil)
      let setting = Setting(trace.layers, loss: item.kind, l2: reference.l2)
      #expect(mistake.applies(to: setting) == !item.arrays.isEmpty, "\(item.network) \(item.loss)")
      #expect((mistake.objection(in: setting) == nil) == mistake.applies(to: setting))
    }
  }

  /// Whatever the activations: the six samples and the weights of the file leave no formula equal to
  /// another by chance.
  @Test("it changes an array exactly where it applies", arguments: Mistake.all)
  func everyCombination(mistake: Mistake) throws {
    let file = try SmallNetwork.shared.get()
    let previous = file.trace(Combination.all[0]).gradients
    for combination in Combination.all {
      let network = file.network(combination)
      var traces = [Trace(batch: file.batch, network: network)]
      traces.append(traces[0])
      traces[1].previousGradients = previous
      traces[0].complete(Objective(loss: combination.loss, l2: file.l2))
      traces[1].complete(Objective(loss: combination.loss, l2: file.l2, mistake: mistake))
      let changed = zip(traces[0].backwardArrays, traces[1].backwardArrays).contains {
        !$0.1.isIdenticalByBits(to: $1.1)
      }
      #expect(
        changed == mistake.applies(to: network, loss: combination.loss, l2: file.l2),
        "\(combination.testDescription)")
    }
  }

  // MARK: In training

  /// After some steps, with the right arrays beside it; the L2 part apart, at λ = 1e-5 too.
  @Test("it shows after some steps, at any l2", arguments: Mistake.all)
  func visible(mistake: Mistake) throws {
    let samples = Samples.small(count: 40, inputs: 9)
    for (sizes, setup) in MistakeReference.setups(classes: 3) {
      for l2 in [1e-3, 1e-5] {
        var right = try training(sizes, setup, l2: l2)
        guard mistake.applies(to: right.network, loss: setup.loss, l2: l2) else { continue }
        for _ in 0..<5 { right.step(over: samples) }
        var wrong = right
        wrong.setMistake(mistake)
        if mistake.needsPreviousGradients {
          wrong.step(over: samples)
          wrong.step(over: samples)
          right.step(over: samples)
          // The same pass without the mistake.
          right = wrong
          right.setMistake(nil)
        }
        let (a, b) = (try #require(wrong.trace), try #require(right.trace))
        let distance = zip(a.partsToCheck, b.partsToCheck).map { relativeError($0, $1) }.max()!
        #expect(distance > 1e-6, "\(sizes) \(setup) \(l2)")
        if !mistake.needsPreviousGradients {
          wrong.setMistake(nil)
          #expect(wrong.trace == right.trace)
          #expect(wrong.network == right.network && wrong.changes == right.changes)
        }
      }
    }
  }

  @Test("data and L2 part make up the gradient", arguments: [nil] + Mistake.all.map { $0 })
  func parts(mistake: Mistake?) throws {
    let samples = Samples.small(count: 40, inputs: 9)
    for (sizes, setup) in MistakeReference.setups(classes: 3) {
      var training = try training(sizes, setup, l2: 1e-3)
      training.setMistake(mistake)
      for _ in 0..<3 { training.step(over: samples) }
      let trace = try #require(training.trace)
      for layer in 1...trace.depth {
        let l2 = trace.l2Gradient(layer: layer)
        let weights = trace.dataGradient(layer: layer).mapping(l2.weights, +)
        let biases = zip(trace.dataBiasGradient(layer: layer), l2.biases).map(+)
        let gradient = trace.gradients[layer - 1]
        if mistake == nil || !mistake!.changesWhole {
          #expect(weights == gradient.weights)
          #expect(biases.isIdenticalByBits(to: gradient.biases))
        } else {
          #expect(relativeError(weights.values, gradient.weights.values) < 1e-15)
          #expect(relativeError(biases, gradient.biases) < 1e-15)
        }
      }
    }
  }

  /// In mid-minibatch it is as if it had been there from the batch on.
  @Test("switching it on computes again what depends on it", arguments: Mistake.all)
  func switching(mistake: Mistake) throws {
    let samples = Samples.small(count: 40, inputs: 9)
    for (sizes, setup) in MistakeReference.setups(classes: 3) {
      for phases in 1...(3 * sizes.count - 1) {
        var early = try training(sizes, setup, l2: 1e-3)
        var late = early
        early.setMistake(mistake)
        for _ in 0..<phases {
          early.advance(over: samples)
          late.advance(over: samples)
        }
        let plain = late
        late.setMistake(mistake)
        if late.clock.phase != .update { #expect(late == early) }
        #expect(late.trace == early.trace)
        #expect(late.changes == plain.changes && late.network == plain.network)
        late.setMistake(nil)
        #expect(late == plain)
      }
    }
  }

  @Test("a pass with a mistake comes back from what is saved of it", arguments: Mistake.all)
  func restoring(mistake: Mistake) throws {
    let samples = Samples.small(count: 40, inputs: 9)
    let (sizes, setup) = MistakeReference.setups(classes: 3).last!
    var old = try training(sizes, setup, l2: 1e-3)
    old.setMistake(mistake)
    for _ in 0..<25 {
      old.advance(over: samples)
      var new = try Training(
        network: old.network, objective: old.objective, optimizer: old.optimizer,
        optimizerState: old.optimizerState, clock: old.clock, minibatches: old.minibatches,
        pass: old.pass, samples: samples)
      #expect(new == old)
      var (a, b) = (old, new)
      a.step(over: samples)
      new.step(over: samples)
      #expect(a == new)
      a = old
      a.setMistake(nil)
      b.setMistake(nil)
      #expect(a == b)
    }
  }

  @Test("the fingerprint knows it")
  func fingerprint() throws {
    var digests: Set<String> = []
    for mistake in [nil] + Mistake.all.map(Optional.some) {
      var training = try training([9, 6, 3], MistakeReference.Setup.all[2], l2: 1e-3)
      training.setMistake(mistake)
      var fingerprint = Fingerprint()
      training.add(to: &fingerprint)
      digests.insert(fingerprint.description)
    }
    #expect(digests.count == Mistake.all.count + 1)
  }

  @Test("weights-already-updated follows the optimizer's rate")
  func rate() throws {
    let samples = Samples.small(count: 40, inputs: 9)
    var training = try training([9, 6, 3], MistakeReference.Setup.all[2], l2: 1e-3)
    training.setMistake(.weightsAlreadyUpdated)
    #expect(training.objective.mistake?.constants.rate == 0.5)
    for _ in 0..<8 { training.advance(over: samples) }
    var other = training
    try other.setOptimizerSetting("rate", to: 0.25)
    #expect(other.trace != training.trace)
    #expect(other.changes == training.changes && other.network == training.network)
    try other.setOptimizerSetting("rate", to: 0.5)
    #expect(other.trace == training.trace)
  }

  private func training(
    _ sizes: [Int], _ setup: MistakeReference.Setup, l2: Double
  ) throws -> Training {
    var random = Random(seed: 4)
    var network = Network(
      sizes: sizes, hidden: .sigmoid, output: setup.output, initializer: .xavier, random: &random)
    // Biases of 0 would hide one mistake.
    for l in network.layers.indices {
      for j in network.layers[l].biases.indices { network.layers[l].biases[j] = random.normal() }
    }
    return try Training(
      network: network, loss: setup.loss, l2: l2,
      optimizer: try Optimizer(.sgd, settings: ["rate": 0.5]), minibatches: Minibatches(size: 8))
  }
}

extension Mistake: CustomTestStringConvertible {
  public var testDescription: String { name }

  /// Whether it acts on what comes of both parts.
  fileprivate var changesWhole: Bool { rules.array != nil || rules.whole != nil }
}

extension Trace {
  /// Everything that a mistake can change, by name.
  fileprivate var backwardArrays: [(String, [Double])] {
    (0..<depth).map { ("delta\($0 + 1)", delta[$0].values) }
      + (0..<depth).flatMap {
        [("dW\($0 + 1)", gradients[$0].weights.values), ("db\($0 + 1)", gradients[$0].biases)]
      }
  }

  /// The parts of every gradient that a check looks at, each for itself.
  fileprivate var partsToCheck: [[Double]] {
    (1...depth).flatMap { layer in
      let l2 = l2Gradient(layer: layer)
      return [
        dataGradient(layer: layer).values, dataBiasGradient(layer: layer), l2.weights.values,
        l2.biases,
      ]
    }
  }
}
