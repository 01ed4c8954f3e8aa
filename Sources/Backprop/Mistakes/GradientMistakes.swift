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
    effect: "EFFECT",
    text: { right, setting, l in
      GradientText(
        weights: "a\(l - 1)^T delta\(l)", penalty: right.penalty,
        biases: "sum of delta\(l) over the batch")
    },
    { point in Double(point.count) })

  static let factorTwo = scaled(
    "factor-two",
    effect: "EFFECT",
    "2", { _ in 2 })

  static let factorHalf = scaled(
    "factor-half",
    effect: "EFFECT",
    "1/2", { _ in 0.5 })

  static let signFlipped = scaled(
    "sign-flipped",
    effect: "EFFECT",
    "-1", { _ in -1 })

  static let dividedByClasses = scaled(
    "divided-by-classes",
    at: Site("at least two classes") { setting, _ in setting.classes > 1 },
    effect: "EFFECT",
    text: { right, setting, l in right.times("1/\(setting.classes)") },
    { point in 1 / Double(point.y.columns) })

  /// The mean of (h - Y)² over all N · classes outputs, instead of the mean over samples of half its
  /// sum.
  static let twiceDividedByClasses = scaled(
    "twice-divided-by-classes",
    at: Site("another number of classes than two") { setting, _ in setting.classes != 2 },
    effect: "EFFECT",
    text: { right, setting, l in right.times("2/\(setting.classes)") },
    { point in 2 / Double(point.y.columns) })

  static let dividedTwice = scaled(
    "divided-twice",
    effect: "EFFECT",
    text: { right, setting, _ in right.times("1/\(setting.count)") },
    { point in 1 / Double(point.count) })

  /// The output layer is right.
  static let dividedAtEachLayer = scaled(
    "divided-at-each-layer",
    at: Site("a hidden layer") { setting, l in l < setting.depth },
    effect: "EFFECT",
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
        text: { right, _, _ in
          GradientText(
            weights: "\(Int(Constants().factor)) * \(right.weights)", penalty: right.penalty,
            biases: right.biases)
        })),
    effect: "EFFECT")
}

// MARK: - Sums over the samples

extension Mistake {
  static let inputIsPreactivation = Mistake(
    "input-is-preactivation", .gradient,
    at: Site("a hidden layer other than identity") { setting, l in
      l > 1 && setting.activation(l - 1) != .identity
    },
    Rules(
      weights: Rule(
        { setting, l in "z\(l - 1)^T delta\(l) / \(setting.count)" },
        { point in
          Matrix(point.trace.z[point.layer - 2].transposed * point.delta / point.count)
        })),
    effect: "EFFECT")

  static let activationAppliedTwice = Mistake(
    "activation-applied-twice", .gradient,
    at: Site("a hidden layer other than identity and relu") { setting, l in
      l > 1 && setting.activation(l - 1).hasSlope
    },
    Rules(
      weights: Rule(
        { setting, l in "f(a\(l - 1))^T delta\(l) / \(setting.count)" },
        { point in
          let f = point.trace.layers[point.layer - 2].activation
          return Matrix(f(point.input).transposed * point.delta / point.count)
        })),
    effect: "EFFECT")

  /// What is left of a loop over samples with `=` in place of `+=`.
  static let firstSampleOnly = oneSample(
    "first-sample-only", index: "0", divides: false,
    effect: "EFFECT",
    { _ in 0 })

  static let lastSampleOnly = oneSample(
    "last-sample-only", index: "-1", divides: false,
    effect: "EFFECT",
    { $0.count - 1 })

  static let lastSampleOverBatch = oneSample(
    "last-sample-over-batch", index: "-1", divides: true,
    effect: "EFFECT",
    { $0.count - 1 })

  static let outerProductOfMeans = Mistake(
    "outer-product-of-means", .gradient, at: .anywhere,
    Rules(
      weights: Rule(
        { _, l in "mean(a\(l - 1))^T mean(delta\(l))" },
        { point in
          let (input, delta) = (point.input.batchMeans, point.delta.batchMeans)
          return Matrix(asRow(input).transposed * asRow(delta))
        })),
    effect: "EFFECT")
}

// MARK: - The same numbers in another order

extension Mistake {
  static let gradientTransposed = Mistake(
    "gradient-transposed", .gradient,
    at: Site("a layer as wide as the one before it") { setting, l in
      setting.sizes[l] == setting.sizes[l - 1] && setting.sizes[l] > 1
    },
    Rules(
      weights: Rule(
        { setting, l in "delta\(l)^T a\(l - 1) / \(setting.count)" },
        { point in Matrix(point.delta.transposed * point.input / point.count) })),
    effect: "EFFECT")

  /// (outputs, inputs) made to fit by reshaping it, where it should have been transposed.
  static let gradientReshaped = Mistake(
    "gradient-reshaped", .gradient,
    at: Site("a layer with more than one input and output") { setting, l in
      setting.sizes[l] > 1 && setting.sizes[l - 1] > 1
    },
    Rules(
      weights: Rule(
        { setting, l in
          "reshape(delta\(l)^T a\(l - 1) / \(setting.count), shape of W\(l))"
        },
        { point in
          let gradient = Matrix(point.delta.transposed * point.input / point.count)
          return Matrix(
            rows: gradient.columns, columns: gradient.rows, values: gradient.values)
        })),
    effect: "EFFECT")
}

// MARK: - The whole gradient

extension Mistake {
  /// Nothing is added as long as the minibatch before is not known.
  static let gradientAccumulated = Mistake(
    "gradient-accumulated", .gradient, at: .anywhere,
    Rules(
      array: Rule(
        { _, _ in "$ + that of the minibatch before" },
        { point in
          guard let previous = point.previous?[point.layer - 1] else { return point.gradient }
          return Gradient(
            weights: point.gradient.weights.mapping(previous.weights, +),
            biases: zip(point.gradient.biases, previous.biases).map(+))
        })),
    effect: "EFFECT",
    numpy: { setting, l in "\(setting.numpy(weightGradientOf: l))  # =, not +=" })

  static let gradientClipped = Mistake(
    "gradient-clipped", .gradient, at: .anywhere,
    Rules(
      array: Rule(
        { _, _ in "clip($, -c, c) with c = \(Constants().entryBound)" },
        { point in
          let bound = point.constants.entryBound
          // A NaN is neither above nor below, and stays.
          let clip = { (g: Double) in g > bound ? bound : g < -bound ? -bound : g }
          return Gradient(
            weights: point.gradient.weights.mapping(clip), biases: point.gradient.biases.map(clip))
        })),
    effect: "EFFECT")

  /// One factor for all arrays, which is known when the last one is there.
  static let gradientNormClipped = Mistake(
    "gradient-norm-clipped", .gradient, at: .anywhere,
    Rules(
      whole: Rule(
        { _, _ in "($) * c / norm of all gradients with c = \(Constants().normBound)" },
        { point in
          let squares = point.gradients.map { gradient in
            gradient.weights.sumOfSquares + asRow(gradient.biases).sumOfSquares
          }
          let factor = point.constants.normBound / squares.sum.squareRoot()
          guard factor < 1 else { return point.gradients }
          return point.gradients.map { gradient in
            Gradient(
              weights: gradient.weights.mapping { $0 * factor },
              biases: gradient.biases.map { $0 * factor })
          }
        })),
    effect: "EFFECT")
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

  /// The products of one sample in place of the mean over all.
  private static func oneSample(
    _ name: String, index: String, divides: Bool, effect: String,
    _ sample: @escaping @Sendable (_ point: Point) -> Int
  ) -> Mistake {
    Mistake(
      name, .gradient, at: .anywhere,
      Rules(
        weights: Rule(
          { setting, l in
            "a\(l - 1)[\(index)]^T delta\(l)[\(index)]" + (divides ? " / \(setting.count)" : "")
          },
          { point in
            let (input, delta) = (point.input, point.delta)
            let outer =
              asRow(Array(input.row(sample(point)))).transposed
              * asRow(Array(delta.row(sample(point))))
            return Matrix(divides ? outer / point.count : outer)
          }),
        biases: Rule(
          { setting, l in "delta\(l)[\(index)]" + (divides ? " / \(setting.count)" : "") },
          { point in
            let delta = Array(point.delta.row(sample(point)))
            return divides ? delta.map { $0 * (1 / Double(point.count)) } : delta
          })),
      effect: effect)
  }
}

extension GradientText {
  /// The data's parts times a number.
  fileprivate func times(_ number: String) -> GradientText {
    GradientText(
      weights: "\(number) * \(weights)", penalty: penalty, biases: "\(number) * \(biases)")
  }
}

/// (1, count)
func asRow(_ values: [Double]) -> Matrix {
  Matrix(rows: 1, columns: values.count, values: values)
}
