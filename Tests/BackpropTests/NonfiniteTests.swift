import Testing

@testable import Backprop

/// A weight or bias that is NaN or infinite spreads as in NumPy, through the products that leave
/// zeros out as well: an infinite weight times a pixel of 0 is NaN.
@Suite struct NonfiniteTests {
  @Test("one infinity among more numbers than a thread looks at in one go", arguments: 1...3)
  func isFinite(threads: Int) {
    let engine = Engine(threads: threads)
    let count = 100_001
    #expect(engine.isFinite(Array(repeating: 1, count: count)))
    for place in [0, 4095, 4096, 8191, 8192, 50_000, count - 1] {
      var values = Array(repeating: 1.0, count: count)
      values[place] = place.isMultiple(of: 2) ? .infinity : .nan
      #expect(!engine.isFinite(values), "\(place)")
    }
  }

  /// `nonfinite.json`: where NumPy has NaN (N) and infinities (+, -), a dot elsewhere.
  struct File: Decodable, Sendable {
    let l2: Double
    let bytes: [UInt8]
    let labels: [UInt8]
    let weights: [[[Double]]]
    let biases: [[Double]]
    let cases: [Case]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let hidden, output, array: String
    let layer, row, column: Int
    let value: String
    let z, a, delta, dW, db: [String]

    var testDescription: String {
      let place = array == "W" ? "W\(layer)[\(row), \(column)]" : "b\(layer)[\(column)]"
      return "\(hidden), \(output): \(place) = \(value)"
    }
  }

  static let file = Result { try Reference.read(File.self, "nonfinite.json") }
  static let cases = (try? file.get().cases) ?? []

  @Test("there are cases")
  func fileIsThere() throws {
    #expect(try Self.file.get().cases.count == 150)
  }

  @Test("NaN and infinities stand where NumPy has them", arguments: cases)
  func reference(expected: Case) throws {
    let file = try Self.file.get()
    let hidden = try #require(Activation(expected.hidden))
    let output = try #require(Activation(expected.output))
    var network = Network(
      weights: file.weights, biases: file.biases, hidden: hidden, output: output)
    let value = try #require(
      ["NaN": Double.nan, "Infinity": .infinity, "-Infinity": -.infinity][expected.value])
    if expected.array == "W" {
      network.layers[expected.layer - 1].weights[expected.row, expected.column] = value
    } else {
      network.layers[expected.layer - 1].biases[expected.column] = value
    }
    let samples = Samples(inputs: 6, classes: 3, bytes: file.bytes, labels: file.labels)
    let batch = Batch(Array(0..<5), of: samples)
    #expect(batch.x.nonzeros != nil)

    let loss: Loss = output == .softmax ? .crossEntropy : .squaredError
    for batch in [batch, batch.dense] {
      var trace = Trace(batch: batch, network: network)
      trace.complete(Objective(loss: loss, l2: file.l2))
      for l in 0..<2 {
        #expect(signs(trace.z[l].values) == expected.z[l], "z\(l + 1)")
        #expect(signs(trace.a[l].values) == expected.a[l], "a\(l + 1)")
        #expect(signs(trace.delta[l].values) == expected.delta[l], "delta\(l + 1)")
        #expect(signs(trace.gradients[l].weights.values) == expected.dW[l], "dW\(l + 1)")
        #expect(signs(trace.gradients[l].biases) == expected.db[l], "db\(l + 1)")
      }
      #expect(trace.dataLoss.isNaN == expected.a[1].contains("N"))
      #expect(!trace.l2Loss.isFinite == (expected.array == "W"))
    }
  }

  private func signs(_ values: [Double]) -> String {
    String(values.map { $0.isNaN ? "N" : $0.isFinite ? "." : $0 > 0 ? "+" : "-" })
  }
}
