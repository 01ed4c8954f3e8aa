// What explains one array, through one delta: every rule with every scale and penalty, and what
// acts on the whole of them.

extension Question {
  /// What explains the array, through one delta.
  func explanations(
    _ hypothesis: DeltaHypothesis, _ trace: Trace, _ objective: Objective, narrow: Trace
  ) -> [Cause] {
    rules.flatMap { rule -> [Cause] in
      if rule?.rules.reordersWeights == true, hypothesis.own.count > 1 { return [] }
      func data(_ delta: Matrix, _ isSketch: Bool) -> Matrix {
        self.data(delta, rule, trace, objective, isSketch: isSketch, narrow: narrow)
      }
      let quick = Fit(
        given: sketch, data: data(hypothesis.delta, true),
        slope: hypothesis.slope.map { data($0, true) }, directions: directionSketches, floor: floor)
      guard quick.isFinite else { return [] }
      let near = penalties.filter { quick.isNear($0.multiple, nearness) }
      let wrapped = wrappedCandidates(quick, hypothesis, rule, trace, objective)
      guard !near.isEmpty || !wrapped.isEmpty || !commonScales.isEmpty else { return [] }
      let common = commonCandidates(quick, hypothesis, rule)
      guard !near.isEmpty || !wrapped.isEmpty || !common.isEmpty else { return [] }
      let full =
        rows.count == given.rows
        ? quick
        : Fit(
          given: given, data: data(hypothesis.delta, false),
          slope: hypothesis.slope.map { data($0, false) }, directions: directions, floor: floor)
      guard full.isFinite else { return [] }
      return near.flatMap { explanations(full, hypothesis, rule, $0) }
        + common.compactMap { explanation(full, hypothesis, rule, $0) }
        + wrapped.compactMap { explanation(full, hypothesis, rule, $0, trace, objective) }
    }
  }

  /// How near a sketch has to come before all is computed.
  private var nearness: Double { max(1e-3, 20 * tolerance) }

  // MARK: Scales

  private func explanations(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ penalty: Penalty
  ) -> [Cause] {
    let (free, _) = fit.solve(penalty.multiple)
    // Without any data there is no factor on it.
    let known =
      fit.hasData
      ? scales.filter { ($0.factor - free).magnitude <= 0.02 * $0.factor.magnitude }
      : [scales[0]]
    var result = known.compactMap { scale in
      explanation(
        fit, hypothesis, rule, penalty, factor: scale.factor, scale.mistakes, cost: scale.cost,
        isConvention: scale.isConvention)
    }
    let unknowns = 1 + (hypothesis.slope == nil ? 0 : 1)
    guard fit.hasData, given.count >= unknowns + 3, fit.share(free) > 1e-3,
      !result.contains(where: { $0.cost == hypothesis.cost + ruleCost(rule) + penalty.cost })
    else { return result }
    for mistake in freeScales {
      var scaled = mistake
      scaled.constants.factor = free
      if let found = explanation(
        fit, hypothesis, rule, penalty, factor: free, [scaled], cost: 1.5)
      {
        result.append(found)
      }
    }
    return result
  }

  private func ruleCost(_ rule: Mistake?) -> Double { rule == nil ? 0 : 1 }

  private func explanation(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ penalty: Penalty,
    factor: Double, _ scales: [Mistake], cost: Double, isConvention: Bool = false
  ) -> Cause? {
    var delta = hypothesis
    var slope = 0.0
    if hypothesis.slope != nil, fit.hasSlope {
      slope = fit.solveSlope(penalty.multiple, factor: factor)
      let value = slope / factor
      guard value.isFinite, value > 0, given.count >= 4 else { return nil }
      delta = hypothesis.solved(value)
    } else if hypothesis.slope != nil {
      return nil
    }
    let distance = fit.distance(penalty.multiple, factor: factor, slope: slope)
    guard distance < tolerance else { return nil }
    return explanation(
      delta, [rule].compactMap { $0 } + scales + penalty.mistakes, distance: distance,
      cost: delta.cost + ruleCost(rule) + cost + penalty.cost, isConvention: isConvention)
  }

  private func explanation(
    _ delta: DeltaHypothesis, _ own: [Mistake], distance: Double, cost: Double,
    isConvention: Bool = false
  ) -> Cause {
    var delta = delta
    delta.cost = 0
    return Cause(
      mistakes: (delta.inherited + delta.own + own).withoutRepeats, cost: cost,
      distance: distance, delta: delta, isConvention: isConvention,
      isDelta: name.kind == .delta && own.isEmpty,
      isInherited: own.isEmpty && (delta.own.isEmpty || delta.isGiven && name.kind != .delta))
  }

  // MARK: What acts on the whole

  /// A mistake on a mixture, to be tried in full.
  private struct Candidate {
    let mistake: Mistake
    let mixture: Mixture
  }

  private func candidates(
    _ mistakes: [Mistake], _ hypothesis: DeltaHypothesis, _ rule: Mistake?, limit: Int,
    _ isNear: (Mistake, Mixture) -> Bool
  ) -> [Candidate] {
    guard hypothesis.slope == nil else { return [] }
    let left = limit - hypothesis.own.count - (rule == nil ? 0 : 1)
    return mistakes.flatMap { mistake in
      mixtures.prefix { $0.count <= left }.filter { isNear(mistake, $0) }
        .map { Candidate(mistake: mistake, mixture: $0) }
    }
  }

  private func commonCandidates(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?
  ) -> [Candidate] {
    candidates(commonScales, hypothesis, rule, limit: 2) { _, mixture in
      // Nothing tells two factors apart where there is no penalty.
      if mixture.penalty.factor == 0, mixture.factor != 1 { return false }
      return fit.isNear(mixture, nearness)
    }
  }

  private func explanation(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ candidate: Candidate
  ) -> Cause? {
    let array = fit.array(candidate.mixture.penalty, factor: candidate.mixture.factor)
    let factor = given.inner(array) / array.sumOfSquares
    guard factor > 0, factor < 1 - tolerance else { return nil }
    let distance = given.distance(from: array, times: factor, atLeast: floor)
    guard distance < tolerance else { return nil }
    var result = explanation(
      hypothesis,
      [rule].compactMap { $0 } + mistakes(candidate.mixture) + [candidate.mistake],
      distance: distance,
      cost: hypothesis.cost + ruleCost(rule) + Double(candidate.mixture.count) + 1.4)
    result.commonFactor = factor
    return result
  }

  private func wrappedCandidates(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ trace: Trace,
    _ objective: Objective
  ) -> [Candidate] {
    candidates(wrappers, hypothesis, rule, limit: 2) { mistake, mixture in
      let array = fit.array(mixture.penalty, factor: mixture.factor)
      let wrapped = wrap(array, mistake, trace, objective, isSketch: true)
      return sketch.distance(from: wrapped, atLeast: floor) < nearness
    }
  }

  private func mistakes(_ mixture: Mixture) -> [Mistake] {
    scales[mixture.scaleIndex].mistakes + penalties[mixture.penaltyIndex].mistakes
  }

  private func explanation(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ candidate: Candidate,
    _ trace: Trace, _ objective: Objective
  ) -> Cause? {
    let array = fit.array(candidate.mixture.penalty, factor: candidate.mixture.factor)
    let wrapped = wrap(array, candidate.mistake, trace, objective, isSketch: false)
    let distance = given.distance(from: wrapped, atLeast: floor)
    guard distance < tolerance else { return nil }
    return explanation(
      hypothesis,
      [rule].compactMap { $0 } + mistakes(candidate.mixture) + [candidate.mistake],
      distance: distance,
      cost: hypothesis.cost + ruleCost(rule) + Double(candidate.mixture.count) + 1)
  }
}
