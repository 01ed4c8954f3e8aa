import Testing

@testable import Backprop

@Suite struct LossTests {
  private func losses(_ z: [[Double]], _ labels: [Int], _ output: Activation, _ loss: Loss)
    -> (values: [Double], delta: Matrix)
  {
    let z = Matrix(z)
    let (h, y) = (output(z), Batch(x: z, labels: labels, classes: z.columns).y)
    var delta = Matrix(rows: 0, columns: 0)
    loss.derivative(z, h, y, output, &delta)
    return (loss.values(z, h, y, output), delta)
  }

  @Test("the delta of cross-entropy is h - Y to the bit", arguments: Loss.crossEntropy.outputs)
  func crossEntropyDelta(output: Activation) throws {
    let file = try SmallNetwork.shared.get()
    let trace = file.trace(Combination(hidden: .tanh, output: output, loss: .crossEntropy))
    let (h, y) = (trace.a[2], trace.batch.y)
    #expect(trace.delta[2].values.isIdenticalByBits(to: zip(h.values, y.values).map { $0 - $1 }))
  }

  /// max(z, 0) - z y + log(1 + exp(-|z|)): exp(-800) is 0 in doubles.
  @Test("a saturated sigmoid has a finite cross-entropy and the right delta")
  func saturatedSigmoid() {
    // Two units a sample, of which the label's has y = 1 and the other y = 0.
    let saturated = losses(
      [[800, -800], [800, -800], [800, 800]], [0, 1, 0], .sigmoid, .crossEntropy)
    #expect(saturated.values == [0, 1600, 800])
    #expect(saturated.delta == Matrix([[0, 0], [1, -1], [0, 1]]))
    let one = losses([[-800]], [0], .sigmoid, .crossEntropy)
    #expect(one.values == [800] && one.delta == Matrix([[-1]]))
  }

  @Test("a saturated softmax has a finite cross-entropy and the right delta")
  func saturatedSoftmax() {
    let z = [[800.0, 0, -800], [800, 0, -800], [800, 0, -800], [800, 800, 800]]
    let saturated = losses(z, [0, 1, 2, 1], .softmax, .crossEntropy)
    #expect(Array(saturated.values[..<3]) == [0, 800, 1600])
    #expect(relativeError(saturated.values[3], 1.0986122886681098) < 1e-15)  // log 3
    #expect(Array(saturated.delta.row(0)) == [0, 0, 0])
    #expect(Array(saturated.delta.row(1)) == [1, -1, 0])
    #expect(Array(saturated.delta.row(2)) == [1, 0, -1])
  }

  @Test("an infinite z has the loss that NumPy's -log(h) and -log(1 - h) give")
  func infinite() {
    let z: [[Double]] = [[.infinity, 0], [-.infinity, 0], [-.infinity, 0]]
    let infinite = losses(z, [1, 1, 0], .sigmoid, .crossEntropy).values
    #expect(infinite[0] == .infinity && infinite[2] == .infinity)
    #expect(relativeError(infinite[1], 0.6931471805599453) < 1e-15)  // log 2, of the other unit
    #expect(losses([[-.infinity, 0]], [0], .softmax, .crossEntropy).values == [.infinity])
    #expect(losses([[-.infinity, 0]], [1], .softmax, .crossEntropy).values == [0])
  }

  @Test(
    "saturated outputs leave the squared error finite and its delta 0",
    arguments: [
      Activation.sigmoid, .tanh, .softmax,
    ])
  func saturatedSquaredError(output: Activation) {
    let saturated = losses([[800, -800, -800]], [1], output, .squaredError)
    #expect(saturated.values[0].isFinite && saturated.values[0] >= 1)
    #expect(saturated.delta.values.allSatisfy { $0 == 0 })
  }

  @Test("a loss near 0 keeps its digits")
  func smallLoss() {
    // log(1 + exp(-40)) is exp(-40) to the last bit: 4.248354255291589e-18 by math.exp in Python.
    let small = losses([[40]], [0], .sigmoid, .crossEntropy)
    #expect(relativeError(small.values[0], 4.248354255291589e-18) < 1e-15)
  }

  @Test("a loss follows the output and refuses the others")
  func fit() throws {
    #expect(Loss.standard(for: .softmax) == .crossEntropy)
    #expect(Loss.standard(for: .sigmoid) == .crossEntropy)
    for output in [Activation.identity, .relu, .leakyRelu, .tanh] {
      #expect(Loss.standard(for: output) == .squaredError)
      let error = #expect(throws: BackpropError.self) {
        try Loss.crossEntropy.requireFit(to: output)
      }
      let sentence = try #require(error?.description)
      #expect(sentence.contains("softmax") && sentence.contains("sigmoid"))
      #expect(sentence.contains(output.name))
    }
    for output in Activation.all { try Loss.squaredError.requireFit(to: output) }
  }

  @Test("the formula of the output delta")
  func deltaFormula() {
    #expect(Loss.crossEntropy.deltaFormula(output: .softmax, layer: 2) == "delta2 = h - Y")
    #expect(
      Loss.squaredError.deltaFormula(output: .sigmoid, layer: 3) == "delta3 = (h - Y) * f'(z3)")
    #expect(
      Loss.squaredError.deltaFormula(output: .softmax, layer: 2)
        == "delta2 = h * (e - sum(e * h)) with e = h - Y")
  }
}
