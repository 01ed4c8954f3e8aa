import Foundation
import Testing

@testable import Backprop

/// The files in `Reference/`, which `Reference/network.py` writes with NumPy and PyTorch.
enum Reference {
  static func data(_ name: String) throws -> Data {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try Data(contentsOf: folder.appendingPathComponent("Reference/\(name)"))
  }

  static func read<Value: Decodable>(_ type: Value.Type = Value.self, _ name: String) throws
    -> Value
  {
    try JSONDecoder().decode(type, from: data(name))
  }

  /// What two correct implementations in double precision may differ by, relative to the norm: the
  /// sums here have at most some hundred terms, each rounded to 1.1e-16, in different orders.
  static let tolerance = 1e-12
}

/// ‖values - reference‖ / ‖reference‖; infinite when the counts differ.
func relativeError(_ values: [Double], _ reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let error = zip(values, reference).map { ($0 - $1) * ($0 - $1) }.sum.squareRoot()
  let size = reference.map { $0 * $0 }.sum.squareRoot()
  return size == 0 ? error : error / size
}

func relativeError(_ value: Double, _ reference: Double) -> Double {
  relativeError([value], [reference])
}

/// A hidden activation with an output activation and a loss that fits.
struct Combination: CustomTestStringConvertible, Equatable, Sendable {
  let hidden: Activation
  let output: Activation
  let loss: Loss

  var testDescription: String { "\(hidden), \(output), \(loss)" }

  static let all =
    Activation.hidden.flatMap { hidden in
      Loss.all.filter { !$0.isForValues || hidden == .sigmoid }.flatMap { loss in
        loss.outputs.map { Combination(hidden: hidden, output: $0, loss: loss) }
      }
    }
    + [.leakyRelu(slope: 0.3), .elu(alpha: 0.5)].map {
      Combination(hidden: $0, output: .softmax, loss: .crossEntropy)
    }
}

/// The 7-5-4-3 of `combinations.json`, with six samples, and every number of a pass through it for
/// each combination.
struct SmallNetwork: Decodable, Sendable {
  let l2: Double
  let x: [[Double]]
  let labels: [Int]
  let weights: [[[Double]]]
  let biases: [[Double]]
  let cases: [Case]

  struct Case: Decodable, Sendable {
    let hidden, output, loss: String
    let dataLoss, l2Loss: Double
    let z, a, delta, dW: [[[Double]]]
    let db: [[Double]]
  }

  static let shared = Result { try Reference.read(SmallNetwork.self, "combinations.json") }

  var batch: Batch { Batch(x: Matrix(x), labels: labels, classes: 3) }

  func network(_ combination: Combination) -> Network {
    Network(
      weights: weights, biases: biases, hidden: combination.hidden, output: combination.output)
  }

  /// A finished pass.
  func trace(_ combination: Combination) -> Trace {
    var trace = Trace(batch: batch, network: network(combination))
    trace.complete(Objective(loss: combination.loss, l2: l2))
    return trace
  }
}

extension Network {
  init(weights: [[[Double]]], biases: [[Double]], hidden: Activation, output: Activation) {
    let last = weights.count - 1
    self.init(
      layers: weights.indices.map { l in
        Layer(
          activation: l == last ? output : hidden, weights: Matrix(weights[l]), biases: biases[l])
      })
  }
}

extension Batch {
  /// A batch of numbers that are no bytes, without a list of nonzero entries.
  init(x: Matrix, labels: [Int], classes: Int) {
    var y = Matrix(rows: labels.count, columns: classes)
    for (sample, label) in labels.enumerated() { y[sample, label] = 1 }
    self.init(indices: Array(labels.indices), x: x, y: y, targets: .classes(classes))
  }

  /// The same batch with nothing known about its zeros.
  var dense: Batch {
    let x = Matrix(rows: x.rows, columns: x.columns, values: x.values)
    return Batch(indices: indices, x: x, y: y, targets: targets)
  }
}

extension Samples {
  /// The first hundred training digits of MNIST, © Yann LeCun and Corinna Cortes, CC BY-SA 3.0.
  static let hundredDigits = Result {
    let bytes = [UInt8](try Reference.data("digits100.bin"))
    return Samples(
      inputs: 784, classes: 10, bytes: Array(bytes[..<78_400]), labels: Array(bytes[78_400...]))
  }

  /// A few samples of few inputs, three classes, most bytes 0.
  static func small(count: Int, inputs: Int = 6, seed: UInt64 = 3) -> Samples {
    var random = Random(seed: seed)
    let bytes = (0..<count * inputs).map { _ in
      random.below(10) < 6 ? 0 : UInt8(1 + random.below(255))
    }
    return Samples(
      inputs: inputs, classes: 3, bytes: bytes,
      labels: (0..<count).map { _ in UInt8(random.below(3)) })
  }
}

extension Optimizer {
  init(_ rule: Rule, settings: [String: Double]) throws {
    self.init(rule)
    for (name, value) in settings { try set(name, to: value) }
  }
}

extension Activation: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension Loss: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension Initializer: CustomTestStringConvertible {
  public var testDescription: String { name }
}

extension Optimizer.Rule: CustomTestStringConvertible {
  public var testDescription: String { name }
}
