// What a complete pass says about the health of its network, as numbers. Layers count from 1.

extension Trace {
  /// Whether there are enough samples in the minibatch to speak of all.
  var isLargeEnough: Bool { batch.count >= Enough.samples }

  /// The share of (sample, unit) pairs of a layer whose f′(z) is below 0.01; 0 for an activation
  /// that does not level off on both sides. Needs `forward` of the layer.
  public func saturated(layer: Int) -> Double {
    guard layers[layer - 1].activation.levelsOff else { return 0 }
    let flat = derivative(layer: layer).values.count { $0 < Threshold.flatDerivative }
    return Double(flat) / Double(z[layer - 1].count)
  }

  /// The share of outputs that are wrong by more than one half where f′(z) is below 0.01: h - Y is
  /// large and the delta is not. 0 when delta = h - Y.
  func stuckOutputs(_ loss: Loss) -> Double {
    guard layers[depth - 1].activation.levelsOff, !loss.cancelsDerivative else { return 0 }
    let (flat, h, y) = (derivative(layer: depth).values, a[depth - 1].values, batch.y.values)
    let stuck = h.indices.count {
      flat[$0] < Threshold.flatDerivative && abs(h[$0] - y[$0]) > 0.5
    }
    return Double(stuck) / Double(h.count)
  }

  private func derivative(layer: Int) -> Matrix {
    layers[layer - 1].activation.derivative(z: z[layer - 1], a: a[layer - 1])
  }

  /// The units of a layer, from 0, that have one value for the whole batch. Needs `forward` of the
  /// layer.
  public func deadUnits(layer: Int) -> [Int] {
    let a = a[layer - 1]
    return (0..<a.columns).filter { j in
      (0..<a.rows).allSatisfy { a[$0, j] == a[0, j] }
    }
  }

  /// Their share of the layer.
  public func dead(layer: Int) -> Double {
    Double(deadUnits(layer: layer).count) / Double(layers[layer - 1].outputs)
  }

  /// The share of a layer's units that give another unit's values for the whole batch; dead ones do
  /// not count. Needs `forward` of the layer.
  public func same(layer: Int) -> Double {
    let (a, dead) = (a[layer - 1], Set(deadUnits(layer: layer)))
    var units: [[Double]: Int] = [:]
    for j in 0..<a.columns where !dead.contains(j) { units[a.column(j), default: 0] += 1 }
    let twins = units.values.reduce(0) { $1 > 1 ? $0 + $1 : $0 }
    return Double(twins) / Double(a.columns)
  }

  /// How many entries of a layer's dW the regulariser decides: |λW| > |a_prevᵀ delta / N|. Entries
  /// whose data part is exactly 0, as those of pixels that are 0 in the whole batch, do not count.
  /// Needs `delta` of the layer.
  public func regularised(layer: Int, l2: Double) -> RegularisedEntries {
    let (gradient, weights) = (dataGradient(layer: layer), layers[layer - 1].weights)
    var result = RegularisedEntries(all: weights.count)
    for (g, w) in zip(gradient.values, weights.values) where g != 0 {
      result.reached += 1
      if abs(l2 * w) > abs(g) { result.outweighed += 1 }
    }
    let norm = gradient.norm
    result.pull = norm > 0 ? l2 * weights.norm / norm : 0
    return result
  }

  /// The share of all entries of a layer's W with |λW| > |a_prevᵀ delta / N|, those that the
  /// minibatch does not reach included. Needs `delta` of the layer.
  public func l2Share(layer: Int, l2: Double) -> Double {
    let (gradient, weights) = (dataGradient(layer: layer), layers[layer - 1].weights)
    let outweighed = zip(gradient.values, weights.values).count { abs(l2 * $1) > abs($0) }
    return Double(outweighed) / Double(weights.count)
  }

  public struct RegularisedEntries: Equatable, Sendable {
    public var all = 0
    /// Those whose data part is not 0.
    public var reached = 0
    public var outweighed = 0
    /// ‖λW‖ / ‖a_prevᵀ delta / N‖.
    public var pull = 0.0
    /// Outweighed of those reached.
    public var share: Double { reached == 0 ? 0 : Double(outweighed) / Double(reached) }
  }

  /// rms(delta of one layer) / rms(delta of another); nil when the latter is 0. Needs both.
  public func deltaRatio(_ layer: Int, _ other: Int) -> Double? {
    let (above, below) = (delta[layer - 1].rms, delta[other - 1].rms)
    return below > 0 ? above / below : nil
  }

  /// How far the outputs are from their mean: ½ Σ |h - mean h|, averaged over the samples. For
  /// softmax it is 0 for one answer to everything, near 1 - 1/classes for sure and right answers.
  var outputSpread: Double {
    a[depth - 1].spreadOfRows
  }
}

extension Training {
  /// The updates that made the weights of the pass at hand.
  var updatesBefore: Int { clock.step - (clock.phase == .update ? 1 : 0) }

  /// ‖uW‖ / ‖W‖ of a layer, with the W that the update changed; nil before an update and for
  /// weights of 0.
  public func updateRatio(layer: Int) -> Double? {
    guard let change = changes(layer: layer), let trace else { return nil }
    let norm = trace.layers[layer - 1].weights.norm
    return norm > 0 ? change.weights.norm / norm : nil
  }

  /// The first array that is not finite, from the inputs to the gradients, and how many of its
  /// entries are not.
  func firstNonfinite() -> (array: String, count: Int)? {
    let depth = network.depth
    let kinds: [ArrayName.Kind] = [.inputs, .weights, .biases, .preactivation, .activation]
    var names = kinds.flatMap { kind in
      kind.isOfLayer ? (1...depth).map { ArrayName(kind, $0) } : [ArrayName(kind)]
    }
    names += (1...depth).reversed().map { ArrayName(.delta, $0) }
    names += (1...depth).reversed().map { ArrayName(.weightGradient, $0) }
    for name in names where has(name) {
      guard let array = try? array(name) else { continue }
      let count = array.values.count { !$0.isFinite }
      if count > 0 { return (name.description, count) }
    }
    return nil
  }
}

extension Activation {
  /// Whether f′ goes to 0 on both sides, as for sigmoid and tanh.
  var levelsOff: Bool {
    guard isElementwise else { return false }
    let ends = Matrix([[-50, 50]])
    return derivative(z: ends, a: self(ends)).values.allSatisfy { $0 < Threshold.flatDerivative }
  }
}

extension Matrix {
  /// The root of the mean square of all entries: `Matrix([[3, -3]]).rms  // 3`.
  var rms: Double { count == 0 ? 0 : (sumOfSquares / Double(count)).squareRoot() }

  /// The mean over rows of ½ Σ |x - mean x|, 0 when all rows are the same.
  var spreadOfRows: Double {
    let mean = columnMeans
    let total = (0..<rows).reduce(0.0) { total, i in
      total + zip(row(i), mean).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    return total / Double(rows)
  }

  /// `Matrix([[1, 2], [3, 4]]).columnMeans  // [2, 3]`
  var columnMeans: [Double] {
    var means: [Double] = []
    means.setColumnMeans(of: self)
    return means
  }

  /// How often the mean of a row's class, over the *other* rows of the class, is the nearest class
  /// mean: the simplest classifier there is, judged on rows it has not seen.
  ///
  /// - Parameter labels: a class for each row, from 0 to below `classes`.
  func nearestMeanAccuracy(labels: [Int], classes: Int) -> Double {
    var sums = Matrix(rows: classes, columns: columns)
    var counts = Array(repeating: 0.0, count: classes)
    sums.withMutableValues { sums in
      for (row, label) in labels.enumerated() {
        counts[label] += 1
        for (j, x) in self.row(row).enumerated() { sums[label * columns + j] += x }
      }
    }
    var hits = 0
    for (row, label) in labels.enumerated() {
      var (best, bestDistance) = (-1, Double.infinity)
      for c in 0..<classes {
        let own = c == label ? 1.0 : 0
        let others = counts[c] - own
        guard others > 0 else { continue }
        var distance = 0.0
        for (x, sum) in zip(self.row(row), sums.row(c)) {
          let difference = x - (sum - own * x) / others
          distance += difference * difference
        }
        if distance < bestDistance { (best, bestDistance) = (c, distance) }
      }
      if best == label { hits += 1 }
    }
    return Double(hits) / Double(labels.count)
  }
}
