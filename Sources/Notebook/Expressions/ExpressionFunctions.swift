import Backprop

// The words of the expression language, each with its formula. To add one: a value here, and its
// place in `all`; parser, help and completion follow.

/// A number that has a name of its own.
struct Scalar: Word {
  let name: String
  let formula: String
  /// The phase that makes it; nil for what is always there.
  let phase: Phase?
  let value: @Sendable (Training) -> Double?

  static let all = [
    Scalar(name: "loss", formula: "data_loss + l2_loss", phase: .loss) { $0.trace?.loss },
    Scalar(name: "data_loss", formula: "mean of the samples' losses", phase: .loss) {
      $0.trace?.dataLoss
    },
    Scalar(name: "l2_loss", formula: "l2/2 sum(W^2) over the layers", phase: .loss) {
      $0.trace?.l2Loss
    },
    Scalar(name: "accuracy", formula: "share of the samples that are right", phase: .loss) {
      $0.trace?.accuracy
    },
    Scalar(name: "step", formula: "updates so far", phase: nil) { Double($0.clock.step) },
    Scalar(name: "epoch", formula: "finished epochs", phase: nil) { Double($0.clock.epoch) },
    Scalar(name: "rate", formula: "the optimizer's learning rate", phase: nil) {
      $0.optimizer["rate"]
    },
  ]
}

/// A function of the entries x of an array: `norm(dW1[:, 3])`.
struct Measure: Word {
  let name: String
  let formula: String
  /// Whether an array without entries has none.
  var needsEntries = false
  let value: @Sendable ([Double]) -> Double

  static let norm = Measure(name: "norm", formula: "sqrt(sum(x^2)), of a matrix too (Frobenius)") {
    Matrix(rows: 1, columns: $0.count, values: $0).norm
  }

  static let all = [
    Measure(name: "sum", formula: "sum of x") { $0.sum },
    Measure(name: "mean", formula: "sum(x) / n", needsEntries: true) { $0.mean },
    Measure(name: "min", formula: "smallest x, nan when there is one", needsEntries: true) {
      $0.smallest
    },
    Measure(name: "max", formula: "largest x, nan when there is one", needsEntries: true) {
      $0.largest
    },
    Measure(name: "std", formula: "sqrt(mean((x - mean(x))^2))", needsEntries: true) { values in
      let mean = values.mean
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(values.count)).squareRoot()
    },
    norm,
    Measure(name: "zeros", formula: "share of entries that are 0", needsEntries: true) { values in
      Double(values.count { $0 == 0 }) / Double(values.count)
    },
    Measure(name: "nonfinite", formula: "how many entries are nan or infinite") { values in
      Double(values.count { !$0.isFinite })
    },
  ]
}

extension [Double] {
  fileprivate var mean: Double { sum / Double(count) }
}

/// A function of one or two layers: `dead(1)`, `gradient_ratio(1, 2)`.
struct LayerMeasure: Word {
  let name: String
  let formula: String
  /// How many layers it is given.
  var count = 1
  /// The phase that makes what it reads.
  let phase: @Sendable (_ layers: [Int]) -> Phase
  /// Nil where it divides by 0.
  let value: @Sendable (Training, Trace, _ layers: [Int]) -> Double?

  static let all = [
    LayerMeasure(
      name: "dead", formula: "share of units with one value for the whole batch",
      phase: { .forward($0[0]) }, value: { _, trace, layers in trace.dead(layer: layers[0]) }),
    LayerMeasure(
      name: "saturated", formula: "share of entries with f'(z) < 0.01", phase: { .forward($0[0]) },
      value: { _, trace, layers in trace.saturated(layer: layers[0]) }),
    LayerMeasure(
      name: "l2_share", formula: "share of entries of W with |l2 W| > |a_prev^T delta / N|",
      phase: { .delta($0[0]) },
      value: { training, trace, layers in
        trace.l2Share(layer: layers[0], l2: training.objective.l2)
      }),
    LayerMeasure(
      name: "gradient_ratio", formula: "norm(dW) of the first / norm(dW) of the second", count: 2,
      phase: { .gradient(min($0[0], $0[1])) },
      value: { _, trace, layers in
        let norms = layers.map { trace.gradients[$0 - 1].weights.norm }
        return norms[1] == 0 ? nil : norms[0] / norms[1]
      }),
    LayerMeasure(
      name: "update_ratio", formula: "norm(uW) / norm(W before the update)",
      phase: { _ in .update },
      value: { training, _, layers in training.updateRatio(layer: layers[0]) }),
  ]

  /// `gradient_ratio(1, 2)`
  func text(_ layers: [Int]) -> String {
    "\(name)(\(layers.map(String.init).joined(separator: ", ")))"
  }
}

/// A word is its name.
protocol Word: Hashable, Sendable {
  var name: String { get }
  var formula: String { get }
  static var all: [Self] { get }
}

extension Word {
  static func == (left: Self, right: Self) -> Bool { left.name == right.name }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }

  static func named(_ name: String) -> Self? { all.first { $0.name == name } }
}

extension Expression {
  /// What takes an argument in parentheses.
  static let functions =
    Measure.all.map(\.name) + ["abs"] + LayerMeasure.all.map(\.name) + ["old", "change"]
  static let logic = ["and", "or", "not"]

  /// What Tab offers beside arrays; a function with its parenthesis.
  static let words = Scalar.all.map(\.name) + functions.map { $0 + "(" } + logic
}
