/// What the loss is made of: the mean of the samples' losses and the L2 term λ/2 Σ‖W‖².
public struct Objective: Codable, Equatable, Sendable {
  public var loss: Loss
  /// λ.
  public var l2: Double
  /// What deltas and gradients are computed with; nil when they are right. The loss always is.
  public var mistake: Mistake?

  public init(loss: Loss, l2: Double = 0, mistake: Mistake? = nil) {
    self.loss = loss
    self.l2 = l2
    self.mistake = mistake
  }
}

/// The gradient of one layer's parameters.
public struct Gradient: Equatable, Sendable {
  /// dW = a_prevᵀ delta / N + λ W, (inputs, outputs).
  public internal(set) var weights: Matrix
  /// db, the column means of delta, (outputs).
  public internal(set) var biases: [Double]

  public init(weights: Matrix, biases: [Double]) {
    self.weights = weights
    self.biases = biases
  }
}

/// By bits.
extension Gradient {
  public static func == (left: Gradient, right: Gradient) -> Bool {
    left.weights == right.weights && left.biases.isIdenticalByBits(to: right.biases)
  }
}

/// One minibatch on its way through the network and back, with everything that was computed at
/// every layer: a debugger shows intermediates, it does not compute them again.
///
/// `run` carries out one phase; what the phases up to `completed` make is there, the rest is not.
///
///     var trace = Trace(batch: batch, network: network)
///     trace.complete(Objective(loss: .crossEntropy))
///     trace.delta[1]   // (N, classes): h - Y
public struct Trace: Sendable {
  public internal(set) var batch: Batch
  /// The layers as they were when the minibatch began; an update changes the network, not these.
  public internal(set) var layers: [Layer]
  /// The last phase carried out.
  public internal(set) var completed: Phase

  /// z, a and delta of each layer, (N, outputs); delta is one sample's ∂loss/∂z, without 1/N.
  public internal(set) var z: [Matrix]
  public internal(set) var a: [Matrix]
  public internal(set) var delta: [Matrix]
  public internal(set) var gradients: [Gradient]

  public internal(set) var sampleLosses: [Double] = []
  /// The mean of the sample losses, and λ/2 Σ‖W‖².
  public internal(set) var dataLoss = 0.0
  public internal(set) var l2Loss = 0.0
  /// The share of samples that are right: whose largest output is the one of their class, or whose one
  /// output is nearer to its target than to the other value. Nil where the targets are values.
  public internal(set) var accuracy: Double?

  /// What loss, deltas and gradients were computed with.
  public private(set) var objective: Objective?
  /// The right gradient of the minibatch before; there only while the mistake at hand needs it.
  public internal(set) var previousGradients: [Gradient]?

  public init(batch: Batch, network: Network) {
    self.batch = batch
    layers = network.layers
    completed = .batch
    let empty = Matrix(rows: 0, columns: 0)
    z = layers.map { _ in empty }
    a = z
    delta = z
    gradients = layers.map { _ in Gradient(weights: empty, biases: []) }
  }

  public var depth: Int { layers.count }
  public var loss: Double { dataLoss + l2Loss }

  /// Whether what `phase` makes is there.
  public func has(_ phase: Phase) -> Bool {
    phase.position(depth: depth) <= completed.position(depth: depth)
  }

  /// Begins again with another minibatch and the network's present weights, keeping the storage.
  mutating func begin(_ indices: [Int], of samples: Samples, network: Network) {
    batch.fill(indices, from: samples)
    layers = network.layers
    completed = .batch
  }

  /// Carries out the next phase. What it reads was made by the phases before it.
  mutating func run(_ phase: Phase, _ objective: Objective) {
    self.objective = objective
    switch phase {
    case .start, .batch, .update: break
    case .forward(let layer): forward(layer - 1)
    case .loss: computeLoss(objective)
    case .delta(depth): outputDelta(objective)
    case .delta(let layer): hiddenDelta(layer - 1, objective)
    case .gradient(let layer): gradient(layer - 1, objective)
    }
    completed = phase
  }

  /// Carries out all phases up to the last gradient that are still to come.
  public mutating func complete(_ objective: Objective) {
    let phases = Phase.all(depth: depth).dropLast()
    for phase in phases.dropFirst(completed.position(depth: depth)) { run(phase, objective) }
  }

  /// Computes again what depends on the loss and λ, as far as it is there.
  mutating func recompute(_ objective: Objective) {
    let reached = completed
    for phase in Phase.all(depth: depth).drop(while: { $0 != .loss }) where has(phase) {
      run(phase, objective)
      completed = reached
    }
  }
}

// MARK: - Forward, loss, backward: layers are counted from 0 here

extension Trace {
  /// `a[l]` of the layer before: X before the first.
  func input(of l: Int) -> Matrix { l == 0 ? batch.x : a[l - 1] }

  /// z = a_prev W + b, a = f(z).
  mutating func forward(_ l: Int) {
    let layer = layers[l]
    z[l] .= input(of: l) * layer.weights + layer.biases
    layer.activation.apply(z[l], &a[l])
  }

  private mutating func computeLoss(_ objective: Objective) {
    let (output, h, layers) = (layers[depth - 1].activation, a[depth - 1], layers)
    let (z, y) = (z[depth - 1], batch.y)
    // The penalty reads all weights in one order, on one thread; another has the samples.
    let parts = Engine.current.map(0..<2) { part in
      part == 0
        ? [objective.penalty(of: layers)] : objective.loss.values(z, h, y, output)
    }
    l2Loss = parts[0][0]
    sampleLosses = parts[1]
    dataLoss = sampleLosses.sum / Double(batch.count)
    accuracy = batch.labels.flatMap { labels in
      batch.targets.predictions(h).map { predictions in
        Double(zip(predictions, labels).count { $0 == $1 }) / Double(batch.count)
      }
    }
  }

  /// delta_L = ∂loss/∂z_L (Nielsen ch. 2, BP1).
  private mutating func outputDelta(_ objective: Objective) {
    let l = depth - 1
    if let mistake = objective.mistake(in: layers),
      let wrong = outputDelta(with: mistake, objective)
    {
      delta[l] = wrong
      return
    }
    objective.loss.derivative(z[l], a[l], batch.y, layers[l].activation, &delta[l])
  }

  /// delta_l = (delta_l+1 W_l+1ᵀ) ⊙ f′(z_l) (Nielsen ch. 2, BP2).
  private mutating func hiddenDelta(_ l: Int, _ objective: Objective) {
    if let mistake = objective.mistake, mistake.group == .hiddenDelta,
      mistake.layers(in: objective.setting(layers)).contains(l + 1)
    {
      delta[l] = hiddenDelta(layer: l + 1, from: delta[l + 1], with: mistake, objective)
      return
    }
    delta[l] .= delta[l + 1] * layers[l + 1].weights.transposed
    layers[l].activation.timesDerivative(z[l], a[l], &delta[l])
  }

  /// dW = a_prevᵀ delta / N + λ W, db = column means of delta (Nielsen ch. 2, BP3 and BP4).
  private mutating func gradient(_ l: Int, _ objective: Objective) {
    if let mistake = objective.mistake(in: layers), mistake.changesGradients {
      computeGradient(layer: l + 1, with: mistake, objective)
      return
    }
    gradients[l].weights .= input(of: l).transposed * delta[l] / batch.count + objective.l2
      * layers[l].weights
    gradients[l].biases.setColumnMeans(of: delta[l])
  }
}

extension Objective {
  /// λ/2 Σ‖W‖²; biases are not regularised.
  func penalty(of layers: [Layer]) -> Double {
    l2 == 0 ? 0 : l2 / 2 * layers.reduce(0) { $0 + $1.weights.sumOfSquares }
  }
}

extension [Double] {
  /// (samples, outputs) -> (outputs), rows added in order.
  mutating func setColumnMeans(of matrix: Matrix) {
    Engine.current.columnSums(matrix, scale: 1 / Double(matrix.rows), into: &self)
  }
}

/// By bits, over what is there.
extension Trace: Equatable {
  public static func == (left: Trace, right: Trace) -> Bool {
    guard left.completed == right.completed, left.batch == right.batch, left.layers == right.layers,
      left.previousGradients == right.previousGradients
    else { return false }
    return Phase.all(depth: left.depth).allSatisfy { phase in
      guard left.has(phase) else { return true }
      switch phase {
      case .start, .batch, .update: return true
      case .forward(let l):
        return left.z[l - 1] == right.z[l - 1] && left.a[l - 1] == right.a[l - 1]
      case .loss:
        return left.sampleLosses.isIdenticalByBits(to: right.sampleLosses)
          && left.l2Loss.isIdentical(to: right.l2Loss)
      case .delta(let l): return left.delta[l - 1] == right.delta[l - 1]
      case .gradient(let l): return left.gradients[l - 1] == right.gradients[l - 1]
      }
    }
  }
}
