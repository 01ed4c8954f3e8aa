import Testing

@testable import Backprop

/// Each trouble is found by the first phase that shows it in a network made to have it, and in none
/// that is healthy. What is not finite has its tests in `NonfiniteEntryTests`.
@Suite struct TroubleTests {
  /// A network made to have a trouble, and where it must be found.
  struct Case: CustomTestStringConvertible, Sendable {
    let trouble: Trouble
    let what: String
    let step: Int
    let phase: Phase
    let subject: String
    /// A part of the sentence that says which term did it.
    let term: String
    let make: @Sendable () throws -> (Training, Samples)

    init(
      _ trouble: Trouble, _ what: String, step: Int = 0, _ phase: Phase, _ subject: String,
      _ term: String, _ make: @escaping @Sendable () throws -> (Training, Samples)
    ) {
      (self.trouble, self.what, self.step, self.phase) = (trouble, what, step, phase)
      (self.subject, self.term, self.make) = (subject, term, make)
    }

    var testDescription: String { "\(trouble), \(what)" }
  }

  /// Where training was stopped.
  struct Stop: CustomTestStringConvertible {
    let training: Training
    let finding: Finding

    var clock: Clock { training.clock }
    var term: String { finding.term?.text ?? "" }
    var testDescription: String {
      "\(finding.symptom) at \(clock.step) \(clock.phase): \(finding.sentence.text) \(term)"
    }
  }

  /// A learning rate at which each optimizer is at home: a momentum of 0.9 makes ten of a step, and
  /// the first steps of rmsprop are ten times its rate.
  static func rate(_ rule: Optimizer.Rule) -> Double? {
    switch rule {
    case .momentum, .nesterov: 0.02
    case .rmsprop: 0.001
    default: nil
    }
  }

  /// Goes on phase by phase until one of the troubles is found.
  static func stop(
    at troubles: [Trouble], in made: (Training, Samples), phases: Int = 8000
  ) -> Stop? {
    var ((training, samples), curve) = (made, Curve())
    for _ in 0..<phases {
      training.advance(over: samples)
      if training.clock.phase == .update { curve.append(training) }
      for trouble in troubles {
        if let finding = trouble.find(in: training, curve: curve) {
          return Stop(training: training, finding: finding)
        }
      }
    }
    return nil
  }

  static let cases: [Case] = [
    Case(.vanishing, "by f'", .delta(3), "delta3", "f' did it, most of all f'(z") {
      try HealthTests.made(hidden: .sigmoid, sizes: [16, 12, 12, 12, 12, 12, 4])
    },
    Case(.vanishing, "by the weights", .delta(1), "delta1", "W2 did it.") {
      try HealthTests.made(hidden: .identity) { $0.layers[1].weights.scale(by: 0.001) }
    },
    Case(
      .vanishing, "weights of 0", .delta(1), "delta1",
      "times 0.0 by W2.T and 1.0 by f'(z1): W2 did it."
    ) {
      try HealthTests.made(initializer: .zeros)
    },
    Case(.exploding, "by one layer", .delta(2), "delta2", "the weights did it, most of all W3") {
      try HealthTests.made(hidden: .identity, sizes: [16, 12, 12, 12, 4]) {
        $0.layers[2].weights.scale(by: 300)
      }
    },
    Case(.dead, "by b", .forward(1), "layer 1", "b1 did it.") {
      try HealthTests.made(hidden: .relu) {
        $0.layers[0].biases = $0.layers[0].biases.map { $0 - 100 }
      }
    },
    Case(.dead, "by W", .forward(2), "layer 2", "W2 did it.") {
      try HealthTests.made(hidden: .relu, sizes: [16, 12, 12, 4]) {
        $0.layers[1].weights = $0.layers[1].weights.mapping { -abs($0) }
      }
    },
    Case(.dead, "weights of 0", .forward(1), "layer 1", "and in 12 all of W1 is 0") {
      try HealthTests.made(initializer: .zeros)
    },
    Case(.dead, "by f", .forward(1), "layer 1", "sigmoid did it.") {
      try HealthTests.made(hidden: .sigmoid) {
        $0.layers[0].weights = $0.layers[0].weights.mapping { abs($0) * 1000 }
      }
    },
    Case(.dead, "by a rate too large", step: 1, .forward(1), "layer 1", "W1 did it.") {
      try HealthTests.made(hidden: .relu, rate: 100)
    },
    Case(.saturated, "by W", .forward(1), "layer 1", "W1 did it, with one of") {
      try HealthTests.made { $0.layers[0].weights.scale(by: 200) }
    },
    Case(.saturated, "by b", .forward(2), "layer 2", "b2 did it.") {
      try HealthTests.made(hidden: .sigmoid, sizes: [16, 12, 12, 4]) {
        $0.layers[1].biases = $0.layers[1].biases.map { $0 - 10 }
      }
    },
    Case(.saturated, "wrong outputs", .forward(2), "layer 2", "b2 did it.") {
      try HealthTests.made(output: .sigmoid, loss: .squaredError) {
        $0.layers[1].biases = $0.layers[1].biases.map { $0 + 20 }
      }
    },
    Case(.plateau, "a small rate", step: 200, .update, "loss", "makes the updates too small") {
      try HealthTests.made(rate: 1e-6)
    },
    Case(.plateau, "dead units", step: 200, .update, "loss", "of layer 1 have one value") {
      try HealthTests.made(hidden: .relu) {
        $0.layers[0].biases = $0.layers[0].biases.map { $0 - 100 }
      }
    },
    Case(.plateau, "delta is lost", step: 299, .update, "loss", "the gradient vanishes") {
      try HealthTests.made(
        hidden: .sigmoid, sizes: [16, 12, 12, 12, 12, 12, 4], rate: 0.01)
    },
    Case(.regulariser, "too much", step: 53, .gradient(2), "W2", "Of dW2 = a1.T delta2 / N + l2 W2")
    {
      try HealthTests.made(samples: .noisy, l2: 0.1)
    },
  ]

  @Test("each is found by the first phase that shows it, with its term", arguments: cases)
  func found(expected: Case) throws {
    let made = try expected.make()
    let stop = try #require(Self.stop(at: [expected.trouble], in: made))
    #expect(stop.clock.phase == expected.phase)
    #expect(stop.clock.step == expected.step)
    #expect(stop.finding.symptom == expected.trouble.name)
    #expect(stop.finding.subject == expected.subject)
    #expect(stop.term.contains(expected.term), "\(stop.term)")
    #expect(stop.term.hasSuffix(".") && stop.finding.sentence.text.hasSuffix("."))
    #expect(expected.trouble.thresholds.contains(stop.finding.threshold))
  }

  @Test("every trouble has a case, and a symptom of its name but for plateau")
  func complete() throws {
    #expect(
      Trouble.all.map(\.name) == [
        "nan", "vanishing", "exploding", "dead", "saturated", "plateau", "regulariser",
      ])
    #expect(Set(Self.cases.map(\.trouble.name) + ["nan"]) == Set(Trouble.all.map(\.name)))
    for trouble in Trouble.all where trouble != .plateau {
      let symptom = try #require(Symptom(trouble.name))
      #expect(trouble.thresholds == symptom.thresholds)
    }
  }

  @Test("what is found in a phase is what health finds in the complete pass")
  func agreesWithHealth() throws {
    for expected in Self.cases where [.dead, .saturated].contains(expected.trouble) {
      let made = try expected.make()
      let stop = try #require(Self.stop(at: [expected.trouble], in: made))
      let symptom = try #require(Symptom(expected.trouble.name))
      let examination = try #require(Examination(stop.training, train: made.1, test: made.1))
      let same = symptom.find(examination).filter { $0.subject == stop.finding.subject }
      #expect(same.map { $0.because(nil) } == [stop.finding.because(nil)])
    }
  }

  @Test(
    "silence over five healthy epochs, at every phase",
    arguments: Activation.hidden, Optimizer.Rule.all)
  func healthy(hidden: Activation, rule: Optimizer.Rule) throws {
    let initializer: Initializer = [.relu, .leakyRelu].contains(hidden) ? .he : .xavier
    for sizes in [[16, 12, 4], [16, 24, 24, 4]] {
      let made = try HealthTests.made(
        hidden: hidden, initializer: initializer, sizes: sizes, rule: rule,
        rate: Self.rate(rule))
      let phases = 20 * Phase.all(depth: sizes.count - 1).count
      let stop = Self.stop(at: Trouble.all, in: made, phases: phases)
      #expect(stop == nil)
    }
  }

  @Test("where nothing is judged nothing is found, and every phase but batch is judged")
  func judged() throws {
    for depth in 1...3 {
      #expect(!Trouble.all.contains { $0.isJudged(at: .start, depth: depth) })
      for phase in Phase.all(depth: depth) {
        let judging = Trouble.all.filter { $0.isJudged(at: phase, depth: depth) }
        #expect(judging.contains(.nan) == (phase != .batch), "\(phase)")
      }
    }
    func phases(_ trouble: Trouble) -> [String] {
      Phase.all(depth: 3).filter { trouble.isJudged(at: $0, depth: 3) }.map(\.description)
    }
    #expect(phases(.vanishing) == ["delta 2", "delta 1"])
    #expect(phases(.exploding) == ["delta 2", "delta 1"])
    #expect(phases(.dead) == ["forward 1", "forward 2"])
    #expect(phases(.saturated) == ["forward 1", "forward 2", "forward 3"])
    #expect(phases(.plateau) == ["update"])
    #expect(phases(.regulariser) == ["gradient 3", "gradient 2", "gradient 1"])
  }

  @Test("silence on few samples, and on outputs that cross-entropy moves")
  func silence() throws {
    for trouble in [Trouble.dead, .saturated] {
      let made = try HealthTests.made(hidden: .sigmoid, batch: 19) {
        $0.layers[0].biases = $0.layers[0].biases.map { $0 - 1000 }
      }
      #expect(Self.stop(at: [trouble], in: made, phases: 24) == nil)
    }
    let made = try HealthTests.made(output: .sigmoid, loss: .crossEntropy) {
      $0.layers[1].biases = $0.layers[1].biases.map { $0 + 20 }
    }
    #expect(Self.stop(at: [.saturated], in: made, phases: 8) == nil)
  }

  @Test(
    "factors of the chain rule multiply to the ratio of the deltas", arguments: Activation.hidden)
  func chain(hidden: Activation) throws {
    var (training, samples) = try HealthTests.made(hidden: hidden, sizes: [16, 9, 8, 7, 4])
    training.step(over: samples)
    let trace = try #require(training.trace)
    for layer in 1...3 {
      let factors = trace.chainFactors(to: layer)
      #expect(factors.map(\.layer) == Array((layer...3).reversed()))
      let product = factors.reduce(1) { $0 * $1.weights * $1.slope }
      // A few roundings a factor.
      #expect(relativeError(product, try #require(trace.deltaRatio(layer, 4))) < 1e-13)
      // sigmoid's f' is at most 1/4, and no f' here is above 1.
      #expect(factors.allSatisfy { $0.slope <= (hidden == .sigmoid ? 0.25 : 1) + 1e-13 })
    }
  }
}

/// A plateau is read off the curve: these are made by hand. At update 200 the thirds are 66 long.
@Suite struct PlateauTests {
  private func training(steps: Int = 200) throws -> Training {
    try HealthTests.made(rate: 1e-3, steps: steps).0
  }

  private func curve(
    first: Int = 1, _ before: Double, _ now: Double, noise: Double = 0, accuracy: Double = 0.5,
    count: Int = 200
  ) -> Curve {
    let loss = (0..<count).map { i in
      (count - i > 66 ? before : now) + (i % 2 == 0 ? noise : -noise)
    }
    return Curve(
      first: first, loss: loss, accuracy: Array(repeating: accuracy, count: count))
  }

  @Test("a loss that goes down by 2 % goes down, by half a per cent it does not")
  func progress() throws {
    let training = try training()
    #expect(Trouble.plateau.find(in: training, curve: curve(1, 0.98)) == nil)
    let finding = try #require(Trouble.plateau.find(in: training, curve: curve(1, 0.995)))
    // Means of 66 numbers, each with a rounding.
    #expect(abs(finding.value - 0.005) < 1e-13)
    #expect(finding.sentence.parts.contains(.count(66)))
    #expect(Trouble.plateau.find(in: training, curve: curve(1, 3)) != nil, "one that goes up, too")
    #expect(Trouble.plateau.find(in: training, curve: curve(1, .nan)) == nil)
  }

  @Test("what could be noise is no plateau: its standard error is added")
  func noise() throws {
    let training = try training()
    // The standard error is noise √(2 / 66): 0.0087 of 0.05, 0.0035 of 0.02, 0.035 of 0.2.
    #expect(Trouble.plateau.find(in: training, curve: curve(1, 0.995, noise: 0.05)) == nil)
    let finding = try #require(
      Trouble.plateau.find(in: training, curve: curve(1, 0.995, noise: 0.02)))
    #expect(abs(finding.value - 0.005 - 0.02 * (2 / 66.0).squareRoot()) < 1e-12)
    #expect(Trouble.plateau.find(in: training, curve: curve(1, 1.06, noise: 0.2)) == nil)
  }

  @Test("updates that are too large are named")
  func largeUpdates() throws {
    var (training, samples) = try HealthTests.made(rate: 1e-3, steps: 199)
    try training.setOptimizerSetting("rate", to: 100)
    training.step(over: samples)
    let finding = try #require(Trouble.plateau.find(in: training, curve: curve(1, 1)))
    let term = try #require(finding.term?.text)
    #expect(term.contains("the rate, 100.0, makes the updates too large"), "\(term)")
  }

  @Test("where chain rule and updates are as usual, the minibatches disagree")
  func cancelled() throws {
    let (training, _) = try HealthTests.made(samples: .noisy, steps: 200)
    let finding = try #require(Trouble.plateau.find(in: training, curve: curve(1, 1)))
    let term = try #require(finding.term?.text)
    #expect(term.contains("it is not the size of the updates but their direction"), "\(term)")
  }

  @Test("silence where little is left to learn, too early, and without a whole curve")
  func silence() throws {
    let training = try training()
    #expect(Trouble.plateau.find(in: training, curve: curve(1, 1, accuracy: 0.96)) == nil)
    #expect(Trouble.plateau.find(in: training, curve: curve(1, 1, count: 199)) == nil)
    #expect(Trouble.plateau.find(in: training, curve: curve(first: 70, 1, 1, count: 131)) == nil)
    #expect(Trouble.plateau.find(in: training, curve: curve(first: 69, 1, 1, count: 132)) != nil)
    let early = try self.training(steps: 199)
    #expect(Trouble.plateau.find(in: early, curve: curve(1, 1, count: 199)) == nil)
  }
}

/// The regulariser is judged with the error of the curve.
@Suite struct RegulariserTroubleTests {
  /// At dW2 of update 61, with a curve of equal minibatches up to update 60.
  private func find(
    accuracy: Double = 0.96, loss: Double = 0.1, count: Int = 20, last: Int = 60, l2: Double = 0.1
  ) throws -> Finding? {
    var (training, samples) = try HealthTests.made(samples: .noisy, l2: l2, steps: 60)
    while training.clock.phase != .gradient(2) { training.advance(over: samples) }
    let curve = Curve(
      first: last - count + 1, loss: Array(repeating: loss, count: count),
      accuracy: Array(repeating: accuracy, count: count))
    return Trouble.regulariser.find(in: training, curve: curve)
  }

  @Test("1,000 samples up to the present step, of which certainly 2 % are wrong")
  func error() throws {
    #expect(try find() != nil)
    // Two standard errors are 2 √(0.03 · 0.97 / 1000) = 1.08 %, and 1.24 % of 0.04.
    #expect(try find(accuracy: 0.97) == nil)
    #expect(try find(count: 19) == nil)
    #expect(try find(last: 59) == nil)
    #expect(try find(l2: 0) == nil)
  }

  @Test("a minibatch that is easier than those before is not judged")
  func easy() throws {
    #expect(try find(loss: 100) == nil)
  }
}

extension Matrix {
  fileprivate func mapping(_ body: (Double) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns, values: values.map(body))
  }
}

extension Sentence {
  /// The sentence with its numbers as Swift writes them.
  var text: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .number(let value): "\(value)"
      case .percent(let share): "\(share * 100) %"
      case .count(let count): "\(count)"
      }
    }.joined()
  }
}
