extension Training {
  /// Training at one point of its past: what cannot be computed again. A debugger that goes back
  /// keeps many.
  ///
  ///     let past = training.snapshot
  ///     training.step(over: samples)
  ///     training = try past.training(over: samples)   // the same bits as before the step
  public struct Snapshot: Sendable {
    public let clock: Clock
    let network: Network
    let objective: Objective
    let optimizer: Optimizer
    let optimizerState: OptimizerState
    let minibatches: Minibatches
    let frozen: [ArrayName]
    let pass: Pass?

    /// The training as it stood; loss, deltas and gradients of its minibatch are computed again.
    public func training(over samples: Samples) throws -> Training {
      try Training(
        network: network, objective: objective, optimizer: optimizer,
        optimizerState: optimizerState, clock: clock, minibatches: minibatches, frozen: frozen,
        pass: pass, samples: samples)
    }

    /// Bytes of memory that its arrays take.
    public var bytes: Int {
      func size(_ layers: [Layer]) -> Int {
        layers.reduce(0) { $0 + $1.weights.count + $1.biases.count }
      }
      func size(_ gradients: [Gradient]) -> Int {
        gradients.reduce(0) { $0 + $1.weights.count + $1.biases.count }
      }
      var numbers = size(network.layers) + size(pass?.layers ?? [])
      numbers += size(pass?.previousGradients ?? [])
      if case .kept(let changes) = pass?.update { numbers += size(changes) }
      for arrays in optimizerState.weights + optimizerState.biases {
        numbers += arrays.reduce(0) { $0 + $1.count }
      }
      return 8 * (numbers + (pass?.indices.count ?? 0) + (pass?.given?.x.count ?? 0))
    }
  }

  public var snapshot: Snapshot {
    Snapshot(
      clock: clock, network: network, objective: objective, optimizer: optimizer,
      optimizerState: optimizerState, minibatches: minibatches, frozen: frozen, pass: pass)
  }
}
