import Testing

@testable import Backprop

/// Where the first number that is not finite comes from: phase, array, index and term.
@Suite struct NonfiniteEntryTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let what: String
    let step: Int
    let phase: Phase
    let subject: String
    let index: [Int]?
    let term: String
    let make: @Sendable () throws -> (Training, Samples)

    init(
      _ what: String, step: Int = 0, _ phase: Phase, _ subject: String, _ index: [Int]?,
      _ term: String, _ make: @escaping @Sendable () throws -> (Training, Samples)
    ) {
      (self.what, self.step, self.phase, self.subject) = (what, step, phase, subject)
      (self.index, self.term, self.make) = (index, term, make)
    }

    var testDescription: String { what }
  }

  /// A first layer of weights 0, so that z2 is b2 whatever W2 is, and f' of tanh is 1.
  static func silent(
    loss: Loss? = nil, output: Activation = .softmax, l2: Double = 0, rule: Optimizer.Rule = .sgd,
    rate: Double? = nil, change: (inout Network) -> Void
  ) throws -> (Training, Samples) {
    try HealthTests.made(output: output, loss: loss, l2: l2, rule: rule, rate: rate) {
      $0.layers[0].weights.scale(by: 0)
      change(&$0)
    }
  }

  static let cases: [Case] = [
    Case("an infinite weight", .forward(1), "z1", [0, 2], "and W1[3, 2] = inf") {
      try HealthTests.made { $0.layers[0].weights[3, 2] = .infinity }
    },
    Case("a weight of NaN", .forward(2), "z2", [0, 1], "its term at i = 5, where a1[0, 5] = ") {
      try HealthTests.made { $0.layers[1].weights[5, 1] = .nan }
    },
    Case("an infinite bias", .forward(2), "z2", [0, 3], "b2[3] is -inf.") {
      try HealthTests.made { $0.layers[1].biases[3] = -.infinity }
    },
    Case("a sum in z", .forward(1), "z1", [0, 4], "its sum overflows at i = ") {
      try HealthTests.made {
        for i in 0..<16 { $0.layers[0].weights[i, 4] = 1.7e308 }
      }
    },
    Case("a product in z, after one update", step: 1, .forward(2), "z2", nil, "its term at i = ") {
      try HealthTests.made(hidden: .relu, rate: 1e160)
    },
    Case("an activation", .forward(1), "a1", [0, 7], "exp(") {
      try HealthTests.made(hidden: .exponential) { $0.layers[0].biases[7] = 1000 }
    },
    Case("the squares of a loss", .loss, "loss", nil, "its term at n = 0") {
      try silent(loss: .squaredError, output: .identity) { $0.layers[1].biases[2] = 1e200 }
    },
    Case("the sum of the losses", .loss, "loss", nil, "its sum overflows at n = ") {
      try silent(loss: .squaredError, output: .identity) { $0.layers[1].biases[2] = 1e154 }
    },
    Case("a cross-entropy of the softmax", .loss, "loss", nil, "its term at n = ") {
      try silent {
        ($0.layers[1].biases[1], $0.layers[1].biases[2]) = (-1.5e308, 1.5e308)
      }
    },
    Case("the l2 loss", .loss, "loss", nil, "sum(W2^2) is ") {
      try silent(l2: 0.1) { $0.layers[1].weights[3, 3] = 1e200 }
    },
    Case("a sum in delta", .delta(1), "delta1", nil, "its sum overflows at k = ") {
      try silent {
        for c in 0..<4 { $0.layers[1].weights[6, c] = c % 2 == 0 ? 1.7e308 : -1.7e308 }
        $0.layers[1].biases = [1, -40, 1, -40]
      }
    },
    Case("a sum in a gradient", .gradient(1), "dW1", nil, "its sum overflows at n = ") {
      try silent { for j in 0..<12 { $0.layers[1].weights[j, 0] = 1e308 } }
    },
    Case("l2 times a weight", .gradient(2), "dW2", [3, 3], "regulariser = 1e+308 * 1.85 is inf") {
      // Half its square, times l2, is finite.
      try silent(l2: 1e308) {
        $0.layers[1].weights.scale(by: 0)
        $0.layers[1].weights[3, 3] = 1.85
      }
    },
    Case("an update", step: 1, .update, "W1", nil, "W1[0, 0]. uW1[0, 0] = -rate g") {
      try silent(rate: 1e300) { for j in 0..<12 { $0.layers[1].weights[j, 0] = 1e200 } }
    },
    Case(
      "what an optimizer remembers", step: 1, .update, "v of W1", nil, "(1 - decay) g², with g ="
    ) {
      try silent(rule: .rmsprop) {
        for j in 0..<12 { $0.layers[1].weights[j, 0] = 1e200 }
      }
    },
  ]

  @Test("phase, array, index and term", arguments: cases)
  func found(expected: Case) throws {
    let made = try expected.make()
    let stop = try #require(TroubleTests.stop(at: [.nan], in: made, phases: 40))
    #expect(stop.clock.phase == expected.phase && stop.clock.step == expected.step)
    #expect(stop.finding.subject == expected.subject)
    if let index = expected.index { #expect(stop.finding.index == index) }
    #expect(stop.term.contains(expected.term), "\(stop.term)")
    #expect(stop.term.hasSuffix("."))
    #expect(!stop.finding.value.isFinite)
    #expect(stop.finding.subject == "loss" || stop.finding.index != nil)
  }

  @Test("a finite change of a finite weight can overflow")
  func sum() throws {
    // With its sign flipped, the change of b1[0] adds to it: h is 1 there, and Y is not.
    let samples = Samples(inputs: 1, classes: 2, bytes: [0], labels: [1])
    let layer = Layer(activation: .softmax, weights: Matrix([[0, 0]]), biases: [1.7e308, 0])
    var optimizer = Optimizer(.sgd)
    try optimizer.set("rate", to: 1e308)
    let training = try Training(
      network: Network(layers: [layer]), mistake: .signFlipped,
      optimizer: optimizer, minibatches: Minibatches(size: 1))
    let stop = try #require(TroubleTests.stop(at: [.nan], in: (training, samples)))
    #expect(stop.clock.phase == .update && stop.finding.subject == "b1")
    #expect(stop.finding.index == [0])
    #expect(stop.term.contains("= 1.7e+308 + 1e+308"), "\(stop.term)")
    #expect(stop.term.contains("the sum overflows"))
  }

  @Test("what a mistake makes otherwise than the formula says so")
  func mistake() throws {
    var (training, samples) = try Self.silent(l2: 1e307) {
      $0.layers[1].weights.scale(by: 0)
      $0.layers[1].weights[3, 3] = 1.85
    }
    training.setMistake(.l2TimesBatch)
    let stop = try #require(TroubleTests.stop(at: [.nan], in: (training, samples)))
    #expect(stop.clock.phase == .gradient(2) && stop.finding.index == [0, 0])
    #expect(stop.term.contains("it was computed with a mistake."), "\(stop.term)")
  }

  @Test("what was not finite before the update is told from what the update made")
  func before() throws {
    let (start, samples) = try HealthTests.made { $0.layers[1].biases[0] = .nan }
    var training = start
    training.step(over: samples)
    let made = try #require(Trouble.nan.find(in: training, curve: Curve()))
    #expect(made.subject == "W1" && made.term?.text.contains("g is nan") == true)

    training = try HealthTests.made(rate: 0) { $0.layers[0].weights[0, 0] = .infinity }.0
    training.step(over: samples)
    let kept = try #require(Trouble.nan.find(in: training, curve: Curve()))
    #expect(kept.subject == "W1" && kept.index == [0, 0])
    #expect(kept.term?.text.contains("it was not finite before") == true)
  }
}

extension Activation {
  /// exp, which overflows above 709.78.
  fileprivate static let exponential = Activation(
    name: "exponential", formula: "exp(z)", derivativeFormula: "a", source: "this test",
    isElementwise: true, kinks: [], hasSlope: true, isCurved: false,
    numpy: { "np.exp(\($0))" }, numpyFactor: { a, _ in " * \(a)" },
    apply: { z, a in a.setEntries(of: z) { exp($0) } },
    timesDerivative: { _, a, delta in
      delta.withMutableValues { for i in $0.indices { $0[i] *= a.values[i] } }
    },
    complex: { z in
      var power = z
      power.exponentiate()
      return power
    })
}
