// Mistakes in the regulariser's part. Right is λW in dW and nothing in db.

extension Mistake {
  static let regularisers: [Mistake] = [
    l2Missing, l2Doubled, l2Halved, l2Negated, l2OverBatch, l2TimesBatch, l2LastLayerOnly,
    l2FirstLayerOnly, l2SumOfWeights, l1InsteadOfL2, biasesRegularised,
  ]

  static let l2Missing = penalty(
    "l2-missing",
    effect: """
      Nothing holds the weights back, though the loss counts them: 1.7 % training error with \
      softmax (right: 3.7 %) at a test error of 9.2 % (right: 9.5 %).
      """,
    { _, _ in "" }, { _, _ in 0 })

  static let l2Doubled = penalty(
    "l2-doubled",
    effect: """
      As if l2 were twice what the loss says: 10.2 % test error with softmax (right: 9.5 %). \
      This is what comes of l2 sum(W^2) without the 1/2.
      """,
    { _, l in "+ 2 l2 W\(l)" }, { l2, _ in 2 * l2 })

  static let l2Halved = penalty(
    "l2-halved",
    effect: """
      As if l2 were half of what the loss says: 9.2 % test error with softmax (right: 9.5 %). \
      Only a check shows it.
      """,
    { _, l in "+ l2 W\(l) / 2" }, { l2, _ in l2 / 2 })

  static let l2Negated = penalty(
    "l2-negated",
    effect: """
      Weights grow, the faster the larger they are: 0.9 % training error with softmax (right: \
      3.7 %), and a loss of 1.56 on the test set (right: 0.48).
      """,
    { _, l in "- l2 W\(l)" }, { l2, _ in -l2 })

  static let l2OverBatch = penalty(
    "l2-over-batch",
    effect: """
      As if l2 were an Nth: with batches of 100 as good as none, 9.2 % test error with softmax \
      (right: 9.5 %).
      """,
    { setting, l in "+ l2 W\(l) / \(setting.count)" }, { l2, point in l2 / Double(point.count) })

  static let l2TimesBatch = penalty(
    "l2-times-batch",
    effect: """
      As if l2 were N times as large: with batches of 100 the weights go to 0, and 70.8 % of the \
      test digits are wrong with softmax (right: 9.5 %).
      """,
    { setting, l in "+ l2 W\(l) \(setting.count)" }, { l2, point in l2 * Double(point.count) })

  static let l2LastLayerOnly = penalty(
    "l2-last-layer-only", in: "a hidden layer", { setting, l in l < setting.depth },
    effect: """
      The lower layers, which have most of the weights, are not held back: 9.0 % test error with \
      softmax (right: 9.5 %). Only a check shows it.
      """,
    { _, _ in "" }, { _, _ in 0 })

  static let l2FirstLayerOnly = penalty(
    "l2-first-layer-only", in: "a hidden layer", { _, l in l > 1 },
    effect: """
      The upper layers are not held back: 9.7 % test error with softmax (right: 9.5 %). Only a \
      check shows it.
      """,
    { _, _ in "" }, { _, _ in 0 })

  static let l2SumOfWeights = Mistake(
    "l2-sum-of-weights", .regulariser, at: regularised,
    Rules(
      penalty: Rule(
        { _, l in "+ l2 sum(W\(l))" },
        { point in
          let (w, l2) = (point.parameters.weights, point.objective.l2)
          return Matrix(rows: w.rows, columns: w.columns, repeating: l2 * w.values.sum)
        })),
    effect: """
      Pushes all weights of a layer by the same amount until their sum is 0, and holds none of \
      them back: 9.6 % test error with softmax (right: 9.5 %), 1.7 % training error (right: 3.7 \
      %).
      """)

  static let l1InsteadOfL2 = Mistake(
    "l1-instead-of-l2", .regulariser, at: regularised,
    Rules(
      penalty: Rule(
        { _, l in "+ l2 sign(W\(l))" },
        { point in
          let l2 = point.objective.l2
          return point.parameters.weights.mapping { l2 * $0.direction }
        })),
    effect: """
      Pulls every weight towards 0 with the same force, so that small ones vanish: 12.5 % test \
      error with softmax (right: 9.5 %); with squared error it learns nothing, 87 %.
      """)

  /// As long as all biases are 0, as they start, it changes nothing.
  static let biasesRegularised = Mistake(
    "biases-regularised", .regulariser, at: regularised,
    Rules(
      biasPenalty: Rule(
        { _, l in "+ l2 b\(l)" },
        { point in
          let l2 = point.objective.l2
          return point.parameters.biases.map { l2 * $0 }
        })),
    effect: """
      The biases are held back too, which nearly always means little: 9.4 % test error with \
      softmax (right: 9.5 %). Only a check shows it.
      """)

  private static let regularised = Site("an l2 above 0 (try: set l2=0.001)") { setting, _ in
    setting.l2 > 0
  }

  /// Another factor on W than λ.
  private static func penalty(
    _ name: String, in need: String? = nil,
    _ fits: @escaping @Sendable (Setting, Int) -> Bool = { _, _ in true }, effect: String,
    _ text: @escaping @Sendable (_ setting: Setting, _ layer: Int) -> String,
    _ factor: @escaping @Sendable (_ l2: Double, _ point: Point) -> Double
  ) -> Mistake {
    Mistake(
      name, .regulariser,
      at: Site(need.map { "\($0) and \(regularised.need)" } ?? regularised.need) { setting, l in
        setting.l2 > 0 && fits(setting, l)
      },
      Rules(
        penalty: Rule(
          text,
          { point in
            let factor = factor(point.objective.l2, point)
            return point.parameters.weights.mapping { factor * $0 }
          })), effect: effect)
  }
}
