/// What a layer's delta may have been, and through which mistakes.
struct DeltaHypothesis: Sendable {
  /// (N, outputs).
  var delta: Matrix
  /// What the number that a mistake leaves open adds to it, once.
  var slope: Matrix?
  /// Of later layers' deltas.
  var inherited: [Mistake] = []
  /// Of this one.
  var own: [Mistake] = []
  /// How much has to be assumed for it.
  var cost = 0.0
  /// A given delta that no mistake explains.
  var isUnknown = false
  /// Somebody's own array, and not one computed for them.
  var isGiven = false

  /// With the open number found.
  func solved(_ value: Double) -> DeltaHypothesis {
    guard let slope else { return self }
    var result = self
    result.delta = delta.mapping(slope) { $0 + value * $1 }
    result.slope = nil
    result.own = own.map { mistake in
      guard case .linear(let set) = mistake.open else { return mistake }
      var solved = mistake
      set(value, &solved.constants)
      return solved
    }
    return result
  }
}

extension Trace {
  /// delta_L, right and with each mistake that has nothing left to be found.
  func outputHypotheses(_ objective: Objective) -> [DeltaHypothesis] {
    let setting = objective.setting(layers)
    let right = DeltaHypothesis(delta: delta[depth - 1])
    return [right]
      + Mistake.all.filter { $0.group == .outputDelta && $0.applies(to: setting) }
      .flatMap(\.variants)
      .compactMap { mistake in
        guard let delta = outputDelta(with: mistake, objective), delta.isFinite else { return nil }
        return DeltaHypothesis(delta: delta, own: [mistake], cost: 1)
      }
  }

  /// delta_l of a hidden layer, with at most two mistakes of its own.
  ///
  /// - Parameters:
  ///   - next: what delta_l+1 may have been.
  ///   - nextGradient: their dW_l+1, for who updates too early.
  func hiddenHypotheses(
    layer: Int, from next: [DeltaHypothesis], _ objective: Objective, nextGradient: Matrix?,
    limit: Double
  ) -> [DeltaHypothesis] {
    let singles = Mistake.all.filter {
      $0.group == .hiddenDelta && $0.layers(in: objective.setting(layers)).contains(layer)
    }
    let pairs = singles.indices.flatMap { i in
      singles[..<i].compactMap { first in
        first.rules.isDisjoint(in: singles[i].rules) ? [first, singles[i]] : nil
      }
    }
    let ways = [[]] + singles.map { [$0] } + pairs
    let tasks = next.flatMap { next in
      ways.filter { next.cost + Double($0.count) <= max(limit, next.cost) }.map { (next, $0) }
    }
    return Engine.current.map(0..<tasks.count) { i in
      let (next, own) = tasks[i]
      return hiddenHypotheses(layer, next, own, objective, nextGradient)
    }
    .flatMap { $0 }
    .withoutSupersets
  }

  private func hiddenHypotheses(
    _ layer: Int, _ next: DeltaHypothesis, _ own: [Mistake], _ objective: Objective,
    _ nextGradient: Matrix?
  ) -> [DeltaHypothesis] {
    let rules = own.reduce(Rules()) { $0.merging($1.rules) }
    func delta(_ constants: Mistake.Constants, _ gradient: Matrix?) -> Matrix {
      hiddenDelta(
        layer: layer, from: next.delta, rules, constants, objective, nextGradient: gradient)
    }
    var hypothesis = DeltaHypothesis(
      delta: Matrix(rows: 0, columns: 0), inherited: next.inherited + next.own, own: own,
      cost: next.cost + Double(own.count), isUnknown: next.isUnknown)
    guard let set = own.lazy.compactMap(\.linearConstant).first else {
      hypothesis.delta = delta(Mistake.Constants(), nil)
      return hypothesis.delta.isFinite ? [hypothesis] : []
    }
    // Whoever updates too early does it with a gradient of their own.
    return [nil, nextGradient].prefix(nextGradient == nil ? 1 : 2).compactMap { gradient in
      var constants = Mistake.Constants()
      set(0, &constants)
      hypothesis.delta = delta(constants, gradient)
      set(1, &constants)
      hypothesis.slope = delta(constants, gradient).minus(hypothesis.delta)
      return hypothesis.delta.isFinite && hypothesis.slope!.isFinite ? hypothesis : nil
    }
  }
}

extension [DeltaHypothesis] {
  /// Of those with the same delta, bit by bit, the ones that need no mistake which another does
  /// without: what ignores delta_l+1 does not care what was wrong with it.
  fileprivate var withoutSupersets: [DeltaHypothesis] {
    var groups: [[Double]: [Int]] = [:]
    for (i, hypothesis) in enumerated() {
      let slope = hypothesis.slope?.values ?? []
      let key = [hypothesis.delta.values.sum, hypothesis.delta.sumOfSquares, slope.sum]
      groups[key, default: []].append(i)
    }
    var result = self
    var dropped: Set<Int> = []
    for group in groups.values where group.count > 1 {
      for i in group {
        let keys = self[i].keys
        for k in group where keys.isStrictSubset(of: self[k].keys) {
          result[i].cost = Swift.min(result[i].cost, self[k].cost)
          dropped.insert(k)
        }
      }
    }
    return result.indices.filter { !dropped.contains($0) }.map { result[$0] }
  }
}

extension DeltaHypothesis {
  /// Which mistakes it takes.
  var keys: Set<String> { Set((inherited + own).map(\.key)) }
}

extension Mistake {
  /// With each of the few numbers it may have in it; none when they have to be found otherwise.
  var variants: [Mistake] {
    switch open {
    case .oneOf(let choices):
      choices.map { constants in
        var variant = self
        variant.constants = constants
        return variant
      }
    case .targetOrder: []
    default: [self]
    }
  }

  fileprivate var linearConstant: (@Sendable (Double, inout Constants) -> Void)? {
    if case .linear(let set) = open { set } else { nil }
  }
}

extension Rules {
  /// Whether no place on the way back to a hidden delta has a rule in both.
  fileprivate func isDisjoint(in other: Rules) -> Bool {
    (sentBack == nil || other.sentBack == nil) && (product == nil || other.product == nil)
      && (slope == nil || other.slope == nil)
  }

  fileprivate func merging(_ other: Rules) -> Rules {
    Rules(
      sentBack: sentBack ?? other.sentBack, product: product ?? other.product,
      slope: slope ?? other.slope)
  }
}
