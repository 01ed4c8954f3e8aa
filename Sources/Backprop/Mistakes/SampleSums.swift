// Mistakes in the sum over samples, dW = a_prevᵀ delta / N, and in the order of its numbers.

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
    effect: """
      The weights after a hidden layer follow z, which is correlated with a but has no bound: \
      9.6 % test error with softmax (right: 9.5 %), at a loss of 1.04 (right: 0.48).
      """)

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
    effect: """
      Of sigmoid units f(a) is between 0.50 and 0.73, so all look nearly alike: 10.7 % test \
      error with softmax (right: 9.5 %), 19.7 % with squared error (right: 12.5 %).
      """)

  /// What is left of a loop over samples with `=` in place of `+=`.
  static let firstSampleOnly = oneSample(
    "first-sample-only", index: "0", divides: false,
    effect: """
      Learns from one sample of each minibatch, with the rate meant for the mean of all: 58.4 % \
      test error with softmax (right: 9.5 %).
      """,
    { _ in 0 })

  static let lastSampleOnly = oneSample(
    "last-sample-only", index: "-1", divides: false,
    effect: """
      Learns from one sample of each minibatch, with the rate meant for the mean of all: 65.6 % \
      test error with softmax (right: 9.5 %).
      """,
    { $0.count - 1 })

  static let lastSampleOverBatch = oneSample(
    "last-sample-over-batch", index: "-1", divides: true,
    effect: """
      Learns from one sample of each minibatch and from that an Nth, which weight decay \
      outweighs: 63.2 % test error with softmax (right: 9.5 %).
      """,
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
    effect: """
      Only the mean input and the mean error of the minibatch count, not which belong together: \
      76.5 % test error with softmax (right: 9.5 %).
      """)
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
        { point in Matrix(point.delta.transposed * point.input / point.count) }),
      reordersWeights: true),
    effect: """
      Each number moves the weight of the reversed connection: 10.3 % test error with \
      784-30-30-10 and softmax (right: 10.2 %), but 67.6 % with squared error (right: 44.0 %).
      """)

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
        }),
      reordersWeights: true),
    effect: """
      The numbers are right and move the wrong weights: 82 % of the test digits are wrong with \
      softmax (right: 9.5 %).
      """)
}

// MARK: - How they are declared

extension Mistake {
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

/// (1, count)
func asRow(_ values: [Double]) -> Matrix {
  Matrix(rows: 1, columns: values.count, values: values)
}
