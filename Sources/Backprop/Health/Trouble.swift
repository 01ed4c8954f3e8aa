/// A trouble that training can be stopped at, by the first phase that shows it.
///
///     training.advance(over: samples)
///     Trouble.dead.find(in: training, curve: curve)?.sentence
///
/// Measures and thresholds are those of the symptom of the same name, which `health` looks for in a
/// complete pass. To add one: write it as a value below and put its name into `all`.
public struct Trouble: Named, Sendable {
  public let name: String
  /// What is measured, as a person writes it.
  public let measure: String
  /// The limits that it is judged by.
  public let thresholds: [Threshold]
  /// How it is judged when a phase is done; nil where that phase does not show it.
  private let judgement: @Sendable (_ phase: Phase, _ depth: Int) -> Judgement?

  typealias Judgement = (_ it: Moment) -> Finding?

  public static let all: [Trouble] = [
    nan, vanishing, exploding, dead, saturated, plateau, regulariser,
  ]

  /// Whether it can show when `phase` is done, in a network of `depth` layers.
  public func isJudged(at phase: Phase, depth: Int) -> Bool { judgement(phase, depth) != nil }

  /// The trouble in what the last phase made, with the term that did it; nil when it is not there.
  ///
  /// - Parameter curve: up to the last update, the one just done included.
  public func find(in training: Training, curve: Curve) -> Finding? {
    guard let trace = training.trace else { return nil }
    return find(
      at: training.clock.phase, Moment(training: training, trace: trace, curve: curve))
  }

  /// The same for a phase that is behind.
  func find(at phase: Phase, _ moment: Moment) -> Finding? {
    judgement(phase, moment.trace.depth)?(moment)
  }
}

/// What a trouble is judged by: the training when a phase is done, and the curve up to there.
struct Moment {
  let training: Training
  let trace: Trace
  let curve: Curve
}

extension Trouble {
  /// With the name and the thresholds of a symptom, and its measure unless another is given.
  private init(
    _ symptom: Symptom, measure: String? = nil,
    judgement: @escaping @Sendable (Phase, Int) -> Judgement?
  ) {
    self.init(
      name: symptom.name, measure: measure ?? symptom.measure, thresholds: symptom.thresholds,
      judgement: judgement)
  }

  /// X is bytes / 255, and always finite.
  public static let nan = Trouble(.nonfinite, measure: "the first entry that is NaN or infinite") {
    phase, _ in
    guard phase != .start, phase != .batch else { return nil }
    return { it in it.training.nonfiniteEntry }
  }

  static let vanishing = Trouble(.vanishing, measure: "rms(delta) of a layer / rms(deltaL)") {
    phase, depth in
    guard case .delta(let l) = phase, l < depth else { return nil }
    return { it in
      it.trace.vanishingDelta(l)?.because(it.trace.chainTerm(to: l, isVanishing: true))
    }
  }

  static let exploding = Trouble(.exploding, measure: vanishing.measure) { phase, depth in
    guard case .delta(let l) = phase, l < depth else { return nil }
    return { it in
      it.trace.explodingDelta(l)?.because(it.trace.chainTerm(to: l, isVanishing: false))
    }
  }

  static let dead = Trouble(.dead) { phase, depth in
    guard case .forward(let l) = phase, l < depth else { return nil }
    return { it in it.trace.deadLayer(l)?.because(it.trace.deadTerm(l)) }
  }

  static let saturated = Trouble(.saturated) { phase, depth in
    guard case .forward(let l) = phase else { return nil }
    return { it in
      let finding =
        l < depth
        ? it.trace.saturatedLayer(l) : it.trace.stuckOutput(it.training.objective.loss)
      return finding?.because(it.trace.saturationTerm(l))
    }
  }

  static let plateau = Trouble(
    name: "plateau",
    measure: "by how much of itself the loss of the last third of the updates is below that of "
      + "the third before, plus its standard error; error of the last third",
    thresholds: [.plateau, .highError]
  ) { phase, _ in
    guard phase == .update else { return nil }
    return { it in it.plateau }
  }

  /// The error of the last minibatches, less two standard errors, takes the place of the one that
  /// `health` measures; and a minibatch that is easier than they were is not judged, as its gradient
  /// is small against any l2.
  static let regulariser = Trouble(
    .regulariser,
    measure: Symptom.regulariser.measure + " of the last \(Enough.evaluated) samples or more"
  ) { phase, _ in
    guard case .gradient(let l) = phase else { return nil }
    return { it in
      let l2 = it.training.objective.l2
      guard l2 > 0, let recent = it.recent, it.trace.loss >= recent.loss,
        recent.error - 2 * recent.uncertainty >= Threshold.heldBack.value
      else { return nil }
      return it.trace.heldBack(layer: l, l2: l2, error: recent.error)?
        .because(it.trace.regulariserTerm(l, l2: l2))
    }
  }
}

extension Moment {
  /// The mean loss, the error and its standard error in as many minibatches as make up the samples
  /// that an error is measured on, and `Enough.updates` at least; nil when the curve has fewer or
  /// ends elsewhere.
  fileprivate var recent: (loss: Double, error: Double, uncertainty: Double)? {
    let size = max(trace.batch.count, 1)
    let count = max(Enough.updates, (Enough.evaluated + size - 1) / size)
    guard curve.last == training.clock.step, curve.count >= count else { return nil }
    let error = 1 - curve.accuracy.suffix(count).mean
    let variance = error * (1 - error) / Double(count * size)
    return (curve.loss.suffix(count).mean, error, variance.squareRoot())
  }
}

extension Collection<Double> {
  var mean: Double { sum / Double(count) }
}
