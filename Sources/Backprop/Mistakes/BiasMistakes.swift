// Mistakes in db alone. Right is the mean of delta over the batch, a number a unit.

extension Mistake {
  static let biases: [Mistake] = [
    biasSumNotMean, biasZero, biasFirstSample, biasAveragedOverUnits,
  ]

  static let biasSumNotMean = bias(
    "bias-sum-not-mean",
    effect: """
      The biases have N times the rate of the weights: with batches of 100, 10.5 % test error \
      with softmax (right: 9.5 %) and 89.3 % with squared error (right: 12.5 %).
      """,
    { "sum of delta\($0) over the batch" },
    { point in
      var sums: [Double] = []
      Engine.current.columnSums(point.delta, scale: 1, into: &sums)
      return sums
    })

  static let biasZero = bias(
    "bias-zero",
    effect: """
      The biases stay where they started, which costs little on MNIST: 9.4 % test error with \
      softmax (right: 9.5 %). Only a check shows it.
      """,
    { _ in "0" }, { point in point.parameters.biases.map { _ in 0 } })

  static let biasFirstSample = bias(
    "bias-first-sample",
    effect: """
      The biases follow one sample of each minibatch and jitter: 9.8 % test error with softmax \
      (right: 9.5 %), at a loss of 0.50 (right: 0.48).
      """,
    { "delta\($0)[0]" }, { point in Array(point.delta.row(0)) })

  static let biasAveragedOverUnits = bias(
    "bias-averaged-over-units",
    at: Site("a layer of more than one unit") { setting, l in setting.sizes[l] > 1 },
    effect: """
      All units of a layer keep the same bias, with softmax outputs 0, which costs little on \
      MNIST: 9.4 % test error (right: 9.5 %). Only a check shows it.
      """,
    { "mean of delta\($0) over batch and units" },
    { point in
      let means = point.delta.batchMeans
      let mean = means.sum / Double(means.count)
      return means.map { _ in mean }
    })

  private static func bias(
    _ name: String, at site: Site = .anywhere, effect: String,
    _ text: @escaping @Sendable (_ layer: Int) -> String,
    _ compute: @escaping @Sendable (_ point: Point) -> [Double]
  ) -> Mistake {
    Mistake(
      name, .gradient, at: site, Rules(biases: Rule({ _, l in text(l) }, compute)), effect: effect)
  }
}
