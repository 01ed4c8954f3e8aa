/// What a mistake changes of the backward pass: one of these, rarely two. Each rule gives one array
/// from arrays that may be anybody's, so that a diagnosis can go through them array by array; what a
/// mistake has no rule for is right.
///
///     delta_L = outputDelta
///     delta_l = (sentBack W_l+1ᵀ) ⊙ f′(z_l)     sentBack, product and slope in turn
///     dW_l    = weights · scale + penalty
///     db_l    = biases · scale + biasPenalty
///     all of them through array and, when the last is there, whole
struct Rules: Sendable {
  /// delta_L, (N, classes).
  var outputDelta: Rule<Matrix>?

  /// What goes back through W_L in place of delta_L, (N, classes); dW_L has delta_L.
  var sentBack: Rule<Matrix>?
  /// In place of delta_l+1 W_l+1ᵀ, from delta_l+1: (N, outputs of layer l).
  var product: Rule<Matrix>?
  /// In place of ⊙ f′(z_l): from the product to delta_l, both (N, outputs).
  var slope: Rule<Matrix>?

  /// The data's part of dW, in place of a_prevᵀ delta / N.
  var weights: Rule<Matrix>?
  /// Whether a row of that comes from other rows of the layer's input than its own.
  var reordersWeights = false
  /// The data's part of db, in place of the column means of delta.
  var biases: Rule<[Double]>?
  /// A factor on the right data's part.
  var scale: Scale?
  /// In place of λW.
  var penalty: Rule<Matrix>?
  /// What is added to db, nothing when right.
  var biasPenalty: Rule<[Double]>?

  /// What happens to the gradient of one layer.
  var array: Rule<Gradient>?
  /// What happens to the gradient of all layers, once the last one is there.
  var whole: Rule<[Gradient]>?

  /// A factor on the data's part of dW and db.
  struct Scale: Sendable {
    /// For dW (`isBias` false) or db.
    let factor: @Sendable (_ point: Point, _ isBias: Bool) -> Double
    /// The right-hand sides of dW and db, from the right ones.
    let text: @Sendable (_ right: GradientText, _ setting: Setting, _ layer: Int) -> GradientText
  }
}

/// How one array is computed, and how that reads: `(delta2 W2^T) * f'(z1)`.
struct Rule<Result>: Sendable {
  /// The part of the formula that takes the place of the right one.
  let text: @Sendable (_ setting: Setting, _ layer: Int) -> String
  let compute: @Sendable (_ point: Point) -> Result

  init(
    _ text: @escaping @Sendable (_ setting: Setting, _ layer: Int) -> String,
    _ compute: @escaping @Sendable (_ point: Point) -> Result
  ) {
    self.text = text
    self.compute = compute
  }
}

/// One layer of a pass on its way back: what a rule may read.
struct Point {
  let trace: Trace
  /// From 1.
  let layer: Int
  let objective: Objective
  let constants: Mistake.Constants
  /// What has come from behind: for a hidden delta first delta_l+1, then the product; for a gradient
  /// delta_l.
  var delta: Matrix
  /// For what happens to gradients that are there: this layer's own, all layers', and those of the
  /// minibatch before, if they are known.
  var gradients: [Gradient] = []
  var previous: [Gradient]?
  /// dW_l+1 of a hidden layer, where another one than the right one may have moved W_l+1.
  var nextGradient: Matrix?

  init(
    _ trace: Trace, layer: Int, _ objective: Objective, _ constants: Mistake.Constants,
    delta: Matrix
  ) {
    self.trace = trace
    self.layer = layer
    self.objective = objective
    self.constants = constants
    self.delta = delta
  }

  /// N.
  var count: Int { trace.batch.count }
  var depth: Int { trace.depth }
  var parameters: Layer { trace.layers[layer - 1] }
  var activation: Activation { parameters.activation }
  var z: Matrix { trace.z[layer - 1] }
  var a: Matrix { trace.a[layer - 1] }
  var y: Matrix { trace.batch.y }
  /// a_prev, X for the first layer: (N, inputs).
  var input: Matrix { trace.input(of: layer - 1) }
  /// W_l+1 of a hidden layer.
  var nextWeights: Matrix { trace.layers[layer].weights }
  var gradient: Gradient { gradients[layer - 1] }
}

// MARK: - Entry by entry

extension Matrix {
  /// Every entry through `body`.
  func mapping(_ body: (Double) -> Double) -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    result.setEntries(of: self, body)
    return result
  }

  /// Entries of two matrices of one shape, through `body`.
  func mapping(_ other: Matrix, _ body: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "the shapes differ")
    var result = self
    result.withMutableValues { result in
      other.values.withUnsafeBufferPointer { other in
        for i in result.indices { result[i] = body(result[i], other[i]) }
      }
    }
    return result
  }

  /// self ⊙ other.
  func times(_ other: Matrix) -> Matrix { mapping(other) { $0 * $1 } }

  /// Means of the columns, rows added in order: (columns).
  var batchMeans: [Double] {
    var means: [Double] = []
    means.setColumnMeans(of: self)
    return means
  }
}
