import Testing

@testable import Backprop

@Suite struct HealthTests {
  /// A network made to have a trouble, and the symptom that must be found in it.
  struct Trouble: CustomTestStringConvertible, Sendable {
    let symptom: Symptom
    let what: String
    let make: @Sendable () throws -> (Training, Samples)

    init(
      _ symptom: Symptom, _ what: String = "",
      _ make: @escaping @Sendable () throws -> (Training, Samples)
    ) {
      (self.symptom, self.what, self.make) = (symptom, what, make)
    }

    var testDescription: String { "\(symptom) \(what)" }
  }

  static let troubles: [Trouble] = [
    Trouble(.nonfinite) { try made { $0.layers[1].weights[0, 0] = .nan } },
    Trouble(.regulariser) { try made(samples: .noisy, l2: 0.1, steps: 60) },
    Trouble(.regulariser, "that leaves no weights") {
      try made(samples: .noisy, l2: 1, rate: 0.1, steps: 60)
    },
    Trouble(.inputs, "small") { try made(samples: .dim) },
    Trouble(.labels, "of the minibatch") { try made(samples: .mislabelled, batch: 100) },
    Trouble(.labels, "of the training set") { try made(samples: .mislabelled, batch: 10) },
    Trouble(.initialLoss) { try made { $0.layers[1].weights.scale(by: 30) } },
    Trouble(.initialLoss, "sigmoid") {
      try made(output: .sigmoid) { $0.layers[1].weights.scale(by: 30) }
    },
    Trouble(.sameOutput) { try made(initializer: .zeros, steps: 501) },
    Trouble(.sameUnits) { try made(hidden: .sigmoid, initializer: .zeros, steps: 3) },
    Trouble(.dead) {
      try made(hidden: .relu) { $0.layers[0].biases = $0.layers[0].biases.map { $0 - 100 } }
    },
    Trouble(.dead, "weights of 0") { try made(initializer: .zeros) },
    Trouble(.saturated) { try made { $0.layers[0].weights.scale(by: 200) } },
    Trouble(.saturated, "wrong outputs") {
      try made(output: .sigmoid, loss: .squaredError) {
        $0.layers[1].biases = $0.layers[1].biases.map { $0 + 20 }
      }
    },
    Trouble(.vanishing) { try made(hidden: .sigmoid, sizes: [16, 12, 12, 12, 12, 12, 4]) },
    Trouble(.exploding) {
      try made(hidden: .identity, sizes: [16, 12, 12, 12, 12, 4]) {
        for l in $0.layers.indices { $0.layers[l].weights.scale(by: 10) }
      }
    },
    Trouble(.updateRatio, "large") { try made(rate: 50, steps: 12) },
    Trouble(.updateRatio, "small") { try made(rate: 1e-6, steps: 12) },
    Trouble(.narrow) { try made(sizes: [16, 2, 4]) },
    Trouble(.underfit) { try made(samples: .mislabelled, rate: 1e-3, steps: 40) },
  ]

  /// A training of 16-12-4 on 200 samples, 5 minibatches an epoch, changed before its first step.
  static func made(
    samples: Samples = .clear, hidden: Activation = .tanh, output: Activation = .softmax,
    initializer: Initializer = .xavier, loss: Loss? = nil, l2: Double = 0,
    sizes: [Int] = [16, 12, 4], rule: Optimizer.Rule = .sgd, rate: Double? = nil, batch: Int = 50,
    steps: Int = 0, change: (inout Network) -> Void = { _ in }
  ) throws -> (Training, Samples) {
    var random = Random(seed: 1)
    var network = Network(
      sizes: sizes, hidden: hidden, output: output, initializer: initializer, random: &random)
    change(&network)
    var optimizer = Optimizer(rule)
    if let rate { try optimizer.set("rate", to: rate) }
    var training = try Training(
      network: network, loss: loss, l2: l2, optimizer: optimizer,
      minibatches: Minibatches(size: batch))
    for _ in 0..<steps { training.step(over: samples) }
    return (training, samples)
  }

  static func findings(_ made: (Training, Samples)) throws -> [Finding] {
    try #require(Examination(made.0, train: made.1, test: made.1)).findings
  }

  @Test("each symptom is found in a network made to have it", arguments: troubles)
  func found(trouble: Trouble) throws {
    let finding = try #require(
      try Self.findings(trouble.make()).first { $0.symptom == trouble.symptom.name })
    let limits = trouble.symptom.thresholds
    #expect(
      limits.contains(finding.threshold) || trouble.symptom == .narrow,
      "the threshold is one of the symptom's")
    #expect(!finding.subject.isEmpty && !finding.threshold.source.isEmpty)
    let numbers = finding.sentence.parts.filter { if case .text = $0 { false } else { true } }
    #expect(!numbers.isEmpty, "a sentence has its number")
  }

  @Test("every symptom has its trouble above")
  func complete() {
    #expect(Set(Self.troubles.map(\.symptom.name)) == Set(Symptom.all.map(\.name)))
    #expect(Symptom.all.allSatisfy { !$0.thresholds.isEmpty && !$0.measure.isEmpty })
  }

  @Test(
    "silence over five healthy epochs",
    arguments: [Activation.sigmoid, .tanh, .relu], [Optimizer.Rule.sgd, .momentum, .adam])
  func healthy(hidden: Activation, rule: Optimizer.Rule) throws {
    let initializer: Initializer = hidden == .relu ? .he : .xavier
    var (training, samples) = try Self.made(hidden: hidden, initializer: initializer, rule: rule)
    #expect(try Self.findings((training, samples)) == [])
    for _ in 1...25 {
      training.step(over: samples)
      #expect(try Self.findings((training, samples)) == [], "step \(training.clock.step)")
    }
  }

  @Test("the regulariser is named with l2, not without, and not where nothing is left to learn")
  func regulariser() throws {
    func named(_ made: (Training, Samples)) throws -> [String] {
      try Self.findings(made).filter { $0.symptom == "regulariser" }.map(\.subject)
    }
    #expect(try named(Self.made(samples: .noisy, l2: 0.1, steps: 60)).contains("W1"))
    #expect(try named(Self.made(samples: .noisy, l2: 0, steps: 60)) == [])
    #expect(try named(Self.made(samples: .clear, l2: 0.01, steps: 60)) == [])
  }

  @Test("what is not finite is named first, and nothing else")
  func nonfinite() throws {
    let findings = try Self.findings(Self.made { $0.layers[0].weights[3, 2] = .infinity })
    #expect(findings.map(\.symptom) == ["nan"])
    #expect(findings[0].subject == "W1" && findings[0].value == 1)
  }

  @Test("an incomplete pass is completed in a copy, to the same findings")
  func copies() throws {
    let (start, samples) = try Self.made(samples: .dim)
    var training = start
    let expected = try Self.findings((training, samples))
    for _ in Phase.all(depth: 2).dropLast() {
      training.advance(over: samples)
      let before = training
      #expect(try Self.findings((training, samples)) == expected)
      #expect(training == before)
    }
    #expect(training.withCompletePass(over: samples) == training)
  }

  @Test("an examination can be interrupted")
  func interrupted() throws {
    let (training, samples) = try Self.made()
    #expect(Examination(training, train: samples, test: samples, proceeds: { false }) == nil)
  }
}

extension Matrix {
  mutating func scale(by factor: Double) {
    self = Matrix(rows: rows, columns: columns, values: values.map { $0 * factor })
  }
}

extension Samples {
  /// 200 samples of 16 pixels in 4 classes: class c is bright in pixels 4c to 4c + 3.
  ///
  /// - Parameter label: what a sample's class becomes.
  static func striped(
    bright: Int = 200, grey: Int = 50, label: (Int, inout Random) -> Int = { label, _ in label }
  ) -> Samples {
    var random = Random(seed: 5)
    var (bytes, labels): ([UInt8], [UInt8]) = ([], [])
    for i in 0..<200 {
      for pixel in 0..<16 {
        let shade = pixel / 4 == i % 4 ? bright : 0
        bytes.append(UInt8(shade + Int(random.uniform() * Double(grey))))
      }
      labels.append(UInt8(label(i % 4, &random)))
    }
    return Samples(inputs: 16, classes: 4, bytes: bytes, labels: labels)
  }

  static let clear = striped()
  /// A fifth of the labels is another.
  static let noisy = striped { label, random in
    random.uniform() < 0.2 ? (label + 1) % 4 : label
  }
  /// Labels that have nothing to do with the pixels.
  fileprivate static let mislabelled = striped { _, random in Int(random.uniform() * 4) }
  /// Pixels of 0 and 1 where 255 is white.
  fileprivate static let dim = striped(bright: 1, grey: 1)
}
