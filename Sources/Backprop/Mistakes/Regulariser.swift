// Mistakes in the regulariser's part. Right is λW in dW and nothing in db.

extension Mistake {
  static let regularisers: [Mistake] = [
    l2Missing, l2Doubled, l2Halved, l2Negated, l2OverBatch, l2TimesBatch, l2LastLayerOnly,
    l2FirstLayerOnly, l2SumOfWeights, l1InsteadOfL2, biasesRegularised,
  ]

  static let l2Missing = penalty(
    "l2-missing",
    effect: "EFFECT",
    { _, _ in "" }, { _, _ in 0 })

  static let l2Doubled = penalty(
    "l2-doubled",
    effect: "EFFECT",
    { _, l in "+ 2 l2 W\(l)" }, { l2, _ in 2 * l2 })

  static let l2Halved = penalty(
    "l2-halved",
    effect: "EFFECT",
    { _, l in "+ l2 W\(l) / 2" }, { l2, _ in l2 / 2 })

  static let l2Negated = penalty(
    "l2-negated",
    effect: "EFFECT",
    { _, l in "- l2 W\(l)" }, { l2, _ in -l2 })

  static let l2OverBatch = penalty(
    "l2-over-batch",
    effect: "EFFECT",
    { setting, l in "+ l2 W\(l) / \(setting.count)" }, { l2, point in l2 / Double(point.count) })

  static let l2TimesBatch = penalty(
    "l2-times-batch",
    effect: "EFFECT",
    { setting, l in "+ l2 W\(l) \(setting.count)" }, { l2, point in l2 * Double(point.count) })

  static let l2LastLayerOnly = penalty(
    "l2-last-layer-only", in: "a hidden layer", { setting, l in l < setting.depth },
    effect: "EFFECT",
    { _, _ in "" }, { _, _ in 0 })

  static let l2FirstLayerOnly = penalty(
    "l2-first-layer-only", in: "a hidden layer", { _, l in l > 1 },
    effect: "EFFECT",
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
    effect: "EFFECT")

  static let l1InsteadOfL2 = Mistake(
    "l1-instead-of-l2", .regulariser, at: regularised,
    Rules(
      penalty: Rule(
        { _, l in "+ l2 sign(W\(l))" },
        { point in
          let l2 = point.objective.l2
          return point.parameters.weights.mapping { l2 * $0.direction }
        })),
    effect: "EFFECT")

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
    effect: "EFFECT")

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
