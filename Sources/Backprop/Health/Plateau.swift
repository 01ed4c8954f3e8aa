extension Moment {
  /// (m₀ - m₁) / m₀ + its standard error ≤ 1 %, with m₁ the mean loss of the last w minibatches and
  /// m₀ that of the w before. w is a third of the updates: a loss that goes down as a power of the
  /// steps, as losses do, then does so by the same share at any time.
  var plateau: Finding? {
    let step = training.clock.step
    let longest = max(
      Enough.plateauMinibatches, Enough.plateauSamples / max(trace.batch.count, 1))
    let window = min(step / 3, longest)
    guard step >= Enough.updatesOfPlateau, curve.last == step, curve.count >= 2 * window
    else { return nil }
    let error = 1 - curve.accuracy.suffix(window).mean
    guard error >= Threshold.highError.value else { return nil }
    let (before, now) = (curve.loss.suffix(2 * window).prefix(window), curve.loss.suffix(window))
    let progress = (before.mean - now.mean) / before.mean
    let uncertainty =
      (before.varianceOfMean + now.varianceOfMean).squareRoot() / before.mean
    guard uncertainty <= Enough.plateauUncertainty,
      progress + uncertainty <= Threshold.plateau.value
    else { return nil }
    let change: Sentence = "\(percent: abs(progress)) \(progress < 0 ? "above" : "below")"
    return Finding(
      "plateau", "loss", progress + uncertainty, .plateau,
      """
      The loss no longer goes down: its mean over the last \(count: window) minibatches, \
      \(now.mean), is \(change) that of the \(count: window) before, with a standard error of \
      \(percent: uncertainty), and \(percent: error) of their samples are wrong.
      """, wayOut: "another learning rate or optimizer, or more units; health looks for more"
    ).because(stalledTerm)
  }

  /// Why nothing is learned: the first other trouble of the pass, or the size of the update.
  private var stalledTerm: Sentence {
    for trouble in [Trouble.dead, .saturated, .vanishing, .regulariser] {
      for phase in Phase.all(depth: trace.depth) {
        if let finding = trouble.find(at: phase, self) {
          return "\(finding.sentence) \(finding.term ?? "")"
        }
      }
    }
    let rate = training.optimizer["rate"]
    let ratios = (1...trace.depth).map { training.updateRatio(layer: $0) ?? 0 }
    let parts = ratios.enumerated().map {
      "norm(uW\($0 + 1)) is \($1) of norm(W\($0 + 1))" as Sentence
    }
    let verdict: Sentence =
      if ratios.allSatisfy({ $0 <= Threshold.smallUpdate.value }) {
        "the rate, \(rate), makes the updates too small (about 0.001 is usual)"
      } else if ratios.contains(where: { $0 >= Threshold.largeUpdate.value }) {
        "the rate, \(rate), makes the updates too large (about 0.001 is usual)"
      } else {
        """
        that is usual, so it is not the size of the updates but their direction: minibatch by \
        minibatch they cancel
        """
      }
    return "No factor of the chain rule stands out. \(parts.joined(", ")): \(verdict)."
  }
}

extension Collection<Double> {
  /// The square of the standard error of the mean.
  fileprivate var varianceOfMean: Double {
    let mean = mean
    return reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count) / Double(count)
  }
}
