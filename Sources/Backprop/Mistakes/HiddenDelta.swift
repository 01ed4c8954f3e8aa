// Mistakes in delta_l of a hidden layer. Right is (delta_l+1 W_l+1ᵀ) ⊙ f′(z_l): another derivative,
// another delta sent back, other weights.

extension Mistake {
  static let hiddenDeltas: [Mistake] = [
    hiddenDerivativeMissing, hiddenDerivativeAtActivation, hiddenDerivativeRaw,
    hiddenActivationOnly, hiddenOneMinusActivation, hiddenDerivativeOfTanh,
    hiddenDerivativeOfRelu, hiddenDerivativeTwice, hiddenDerivativeOfPreviousLayer,
    hiddenDerivativeOfNextLayer, hiddenDeltaFromError, hiddenDeltaDerivativeExtra,
    hiddenDeltaAveraged, hiddenGradientLost, weightsAlreadyUpdated, weightsNotTransposed,
    weightsAbsolute,
  ]
}

// MARK: - The derivative

extension Mistake {
  static let hiddenDerivativeMissing = slope(
    "hidden-derivative-missing", at: hidden("other than identity") { $0 != .identity },
    effect: "EFFECT",
    { _, _ in "" }, { $0.delta })

  static let hiddenDerivativeAtActivation = slope(
    "hidden-derivative-at-activation", at: curvedLayer,
    effect: "EFFECT",
    { _, l in " * f'(a\(l))" },
    { point in
      let f = point.activation
      return f.slope(point.delta, z: point.a, a: f(point.a))
    })

  static let hiddenDerivativeRaw = slope(
    "hidden-derivative-raw", at: curvedLayer,
    effect: "EFFECT",
    { setting, l in
      setting.activation(l) == .tanh ? " * (1 - z\(l)^2)" : " * z\(l) * (1 - z\(l))"
    },
    { point in point.activation.slope(point.delta, z: point.z, a: point.z) })

  static let hiddenActivationOnly = slope(
    "hidden-activation-only", at: hidden("of sigmoid units") { $0 == .sigmoid },
    effect: "EFFECT",
    { _, l in " * a\(l)" }, { point in point.delta.times(point.a) })

  static let hiddenOneMinusActivation = slope(
    "hidden-one-minus-activation", at: hidden("of sigmoid units") { $0 == .sigmoid },
    effect: "EFFECT",
    { _, l in " * (1 - a\(l))" },
    { point in point.delta.mapping(point.a) { delta, a in delta * (1 - a) } })

  static let hiddenDerivativeOfTanh = slope(
    "hidden-derivative-of-tanh", at: hidden("other than tanh") { $0 != .tanh },
    effect: "EFFECT",
    { _, l in " * (1 - a\(l)^2)" },
    { point in Activation.tanh.slope(point.delta, z: point.z, a: point.a) })

  static let hiddenDerivativeOfRelu = slope(
    "hidden-derivative-of-relu", at: hidden("other than relu") { $0 != .relu },
    effect: "EFFECT",
    { _, l in " * (z\(l) > 0)" },
    { point in Activation.relu.slope(point.delta, z: point.z, a: point.a) })

  static let hiddenDerivativeTwice = slope(
    "hidden-derivative-twice",
    at: hidden("whose derivative is not just 0 or 1", \.hasSlope),
    effect: "EFFECT",
    { _, l in " * f'(z\(l))^2" },
    { point in
      let (f, z, a) = (point.activation, point.z, point.a)
      return f.slope(f.slope(point.delta, z: z, a: a), z: z, a: a)
    })

  static let hiddenDerivativeOfPreviousLayer = slope(
    "hidden-derivative-of-previous-layer",
    at: Site("two hidden layers of the same width, one after the other") { setting, l in
      l > 1 && setting.hasNeighbourSlope(l, l - 1)
    },
    effect: "EFFECT",
    { _, l in " * f'(z\(l - 1))" }, { $0.slope(ofLayer: $0.layer - 1) })

  static let hiddenDerivativeOfNextLayer = slope(
    "hidden-derivative-of-next-layer",
    at: Site("a hidden layer as wide as the one after it") { setting, l in
      setting.hasNeighbourSlope(l, l + 1)
    },
    effect: "EFFECT",
    { _, l in " * f'(z\(l + 1))" }, { $0.slope(ofLayer: $0.layer + 1) })
}

// MARK: - What goes back

extension Mistake {
  static let hiddenDeltaFromError = Mistake(
    "hidden-delta-from-error", .hiddenDelta,
    at: Site("squared-error, a hidden layer, and an output other than identity") { setting, l in
      l == setting.depth - 1 && setting.loss == .squaredError && setting.output != .identity
    },
    Rules(sentBack: Rule({ _, _ in "(h - Y)" }, { point in point.a.minus(point.y) })),
    effect: "EFFECT")

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
    effect: "EFFECT")

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
    effect: "EFFECT")

  static let hiddenGradientLost = Mistake(
    "hidden-gradient-lost", .hiddenDelta, at: .hiddenLayer,
    Rules(
      product: Rule({ _, _ in "0" }, { $0.rightProduct }),
      slope: Rule(
        { _, _ in "" },
        { point in Matrix(rows: point.delta.rows, columns: point.delta.columns) })),
    effect: "EFFECT")
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
          let gradient = Matrix(
            point.a.transposed * point.delta / point.count + objective.l2 * point.nextWeights)
          let updated = point.nextWeights.mapping(gradient) { w, g in w - rate * g }
          return Matrix(point.delta * updated.transposed)
        })),
    effect: "EFFECT",
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
    effect: "EFFECT")

  static let weightsAbsolute = Mistake(
    "weights-absolute", .hiddenDelta, at: .hiddenLayer,
    Rules(
      product: Rule(
        { _, l in "delta\(l + 1) abs(W\(l + 1))^T" },
        { point in Matrix(point.delta * point.nextWeights.mapping(\.magnitude).transposed) })),
    effect: "EFFECT")
}

// MARK: - How they are declared

extension Mistake {
  private static let curvedLayer = hidden("of sigmoid or tanh units", \.isCurved)

  private static func hidden(
    _ units: String, _ fits: @escaping @Sendable (Activation) -> Bool
  ) -> Site {
    Site("a hidden layer \(units)") { setting, l in fits(setting.activation(l)) }
  }

  /// In place of ⊙ f′(z_l); the point's delta is the product.
  private static func slope(
    _ name: String, at site: Site, effect: String,
    _ text: @escaping @Sendable (_ setting: Setting, _ layer: Int) -> String,
    _ compute: @escaping @Sendable (_ point: Point) -> Matrix
  ) -> Mistake {
    Mistake(name, .hiddenDelta, at: site, Rules(slope: Rule(text, compute)), effect: effect)
  }
}

extension Setting {
  /// Whether the derivative of another layer fits in and is another one.
  fileprivate func hasNeighbourSlope(_ layer: Int, _ other: Int) -> Bool {
    sizes[layer] == sizes[other]
      && !(activation(layer) == .identity && activation(other) == .identity)
  }
}

extension Activation {
  /// The one whose derivative is a number a unit; of a softmax that is h (1 - h).
  fileprivate var ownSlope: Activation { isElementwise ? self : .sigmoid }
}

extension Point {
  /// delta_l+1 W_l+1ᵀ.
  fileprivate var rightProduct: Matrix { Matrix(delta * nextWeights.transposed) }

  fileprivate func slope(ofLayer other: Int) -> Matrix {
    let (z, a) = (trace.z[other - 1], trace.a[other - 1])
    return trace.layers[other - 1].activation.ownSlope.slope(delta, z: z, a: a)
  }
}
