import Testing

@testable import Backprop

/// `Reference/mistakes.json`: what NumPy makes of every mistake, see `Reference/mistakes.py`.
struct MistakeReference: Decodable, Sendable {
  let ids: [String]
  let l2, rate: Double
  let networks: [String: Pair]
  let cases: [Case]

  struct Pair: Decodable, Sendable {
    /// Weights and minibatch, and those of the step before.
    let net, before: Net
  }

  struct Net: Decodable, Sendable {
    let weights: [[[Double]]]
    let biases: [[Double]]
    let x: [[Double]]
    let labels: [Int]
  }

  /// A mistake in a network with a loss, and every array that it changes.
  struct Case: Decodable, Sendable {
    let id, network, loss: String
    /// Its norm and two weighted sums.
    let arrays: [String: [Double]]

    var kind: Loss { loss == "SE" ? .squaredError : .crossEntropy }
    var output: Activation { loss == "SCE" ? .softmax : .sigmoid }
  }

  static func read() throws -> MistakeReference {
    try Reference.read(MistakeReference.self, "mistakes.json")
  }

  static let names = ["9-6-4", "9-6-6-4"].flatMap { net in
    ["SE", "BCE", "SCE"].map { "\(net) \($0)" }
  }

  func trace(_ item: Case, _ mistake: Mistake?) throws -> Trace {
    let pair = try #require(networks[item.network])
    func trace(_ net: Net, _ mistake: Mistake?, _ previous: [Gradient]?) -> Trace {
      var trace = Trace(
        batch: Batch(x: Matrix(net.x), labels: net.labels, classes: 4),
        network: Network(
          weights: net.weights, biases: net.biases, hidden: .sigmoid, output: item.output))
      trace.previousGradients = previous
      trace.complete(Objective(loss: item.kind, l2: l2, mistake: mistake))
      return trace
    }
    return trace(pair.net, mistake, trace(pair.before, nil, nil).gradients)
  }

  /// The largest difference of the three numbers, beside the norm.
  static func error(
    _ values: [Double], _ expected: [Double], atLeast smallest: Double
  ) -> Double {
    var sums = [0.0, 0, 0]
    for (i, value) in values.enumerated() {
      sums[0] += value * value
      sums[1] += value * Double((7 * i) % 11 - 5)
      sums[2] += value * Double((5 * i) % 13 - 6)
    }
    sums[0].formSquareRoot()
    let error = zip(sums, expected).map { abs($0 - $1) }.max()!
    return error == 0 ? 0 : error / max(expected[0], smallest)
  }
}

extension MistakeReference {
  /// A loss with an output.
  struct Setup: Sendable {
    let output: Activation
    let loss: Loss

    static let all = [
      Setup(output: .sigmoid, loss: .squaredError), Setup(output: .sigmoid, loss: .crossEntropy),
      Setup(output: .softmax, loss: .crossEntropy),
    ]
  }

  /// With layers of different widths, and two of the same.
  static func setups(classes: Int) -> [([Int], Setup)] {
    [[9, 6, classes], [9, 6, 6, classes]].flatMap { sizes in Setup.all.map { (sizes, $0) } }
  }
}
