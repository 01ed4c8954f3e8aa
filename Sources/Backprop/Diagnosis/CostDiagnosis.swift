/// What somebody's cost is the value of.
public struct CostDiagnosis: Sendable {
  public let given: Double
  /// `mistake` when it is another function than the session's loss.
  public let verdict: ArrayDiagnosis.Verdict
  /// "Your cost is squared error without the 1/2." What it means for the gradient follows.
  public let sentence: String
  public let distance: Double
}

extension CostDiagnosis {
  init(_ given: Double, _ trace: Trace, _ objective: Objective, mistakes: [Mistake]) {
    self.given = given
    let reported = trace.loss
    func distance(_ value: Double) -> Double {
      let difference = (given - value).magnitude
      return difference == 0 ? 0 : difference / max(given.magnitude, value.magnitude)
    }
    let candidates = Candidate.all(trace, objective).filter { distance($0.value) <= 1e-5 }
    let nearest = candidates.map { distance($0.value) }.min() ?? .infinity
    let match =
      candidates.filter { distance($0.value) <= 3 * max(nearest, 1e-9) }
      .min { $0.cost < $1.cost }
    guard let match else {
      verdict = .unknown
      self.distance = distance(reported).isNaN ? .infinity : distance(reported)
      sentence =
        "Your cost \(given) is none that is known here; this minibatch's loss is \(reported)."
      return
    }
    self.distance = distance(match.value)
    let isRight = match.cost == 0
    verdict = !isRight ? .mistake : self.distance < 1e-9 ? .right : .rounding
    var sentences = [
      isRight ? "Your cost is this session's loss." : "Your cost is \(match.text)."
    ]
    sentences += match.meaning(mistakes, objective)
    sentence = sentences.joined(separator: " ")
  }

  /// A cost that people compute.
  private struct Candidate {
    let value: Double
    let text: String
    /// How far it is from the session's loss, 0 when it is that.
    let cost: Double
    let loss: Loss
    /// What the data's part is of the mean over samples.
    let scale: Double
    let isWhole: Bool

    /// Whether the gradient at hand belongs to it.
    func meaning(_ mistakes: [Mistake], _ objective: Objective) -> [String] {
      let names = mistakes.map(\.name)
      if loss != objective.loss {
        let isItsDelta =
          loss.cancelsDerivative
          ? names.contains("output-derivative-missing")
          : names.contains("output-derivative-extra")
        if isItsDelta {
          return ["Your output delta is right for it. Try: loss \(loss.name)"]
        }
      } else if isWhole, !loss.cancelsDerivative, names.contains("output-derivative-missing") {
        return ["So it is the gradient that is wrong: h - Y is cross-entropy's delta."]
      } else if isWhole, loss.cancelsDerivative, names.contains("output-derivative-extra") {
        return ["So it is the gradient that is wrong: cross-entropy's delta is h - Y."]
      }
      let factors = ["factor-two": 2, "factor-half": 0.5]
      if let factor = names.compactMap({ factors[$0] }).first, factor == scale {
        return ["Your gradient is \(scale) times the session's for the same reason."]
      }
      return []
    }

    static func all(_ trace: Trace, _ objective: Objective) -> [Candidate] {
      let output = trace.layers[trace.depth - 1].activation
      let (z, h, y) = (trace.z[trace.depth - 1], trace.a[trace.depth - 1], trace.batch.y)
      let (n, classes) = (Double(trace.batch.count), Double(y.columns))
      var sums: [(text: String, sum: Double, loss: Loss, cost: Double)] = Loss.all
        .filter { $0.outputs.contains(output) }
        .map { loss in
          (
            loss.name, loss.values(z, h, y, output).sum, loss,
            loss == objective.loss ? 0 : 2
          )
        }
      if output == .sigmoid {
        let positive = zip(h.values, y.values).reduce(0) { sum, entry in
          entry.1 == 0 ? sum : sum - entry.1 * log(entry.0)
        }
        sums.append(
          ("cross-entropy with only the term Y log h", positive, .crossEntropy, 2.5))
      }
      return sums.flatMap { item in
        let scales: [(Double, String, Double)] =
          [
            (1, "", 0), (n, " summed over the batch, not its mean", 1),
            (1 / classes, " as a mean over all outputs of all samples", 1),
            (1 / n, " divided by the batch size twice", 1.5), (-1, " with the sign flipped", 1.5),
          ]
          + item.loss.factors.flatMap { factor -> [(Double, String, Double)] in
            [(factor.value, factor.text, factor.cost)]
              // Only what stands in the formula itself goes together with another reduction.
              + (factor.cost > 1
                ? []
                : [
                  (
                    factor.value / classes,
                    factor.text + ", as a mean over all outputs of all samples", 1
                  ),
                  (
                    factor.value * n, factor.text + ", summed over the batch, not its mean", 1.5
                  ),
                ])
          }
        return scales.flatMap { scale, scaleText, scaleCost in
          penalties(trace, objective).map { penalty, penaltyText, penaltyCost in
            Candidate(
              value: item.sum / n * scale + penalty,
              text: item.text + scaleText + penaltyText,
              cost: item.cost + scaleCost + penaltyCost, loss: item.loss, scale: scale,
              isWhole: scaleCost == 0 && item.text == item.loss.name)
          }
        }
      }
    }

    /// What may stand in place of λ/2 Σ W².
    private static func penalties(
      _ trace: Trace, _ objective: Objective
    ) -> [(Double, String, Double)] {
      let (l2, n) = (objective.l2, Double(trace.batch.count))
      guard l2 > 0 else { return [(0, "", 0)] }
      let layers = trace.layers
      let squares = layers.map(\.weights.sumOfSquares)
      let biases = layers.flatMap(\.biases).reduce(0) { $0 + $1 * $1 }
      let sum = squares.sum
      return [
        (l2 / 2 * sum, "", 0), (0, " without the regulariser", 1),
        (l2 * sum, " with l2 sum(W^2), without its 1/2", 1),
        (l2 / 2 * sum / n, " with the regulariser divided by the batch size", 1),
        (l2 * sum / n, " with l2 sum(W^2) divided by the batch size, without its 1/2", 1.5),
        (l2 / 2 * sum * n, " with the regulariser times the batch size", 1),
        (l2 / 2 * (sum + biases), " with the biases in the regulariser", 1),
        (l2 / 2 * squares[squares.count - 1], " with only the last layer's regulariser", 1.5),
        (l2 / 2 * squares[0], " with only the first layer's regulariser", 1.5),
        (
          l2 / 2 * squares.map { $0.squareRoot() }.sum,
          " with the norm of W in the regulariser, not its square", 1.5
        ),
        (
          l2 * layers.map { $0.weights.values.reduce(0) { $0 + $1.magnitude } }.sum,
          " with the magnitudes of W in the regulariser, not the squares", 1.5
        ),
        (-l2 / 2 * sum, " with the regulariser subtracted", 1.5),
      ]
    }
  }
}
