/// A network in training: everything that decides what the next phase computes, as one value.
///
///     var training = Training(network: network, seed: 1)
///     training.advance(over: samples)      // batch
///     training.step(over: samples)         // the rest of the minibatch, update included
///     training.clock                       // step 1, epoch 0, phase update
public struct Training: Sendable {
  public private(set) var network: Network
  public private(set) var objective: Objective
  public private(set) var optimizer: Optimizer
  public private(set) var optimizerState = OptimizerState()
  public private(set) var clock = Clock()
  public var minibatches: Minibatches
  /// The minibatch in progress or the last one; nil at the start.
  public private(set) var trace: Trace?
  /// Arrays that the update leaves alone: weights and biases of layers, in the order of their names.
  public private(set) var frozen: [ArrayName] = []
  /// What the last update did, as long as its minibatch is there.
  public private(set) var update: AppliedUpdate?

  /// Storage for the weights of the next update.
  private var spare: [Layer] = []

  public init(
    network: Network, loss: Loss? = nil, l2: Double = 0, mistake: Mistake? = nil,
    optimizer: Optimizer = Optimizer(.sgd), minibatches: Minibatches = Minibatches()
  ) throws {
    let loss = loss ?? .standard(for: network.output)
    try loss.requireFit(to: network.output)
    self.network = network
    objective = Objective(loss: loss, l2: l2, mistake: mistake)
    self.optimizer = optimizer
    self.minibatches = minibatches
    objective.mistake?.constants.rate = optimizer["rate"]
  }

  /// Training as it stood: everything that decides the future is given, and what the minibatch at
  /// hand has computed is computed again, to the same bits.
  ///
  /// - Parameters:
  ///   - pass: the minibatch at hand, nil at the start.
  ///   - samples: the training set.
  public init(
    network: Network, objective: Objective, optimizer: Optimizer, optimizerState: OptimizerState,
    clock: Clock, minibatches: Minibatches, frozen: [ArrayName] = [], pass: Pass?,
    samples: Samples?
  ) throws {
    try self.init(
      network: network, loss: objective.loss, l2: objective.l2, mistake: objective.mistake,
      optimizer: optimizer, minibatches: minibatches)
    try setFrozen(frozen)
    self.optimizerState = optimizerState
    self.clock = clock
    guard let pass, let batch = pass.given ?? samples.map({ Batch(pass.indices, of: $0) }) else {
      return
    }
    var trace = Trace(
      batch: batch,
      network: Network(layers: pass.layers ?? network.layers))
    trace.previousGradients = pass.previousGradients
    let reached = clock.phase.position(depth: network.depth)
    for phase in Phase.all(depth: network.depth).prefix(reached) {
      trace.run(phase, self.objective)
    }
    self.trace = trace
    update = pass.update
  }

  /// A minibatch at hand, without what can be computed from it.
  public struct Pass: Sendable {
    /// Where its samples stand in the training set.
    public var indices: [Int]
    /// The layers it was made with; nil when they are the network's, before the update.
    public var layers: [Layer]?
    public var update: AppliedUpdate?
    /// The right gradient of the minibatch before, when the mistake at hand needs it.
    public var previousGradients: [Gradient]?
    /// The minibatch itself, when it comes from no set.
    public var given: Batch?

    public init(
      indices: [Int], layers: [Layer]?, update: AppliedUpdate?,
      previousGradients: [Gradient]? = nil, given: Batch? = nil
    ) {
      self.indices = indices
      self.layers = layers
      self.update = update
      self.previousGradients = previousGradients
      self.given = given
    }
  }

  /// The minibatch at hand, as `init` takes it.
  public var pass: Pass? {
    trace.map {
      Pass(
        indices: $0.batch.indices, layers: clock.phase == .update ? $0.layers : nil,
        update: update, previousGradients: $0.previousGradients,
        given: $0.batch.isGiven ? $0.batch : nil)
    }
  }

  /// Begins a minibatch from elsewhere: the clock is at `batch`.
  ///
  /// - Precondition: no minibatch is in progress, and this one fits the network.
  public mutating func begin(_ batch: Batch) {
    precondition(!isInMinibatch && batch.x.columns == network.inputs, "another minibatch is needed")
    trace = Trace(batch: batch, network: network)
    update = nil
    clock.phase = .batch
  }

  /// The same network, loss and optimizer with the clock at the start and nothing remembered.
  public func restarted() throws -> Training {
    var minibatches = minibatches
    minibatches.position = 0
    var training = try Training(
      network: network, loss: objective.loss, l2: objective.l2, mistake: objective.mistake,
      optimizer: optimizer, minibatches: minibatches)
    try training.setFrozen(frozen)
    return training
  }

  /// The phase that `advance` will carry out.
  public var nextPhase: Phase { clock.phase.next(depth: network.depth) }

  /// Whether a minibatch has begun and is not finished.
  public var isInMinibatch: Bool { clock.phase != .start && clock.phase != .update }

  /// Carries out the next phase.
  public mutating func advance(over samples: Samples) {
    let phase = nextPhase
    switch phase {
    case .batch: beginMinibatch(from: samples)
    case .update: applyUpdate(epochSize: samples.count)
    default: trace!.run(phase, objective)
    }
    clock.phase = phase
  }

  /// Carries out all phases up to and including the next update.
  public mutating func step(over samples: Samples) {
    repeat { advance(over: samples) } while clock.phase != .update
  }

  private mutating func beginMinibatch(from samples: Samples) {
    let indices =
      samples.isGiven
      ? Array(0..<samples.count) : minibatches.next(epoch: clock.epoch, count: samples.count)
    update = nil
    if trace == nil {
      trace = Trace(batch: Batch(indices, of: samples), network: network)
    } else {
      if objective.mistake?.needsPreviousGradients == true {
        trace!.previousGradients = trace!.rightGradients(objective)
      }
      swap(&spare, &trace!.layers)
      trace!.begin(indices, of: samples, network: network)
    }
  }

  /// W_new = W_old + uW into the storage of the weights before last; the trace keeps W_old.
  private mutating func applyUpdate(epochSize: Int) {
    if spare.count != network.depth { spare = network.layers }
    swap(&spare, &network.layers)
    spare = []
    optimizer.update(
      trace!.gradients, &optimizerState, from: trace!.layers, to: &network.layers)
    for name in frozen {
      let l = name.layer - 1
      if name.kind == .weights { network.layers[l].weights = trace!.layers[l].weights }
      if name.kind == .biases { network.layers[l].biases = trace!.layers[l].biases }
    }
    update = .recomputable(optimizer, updates: optimizerState.updates)
    trace!.completed = .update
    clock.step += 1
    // One from elsewhere takes nothing of the epoch; where it is all there is, each further step is one.
    if trace!.batch.isGiven {
      if epochSize == trace!.batch.count, clock.step > 1 { clock.epoch += 1 }
      return
    }
    minibatches.position += trace!.batch.count
    if minibatches.position >= epochSize {
      minibatches.position = 0
      clock.epoch += 1
    }
  }
}

extension Training {
  /// The same training with a pass that has all its gradients: this one's when it is complete, else
  /// a copy that ran on to the last gradient, from the next minibatch where none has begun.
  public func withCompletePass(over samples: Samples) -> Training {
    var copy = self
    while copy.clock.phase != .update, copy.nextPhase != .update { copy.advance(over: samples) }
    return copy
  }
}

extension Training {
  /// The right gradient of the minibatch before, of each layer; nil where nothing keeps it.
  public var previousGradients: [Gradient]? { trace?.previousGradients }

  /// The gradient of each layer out of the deltas at hand, whatever the mistake.
  ///
  /// - Precondition: the pass is complete.
  public var rightGradients: [Gradient] { trace!.rightGradients(objective) }
}

// MARK: - Changing what is computed

extension Training {
  /// Switches the loss; loss, deltas and gradients of the minibatch at hand are computed again, on
  /// the weights it was made with. An update that has been applied stays.
  ///
  /// - Throws: when the loss does not go with the output activation.
  public mutating func setLoss(_ loss: Loss) throws {
    try loss.requireFit(to: network.output)
    objective.loss = loss
    recompute()
  }

  /// Changes λ; the loss and the gradients at hand follow, as for `setLoss`.
  public mutating func setL2(_ l2: Double) {
    objective.l2 = l2
    recompute()
  }

  /// Computes deltas and gradients with a mistake from now on, or right again when nil; those of the
  /// minibatch at hand follow, as for `setLoss`. Where the mistake does not apply, all is right.
  public mutating func setMistake(_ mistake: Mistake?) {
    objective.mistake = mistake
    objective.mistake?.constants.rate = optimizer["rate"]
    if mistake?.needsPreviousGradients != true { trace?.previousGradients = nil }
    recompute()
  }

  /// Changes the optimizer and clears what it remembered.
  public mutating func setOptimizer(_ optimizer: Optimizer) {
    keepUpdate()
    self.optimizer = optimizer
    optimizerState = OptimizerState()
    followRate()
  }

  /// Changes one setting of the optimizer, which goes on with what it remembers.
  public mutating func setOptimizerSetting(_ name: String, to value: Double) throws {
    try optimizer.set(name, to: value)
    followRate()
  }

  /// Chooses the arrays that updates leave alone from now on. Their gradients and what the optimizer
  /// remembers of them go on as before.
  ///
  /// - Throws: when one is not a layer's weights or biases.
  public mutating func setFrozen(_ names: [ArrayName]) throws {
    for name in names where name.kind != .weights && name.kind != .biases {
      throw BackpropError(
        "\(name) cannot be frozen: the update changes weights and biases. Try: freeze=W1,b1")
    }
    keepUpdate()
    frozen = Set(names).sorted { ($0.layer, $0.kind.rawValue) < ($1.layer, $1.kind.rawValue) }
  }

  /// A mistake that has the rate in its formula follows it.
  private mutating func followRate() {
    guard let mistake = objective.mistake, mistake.constants.rate != optimizer["rate"] else {
      return
    }
    objective.mistake?.constants.rate = optimizer["rate"]
    if mistake == .weightsAlreadyUpdated { recompute() }
  }

  private mutating func recompute() {
    keepUpdate()
    trace?.recompute(objective)
  }

  /// The formula of the output delta now in force: `delta2 = h - Y`.
  public var deltaFormula: String {
    setting.formula(deltaOf: network.depth, with: objective.mistake)
  }

  /// What decides which mistakes can be made, and how formulas read.
  public var setting: Setting {
    var setting = objective.setting(network.layers)
    if let trace { setting.count = "\(trace.batch.count)" }
    return setting
  }
}

// MARK: - What an update did

/// The changes of the last update: what is needed to recompute them, until the gradients they came
/// from are replaced.
public enum AppliedUpdate: Equatable, Sendable {
  /// From the gradients and the state at hand, with the optimizer as it was at its nth update.
  case recomputable(Optimizer, updates: Int)
  case kept([Gradient])
}

extension Training {
  /// uW (inputs, outputs) and ub (outputs) of a layer, with W_new = W_old + uW; nil before an update.
  public func changes(layer: Int) -> Gradient? {
    let l = layer - 1
    switch update {
    case nil: return nil
    case .kept(let changes): return changes[l]
    case .recomputable(let optimizer, let updates):
      let gradient = trace!.gradients[l]
      func changes(_ kind: ArrayName.Kind, _ gradient: [Double], _ state: [[Double]]) -> [Double] {
        frozen.contains(ArrayName(kind, layer))
          ? gradient.map { _ in 0 }
          : optimizer.changes(gradient: gradient, state: state, atUpdate: updates)
      }
      return Gradient(
        weights: Matrix(
          rows: gradient.weights.rows, columns: gradient.weights.columns,
          values: changes(.weights, gradient.weights.values, optimizerState.weights[l])),
        biases: changes(.biases, gradient.biases, optimizerState.biases[l]))
    }
  }

  /// Those of each layer.
  public var changes: [Gradient]? {
    update == nil ? nil : (1...network.depth).map { changes(layer: $0)! }
  }

  private mutating func keepUpdate() {
    if case .recomputable = update, let changes { update = .kept(changes) }
  }
}

/// By bits; storage that is only kept for speed does not count.
extension Training: Equatable {
  public static func == (left: Training, right: Training) -> Bool {
    left.network == right.network && left.objective == right.objective
      && left.optimizer == right.optimizer && left.optimizerState == right.optimizerState
      && left.clock == right.clock && left.minibatches == right.minibatches
      && left.trace == right.trace && left.changes == right.changes && left.frozen == right.frozen
  }
}

// MARK: - The bits of everything

extension Training {
  /// Adds everything that decides what comes next and what can be printed.
  public func add(to fingerprint: inout Fingerprint) {
    fingerprint.add(network.layers)
    fingerprint.add(objective.loss.name)
    fingerprint.add(objective.l2)
    if let mistake = objective.mistake { fingerprint.add(mistake.name) }
    fingerprint.add(optimizer)
    fingerprint.add(optimizerState.updates)
    for arrays in optimizerState.weights + optimizerState.biases {
      for array in arrays { fingerprint.add(array) }
    }
    fingerprint.add(clock.step)
    fingerprint.add(clock.epoch)
    fingerprint.add(clock.phase.description)
    fingerprint.add(minibatches.size)
    fingerprint.add(minibatches.isShuffled ? 1 : 0)
    fingerprint.add(minibatches.seed)
    fingerprint.add(minibatches.position)
    for name in frozen { fingerprint.add(name.description) }
    guard let pass else { return }
    fingerprint.add(pass.indices.map(Double.init))
    if let given = pass.given {
      fingerprint.add(given.x.values)
      if case .classes = given.targets, let labels = given.labels {
        fingerprint.add(labels.map(Double.init))
      } else {
        fingerprint.add(given.y.values)
      }
    }
    if let layers = pass.layers { fingerprint.add(layers) }
    if let gradients = pass.previousGradients { fingerprint.add(gradients) }
    switch pass.update {
    case nil: break
    case .recomputable(let optimizer, let updates):
      fingerprint.add(optimizer)
      fingerprint.add(updates)
    case .kept(let changes): fingerprint.add(changes)
    }
  }
}

extension Fingerprint {
  fileprivate mutating func add(_ layers: [Layer]) {
    for layer in layers {
      add(layer.activation.name)
      add(layer.weights.rows)
      add(layer.weights.values)
      add(layer.biases)
    }
  }

  fileprivate mutating func add(_ gradients: [Gradient]) {
    for gradient in gradients {
      add(gradient.weights.values)
      add(gradient.biases)
    }
  }

  fileprivate mutating func add(_ optimizer: Optimizer) {
    add(optimizer.name)
    for setting in optimizer.rule.settings { add(optimizer[setting.name]) }
  }
}
