// The backward pass with a mistake in it. `Trace.run` comes here only while there is one.

extension Trace {
  /// delta of the output layer with the mistake; nil where the right formula holds.
  func outputDelta(with mistake: Mistake, _ objective: Objective) -> Matrix? {
    mistake.rules.outputDelta?.compute(
      Point(self, layer: depth, objective, mistake.constants, delta: Matrix(rows: 0, columns: 0)))
  }

  /// delta of hidden layer `layer`, from 1, out of any delta of the next one.
  ///
  /// - Parameter next: delta_l+1, (N, outputs of the next layer).
  func hiddenDelta(
    layer: Int, from next: Matrix, with mistake: Mistake, _ objective: Objective
  ) -> Matrix {
    hiddenDelta(layer: layer, from: next, mistake.rules, mistake.constants, objective)
  }

  /// - Parameter nextGradient: dW_l+1 where it is somebody's own.
  func hiddenDelta(
    layer: Int, from next: Matrix, _ rules: Rules, _ constants: Mistake.Constants,
    _ objective: Objective, nextGradient: Matrix? = nil
  ) -> Matrix {
    var point = Point(self, layer: layer + 1, objective, constants, delta: next)
    let sent = rules.sentBack?.compute(point) ?? next
    point = Point(self, layer: layer, objective, constants, delta: sent)
    point.nextGradient = nextGradient
    point.delta = rules.product?.compute(point) ?? Matrix(sent * point.nextWeights.transposed)
    return rules.slope?.compute(point)
      ?? point.activation.slope(point.delta, z: point.z, a: point.a)
  }

  /// The data's part of a layer's gradient, out of any delta of that layer.
  ///
  /// - Parameter delta: (N, outputs).
  func dataGradient(
    layer: Int, from delta: Matrix, with mistake: Mistake?, _ objective: Objective
  ) -> Gradient {
    Gradient(
      weights: dataWeights(layer: layer, from: delta, with: mistake, objective),
      biases: dataBiases(layer: layer, from: delta, with: mistake, objective))
  }

  /// The data's part of dW alone.
  func dataWeights(
    layer: Int, from delta: Matrix, with mistake: Mistake?, _ objective: Objective
  ) -> Matrix {
    let point = Point(
      self, layer: layer, objective, mistake?.constants ?? Mistake.Constants(), delta: delta)
    if let rule = mistake?.rules.weights { return rule.compute(point) }
    var sum = point.input.transposed * delta
    sum.scale = (mistake?.rules.scale?.factor(point, false) ?? 1) / Double(batch.count)
    return Matrix(sum)
  }

  /// The data's part of db alone.
  func dataBiases(
    layer: Int, from delta: Matrix, with mistake: Mistake?, _ objective: Objective
  ) -> [Double] {
    let point = Point(
      self, layer: layer, objective, mistake?.constants ?? Mistake.Constants(), delta: delta)
    if let rule = mistake?.rules.biases { return rule.compute(point) }
    var biases: [Double] = []
    Engine.current.columnSums(
      delta, scale: (mistake?.rules.scale?.factor(point, true) ?? 1) / Double(batch.count),
      into: &biases)
    return biases
  }

  /// The regulariser's part of a layer's gradient.
  func l2Gradient(layer: Int, with mistake: Mistake?, _ objective: Objective) -> Gradient {
    let rules = mistake?.rules ?? Rules()
    let parameters = layers[layer - 1]
    let point = Point(
      self, layer: layer, objective, mistake?.constants ?? Mistake.Constants(),
      delta: Matrix(rows: 0, columns: 0))
    return Gradient(
      weights: rules.penalty?.compute(point)
        ?? parameters.weights.mapping { objective.l2 * $0 },
      biases: rules.biasPenalty?.compute(point) ?? parameters.biases.map { _ in 0 })
  }

  /// Both, and what the mistake does with the whole of them.
  mutating func computeGradient(
    layer: Int, with mistake: Mistake, _ objective: Objective
  ) {
    let reaches = mistake.layers(in: objective.setting(layers))
    let here = reaches.contains(layer) ? mistake : nil
    let data = dataGradient(layer: layer, from: delta[layer - 1], with: here, objective)
    let l2 = l2Gradient(layer: layer, with: here, objective)
    gradients[layer - 1] = data.adding(l2)
    var point = Point(self, layer: layer, objective, mistake.constants, delta: delta[layer - 1])
    point.gradients = gradients
    point.previous = previousGradients
    if let rule = here?.rules.array { gradients[layer - 1] = rule.compute(point) }
    if layer == 1, let rule = mistake.rules.whole { gradients = rule.compute(point) }
  }

  /// The right gradient of every layer out of the deltas at hand, whatever the mistake.
  func rightGradients(_ objective: Objective) -> [Gradient] {
    (1...depth).map { layer in
      dataGradient(layer: layer, from: delta[layer - 1], with: nil, objective)
        .adding(l2Gradient(layer: layer, with: nil, objective))
    }
  }
}

extension Gradient {
  func adding(_ other: Gradient) -> Gradient {
    Gradient(
      weights: weights.mapping(other.weights, +), biases: zip(biases, other.biases).map(+))
  }

  func subtracting(_ other: Gradient) -> Gradient {
    Gradient(
      weights: weights.mapping(other.weights, -), biases: zip(biases, other.biases).map(-))
  }
}

// MARK: - The two parts of a gradient, for whoever checks them apart

extension Trace {
  /// The part of a layer's dW that comes from the data, as this pass computes it: a_prevᵀ delta / N
  /// when there is no mistake. Layers count from 1.
  public func dataGradient(layer: Int) -> Matrix {
    guard let (mistake, objective) = gradientMistake(layer) else {
      return Matrix(input(of: layer - 1).transposed * delta[layer - 1] / batch.count)
    }
    return dataPart(layer, mistake, objective).weights
  }

  /// The part of a layer's db that comes from the data, as this pass computes it: the mean of delta.
  public func dataBiasGradient(layer: Int) -> [Double] {
    guard let (mistake, objective) = gradientMistake(layer) else {
      return delta[layer - 1].batchMeans
    }
    return dataPart(layer, mistake, objective).biases
  }

  /// The part of a layer's dW and db that comes from the regulariser, as this pass computes it: λW
  /// and 0 when there is no mistake.
  public func l2Gradient(layer: Int) -> (weights: Matrix, biases: [Double]) {
    let objective = objective ?? Objective(loss: .squaredError)
    let gradient = l2Gradient(layer: layer, with: gradientMistake(layer)?.0, objective)
    return (gradient.weights, gradient.biases)
  }

  private func gradientMistake(_ layer: Int) -> (Mistake, Objective)? {
    guard let objective, let mistake = objective.mistake,
      mistake.layers(in: objective.setting(layers)).contains(layer)
    else { return nil }
    return (mistake, objective)
  }

  /// What clips and accumulation change counts as the data's.
  private func dataPart(_ layer: Int, _ mistake: Mistake, _ objective: Objective) -> Gradient {
    if mistake.rules.array != nil || mistake.rules.whole != nil {
      return gradients[layer - 1].subtracting(
        l2Gradient(layer: layer, with: mistake, objective))
    }
    return dataGradient(layer: layer, from: delta[layer - 1], with: mistake, objective)
  }
}
