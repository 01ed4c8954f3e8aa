import Testing

@testable import Backprop

/// The measures by hand, on two inputs, two hidden units and one minibatch.
@Suite struct MeasuresTests {
  /// Four samples, of which the second pixel is always 0.
  static let samples = Samples(
    inputs: 2, classes: 2, bytes: [0, 0, 51, 0, 102, 0, 255, 0], labels: [0, 1, 0, 1])

  private func training(
    _ hidden: Activation, weights: [[Double]], l2: Double = 0
  ) throws -> Training {
    let network = Network(layers: [
      Layer(activation: hidden, weights: Matrix(weights), biases: [0, 0]),
      Layer(activation: .softmax, weights: Matrix([[1, -1], [0.5, 2]]), biases: [0, 0]),
    ])
    var training = try Training(
      network: network, l2: l2, minibatches: Minibatches(size: 4, isShuffled: false))
    training.step(over: Self.samples)
    return training
  }

  @Test("saturated: z = 0, 1, 2, 5 by unit 0, |z| above 4.595 is flat for a sigmoid")
  func saturated() throws {
    let trace = try #require(try training(.sigmoid, weights: [[5, 0], [0, 0]]).trace)
    #expect(trace.saturated(layer: 1) == 1 / 8.0)
    // tanh is flat above 2.993, relu never by this count.
    let flatter = try #require(try training(.tanh, weights: [[10, 1], [0, 0]]).trace)
    #expect(flatter.saturated(layer: 1) == 2 / 8.0)
    let relu = try #require(try training(.relu, weights: [[-5, -5], [0, 0]]).trace)
    #expect(relu.saturated(layer: 1) == 0 && relu.saturated(layer: 2) == 0)
  }

  @Test("dead: one value for all samples")
  func dead() throws {
    let trace = try #require(try training(.relu, weights: [[1, -1], [0, 0]]).trace)
    #expect(trace.deadUnits(layer: 1) == [1])
    #expect(trace.dead(layer: 1) == 0.5)
  }

  @Test("same: units 0 and 1 agree, and in pairs of dead ones none counts")
  func same() throws {
    #expect(try training(.tanh, weights: [[1, 1], [0, 0]]).trace?.same(layer: 1) == 1)
    #expect(try training(.tanh, weights: [[1, 2], [0, 0]]).trace?.same(layer: 1) == 0)
    #expect(try training(.relu, weights: [[-1, -1], [0, 0]]).trace?.same(layer: 1) == 0)
  }

  @Test("regularised: the entries of pixel 1, which is 0, do not count")
  func regularised() throws {
    let training = try training(.tanh, weights: [[1, -1], [3, 3]])
    let trace = try #require(training.trace)
    let gradient = trace.dataGradient(layer: 1)
    #expect(gradient[1, 0] == 0 && gradient[0, 0] != 0 && gradient[0, 1] != 0)
    // |W| is 1 in row 0: λ between the two gradients is above one of them.
    let sizes = [abs(gradient[0, 0]), abs(gradient[0, 1])].sorted()
    let entries = trace.regularised(layer: 1, l2: (sizes[0] + sizes[1]) / 2)
    #expect(entries.all == 4 && entries.reached == 2 && entries.outweighed == 1)
    #expect(entries.share == 0.5)
    // ‖W‖ is √20.
    let norm = (sizes[0] * sizes[0] + sizes[1] * sizes[1]).squareRoot()
    #expect(
      relativeError(entries.pull, (sizes[0] + sizes[1]) / 2 * 20.0.squareRoot() / norm) < 1e-12)
    #expect(trace.regularised(layer: 1, l2: 0).share == 0)
  }

  @Test("updateRatio: the norm of W_new - W_old over that of W_old")
  func updateRatio() throws {
    let training = try training(.tanh, weights: [[1, -1], [3, 3]], l2: 0.01)
    for l in 1...2 {
      let old = try #require(training.trace).layers[l - 1].weights.values
      let change = zip(training.network[layer: l].weights.values, old).map { $0 - $1 }
      let norms = [change, old].map { $0.map { $0 * $0 }.sum.squareRoot() }
      // W_new - W_old loses what W_new rounded away.
      #expect(abs(try #require(training.updateRatio(layer: l)) - norms[0] / norms[1]) < 1e-12)
    }
    var next = training
    next.advance(over: Self.samples)
    #expect(next.updateRatio(layer: 1) == nil)
  }

  @Test("nearest class mean: a sample is judged by the others")
  func nearestMean() {
    let x = Matrix([[0], [1], [10], [11]])
    #expect(x.nearestMeanAccuracy(labels: [0, 0, 1, 1], classes: 2) == 1)
    #expect(x.nearestMeanAccuracy(labels: [0, 1, 0, 1], classes: 2) == 0)
    // 11 is alone in its class and has no mean to be near; 10 is nearer to it than to its own.
    #expect(x.nearestMeanAccuracy(labels: [0, 0, 0, 1], classes: 3) == 0.5)
  }

  @Test("which activations level off on both sides")
  func levelsOff() {
    #expect(Activation.all.filter(\.levelsOff) == [.sigmoid, .tanh])
  }

  @Test("a sentence keeps its numbers")
  func sentence() {
    let sentence: Sentence = "W\(2): \(percent: 0.25) of \(count: 10), \(0.5)"
    #expect(
      sentence.parts == [
        .text("W2: "), .percent(0.25), .text(" of "), .count(10), .text(", "), .number(0.5),
      ])
  }
}
