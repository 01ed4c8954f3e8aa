// Mistakes in delta_l of a hidden layer that send back another delta or read other weights.

// MARK: - What goes back

extension Mistake {
  static let hiddenDeltaFromError = Mistake(
    "hidden-delta-from-error", .hiddenDelta,
    at: Site("squared-error, a hidden layer, and an output other than identity") { setting, l in
      l == setting.depth - 1 && !setting.loss.cancelsDerivative && setting.output != .identity
    },
    Rules(
      sentBack: Rule({ setting, _ in setting.loss.errorFactor }, { $0.error($0.y) })),
    effect: """
      Saturated outputs send back more than they should. It does no harm here, 11.7 % test error \
      (right: 12.5 %), but the lower layers do not follow the gradient of the cost.
      """)

  /// Of a softmax only its Jacobian's diagonal.
  static let hiddenDeltaDerivativeExtra = Mistake(
    "hidden-delta-derivative-extra", .hiddenDelta,
    at: Site("a hidden layer and an output whose derivative is not just 0 or 1") { setting, l in
      l == setting.depth - 1 && setting.output.hasSlope
    },
    Rules(
      sentBack: Rule(
        { setting, l in
          setting.output.isElementwise && setting.output != .sigmoid
            ? "(delta\(l) * f'(z\(l)))" : "(delta\(l) * h * (1 - h))"
        },
        { point in point.activation.ownSlope.slope(point.delta, z: point.z, a: point.a) })),
    effect: """
      Saturated outputs send back too little, of a sigmoid or softmax a quarter at most: 11.1 % \
      test error with softmax (right: 9.5 %), 25.8 % with squared error (right: 12.5 %).
      """)

  static let hiddenDeltaAveraged = Mistake(
    "hidden-delta-averaged", .hiddenDelta, at: .hiddenLayer,
    Rules(
      product: Rule(
        { _, l in "mean over the batch of delta\(l + 1) W\(l + 1)^T" },
        { point in
          let product = point.rightProduct
          let mean = product.batchMeans
          return Matrix(
            rows: product.rows, columns: product.columns,
            values: (0..<product.rows).flatMap { _ in mean })
        })),
    effect: """
      All samples send back the same, so that the hidden layers do not learn which of them was \
      wrong: 40.7 % test error with softmax (right: 9.5 %).
      """)

  static let hiddenGradientLost = Mistake(
    "hidden-gradient-lost", .hiddenDelta, at: .hiddenLayer,
    Rules(
      product: Rule({ _, _ in "0" }, { $0.rightProduct }),
      slope: Rule(
        { _, _ in "" },
        { point in Matrix(rows: point.delta.rows, columns: point.delta.columns) })),
    effect: """
      The hidden layers do not learn and only shrink by weight decay: 48.6 % test error with \
      softmax (right: 9.5 %).
      """)
}

// MARK: - The weights on the way back

extension Mistake {
  static let weightsAlreadyUpdated = Mistake(
    "weights-already-updated", .hiddenDelta, at: .hiddenLayer,
    Rules(
      product: Rule(
        { _, l in "delta\(l + 1) (W\(l + 1) - rate dW\(l + 1))^T" },
        { point in
          let (rate, objective) = (point.constants.rate, point.objective)
          let gradient =
            point.nextGradient
            ?? Matrix(
              point.a.transposed * point.delta / point.count + objective.l2 * point.nextWeights)
          let updated = point.nextWeights.mapping(gradient) { w, g in w - rate * g }
          return Matrix(point.delta * updated.transposed)
        })),
    open: .linear { rate, constants in constants.rate = rate },
    effect: """
      Wrong by one step of the weights, and by less the smaller the rate: 9.6 % test error with \
      softmax (right: 9.5 %). Only a check shows it.
      """,
    numpy: { setting, l in "\(setting.numpy(deltaOf: l)); W\(l + 1) -= rate * dW\(l + 1)" })

  static let weightsNotTransposed = Mistake(
    "weights-not-transposed", .hiddenDelta,
    at: Site("a hidden layer as wide as the one after it") { setting, l in
      setting.sizes[l] == setting.sizes[l + 1] && setting.sizes[l] > 1
    },
    Rules(
      product: Rule(
        { _, l in "delta\(l + 1) W\(l + 1)" },
        { point in Matrix(point.delta * point.nextWeights) })),
    effect: """
      The error goes back along other connections than it came; the network learns to live with \
      it, as with random feedback: 10.8 % test error with 784-30-30-10 and softmax (right: 10.2 \
      %), 68.4 % with squared error (right: 44.0 %).
      """)

  static let weightsAbsolute = Mistake(
    "weights-absolute", .hiddenDelta, at: .hiddenLayer,
    Rules(
      product: Rule(
        { _, l in "delta\(l + 1) abs(W\(l + 1))^T" },
        { point in Matrix(point.delta * point.nextWeights.mapping(\.magnitude).transposed) })),
    effect: """
      A unit that speaks against a class is told that it speaks for it: 77 to 87 % test error \
      with sigmoid outputs, yet only 10.9 % with softmax (right: 9.5 %).
      """)
}

extension Point {
  /// delta_l+1 W_l+1ᵀ.
  fileprivate var rightProduct: Matrix { Matrix(delta * nextWeights.transposed) }
}
