// What a hypothesis leaves open is solved for by least squares: with B = rule(delta), B' what the open
// number adds, and P a penalty,
//
//     given ≈ s B + u B' + P
//
// First on a few rows, through inner products; what comes near is then computed in full.

/// An explanation of an array that comes near enough.
struct Cause: Sendable {
  /// Of this array and of the deltas before it, each once.
  var mistakes: [Mistake]
  var cost: Double
  var distance: Double
  /// The delta it came from.
  var delta: DeltaHypothesis
  /// The one factor on everything, when there is one.
  var commonFactor: Double?
  var isConvention = false
  /// Whether the array is that delta, but for a factor that is no mistake.
  var isDelta = false
  /// Whether the array has no mistake of its own.
  var isInherited = false
}

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
      let near = penalties.filter { quick.isNear($0, nearness) }
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
    let (free, _) = fit.solve(penalty)
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
      slope = fit.solveSlope(penalty, factor: factor)
      let value = slope / factor
      guard value.isFinite, value > 0, given.count >= 4 else { return nil }
      delta = hypothesis.solved(value)
    } else if hypothesis.slope != nil {
      return nil
    }
    let distance = fit.distance(penalty, factor: factor, slope: slope)
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

  /// A hypothesis in numbers alone, to be tried in full.
  private struct Candidate {
    let mistake: Mistake
    let scale: Scale
    let penalty: Penalty
  }

  private func candidates(
    _ mistakes: [Mistake], _ hypothesis: DeltaHypothesis, _ rule: Mistake?, limit: Int,
    _ isNear: (Candidate) -> Bool
  ) -> [Candidate] {
    guard hypothesis.slope == nil else { return [] }
    let before = hypothesis.own.count + (rule == nil ? 0 : 1)
    return mistakes.flatMap { mistake in
      scales.flatMap { scale in
        penalties.compactMap { penalty in
          let count = before + scale.mistakes.count + penalty.mistakes.count
          let candidate = Candidate(mistake: mistake, scale: scale, penalty: penalty)
          return count <= limit && isNear(candidate) ? candidate : nil
        }
      }
    }
  }

  private func commonCandidates(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?
  ) -> [Candidate] {
    candidates(commonScales, hypothesis, rule, limit: 3) { candidate in
      // Nothing tells two factors apart where there is no penalty.
      if candidate.penalty.factor == 0, candidate.scale.factor != 1 { return false }
      return fit.isNear(candidate.penalty, factor: candidate.scale.factor, nearness)
    }
  }

  private func explanation(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ candidate: Candidate
  ) -> Cause? {
    let array = fit.array(candidate.penalty, factor: candidate.scale.factor)
    let factor = given.inner(array) / array.sumOfSquares
    guard factor > 0, factor < 1 - tolerance else { return nil }
    let distance = given.distance(from: array, times: factor, atLeast: floor)
    guard distance < tolerance else { return nil }
    var result = explanation(
      hypothesis,
      [rule].compactMap { $0 } + candidate.scale.mistakes + candidate.penalty.mistakes
        + [candidate.mistake],
      distance: distance,
      cost: hypothesis.cost + ruleCost(rule) + candidate.scale.cost + candidate.penalty.cost + 1.4)
    result.commonFactor = factor
    return result
  }

  private func wrappedCandidates(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ trace: Trace,
    _ objective: Objective
  ) -> [Candidate] {
    candidates(wrappers, hypothesis, rule, limit: 2) { candidate in
      let array = fit.array(candidate.penalty, factor: candidate.scale.factor)
      let wrapped = wrap(array, candidate.mistake, trace, objective, isSketch: true)
      return sketch.distance(from: wrapped, times: 1, atLeast: floor) < nearness
    }
  }

  private func explanation(
    _ fit: Fit, _ hypothesis: DeltaHypothesis, _ rule: Mistake?, _ candidate: Candidate,
    _ trace: Trace, _ objective: Objective
  ) -> Cause? {
    let array = fit.array(candidate.penalty, factor: candidate.scale.factor)
    let wrapped = wrap(array, candidate.mistake, trace, objective, isSketch: false)
    let distance = given.distance(from: wrapped, times: 1, atLeast: floor)
    guard distance < tolerance else { return nil }
    return explanation(
      hypothesis,
      [rule].compactMap { $0 } + candidate.scale.mistakes + candidate.penalty.mistakes
        + [candidate.mistake],
      distance: distance,
      cost: hypothesis.cost + ruleCost(rule) + candidate.scale.cost + candidate.penalty.cost + 1)
  }
}

/// Least squares of an array against s B + u B' + P, from inner products.
private struct Fit {
  let given: Matrix
  let data: Matrix
  let slope: Matrix?
  let directions: [Matrix]
  /// A norm below which nothing is there.
  let floor: Double

  private let squareOfGiven, squareOfData, squareOfSlope, dataSlope: Double
  private let givenData, givenSlope: Double
  private let givenDirections, dataDirections, slopeDirections, squaresOfDirections: [Double]

  init(given: Matrix, data: Matrix, slope: Matrix?, directions: [Matrix], floor: Double) {
    self.floor = floor
    self.given = given
    self.data = data
    self.slope = slope
    self.directions = directions
    squareOfGiven = given.inner(given)
    squareOfData = data.inner(data)
    givenData = given.inner(data)
    squareOfSlope = slope.map { $0.inner($0) } ?? 0
    dataSlope = slope.map { $0.inner(data) } ?? 0
    givenSlope = slope.map { $0.inner(given) } ?? 0
    givenDirections = directions.map { $0.inner(given) }
    dataDirections = directions.map { $0.inner(data) }
    slopeDirections = directions.map { direction in slope.map { $0.inner(direction) } ?? 0 }
    squaresOfDirections = directions.map { $0.inner($0) }
  }

  var isFinite: Bool { (squareOfGiven + squareOfData + squareOfSlope).isFinite }
  var hasData: Bool { squareOfData > 1e-12 * floor * floor }
  var hasSlope: Bool { squareOfSlope > 0 }

  /// How much of the array s B is.
  func share(_ s: Double) -> Double {
    s.magnitude * (squareOfData / max(squareOfGiven, floor * floor)).squareRoot()
  }

  private func of(_ penalty: Question.Penalty, _ products: [Double]) -> Double {
    penalty.factor == 0 ? 0 : penalty.factor * products[penalty.direction]
  }

  /// s and u.
  func solve(_ penalty: Question.Penalty) -> (Double, Double) {
    let first = givenData - of(penalty, dataDirections)
    guard hasSlope else { return (hasData ? first / squareOfData : 1, 0) }
    let second = givenSlope - of(penalty, slopeDirections)
    let determinant = squareOfData * squareOfSlope - dataSlope * dataSlope
    guard determinant > 1e-12 * squareOfData * squareOfSlope else {
      return (first / squareOfData, 0)
    }
    return (
      (first * squareOfSlope - second * dataSlope) / determinant,
      (second * squareOfData - first * dataSlope) / determinant
    )
  }

  /// u, with s given.
  func solveSlope(_ penalty: Question.Penalty, factor: Double) -> Double {
    (givenSlope - of(penalty, slopeDirections) - factor * dataSlope) / squareOfSlope
  }

  /// Whether some s and u bring the sum near.
  func isNear(_ penalty: Question.Penalty, _ nearness: Double) -> Bool {
    let (s, u) = solve(penalty)
    let rest =
      squareOfGiven - 2 * of(penalty, givenDirections)
      + penalty.factor * of(penalty, squaresOfDirections)
    let residual =
      rest - s * (givenData - of(penalty, dataDirections))
      - u * (givenSlope - of(penalty, slopeDirections))
    return residual
      <= nearness * nearness * max(squareOfGiven, floor * floor, .leastNormalMagnitude)
  }

  /// Whether some factor brings s B + P near.
  func isNear(_ penalty: Question.Penalty, factor: Double, _ nearness: Double) -> Bool {
    let square =
      factor * factor * squareOfData + 2 * factor * of(penalty, dataDirections)
      + penalty.factor * of(penalty, squaresOfDirections)
    let product = factor * givenData + of(penalty, givenDirections)
    guard product > 0, product < square else { return false }
    return squareOfGiven - product * product / square <= nearness * nearness * squareOfGiven
  }

  /// s B + P.
  func array(_ penalty: Question.Penalty, factor: Double) -> Matrix {
    guard penalty.factor != 0 else { return data.mapping { factor * $0 } }
    return data.mapping(directions[penalty.direction]) { factor * $0 + penalty.factor * $1 }
  }

  /// ‖given - (s B + u B' + P)‖ over the larger norm.
  func distance(_ penalty: Question.Penalty, factor: Double, slope u: Double) -> Double {
    var array = array(penalty, factor: factor)
    if let slope, u != 0 { array = array.mapping(slope) { $0 + u * $1 } }
    return given.distance(from: array, times: 1, atLeast: floor)
  }
}

extension Matrix {
  /// Σ a b over all entries.
  func inner(_ other: Matrix) -> Double {
    values.withUnsafeBufferPointer { a in
      other.values.withUnsafeBufferPointer { b in
        var sums = SIMD8<Double>.zero
        var i = 0
        while i + 8 <= a.count {
          for k in 0..<8 { sums[k] += a[i + k] * b[i + k] }
          i += 8
        }
        var sum = sums.sum()
        while i < a.count {
          sum += a[i] * b[i]
          i += 1
        }
        return sum
      }
    }
  }

  /// ‖self - factor · other‖ over the larger norm, 0 when both are 0; NaN when an entry is.
  ///
  /// - Parameter smallest: what the larger norm counts at least.
  func distance(
    from other: Matrix, times factor: Double, atLeast smallest: Double = 0
  ) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    let difference = mapping(other) { $0 - factor * $1 }.norm
    if difference == 0 { return 0 }
    return difference / max(norm, factor.magnitude * other.norm, smallest)
  }
}

extension [Mistake] {
  /// Each once; `array-scaled` once for each array.
  var withoutRepeats: [Mistake] {
    reduce(into: []) { result, mistake in
      if !result.contains(where: { $0.key == mistake.key }) { result.append(mistake) }
    }
  }
}

extension Mistake {
  /// What makes two of them one: the name and, where it is of one array, that array.
  var key: String { hasRatio ? "\(name) \(constants.array)" : name }
}
