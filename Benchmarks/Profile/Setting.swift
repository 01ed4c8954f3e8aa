import ArgumentParser
import Backprop

/// What `parts` and `phases` are told: the network, and how it is trained.
struct Setting: ParsableArguments {
  @Argument(help: "The units of each layer, from 784 pixels to 10 classes.")
  var network = "784-300-10"

  @Option(help: "Samples a minibatch.")
  var batch = 100

  @Option(help: "Threads that share the arithmetic.")
  var threads = 2

  @Option(help: "Steps to measure, phase by phase; as many whole ones between them.")
  var steps = 1000

  func validate() throws {
    _ = try sizes
    try Setting.require(batch, in: 1...5000, "--batch")
    try Setting.require(threads, in: 1...256, "--threads")
    try Setting.require(steps, in: 1...1_000_000, "--steps")
  }

  /// `784-300-10` as numbers.
  var sizes: [Int] {
    get throws {
      let sizes = network.split(separator: "-", omittingEmptySubsequences: false).map {
        Int($0) ?? 0
      }
      guard sizes.count >= 2, sizes.count <= 100, sizes.allSatisfy((1...10_000).contains) else {
        throw ValidationError(
          "\"\(network)\" is no network: 2 to 100 sizes from 1 to 10,000 with hyphens between them, "
            + "as 784-300-10.")
      }
      guard sizes[0] == 784, sizes[sizes.count - 1] == 10 else {
        throw ValidationError(
          "\"\(network)\" does not fit MNIST: a network goes from 784 pixels to 10 classes, as "
            + "784-300-10.")
      }
      let parameters = zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      guard parameters <= 100_000_000 else {
        throw ValidationError(
          "\"\(network)\" has \(grouped(parameters)) weights, and 100,000,000 are the limit. Take fewer units."
        )
      }
      return sizes
    }
  }

  static func require(_ value: Int, in range: ClosedRange<Int>, _ name: String) throws {
    guard range.contains(value) else {
      throw ValidationError(
        "\(name) \(value) is not possible: it goes from \(range.lowerBound) to \(range.upperBound)."
      )
    }
  }
}

extension Training {
  /// The training that is measured: sigmoid hidden layers, softmax and cross-entropy, L2, RMSprop.
  static func measured(sizes: [Int], batch: Int) throws -> Training {
    var random = Random(seed: 1)
    let network = Network(
      sizes: sizes, hidden: .sigmoid, output: .softmax, initializer: .xavier, random: &random)
    var optimizer = Optimizer(.rmsprop)
    try optimizer.set("rate", to: 0.001)
    return try Training(
      network: network, l2: 0.001, optimizer: optimizer, minibatches: Minibatches(size: batch))
  }
}
