// X shuffled and Y not cannot be searched: there are N! orders. With delta at hand, each row of it
// is compared with the rows that each sample's target would have given.

extension Trace {
  /// `target-rows-shuffled` with the order of targets that gives a delta_L, or comes next to it;
  /// none when no order does.
  func shuffled(matching given: Matrix, _ objective: Objective) -> [DeltaHypothesis] {
    Mistake.all.filter { mistake in
      if case .targetOrder = mistake.open {
        return mistake.applies(to: objective.setting(layers))
      }
      return false
    }
    .compactMap { mistake in
      var mistake = mistake
      guard given.isFinite,
        let order = targetOrder(of: given, with: &mistake, objective)
      else { return nil }
      mistake.constants.order = order
      guard let delta = outputDelta(with: mistake, objective), delta.isFinite else { return nil }
      return DeltaHypothesis(delta: delta, own: [mistake], cost: 1)
    }
  }

  private func targetOrder(
    of given: Matrix, with mistake: inout Mistake, _ objective: Objective
  ) -> [Int]? {
    // Samples with the same target are one.
    var places: [[Double]: [Int]] = [:]
    for sample in 0..<batch.count { places[Array(batch.y.row(sample)), default: []].append(sample) }
    let classes = places.values.sorted { $0[0] < $1[0] }
    let candidates = classes.compactMap { samples in
      mistake.constants.order = Array(repeating: samples[0], count: batch.count)
      return outputDelta(with: mistake, objective)
    }
    guard candidates.count == classes.count else { return nil }
    var left = classes
    var order: [Int] = []
    for sample in 0..<batch.count {
      let distances = candidates.map { candidate in
        zip(candidate.row(sample), given.row(sample)).reduce(0) {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }!
      // Each target is there as often as before.
      guard let source = left[nearest].popLast() else { return nil }
      order.append(source)
    }
    return order
  }

  /// delta_L from the data's part of dW_l, where the layer has at least as many inputs as the batch
  /// has samples: a_prevᵀ delta_l / N = data gives delta_l. What sent it back, delta_l = (delta_l+1
  /// W_l+1ᵀ) ⊙ f′(z_l), gives delta_l+1, where layer l has at least as many units as l+1. Enough
  /// digits are left to tell one class from another. nil elsewhere.
  ///
  /// - Parameter data: (inputs of the layer, outputs).
  func outputDelta(solving data: Matrix, ofLayer layer: Int) -> Matrix? {
    guard data.isFinite else { return nil }
    var delta = input(of: layer - 1).leastSquares(data)?.mapping { $0 * Double(batch.count) }
    for l in layer..<depth {
      guard let known = delta else { return nil }
      let f = layers[l - 1].activation
      let product = known.mapping(f.derivative(z: z[l - 1], a: a[l - 1]), /)
      guard product.isFinite else { return nil }
      // W deltaᵀ = productᵀ.
      delta = Matrix(layers[l].weights.transposed).leastSquares(Matrix(product.transposed))
        .map { Matrix($0.transposed) }
    }
    return delta
  }
}

extension Matrix {
  /// x with selfᵀ x = right, by x = (self selfᵀ)⁻¹ self right; nil where self has more rows than
  /// columns, so that x is not determined.
  fileprivate func leastSquares(_ right: Matrix) -> Matrix? {
    guard columns >= rows, isFinite else { return nil }
    var gram = Matrix(self * transposed)
    let ridge = 1e-14 * (0..<rows).reduce(0) { $0 + gram[$1, $1] }
    for i in 0..<rows { gram[i, i] += ridge }
    return gram.cholesky?.solve(Matrix(self * right))
  }

  /// L with L Lᵀ = self, of a symmetric matrix; nil when it is not positive definite.
  fileprivate var cholesky: Matrix? {
    var root = Matrix(rows: rows, columns: rows)
    for i in 0..<rows {
      for j in 0...i {
        var sum = self[i, j]
        for k in 0..<j { sum -= root[i, k] * root[j, k] }
        if i == j {
          guard sum > 0 else { return nil }
          root[i, i] = sum.squareRoot()
        } else {
          root[i, j] = sum / root[j, j]
        }
      }
    }
    return root
  }

  /// x with self selfᵀ x = right, self being lower triangular.
  fileprivate func solve(_ right: Matrix) -> Matrix {
    var x = right
    for column in 0..<right.columns {
      for i in 0..<rows {
        for k in 0..<i { x[i, column] -= self[i, k] * x[k, column] }
        x[i, column] /= self[i, i]
      }
      for i in (0..<rows).reversed() {
        for k in i + 1..<max(rows, i + 1) { x[i, column] -= self[k, i] * x[k, column] }
        x[i, column] /= self[i, i]
      }
    }
    return x
  }
}
