// What a question may have for its scales and penalties.

extension Question.Scale {
  /// 1, every scale, and two of them together. A delta may have the 1/N in it that is ours to add.
  static func all(
    _ mistakes: [Mistake], _ trace: Trace, _ objective: Objective, _ name: ArrayName
  ) -> [Self] {
    let singles = mistakes.map { mistake in
      let point = Point(
        trace, layer: name.layer, objective, mistake.constants,
        delta: Matrix(rows: 0, columns: 0))
      return Self(
        factor: mistake.rules.scale!.factor(point, name.kind == .biasGradient),
        mistakes: [mistake], cost: 1)
    }
    .filter { $0.factor != 1 }
    let pairs = singles.indices.flatMap { i in
      singles[..<i].map { first in
        Self(
          factor: first.factor * singles[i].factor, mistakes: first.mistakes + singles[i].mistakes,
          cost: 2)
      }
    }
    .filter { pair in pair.factor != 1 && !singles.contains { $0.factor == pair.factor } }
    let convention =
      name.kind == .delta && trace.batch.count > 1
      ? [Self(factor: 1 / Double(trace.batch.count), cost: 0.1, isConvention: true)] : []
    return [Self(factor: 1)] + convention + singles + pairs
  }
}

extension Question.Penalty {
  /// λW, none, what each mistake has in its place, and two factors together.
  static func all(
    _ mistakes: [Mistake], _ trace: Trace, _ objective: Objective, _ name: ArrayName
  ) -> ([Self], [Matrix]) {
    let isBias = name.kind == .biasGradient
    func array(_ mistake: Mistake?) -> Matrix {
      let gradient = trace.l2Gradient(layer: name.layer, with: mistake, objective)
      return isBias ? asRow(gradient.biases) : gradient.weights
    }
    guard name.kind == .weightGradient || isBias else { return ([Self(0)], []) }
    var directions: [Matrix] = []
    func penalty(_ array: Matrix, _ mistakes: [Mistake]) -> Self {
      let square = array.sumOfSquares
      guard square > 0 else { return Self(0, mistakes) }
      for (i, direction) in directions.enumerated() {
        let factor = array.inner(direction) / direction.sumOfSquares
        if array.distance(from: direction, times: factor) < 1e-12 {
          return Self(factor, direction: i, mistakes)
        }
      }
      directions.append(array)
      return Self(1, direction: directions.count - 1, mistakes)
    }
    let right = penalty(array(nil), [])
    let singles = mistakes.filter {
      isBias ? $0.rules.biasPenalty != nil : $0.rules.penalty != nil
    }
    .map { penalty(array($0), [$0]) }
    let multiples =
      isBias
      ? []
      : singles.filter {
        $0.multiple.direction == 0 && $0.multiple.factor != 0
      }
    let known = ([right] + singles).map(\.multiple.factor)
    let pairs = multiples.indices.flatMap { i in
      multiples[..<i].map { first in
        Self(
          first.multiple.factor * multiples[i].multiple.factor,
          first.mistakes + multiples[i].mistakes)
      }
    }
    .filter { !known.contains($0.multiple.factor) }
    return ([right] + singles + pairs, directions)
  }
}

extension Mistake {
  var hasRatio: Bool { if case .ratio = open { true } else { false } }
}
