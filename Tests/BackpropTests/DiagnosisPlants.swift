import Testing

@testable import Backprop

/// A small network with a minibatch, and what somebody who makes mistakes computes of it.
struct Plant: CustomTestStringConvertible, Sendable {
  let trace: Trace
  let objective: Objective

  /// Three losses; layers of different widths, and two of the same. The first hidden layer has more
  /// inputs than the batch has samples.
  static let all: [Plant] = [[20, 9, 5, 4], [20, 6, 6, 3]].flatMap { sizes in
    MistakeReference.Setup.all.map { Plant(sizes: sizes, $0) }
  }

  init(sizes: [Int], _ setup: MistakeReference.Setup) {
    var random = Random(seed: 12)
    var network = Network(
      sizes: sizes, hidden: .sigmoid, output: setup.output, initializer: .xavier, random: &random)
    for l in network.layers.indices {
      for j in network.layers[l].biases.indices { network.layers[l].biases[j] = random.normal() }
      network.layers[l].weights = network.layers[l].weights.mapping { 3 * $0 }
    }
    func batch() -> Batch {
      let count = 13
      let x = Matrix(
        rows: count, columns: sizes[0],
        values: (0..<count * sizes[0]).map { _ in Double(random.below(256)) / 255 })
      let classes = sizes[sizes.count - 1]
      return Batch(x: x, labels: (0..<count).map { _ in random.below(classes) }, classes: classes)
    }
    objective = Objective(loss: setup.loss, l2: 1e-2)
    var previous = Trace(batch: batch(), network: network)
    previous.complete(objective)
    var trace = Trace(batch: batch(), network: network)
    trace.previousGradients = previous.gradients
    trace.complete(objective)
    self.trace = trace
  }

  var setting: Setting { objective.setting(trace.layers) }

  var testDescription: String {
    "\(setting.sizes.map(String.init).joined(separator: "-")) \(setting.output) \(objective.loss)"
  }

  /// All arrays with a mistake.
  func arrays(_ mistake: Mistake?) -> ForeignArrays {
    var wrong = Trace(batch: trace.batch, network: Network(layers: trace.layers))
    wrong.previousGradients = trace.previousGradients
    var objective = objective
    objective.mistake = mistake
    wrong.complete(objective)
    return ForeignArrays(wrong)
  }

  /// All arrays with a mistake, as they may be given.
  func precisions(_ mistake: Mistake) -> [(String, ForeignArrays)] {
    let theirs = arrays(mistake)
    return [
      ("float64", theirs), ("float32", theirs.rounded), ("noise", theirs.noisy),
      ("without deltas", theirs.withoutDeltas),
    ]
  }

  /// All arrays from the output delta of a pass.
  func arrays(from wrong: Trace) -> ForeignArrays {
    var wrong = wrong
    for l in (0..<trace.depth - 1).reversed() {
      wrong.delta[l] = trace.hiddenDelta(
        layer: l + 1, from: wrong.delta[l + 1], Rules(), Mistake.Constants(), objective)
    }
    wrong.gradients = wrong.rightGradients(objective)
    return ForeignArrays(wrong)
  }

  /// Whether both make the same of everything.
  func isTwin(_ one: Mistake, _ other: Mistake) -> Bool {
    if one == other { return true }
    let (a, b) = (arrays(one), arrays(other))
    return a.names(depth: trace.depth).allSatisfy {
      a[$0]!.distance(from: b[$0]!, atLeast: 1e-3) < 1e-9
    }
  }

  func named(_ arrays: ForeignArrays, isTransposed: Bool) -> [NamedArray] {
    arrays.names(depth: trace.depth).map { name in
      let array = arrays[name]!
      switch name.kind {
      case .biasGradient: return NamedArray(name.description, array.values)
      default:
        return NamedArray(name.description, isTransposed ? Matrix(array.transposed) : array)
      }
    }
  }
}

// MARK: - Several mistakes

extension Plant {
  /// Arrays with mistakes of their own, and which.
  func combination(_ random: inout Random) -> (ForeignArrays, [String: Set<String>]) {
    let depth = trace.depth
    func any(_ layer: Int, _ fits: (Mistake) -> Bool) -> Mistake? {
      let list = Mistake.all.filter { $0.layers(in: setting).contains(layer) && fits($0) }
      return random.below(3) == 0 || list.isEmpty ? nil : list[random.below(list.count)]
    }
    var truth: [String: Set<String>] = [:]
    var names: Set<String> = []
    var arrays = ForeignArrays()
    var delta = trace.delta[depth - 1]
    for layer in (1...depth).reversed() {
      if layer == depth {
        let mistake = any(layer) { $0.group == .outputDelta && !$0.variants.isEmpty }
        if let mistake {
          delta = trace.outputDelta(with: mistake, objective)!
          names.insert(mistake.name)
        }
      } else {
        let mistake = any(layer) { $0.group == .hiddenDelta }
        delta = trace.hiddenDelta(
          layer: layer, from: delta, mistake?.rules ?? Rules(), Mistake.Constants(), objective)
        if let mistake { names.insert(mistake.name) }
      }
      arrays.deltas[layer] = delta
      truth["delta\(layer)"] = names
      for isBias in [false, true] {
        let scale = any(layer) { $0.rules.scale != nil && !$0.hasRatio }
        let penalty = any(layer) {
          isBias ? $0.rules.biasPenalty != nil : $0.rules.penalty != nil
        }
        let gradient = trace.dataGradient(layer: layer, from: delta, with: scale, objective)
          .adding(trace.l2Gradient(layer: layer, with: penalty, objective))
        if isBias {
          arrays.biasGradients[layer] = gradient.biases
        } else {
          arrays.weightGradients[layer] = gradient.weights
        }
        truth[(isBias ? "db" : "dW") + "\(layer)"] = names.union(
          [scale, penalty].compactMap(\.?.name))
      }
    }
    return (arrays, truth)
  }
}

// MARK: - Arrays to give away

extension ForeignArrays {
  init(_ trace: Trace) {
    self.init()
    for layer in 1...trace.depth {
      deltas[layer] = trace.delta[layer - 1]
      weightGradients[layer] = trace.gradients[layer - 1].weights
      biasGradients[layer] = trace.gradients[layer - 1].biases
    }
  }

  var withoutDeltas: ForeignArrays {
    var arrays = self
    arrays.deltas = [:]
    return arrays
  }

  /// In float32.
  var rounded: ForeignArrays { mapping { Double(Float($0)) } }

  /// With a relative noise of 1e-6 on every entry.
  var noisy: ForeignArrays {
    var random = Random(seed: 9)
    return mapping { $0 * (1 + 1e-6 * random.normal()) }
  }

  private func mapping(_ body: (Double) -> Double) -> ForeignArrays {
    var arrays = self
    let depth = max(deltas.keys.max() ?? 1, weightGradients.keys.max() ?? 1)
    for name in names(depth: depth) { arrays[name] = self[name]!.mapping(body) }
    return arrays
  }
}

/// A debug build takes some twenty times as long.
var isOptimised: Bool {
  #if DEBUG
    false
  #else
    true
  #endif
}
