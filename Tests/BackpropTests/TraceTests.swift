import Testing

@testable import Backprop

@Suite struct TraceTests {
  @Test("every array of a pass equals PyTorch's", arguments: Combination.all)
  func reference(combination: Combination) throws {
    let file = try SmallNetwork.shared.get()
    let expected = try #require(
      file.cases.first {
        $0.hidden == combination.hidden.name && $0.output == combination.output.name
          && $0.loss == combination.loss.name
      })
    let trace = file.trace(combination)
    let tolerance = Reference.tolerance
    #expect(relativeError(trace.dataLoss, expected.dataLoss) <= tolerance)
    #expect(relativeError(trace.l2Loss, expected.l2Loss) <= tolerance)
    for l in 0..<trace.depth {
      let name = "layer \(l + 1)"
      #expect(error(trace.z[l], expected.z[l]) <= tolerance, "z of \(name)")
      #expect(error(trace.a[l], expected.a[l]) <= tolerance, "a of \(name)")
      #expect(error(trace.delta[l], expected.delta[l]) <= tolerance, "delta of \(name)")
      #expect(error(trace.gradients[l].weights, expected.dW[l]) <= tolerance, "dW of \(name)")
      #expect(
        relativeError(trace.gradients[l].biases, expected.db[l]) <= tolerance, "db of \(name)")
    }
  }

  @Test("the reference has each combination once")
  func referenceIsComplete() throws {
    #expect(try SmallNetwork.shared.get().cases.count == Combination.all.count)
    #expect(Combination.all.count == 8 * (9 + 2) + 2 * 9 + 2)
  }

  private func error(_ matrix: Matrix, _ reference: [[Double]]) -> Double {
    let reference = Matrix(reference)
    guard matrix.rows == reference.rows else { return .infinity }
    return relativeError(matrix.values, reference.values)
  }

  /// The quotient's own error is about h² = 1e-10 of a third derivative, plus 1e-16 / h = 1e-11 of
  /// rounding.
  @Test("gradients equal central differences of the loss", arguments: Combination.all)
  func centralDifferences(combination: Combination) throws {
    let file = try SmallNetwork.shared.get()
    let objective = Objective(loss: combination.loss, l2: file.l2)
    let (network, batch, h) = (file.network(combination), file.batch, 1e-5)
    let trace = file.trace(combination)
    // No unit is so near to the kink of relu that a step of h crosses it.
    #expect(trace.z.allSatisfy { $0.values.allSatisfy { abs($0) > 1e-3 } })

    func loss(_ change: (inout Layer) -> Void, layer: Int) -> Double {
      var changed = network
      change(&changed.layers[layer])
      var trace = Trace(batch: batch, network: changed)
      while trace.completed != .loss { trace.run(trace.completed.next(depth: 3), objective) }
      return trace.loss
    }
    for (l, layer) in network.layers.enumerated() {
      let weights = layer.weights.values.indices.map { i in
        (loss({ $0.weights.values[i] += h }, layer: l)
          - loss({ $0.weights.values[i] -= h }, layer: l)) / (2 * h)
      }
      let biases = layer.biases.indices.map { j in
        (loss({ $0.biases[j] += h }, layer: l) - loss({ $0.biases[j] -= h }, layer: l)) / (2 * h)
      }
      #expect(relativeError(trace.gradients[l].weights.values, weights) < 1e-7, "layer \(l + 1)")
      #expect(relativeError(trace.gradients[l].biases, biases) < 1e-7, "layer \(l + 1)")
    }
  }

  @Test("dW is the data's gradient plus λW")
  func dataGradient() throws {
    let file = try SmallNetwork.shared.get()
    let trace = file.trace(Combination(hidden: .tanh, output: .softmax, loss: .crossEntropy))
    for layer in 1...3 {
      let sum = zip(trace.dataGradient(layer: layer).values, trace.layers[layer - 1].weights.values)
        .map { $0 + file.l2 * $1 }
      #expect(sum.isIdenticalByBits(to: trace.gradients[layer - 1].weights.values))
    }
  }

  @Test("the loss is the mean of the samples' losses; accuracy counts the hits")
  func meanLoss() throws {
    let file = try SmallNetwork.shared.get()
    let trace = file.trace(Combination(hidden: .relu, output: .sigmoid, loss: .crossEntropy))
    #expect(trace.sampleLosses.count == 6)
    #expect(trace.dataLoss == trace.sampleLosses.sum / 6)
    #expect(trace.loss == trace.dataLoss + trace.l2Loss)
    let hits = zip(trace.a[2].argmaxOfRows, file.labels).count { $0 == $1 }
    #expect(trace.accuracy == Double(hits) / 6)
  }

  @Test("leaving out the zero pixels changes no bit", arguments: [1, 3, 20])
  func sparseEqualsDense(hidden: Int) throws {
    let samples = try Samples.hundredDigits.get()
    let sparse = Batch(Array(0..<40), of: samples)
    #expect(sparse.x.nonzeros != nil && sparse.dense.x.nonzeros == nil)
    var random = Random(seed: 5)
    let network = Network(
      sizes: [784, hidden, 10], hidden: .sigmoid, output: .softmax, initializer: .xavier,
      random: &random)
    let objective = Objective(loss: .crossEntropy, l2: 1e-3)
    var (left, right) = (
      Trace(batch: sparse, network: network), Trace(batch: sparse.dense, network: network)
    )
    left.complete(objective)
    right.complete(objective)
    #expect(left == right)
    #expect(left.dataGradient(layer: 1) == right.dataGradient(layer: 1))
  }
}
