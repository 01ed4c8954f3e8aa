/// One of somebody's arrays, and what may have gone into it besides delta:
///
///     array = scale · rule(delta) + penalty, through a mistake that acts on the whole
struct Question: Sendable {
  let name: ArrayName
  /// Biases as a row.
  let given: Matrix
  /// Above this distance it is another formula.
  let tolerance: Double
  /// Below this one nothing is learned from which of two formulas is nearer.
  let sameBelow: Double
  /// A norm below which the array is nothing but rounding: the sum of delta over a softmax's units
  /// is 0, and what is left of it has no meaning. A hundredth of the right array's.
  let floor: Double
  /// Ways from delta to the data's part; nil is the right one.
  let rules: [Mistake?]
  /// Factors on the data's part, the right one first.
  let scales: [Scale]
  /// What the regulariser may have added, the right one first.
  let penalties: [Penalty]
  /// What the penalties are multiples of.
  let directions: [Matrix]
  /// Every scale with every penalty, the fewest mistakes first; two at most.
  let mixtures: [Mixture]
  /// `array-scaled`: the factor is anybody's.
  let freeScales: [Mistake]
  /// `gradient-clipped`, with its bound; `gradient-accumulated`.
  let wrappers: [Mistake]
  /// `gradient-norm-clipped`: one factor on all arrays.
  let commonScales: [Mistake]
  /// Their gradient of the minibatch before.
  let previous: Matrix?

  /// The rows that a hypothesis is tried on before the others: those of the largest norm.
  let rows: [Int]
  let sketch: Matrix
  let directionSketches: [Matrix]

  struct Scale: Sendable {
    let factor: Double
    var mistakes: [Mistake] = []
    var cost = 0.0
    var isConvention = false
  }

  /// What the regulariser may have added.
  struct Penalty: Sendable {
    let multiple: Multiple
    var mistakes: [Mistake] = []
    var cost: Double { Double(mistakes.count) }

    init(_ factor: Double, direction: Int = 0, _ mistakes: [Mistake] = []) {
      multiple = Multiple(factor: factor, direction: direction)
      self.mistakes = mistakes
    }
  }

  /// `factor` times a direction.
  struct Multiple: Sendable {
    let factor: Double
    let direction: Int
  }

  /// A scale and a penalty, of `count` mistakes.
  struct Mixture: Sendable {
    let factor: Double
    let penalty: Multiple
    let count, scaleIndex, penaltyIndex: Int
  }
}

extension Question {
  init(
    _ name: ArrayName, _ given: Matrix, right: Matrix, in trace: Trace, _ objective: Objective,
    previous: Matrix?
  ) {
    let layer = name.layer
    let here = Mistake.all.map { mistake in
      guard case .ratio = mistake.open else { return mistake }
      var aimed = mistake
      aimed.constants.array = name
      return aimed
    }
    .filter {
      $0.changesGradients && $0.layers(in: objective.setting(trace.layers)).contains(layer)
    }
    let isBias = name.kind == .biasGradient
    let isGradient = isBias || name.kind == .weightGradient

    self.name = name
    self.given = given
    self.previous = previous
    let isSingle = given.isSinglePrecision
    tolerance = isSingle ? 1e-4 : Verdict.differsAbove
    sameBelow = isSingle ? 1e-6 : Diagnosis.sameBelow
    floor = 1e-2 * right.norm
    rules =
      !isGradient
      ? [nil]
      : [nil] + here.filter { isBias ? $0.rules.biases != nil : $0.rules.weights != nil }
    freeScales = here.filter { $0.rules.scale != nil && $0.hasRatio }
    scales = Scale.all(
      here.filter { $0.rules.scale != nil && !$0.hasRatio }, trace, objective, name)
    (penalties, directions) = Penalty.all(isGradient ? here : [], trace, objective, name)
    let (scales, penalties) = (scales, penalties)
    mixtures = scales.indices.flatMap { i in
      penalties.indices.map { k in
        Mixture(
          factor: scales[i].factor, penalty: penalties[k].multiple,
          count: scales[i].mistakes.count + penalties[k].mistakes.count, scaleIndex: i,
          penaltyIndex: k)
      }
    }
    .filter { $0.count <= 2 }.sorted { $0.count < $1.count }
    commonScales = isGradient ? here.filter { $0.rules.whole != nil } : []
    let bound = given.norm > 1e-2 * floor ? given.piledUpEntry : nil
    wrappers =
      !isGradient
      ? []
      : here.filter { $0.rules.array != nil }.compactMap { mistake in
        if mistake.needsPreviousGradients { return previous == nil ? nil : mistake }
        guard case .largestEntry = mistake.open else { return mistake }
        guard let bound else { return nil }
        var bounded = mistake
        bounded.constants.entryBound = bound
        return bounded
      }
    rows = given.largestRows(24)
    sketch = given.rows(rows)
    let rows = rows
    directionSketches = directions.map { $0.rows(rows) }
  }

  /// The data's part out of a delta, of all rows or of those of the sketch.
  func data(
    _ delta: Matrix, _ rule: Mistake?, _ trace: Trace, _ objective: Objective, isSketch: Bool,
    narrow: Trace
  ) -> Matrix {
    switch name.kind {
    case .biasGradient:
      return asRow(trace.dataBiases(layer: name.layer, from: delta, with: rule, objective))
    case .weightGradient:
      let isNarrow = isSketch && rule?.rules.reordersWeights != true
      let result = (isNarrow ? narrow : trace).dataWeights(
        layer: name.layer, from: delta, with: rule, objective)
      return isSketch && !isNarrow ? result.rows(rows) : result
    default: return isSketch ? delta.rows(rows) : delta
    }
  }

  /// What a wrapper makes of a hypothesis.
  func wrap(
    _ array: Matrix, _ wrapper: Mistake, _ trace: Trace, _ objective: Objective, isSketch: Bool
  ) -> Matrix {
    let none = Gradient(weights: Matrix(rows: 0, columns: 0), biases: [])
    let isBias = name.kind == .biasGradient
    func gradient(_ matrix: Matrix) -> Gradient {
      isBias
        ? Gradient(weights: none.weights, biases: matrix.values)
        : Gradient(weights: matrix, biases: [])
    }
    var point = Point(
      trace, layer: name.layer, objective, wrapper.constants, delta: none.weights)
    point.gradients = Array(repeating: none, count: trace.depth)
    point.gradients[name.layer - 1] = gradient(array)
    if let previous {
      point.previous = Array(repeating: none, count: trace.depth)
      point.previous![name.layer - 1] = gradient(isSketch ? previous.rows(rows) : previous)
    }
    let result = wrapper.rules.array!.compute(point)
    return isBias ? asRow(result.biases) : result.weights
  }

  /// The pass with only the inputs of the layer that the sketch needs.
  func narrowed(_ trace: Trace) -> Trace {
    guard name.kind == .weightGradient else { return trace }
    var narrow = trace
    if name.layer == 1 {
      narrow.batch.x = trace.batch.x.columns(rows)
    } else {
      narrow.a[name.layer - 2] = trace.a[name.layer - 2].columns(rows)
      narrow.z[name.layer - 2] = trace.z[name.layer - 2].columns(rows)
    }
    return narrow
  }
}

// MARK: - Parts of a matrix

extension Matrix {
  func rows(_ indices: [Int]) -> Matrix {
    indices.count == rows
      ? self
      : Matrix(rows: indices.count, columns: columns, values: indices.flatMap { row($0) })
  }

  func columns(_ indices: [Int]) -> Matrix {
    indices.count == columns
      ? self
      : Matrix(
        rows: rows, columns: indices.count,
        values: (0..<rows).flatMap { row in indices.map { self[row, $0] } })
  }

  /// The rows of largest norm, in order.
  fileprivate func largestRows(_ count: Int) -> [Int] {
    guard rows > count else { return Array(0..<rows) }
    let norms = (0..<rows).map { row($0).reduce(0) { $0 + $1 * $1 } }
    return Array((0..<rows).sorted { norms[$0] > norms[$1] }.prefix(count)).sorted()
  }

  /// The largest magnitude, when several entries have it but for rounding; nil when none has.
  fileprivate var piledUpEntry: Double? {
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    let pile = values.filter { $0.magnitude > largest * (1 - 5e-5) }
    guard largest > 0, pile.count > 1 else { return nil }
    return pile.reduce(0) { $0 + $1.magnitude } / Double(pile.count)
  }
}
