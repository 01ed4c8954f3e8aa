import Testing

@testable import Backprop

/// A 784-300-10 on the first hundred training digits, against PyTorch.
@Suite struct DigitsTests {
  /// `digits.json`: of each array its norm, its sum and some entries.
  struct File: Decodable, Sendable {
    let l2: Double
    let cases: [Case]
  }

  struct Case: Decodable, Sendable {
    let output, loss: String
    let dataLoss, l2Loss: Double
    let arrays: [String: Summary]
  }

  struct Summary: Decodable, Sendable {
    let norm, sum: Double
    let positions: [Int]
    let entries: [Double]
  }

  /// Weights ((31 i + 17 j) mod 101 - 50) / 1000, biases (13 j mod 7 - 3) / 100: whole numbers
  /// divided once, the same bits in every language.
  private func layer(_ inputs: Int, _ outputs: Int, _ activation: Activation) -> Layer {
    Layer(
      activation: activation,
      weights: Matrix(
        rows: inputs, columns: outputs,
        values: (0..<inputs * outputs).map { k in
          let (i, j) = (k / outputs, k % outputs)
          return Double((i * 31 + j * 17) % 101 - 50) / 1000
        }),
      biases: (0..<outputs).map { Double(($0 * 13) % 7 - 3) / 100 })
  }

  @Test(
    "sigmoid hidden units, with each output and loss",
    arguments: [(Activation.softmax, Loss.crossEntropy), (.sigmoid, .squaredError)])
  func reference(output: Activation, loss: Loss) throws {
    let file = try Reference.read(File.self, "digits.json")
    let expected = try #require(
      file.cases.first { $0.output == output.name && $0.loss == loss.name })
    let samples = try Samples.hundredDigits.get()
    let network = Network(layers: [layer(784, 300, .sigmoid), layer(300, 10, output)])
    var trace = Trace(batch: Batch(Array(0..<100), of: samples), network: network)
    #expect(trace.batch.x.nonzeros != nil)
    trace.complete(Objective(loss: loss, l2: file.l2))

    let tolerance = Reference.tolerance
    #expect(relativeError(trace.dataLoss, expected.dataLoss) <= tolerance)
    #expect(relativeError(trace.l2Loss, expected.l2Loss) <= tolerance)
    var arrays: [String: [Double]] = [:]
    for l in 0..<2 {
      arrays["z\(l + 1)"] = trace.z[l].values
      arrays["a\(l + 1)"] = trace.a[l].values
      arrays["delta\(l + 1)"] = trace.delta[l].values
      arrays["dW\(l + 1)"] = trace.gradients[l].weights.values
      arrays["db\(l + 1)"] = trace.gradients[l].biases
    }
    #expect(Set(arrays.keys) == Set(expected.arrays.keys))
    for (name, values) in arrays {
      let expected = try #require(expected.arrays[name])
      let norm = values.map { $0 * $0 }.sum.squareRoot()
      #expect(relativeError(norm, expected.norm) <= tolerance, "norm of \(name)")
      // A sum can cancel: its error is measured against the sum of the magnitudes.
      let magnitudes = values.map { abs($0) }.sum
      #expect(abs(values.sum - expected.sum) <= tolerance * magnitudes, "sum of \(name)")
      #expect(
        relativeError(expected.positions.map { values[$0] }, expected.entries) <= tolerance,
        "entries of \(name)")
      #expect(expected.entries.count > 8 || name == "db2")
    }
  }
}
