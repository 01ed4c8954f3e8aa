// Mistakes between deltas and gradients. Right is dW = a_prevᵀ delta / N + λW and db = the mean of
// delta over the batch. Scales and wrong sums act on the data's part and leave λW alone; clips and
// accumulation act on what comes of both.

extension Mistake {
  static let gradients: [Mistake] = [
    sumNotMean, factorTwo, factorHalf, signFlipped, dividedByClasses, twiceDividedByClasses,
    dividedTwice, dividedAtEachLayer, arrayScaled, inputIsPreactivation, activationAppliedTwice,
    firstSampleOnly, lastSampleOnly, lastSampleOverBatch, outerProductOfMeans,
    gradientTransposed, gradientReshaped, gradientAccumulated, gradientClipped,
    gradientNormClipped,
  ]
}

// MARK: - Scales

extension Mistake {
  static let sumNotMean = scaled(
    "sum-not-mean",
    effect: """
      As if the rate were N times as large, and l2 an Nth beside it: with batches of 100 it \
      saturates or diverges, 43 % test error with softmax (right: 9.5 %), 90 % with sigmoid \
      outputs.
      """,
    text: { right, setting, l in
      GradientText(
        weights: "a\(l - 1)^T delta\(l)", penalty: right.penalty,
        biases: "sum of delta\(l) over the batch")
    },
    { point in Double(point.count) })

  static let factorTwo = scaled(
    "factor-two",
    effect: """
      As if the rate were twice as large and l2 half: 8.9 % test error with softmax (right: 9.5 \
      %). Only a check shows it.
      """,
    "2", { _ in 2 })

  static let factorHalf = scaled(
    "factor-half",
    effect: """
      As if the rate were half as large and l2 twice: 10.2 % test error with softmax (right: 9.5 \
      %), and slower, 18.0 % with squared error (right: 12.5 %).
      """,
    "1/2", { _ in 0.5 })

  static let signFlipped = scaled(
    "sign-flipped",
    effect: "Climbs where it should descend: the loss grows without end.",
    "-1", { _ in -1 })

  static let dividedByClasses = scaled(
    "divided-by-classes",
    at: Site("at least two classes") { setting, _ in setting.classes > 1 },
    effect: """
      As if the rate were a tenth with ten classes, and l2 ten times as large: 14.3 % test error \
      with softmax (right: 9.5 %), 62.4 % with squared error (right: 12.5 %).
      """,
    text: { right, setting, l in right.times("1/\(setting.classes)") },
    { point in 1 / Double(point.y.columns) })

  /// The mean of (h - Y)² over all N · classes outputs, instead of the mean over samples of half its
  /// sum.
  static let twiceDividedByClasses = scaled(
    "twice-divided-by-classes",
    at: Site("another number of classes than two") { setting, _ in setting.classes != 2 },
    effect: """
      As if the rate were a fifth with ten classes, and l2 five times as large: 12.0 % test \
      error with softmax (right: 9.5 %), 39.4 % with squared error (right: 12.5 %).
      """,
    text: { right, setting, l in right.times("2/\(setting.classes)") },
    { point in 2 / Double(point.y.columns) })

  static let dividedTwice = scaled(
    "divided-twice",
    effect: """
      As if the rate were an Nth and l2 N times as large: with batches of 100 half of the test \
      digits are wrong after twenty epochs with softmax (right: 9.5 %).
      """,
    text: { right, setting, _ in right.times("1/\(setting.count)") },
    { point in 1 / Double(point.count) })

  /// The output layer is right.
  static let dividedAtEachLayer = scaled(
    "divided-at-each-layer",
    at: Site("a hidden layer") { setting, l in l < setting.depth },
    effect: """
      The further from the output, the slower a layer learns, by an Nth each: 15.0 % test error \
      with softmax (right: 9.5 %), 72.1 % with squared error (right: 12.5 %).
      """,
    text: { right, setting, l in
      let power = setting.depth - l
      return right.times("1/\(setting.count)" + (power > 1 ? "^\(power)" : ""))
    },
    { point in
      (point.layer..<point.depth).reduce(1) { factor, _ in factor / Double(point.count) }
    })

  /// Only dW or db of one layer; `constants` say which and by how much.
  static let arrayScaled = Mistake(
    "array-scaled", .gradient,
    at: Site("the layer of the array") { _, l, constants in constants.array.layer == l },
    Rules(
      scale: Rules.Scale(
        factor: { point, isBias in
          let (array, factor) = (point.constants.array, point.constants.factor)
          return isBias == (array.kind == .biasGradient) ? factor : 1
        },
        text: { right, setting, _ in
          let (array, factor) = (setting.constants.array, rounded(setting.constants.factor))
          let isBias = array.kind == .biasGradient
          return GradientText(
            weights: isBias ? right.weights : "\(factor) * \(right.weights)",
            penalty: right.penalty,
            biases: isBias ? "\(factor) * (\(right.biases))" : right.biases)
        })),
    open: .ratio,
    effect: """
      One array has a rate of its own. With dW1 three times as large it does not show in \
      training, 9.1 % test error with softmax (right: 9.5 %). Only a check shows it.
      """)
}

/// A factor as a formula shows it, in five digits: `3`, `1.0101`.
private func rounded(_ x: Double) -> String {
  guard x.isFinite, x != 0 else { return "\(x)" }
  var scale = 1.0
  while abs(x) * scale < 10_000 { scale *= 10 }
  let value = (x * scale).rounded() / scale
  return value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
}

// MARK: - How they are declared

extension Mistake {
  /// A factor on the data's part of dW and db.
  private static func scaled(
    _ name: String, at site: Site = .anywhere, effect: String,
    text: @escaping @Sendable (GradientText, Setting, Int) -> GradientText,
    _ factor: @escaping @Sendable (_ point: Point) -> Double
  ) -> Mistake {
    Mistake(
      name, .gradient, at: site,
      Rules(scale: Rules.Scale(factor: { point, _ in factor(point) }, text: text)), effect: effect)
  }

  private static func scaled(
    _ name: String, effect: String, _ number: String,
    _ factor: @escaping @Sendable (_ point: Point) -> Double
  ) -> Mistake {
    scaled(name, effect: effect, text: { right, _, _ in right.times(number) }, factor)
  }
}

extension GradientText {
  /// The data's parts times a number.
  fileprivate func times(_ number: String) -> GradientText {
    GradientText(
      weights: "\(number) * \(weights)", penalty: penalty, biases: "\(number) * \(biases)")
  }
}
