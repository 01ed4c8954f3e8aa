import Testing

@testable import Backprop

/// Training gives the same bits on every vector width, with every number of threads, in debug and
/// release builds and on every machine.
@Suite struct ReproducibilityTests {
  struct Setup: CustomTestStringConvertible, Sendable {
    let variant: String
    let threads: Int
    var testDescription: String { "\(variant), threads: \(threads)" }
  }

  static let setups = Engine.variants.flatMap { variant in
    [1, 2, 3].map { Setup(variant: variant, threads: $0) }
  }

  // The two digests were printed by these tests on x86-64 Linux, avx512 with one thread; there is
  // no other origin for the bits of a sum in a given order. That its numbers are the right ones is
  // for the other tests to say. A change of exp, log, tanh or of the order of a sum changes them.

  @Test("200 updates of a 784-30-10 with RMSprop", arguments: setups)
  func rmsprop(setup: Setup) throws {
    let digest = try digest(setup, steps: 200) {
      var optimizer = Optimizer(.rmsprop)
      try optimizer.set("rate", to: 0.01)
      var random = Random(seed: 1)
      return try Training(
        network: Network(
          sizes: [784, 30, 10], hidden: .sigmoid, output: .softmax, initializer: .xavier,
          random: &random),
        loss: .crossEntropy, l2: 0.001, optimizer: optimizer, minibatches: Minibatches(size: 25))
    }
    #expect(digest == 0x7690_723b_8781_e40a)
  }

  @Test("60 updates of a 784-24-17-9-10 of tanh and relu with Adam", arguments: setups)
  func adam(setup: Setup) throws {
    let digest = try digest(setup, steps: 60) {
      let activations: [Activation] = [.tanh, .relu, .leakyRelu, .sigmoid]
      let sizes = [784, 24, 17, 9, 10]
      var random = Random(seed: 2)
      let layers = zip(activations, zip(sizes, sizes.dropFirst())).map { activation, size in
        Layer(
          activation: activation,
          weights: Initializer.he.weights(inputs: size.0, outputs: size.1, using: &random),
          biases: Array(repeating: 0, count: size.1))
      }
      // 100 is no multiple of 15: the last minibatch of an epoch has 10.
      return try Training(
        network: Network(layers: layers), loss: .squaredError, optimizer: Optimizer(.adam),
        minibatches: Minibatches(size: 15))
    }
    #expect(digest == 0x7eb3_783e_3fe8_f7b3)
  }

  private func digest(_ setup: Setup, steps: Int, _ start: () throws -> Training) throws -> UInt64 {
    let samples = try Samples.hundredDigits.get()
    return try Engine.$current.withValue(
      Engine(variant: setup.variant, threads: setup.threads)
    ) {
      var training = try start()
      for _ in 0..<steps { training.step(over: samples) }
      #expect(try #require(training.trace).loss.isFinite)
      return digest(of: training)
    }
  }

  /// FNV-1a over the bytes, low first, of all weights, biases and what the optimizer remembers
  /// (Fowler, Noll and Vo; 64 bits).
  private func digest(of training: Training) -> UInt64 {
    let state = training.optimizerState
    var arrays = training.network.layers.flatMap { [$0.weights.values, $0.biases] }
    arrays += zip(state.weights, state.biases).flatMap { $0 + $1 }
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for values in arrays {
      for value in values {
        var bits = value.bitPattern
        for _ in 0..<8 {
          digest = (digest ^ (bits & 0xff)) &* 0x0000_0100_0000_01b3
          bits >>= 8
        }
      }
    }
    return digest
  }
}
