/// Goes through somebody's arrays from the output back and keeps what they say of each layer's
/// delta.
struct Diagnostician {
  private let given: ForeignArrays
  /// Complete and right, whatever the session trains with.
  private let trace: Trace
  private let objective: Objective
  private var judged: [Judged] = []

  /// An array with all that explains it.
  struct Judged {
    let name: ArrayName
    /// The cheapest first; empty when nothing does.
    var options: [Cause]
    let distanceFromRight: Double
    let worst: ArrayDiagnosis.Deviation?
  }

  init(_ given: ForeignArrays, _ trace: Trace, _ objective: Objective) {
    self.given = given
    self.objective = Objective(loss: objective.loss, l2: objective.l2)
    var right = trace
    right.recomputeFromForward(self.objective)
    self.trace = right
  }

  /// nil when it was ended.
  mutating func run(proceeds: () -> Bool) -> Diagnosis? {
    var next: [DeltaHypothesis] = []
    var isKnown = true
    for layer in (1...trace.depth).reversed() {
      let hypotheses =
        layer == trace.depth
        ? trace.outputHypotheses(objective)
        : trace.hiddenHypotheses(
          layer: layer, from: next, objective,
          nextGradient: given.weightGradients[layer + 1].flatMap { $0.isFinite ? $0 : nil },
          limit: isKnown ? .infinity : 2)
      guard proceeds(),
        let (known, isFound) = judge(layer, hypotheses, proceeds)
      else { return nil }
      (next, isKnown) = (known, isFound)
    }
    return diagnosis
  }

  // MARK: One layer

  /// Judges a layer's arrays.
  ///
  /// - Returns: what its delta may have been, and whether the arrays say so; nil when it was ended.
  private mutating func judge(
    _ layer: Int, _ hypotheses: [DeltaHypothesis], _ proceeds: () -> Bool
  ) -> ([DeltaHypothesis], Bool)? {
    var hypotheses = hypotheses
    var found: [DeltaHypothesis] = []
    if let delta = given.deltas[layer], delta.isFinite {
      guard let options = judge(ArrayName(.delta, layer), hypotheses, proceeds) else { return nil }
      let theirs = theirDelta(delta, options)
      hypotheses = theirs + hypotheses
      found = Array(theirs.prefix(1))
    } else if given.deltas[layer] != nil {
      guard judge(ArrayName(.delta, layer), [], proceeds) != nil else { return nil }
    }
    for kind in [ArrayName.Kind.weightGradient, .biasGradient] {
      let name = ArrayName(kind, layer)
      guard given[name] != nil else { continue }
      guard let options = judge(name, hypotheses, proceeds) else { return nil }
      guard found.isEmpty, let cost = options.first?.cost else {
        // What hardly shows in dW may show in db; that it is another one there is less likely.
        let others = options.map(\.delta).filter { delta in
          !delta.keys.isEmpty && !found.contains { $0.keys == delta.keys }
        }
        found += others.prefix(2).map { delta in
          var delta = delta
          delta.cost = 2
          return delta
        }
        continue
      }
      found = options.filter { $0.cost < cost + 0.5 }.map(\.delta)
      // The same delta is at work in db, at hardly any cost.
      hypotheses =
        found.map { delta in
          var delta = delta
          delta.cost = delta.inherited.isEmpty && delta.own.isEmpty ? 0 : 0.1
          return delta
        } + hypotheses
    }
    guard found.isEmpty else {
      // Nor does it have to be what goes further back.
      var right = DeltaHypothesis(delta: trace.delta[layer - 1])
      right.cost = 0.5
      let isRight = found.contains { $0.own.isEmpty && $0.inherited.isEmpty && !$0.isUnknown }
      return (found + (isRight ? [] : [right]), true)
    }
    return (hypotheses.filter { $0.cost <= 1.5 && $0.slope == nil }, false)
  }

  /// What the rest is computed from when a delta is given: where we can compute it, that, without
  /// the noise in it, and for dW and db theirs too.
  private func theirDelta(_ delta: Matrix, _ options: [Cause]) -> [DeltaHypothesis] {
    var theirs = DeltaHypothesis(delta: delta)
    theirs.isGiven = true
    guard let option = options.first else {
      theirs.isUnknown = true
      return [theirs]
    }
    if option.isConvention { theirs.delta = delta.mapping { $0 * Double(trace.batch.count) } }
    theirs.own = option.mistakes
    theirs.isUnknown = option.delta.isUnknown
    guard option.isDelta, !theirs.isUnknown else { return [theirs] }
    var ours = theirs
    ours.delta = option.delta.delta
    return [ours, theirs]
  }

  // MARK: One array

  /// All that explains an array; nil when it was ended.
  private mutating func judge(
    _ name: ArrayName, _ hypotheses: [DeltaHypothesis], _ proceeds: () -> Bool
  ) -> [Cause]? {
    let array = given[name]!
    var judgement = Judged(
      name: name, options: [],
      distanceFromRight: array.isFinite
        ? array.distance(from: right(name)) : .infinity,
      worst: deviation(name, array))
    if array.isFinite {
      let question = Question(
        name, array, right: right(name), in: trace, objective, previous: previous(name))
      guard var options = search(question, hypotheses, proceeds) else { return nil }
      if options.isEmpty, name.layer == trace.depth, name.kind != .biasGradient {
        guard let shuffled = search(question, shuffled(question), proceeds) else { return nil }
        options = shuffled
      }
      judgement.options = options
    }
    judged.append(judgement)
    return judgement.options
  }

  private func deviation(_ name: ArrayName, _ array: Matrix) -> ArrayDiagnosis.Deviation? {
    let right = right(name)
    guard array.count == right.count, array.count > 0 else { return nil }
    func error(_ i: Int) -> Double {
      array.values[i].isFinite ? abs(array.values[i] - right.values[i]) : .infinity
    }
    let worst = array.values.indices.reduce(0) { error($1) > error($0) ? $1 : $0 }
    let place = worst.quotientAndRemainder(dividingBy: array.columns)
    return ArrayDiagnosis.Deviation(
      index: name.kind == .biasGradient ? [worst] : [place.quotient, place.remainder],
      given: array.values[worst], right: right.values[worst])
  }

  private func right(_ name: ArrayName) -> Matrix {
    let l = name.layer - 1
    switch name.kind {
    case .delta: return trace.delta[l]
    case .biasGradient: return asRow(trace.gradients[l].biases)
    default: return trace.gradients[l].weights
    }
  }

  private func previous(_ name: ArrayName) -> Matrix? {
    if let theirs = given.previous(name) { return theirs.isFinite ? theirs : nil }
    guard let ours = trace.previousGradients?[name.layer - 1] else { return nil }
    switch name.kind {
    case .weightGradient: return ours.weights
    case .biasGradient: return asRow(ours.biases)
    default: return nil
    }
  }

  private func search(
    _ question: Question, _ hypotheses: [DeltaHypothesis], _ proceeds: () -> Bool
  ) -> [Cause]? {
    let narrow = question.narrowed(trace)
    let sorted = hypotheses.sorted { $0.cost < $1.cost }
    var found: [Cause] = []
    var start = 0
    while start < sorted.count {
      guard proceeds() else { return nil }
      // The same formula needs no dearer explanation, and one that is right but for rounding
      // hardly.
      let exact = found.filter { $0.distance < Diagnosis.sameBelow }.map(\.cost).min()
      if let exact, sorted[start].cost > exact + 0.5 { break }
      if let near = found.map(\.cost).min(), sorted[start].cost > near + 1 { break }
      let end = min(
        sorted[start...].firstIndex { $0.cost > sorted[start].cost } ?? sorted.count, start + 64)
      let (first, trace, objective) = (start, trace, objective)
      found += Engine.current.map(0..<end - start) { i in
        question.explanations(sorted[first + i], trace, objective, narrow: narrow)
      }
      .flatMap { $0 }
      start = end
    }
    return found.accepted(sameBelow: question.sameBelow)
  }

  /// Deltas with targets in another order, read from a given delta or solved from dW.
  private func shuffled(_ question: Question) -> [DeltaHypothesis] {
    let scales = question.scales.filter { $0.mistakes.count < 2 }
    if question.name.kind == .delta {
      return scales.flatMap { scale in
        trace.shuffled(
          matching: question.given.mapping { $0 / scale.factor }, objective)
      }
    }
    let zero = question.given.mapping { _ in 0 }
    let below = (1..<trace.depth).compactMap { layer -> Matrix? in
      guard let theirs = given.weightGradients[layer] else { return nil }
      let l2 = trace.l2Gradient(layer: layer, with: nil, objective).weights
      return trace.outputDelta(solving: theirs.minus(l2), ofLayer: layer)
    }
    let solved = below.flatMap { trace.shuffled(matching: $0, objective) }
    return solved
      + scales.flatMap { scale in
        question.penalties.filter { $0.mistakes.count < 2 }.flatMap { penalty in
          let (factor, index) = (penalty.multiple.factor, penalty.multiple.direction)
          let direction = factor == 0 ? zero : question.directions[index]
          let data = question.given.mapping(direction) { ($0 - factor * $1) / scale.factor }
          guard let delta = trace.outputDelta(solving: data, ofLayer: trace.depth) else {
            return [DeltaHypothesis]()
          }
          return trace.shuffled(matching: delta, objective)
        }
      }
  }

  // MARK: All arrays

  private var diagnosis: Diagnosis {
    var arrays = judged
    arrays.settleCommonFactor()
    let fewest = FewestMistakes(arrays, objective.setting(trace.layers))
    var diagnosis = Diagnosis()
    for (array, choice) in zip(arrays, fewest.choices) {
      diagnosis.arrays.append(ArrayDiagnosis(array, choice: choice))
    }
    diagnosis.mistakes = fewest.mistakes.map { mistake in
      var mistake = mistake
      if case .commonFactor = mistake.open { mistake.constants.normBound = normBound(arrays) }
      return mistake
    }
    if let cost = given.cost {
      diagnosis.cost = CostDiagnosis(cost, trace, objective, mistakes: diagnosis.mistakes)
    }
    return diagnosis
  }

  /// The norm of all gradients after clipping: theirs, or as far as they are not there, ours times
  /// the factor.
  private func normBound(_ arrays: [Judged]) -> Double {
    let factor = arrays.lazy.flatMap(\.options).compactMap(\.commonFactor).first ?? 1
    let squares = (1...trace.depth).flatMap { layer in
      [ArrayName.Kind.weightGradient, .biasGradient].map { kind in
        let name = ArrayName(kind, layer)
        return given[name]?.sumOfSquares ?? factor * factor * right(name).sumOfSquares
      }
    }
    return squares.sum.squareRoot()
  }
}

extension Trace {
  /// Loss, deltas and gradients anew; forward only what is not there yet.
  fileprivate mutating func recomputeFromForward(_ objective: Objective) {
    complete(objective)
    for phase in Phase.all(depth: depth).dropLast().drop(while: { $0 != .loss }) {
      run(phase, objective)
    }
  }
}
