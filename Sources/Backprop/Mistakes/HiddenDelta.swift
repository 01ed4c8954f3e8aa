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
    effect: """
      Saturated units go on moving at full size, and weights and loss grow: 13.3 % test error \
      with softmax (right: 9.5 %), 20.9 % with squared error (right: 12.5 %). At a small rate it \
      is easily overlooked.
      """,
    { _, _ in "" }, { $0.delta })

  static let hiddenDerivativeAtActivation = slope(
    "hidden-derivative-at-activation", at: curvedLayer,
    effect: """
      f'(a) is between 0.20 and 0.25 whatever z is, so saturated sigmoids go on moving: 17.2 % \
      test error with softmax (right: 9.5 %).
      """,
    { _, l in " * f'(a\(l))" },
    { point in
      let f = point.activation
      return f.slope(point.delta, z: point.a, a: f(point.a))
    })

  static let hiddenDerivativeRaw = slope(
    "hidden-derivative-raw", at: curvedLayer,
    effect: """
      z (1 - z), or 1 - z² for tanh, has no bound and is mostly negative: the loss is NaN within \
      five epochs.
      """,
    { setting, l in
      setting.activation(l) == .tanh ? " * (1 - z\(l)^2)" : " * z\(l) * (1 - z\(l))"
    },
    { point in point.activation.slope(point.delta, z: point.z, a: point.z) })

  static let hiddenActivationOnly = slope(
    "hidden-activation-only", at: hidden("of sigmoid units") { $0 == .sigmoid },
    effect: """
      Units near 1 are pushed hardest, though they are saturated: 25.3 % test error with softmax \
      (right: 9.5 %).
      """,
    { _, l in " * a\(l)" }, { point in point.delta.times(point.a) })

  static let hiddenOneMinusActivation = slope(
    "hidden-one-minus-activation", at: hidden("of sigmoid units") { $0 == .sigmoid },
    effect: """
      Units near 0 are pushed hardest, though they are saturated: 35.0 % test error with softmax \
      (right: 9.5 %).
      """,
    { _, l in " * (1 - a\(l))" },
    { point in point.delta.mapping(point.a) { delta, a in delta * (1 - a) } })

  static let hiddenDerivativeOfTanh = slope(
    "hidden-derivative-of-tanh", at: hidden("other than tanh") { $0 != .tanh },
    effect: """
      On sigmoid units it is (1 + a) / a times the right one, at least twice and a hundred times \
      for a unit near 0: 32.9 % test error with softmax (right: 9.5 %).
      """,
    { _, l in " * (1 - a\(l)^2)" },
    { point in Activation.tanh.slope(point.delta, z: point.z, a: point.a) })

  static let hiddenDerivativeOfRelu = slope(
    "hidden-derivative-of-relu", at: hidden("other than relu") { $0 != .relu },
    effect: """
      On sigmoid units it is 1 where a is above a half and 0 below, so saturated units move and \
      others stand still: 26.5 % test error with softmax (right: 9.5 %).
      """,
    { _, l in " * (z\(l) > 0)" },
    { point in Activation.relu.slope(point.delta, z: point.z, a: point.a) })

  static let hiddenDerivativeTwice = slope(
    "hidden-derivative-twice",
    at: hidden("whose derivative is not just 0 or 1", \.hasSlope),
    effect: """
      Of sigmoid units at most a quarter of each delta is left, so lower layers learn more \
      slowly: 10.7 % test error with softmax (right: 9.5 %), 19.9 % with squared error (right: \
      12.5 %).
      """,
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
    effect: """
      Each unit is slowed by another one's saturation, and not by its own: 33.7 % test error \
      with 784-30-30-10 and softmax (right: 10.2 %), and the loss grows.
      """,
    { _, l in " * f'(z\(l - 1))" }, { $0.slope(ofLayer: $0.layer - 1) })

  static let hiddenDerivativeOfNextLayer = slope(
    "hidden-derivative-of-next-layer",
    at: Site("a hidden layer as wide as the one after it") { setting, l in
      setting.hasNeighbourSlope(l, l + 1)
    },
    effect: """
      Each unit is slowed by another one's saturation, and not by its own: 18.7 % test error \
      with 784-30-30-10 and softmax (right: 10.2 %), and the loss grows.
      """,
    { _, l in " * f'(z\(l + 1))" }, { $0.slope(ofLayer: $0.layer + 1) })
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
  var ownSlope: Activation { isElementwise ? self : .sigmoid }
}

extension Point {
  fileprivate func slope(ofLayer other: Int) -> Matrix {
    let (z, a) = (trace.z[other - 1], trace.a[other - 1])
    return trace.layers[other - 1].activation.ownSlope.slope(delta, z: z, a: a)
  }
}
