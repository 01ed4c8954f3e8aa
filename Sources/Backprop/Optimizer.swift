import CKernels

/// How a gradient g becomes a change u of the parameters: `W_new = W_old + u`. As PyTorch defines
/// them; L2 is part of g already.
///
/// The file is in order of increasing complexity, a lesson in optimizers. To add one: write its rule
/// as a value below, put it into `all`, and give its loop a place in `CKernels`.
public struct Optimizer: Codable, Equatable, Sendable {
  public private(set) var rule: Rule
  /// The settings, by name: those of the rule and no others.
  public private(set) var settings: [String: Double]

  public init(_ rule: Rule) {
    self.rule = rule
    settings = Dictionary(uniqueKeysWithValues: rule.settings.map { ($0.name, $0.standard) })
  }

  public var name: String { rule.name }

  public subscript(setting: String) -> Double { settings[setting] ?? 0 }

  /// Changes one setting.
  ///
  /// - Throws: when the rule has no such setting, or the value is outside its range.
  public mutating func set(_ name: String, to value: Double) throws {
    guard let setting = rule.settings.first(where: { $0.name == name }) else {
      throw BackpropError(
        "The optimizer \(rule.name) has no setting \"\(name)\". It has: "
          + rule.settings.map(\.name).joined(separator: ", "))
    }
    guard setting.range.contains(value), value.isFinite else {
      throw BackpropError(
        "\(name)=\(value) is not possible: \(name) goes \(setting.rangeInWords).")
    }
    settings[name] = value
  }

  /// One number that an optimizer can be told.
  public struct Setting: Sendable {
    public let name: String
    public let standard: Double
    let range: ClosedRange<Double>
    let rangeInWords: String

    static func rate(_ standard: Double) -> Setting {
      Setting(
        name: "rate", standard: standard, range: 0...Double.greatestFiniteMagnitude,
        rangeInWords: "from 0 up")
    }

    static func share(_ name: String, _ standard: Double) -> Setting {
      Setting(
        name: name, standard: standard, range: 0...1.nextDown, rangeInWords: "from 0 to below 1")
    }

    static func epsilon(_ standard: Double) -> Setting {
      Setting(
        name: "epsilon", standard: standard, range: 0...Double.greatestFiniteMagnitude,
        rangeInWords: "from 0 up")
    }
  }

  /// An optimizer's formula and functions.
  public struct Rule: Named, Sendable {
    public let name: String
    public let formula: String
    /// Where it comes from.
    public let source: String
    public let settings: [Setting]
    /// The arrays it keeps for each parameter array, by their usual names.
    public let stateNames: [String]
    /// One update of one array: the state advances, the weights change.
    let update: @Sendable (kernels, optimizer, OptimizerArrays) -> Void
    /// u of each entry of an array, from its gradient and the state *after* the update; the bits of
    /// the loop.
    let changes: @Sendable (_ o: optimizer, _ g: [Double], _ state: [[Double]]) -> [Double]

    public static let all: [Rule] = [sgd, momentum, nesterov, adagrad, rmsprop, adam]
  }
}

extension Optimizer.Rule {
  public static let sgd = Optimizer.Rule(
    name: "sgd", formula: "u = -rate g", source: "Robbins and Monro 1951",
    settings: [.rate(0.1)], stateNames: [],
    update: { $0.sgd($1, $2.gradient, $2.old, $2.new, $2.count) },
    changes: { o, g, _ in g.map { g in -o.rate * g } })

  public static let momentum = Optimizer.Rule(
    name: "momentum", formula: "m = momentum m + g;  u = -rate m",
    source: "Polyak 1964, without dampening",
    settings: [.rate(0.1), .share("momentum", 0.9)], stateNames: ["m"],
    update: { $0.momentum($1, $2.gradient, $2.first, $2.old, $2.new, $2.count) },
    changes: { o, _, state in state[0].map { m in -o.rate * m } })

  public static let nesterov = Optimizer.Rule(
    name: "nesterov", formula: "m = momentum m + g;  u = -rate (g + momentum m)",
    source: "Nesterov 1983, in the form of Sutskever et al. 2013",
    settings: [.rate(0.1), .share("momentum", 0.9)], stateNames: ["m"],
    update: { $0.nesterov($1, $2.gradient, $2.first, $2.old, $2.new, $2.count) },
    changes: { o, g, state in
      zip(g, state[0]).map { g, m in -o.rate * (g + o.momentum * m) }
    })

  public static let adagrad = Optimizer.Rule(
    name: "adagrad", formula: "v = v + g²;  u = -rate g / (sqrt(v) + epsilon)",
    source: "Duchi, Hazan and Singer 2011",
    settings: [.rate(0.01), .epsilon(1e-10)], stateNames: ["v"],
    update: { $0.adagrad($1, $2.gradient, $2.first, $2.old, $2.new, $2.count) },
    changes: { o, g, state in
      zip(g, state[0]).map { g, v in -o.rate * g / (v.squareRoot() + o.epsilon) }
    })

  public static let rmsprop = Optimizer.Rule(
    name: "rmsprop", formula: "v = decay v + (1 - decay) g²;  u = -rate g / (sqrt(v) + epsilon)",
    source: "Hinton, \"Neural Networks for Machine Learning\", lecture 6e (2012)",
    settings: [.rate(0.01), .share("decay", 0.99), .epsilon(1e-8)], stateNames: ["v"],
    update: { $0.rmsprop($1, $2.gradient, $2.first, $2.old, $2.new, $2.count) },
    changes: { o, g, state in
      zip(g, state[0]).map { g, v in -o.rate * g / (v.squareRoot() + o.epsilon) }
    })

  /// t counts updates from 1.
  public static let adam = Optimizer.Rule(
    name: "adam",
    formula: "m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g²;  "
      + "u = -rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon)",
    source: "Kingma and Ba 2015, algorithm 1",
    settings: [.rate(0.001), .share("beta1", 0.9), .share("beta2", 0.999), .epsilon(1e-8)],
    stateNames: ["m", "v"],
    update: { $0.adam($1, $2.gradient, $2.first!, $2.second!, $2.old, $2.new, $2.count) },
    changes: { o, _, state in
      zip(state[0], state[1]).map { m, v in
        -(o.rate / o.correction1) * m / (v.squareRoot() / o.correction2 + o.epsilon)
      }
    })
}

/// What an optimizer remembers from update to update.
public struct OptimizerState: Codable, Equatable, Sendable {
  /// How many updates it has seen.
  public var updates = 0
  /// For each layer, for weights and biases, the arrays that the rule's `stateNames` name; empty
  /// before the first update.
  public var weights: [[[Double]]] = []
  public var biases: [[[Double]]] = []

  public init() {}
}

/// By bits.
extension OptimizerState {
  public static func == (left: OptimizerState, right: OptimizerState) -> Bool {
    func same(_ left: [[[Double]]], _ right: [[[Double]]]) -> Bool {
      left.elementsEqual(right) { $0.elementsEqual($1) { $0.isIdenticalByBits(to: $1) } }
    }
    return left.updates == right.updates && same(left.weights, right.weights)
      && same(left.biases, right.biases)
  }
}

extension Optimizer {
  /// Moves every layer from `old` to `new` along its gradients and advances the state.
  ///
  /// - Parameter gradients: dW (inputs, outputs) and db (outputs) of each layer.
  func update(
    _ gradients: [Gradient], _ state: inout OptimizerState, from old: [Layer],
    to new: inout [Layer]
  ) {
    if state.weights.isEmpty {
      state.weights = old.map { layer in
        rule.stateNames.map { _ in Array(repeating: 0, count: layer.weights.count) }
      }
      state.biases = old.map { layer in
        rule.stateNames.map { _ in Array(repeating: 0, count: layer.biases.count) }
      }
    }
    state.updates += 1
    let parameters = parameters(atUpdate: state.updates)
    for l in old.indices {
      Engine.current.update(
        gradient: gradients[l].weights.values, state: &state.weights[l],
        from: old[l].weights.values, to: &new[l].weights.values
      ) { rule.update($0, parameters, $1) }
      Engine.current.update(
        gradient: gradients[l].biases, state: &state.biases[l], from: old[l].biases,
        to: &new[l].biases
      ) { rule.update($0, parameters, $1) }
    }
  }

  /// The change u of each entry of one array, recomputed from its gradient and the state after the
  /// update: the same bits as were added to the weights.
  func changes(gradient: [Double], state: [[Double]], atUpdate t: Int) -> [Double] {
    rule.changes(parameters(atUpdate: t), gradient, state)
  }

  /// What a loop needs to know at update t.
  func parameters(atUpdate t: Int) -> optimizer {
    optimizer(
      rate: self["rate"], momentum: self["momentum"], decay: self["decay"],
      epsilon: self["epsilon"], beta1: self["beta1"], beta2: self["beta2"],
      correction1: 1 - power(self["beta1"], t),
      correction2: (1 - power(self["beta2"], t)).squareRoot())
  }
}

/// xⁿ by repeated squaring, the same on every machine.
private func power(_ x: Double, _ n: Int) -> Double {
  var (result, square, n) = (1.0, x, n)
  while n > 0 {
    if n & 1 == 1 { result *= square }
    square *= square
    n >>= 1
  }
  return result
}
