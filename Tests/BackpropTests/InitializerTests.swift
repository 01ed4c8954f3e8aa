import Testing

@testable import Backprop

@Suite struct InitializerTests {
  /// The variances that the formulas say, for 80 inputs and 120 outputs.
  static let variances = ["zeros": 0, "lecun": 1 / 80.0, "he": 2 / 80.0, "xavier": 2 / 200.0]

  @Test("weights have mean 0 and the formula's variance", arguments: Initializer.all)
  func moments(initializer: Initializer) throws {
    let variance = try #require(Self.variances[initializer.name])
    var random = Random(seed: 11)
    let weights = initializer.weights(inputs: 80, outputs: 120, using: &random)
    #expect(weights.rows == 80 && weights.columns == 120)
    let count = Double(weights.count)
    // Five standard errors of a mean, and of a normal variance, which is the wider.
    #expect(abs(weights.values.sum / count) <= 5 * (variance / count).squareRoot())
    #expect(
      abs(weights.sumOfSquares / count - variance) <= 5 * variance * (2 / count).squareRoot())
  }

  @Test("xavier fills U(-r, r) and no more")
  func xavierRange() {
    var random = Random(seed: 12)
    let weights = Initializer.xavier.weights(inputs: 80, outputs: 120, using: &random)
    let r = (6 / 200.0).squareRoot()
    #expect(weights.values.largest < r && weights.values.largest > 0.99 * r)
    #expect(weights.values.smallest >= -r && weights.values.smallest < -0.99 * r)
  }

  @Test("a seed gives the same network, another seed another one", arguments: Initializer.all)
  func seeds(initializer: Initializer) {
    func network(seed: UInt64) -> Network {
      var random = Random(seed: seed)
      return Network(
        sizes: [9, 7, 5, 3], hidden: .tanh, output: .softmax, initializer: initializer,
        random: &random)
    }
    let first = network(seed: 1)
    #expect(first == network(seed: 1))
    #expect((first != network(seed: 2)) == (initializer != .zeros))
    #expect(first.layers.allSatisfy { $0.biases.allSatisfy { $0 == 0 } })
    #expect(first.layers.map(\.activation) == [.tanh, .tanh, .softmax])
    #expect(first.sizes == [9, 7, 5, 3] && first.parameterCount == 70 + 40 + 18)
  }
}
