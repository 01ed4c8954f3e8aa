// Mistakes that act on a gradient when data and regulariser are already in it.

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
    effect: """
      Twice the step, half of it a minibatch late, like a short momentum: 9.6 % test error with \
      softmax (right: 9.5 %), 11.6 % with sigmoid outputs and cross-entropy (right: 9.7 %).
      """,
    numpy: { setting, l in "\(setting.numpy(weightGradientOf: l))  # =, not +=" })

  static let gradientClipped = Mistake(
    "gradient-clipped", .gradient, at: .anywhere,
    Rules(
      array: Rule(
        { _, _ in "clip($, -c, c), c = \(Constants().entryBound)" },
        { point in
          let bound = point.constants.entryBound
          // A NaN is neither above nor below, and stays.
          let clip = { (g: Double) in g > bound ? bound : g < -bound ? -bound : g }
          return Gradient(
            weights: point.gradient.weights.mapping(clip), biases: point.gradient.biases.map(clip))
        })),
    open: .largestEntry,
    effect: """
      With a bound that most entries exceed, large and small ones move the same: 25.4 % test \
      error with softmax at a bound of 0.0001 (right: 9.5 %).
      """)

  /// One factor for all arrays, which is known when the last one is there.
  static let gradientNormClipped = Mistake(
    "gradient-norm-clipped", .gradient, at: .anywhere,
    Rules(
      whole: Rule(
        { _, _ in "($) * c / norm(all), c = \(Constants().normBound)" },
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
    open: .commonFactor,
    effect: """
      With a bound that is always exceeded every step has the same length, and training takes \
      that much longer: 22.1 % test error with softmax at a bound of 0.01 (right: 9.5 %).
      """)
}
