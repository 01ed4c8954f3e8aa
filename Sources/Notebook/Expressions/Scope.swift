import Backprop

/// Where expressions are evaluated: a stop, and the one before. It keeps what functions of arrays
/// came to, so that ten breakpoints on one norm compute it once. It also keeps the training's arrays
/// alive: drop it before training goes on, or they are copied.
struct Scope {
  /// How much every comparison gives way, as in `expect loss == 2 within 1e-6`.
  var slack = 0.0

  /// Nil for numbers alone.
  private let current: Stop?
  private let previous: Stop?
  private var isAtPrevious = false
  private var numbers: [Key: Double] = [:]
  private var updates: [Key: NamedArray] = [:]

  /// - Parameter previous: the training at the stop before, for `old` and `change`.
  init(_ training: Training?, previous: Training?) {
    current = training.map(Stop.init)
    self.previous = previous.map(Stop.init)
  }

  /// By reference: evaluation is recursive, and a training would take kilobytes of each call's stack.
  private final class Stop: Sendable {
    let training: Training
    init(_ training: Training) { self.training = training }
  }

  /// What has been computed already, and for which of the two stops.
  private struct Key: Hashable {
    let node: Node
    let isAtPrevious: Bool
  }

  private func key(_ node: Node) -> Key { Key(node: node, isAtPrevious: isAtPrevious) }

  private var training: Training {
    guard let stop = isAtPrevious ? previous ?? current : current else {
      preconditionFailure("an expression that reads a training needs one")
    }
    return stop.training
  }
}

extension Session {
  /// Where an expression is evaluated: at this stop. Numbers alone need no network.
  func scope(for expression: Expression) throws -> Scope {
    Scope(
      expression.root.readsTraining ? try requireTraining() : training, previous: previousStop)
  }
}

// MARK: - Values

extension Scope {
  mutating func value(of node: Node) throws -> ExpressionValue {
    switch node {
    case .number(let value): return .number(value)
    case .scalar(let scalar): return .number(try scalarValue(scalar))
    case .array(let name, let subscripts): return number(try array(name, subscripts))
    case .slice(let node, let text, let subscripts):
      let whole = try sliceable(try value(of: node), text)
      return number(try subscripts.reduce(whole) { try $0.sliced(by: $1, name: text) })
    case .minus(let node): return try map(node) { -$0 }
    case .magnitude(let node): return try map(node) { abs($0) }
    case .arithmetic(let arithmetic, let left, let right):
      return try combine(try value(of: left), try value(of: right), arithmetic)
    case .measure, .layerMeasure: return .number(try remembered(node))
    case .comparison, .not, .and, .or: return .truth(try verdict(on: node).holds)
    case .old(let node): return try atPreviousStop { try $0.value(of: node) }
    case .change(let node):
      let now = try value(of: node)
      return try combine(now, try atPreviousStop { try $0.value(of: node) }, .minus)
    }
  }

  private func scalarValue(_ scalar: Scalar) throws -> Double {
    if let phase = scalar.phase { try require(phase, for: scalar.name) }
    return scalar.value(training) ?? .nan
  }

  /// An array of the training, or a part of it.
  mutating func array(_ name: ArrayName, _ subscripts: [[Subscript]]) throws -> NamedArray {
    // A layer that was there when the expression was read, or a network that was not.
    let name = try ArrayName(name.description, depth: training.network.depth)
    if let phase = name.madeBy(depth: training.network.depth) {
      try require(phase, for: name.description)
    }
    let whole = try wholeArray(name)
    return try subscripts.reduce(whole) { try $0.sliced(by: $1, name: $0.name) }
  }

  /// What an update did is computed each time somebody asks.
  private mutating func wholeArray(_ name: ArrayName) throws -> NamedArray {
    guard name.kind == .weightUpdate || name.kind == .biasUpdate else {
      return try training.array(name)
    }
    let key = key(.array(name, []))
    if let known = updates[key] { return known }
    let array = try training.array(name)
    updates[key] = array
    return array
  }

  private mutating func remembered(_ node: Node) throws -> Double {
    if let known = numbers[key(node)] { return known }
    let result: Double
    switch node {
    case .measure(let measure, let argument):
      let values = try value(of: argument).entries
      guard !values.isEmpty || !measure.needsEntries else {
        throw CommandError(
          "\(measure.name) of nothing has no value: the slice selects no entry. Widen it.")
      }
      result = measure.value(values)
    case .layerMeasure(let measure, let layers): result = try self.measure(measure, layers)
    default: preconditionFailure("\(node) is no function")
    }
    numbers[key(node)] = result
    return result
  }

  private func measure(_ measure: LayerMeasure, _ layers: [Int]) throws -> Double {
    for layer in layers { try training.network.requireLayer(layer) }
    try require(measure.phase(layers), for: measure.text(layers))
    guard let trace = training.trace, let value = measure.value(training, trace, layers) else {
      throw CommandError(
        "\(measure.text(layers)) has no value: it is \(measure.formula), and the latter is 0.")
    }
    return value
  }

  /// - Throws: when it is not computed at the stop that is asked about.
  private func require(_ phase: Phase, for name: String) throws {
    guard isAtPrevious else { return try training.require(phase, for: name) }
    guard training.trace?.has(phase) == true else {
      throw CommandError(
        "\(name) was not computed at the previous stop, \"\(training.clock.phase)\" of step "
          + "\(training.clock.step): the phase \"\(phase)\" makes it.")
    }
  }

  private mutating func atPreviousStop<Result>(
    _ body: (inout Scope) throws -> Result
  ) throws -> Result {
    guard previous != nil else {
      throw CommandError(
        "There is no previous stop to compare with: old and change have a value from the second "
          + "stop on. Try: step")
    }
    isAtPrevious = true
    defer { isAtPrevious = false }
    return try body(&self)
  }

  private func sliceable(_ value: ExpressionValue, _ text: String) throws -> NamedArray {
    guard case .array(let array) = value else {
      throw CommandError("\(text) is a number and has no index. Leave the brackets out.")
    }
    return NamedArray(text, shape: array.shape, values: array.values)
  }

  /// An array without axes acts as a number.
  private func number(_ array: NamedArray) -> ExpressionValue {
    array.shape.isEmpty ? .number(array.values[0]) : .array(array)
  }

  private mutating func map(
    _ node: Node, _ function: (Double) -> Double
  ) throws -> ExpressionValue {
    switch try value(of: node) {
    case .array(let array):
      .array(NamedArray("", shape: array.shape, values: array.values.map(function)))
    case let other: .number(function(other.entries[0]))
    }
  }

  private func combine(
    _ left: ExpressionValue, _ right: ExpressionValue, _ arithmetic: Arithmetic
  ) throws -> ExpressionValue {
    guard let shape = try ExpressionValue.shape(left, right, for: arithmetic.rawValue) else {
      return .number(arithmetic(left.entries[0], right.entries[0]))
    }
    let values = ExpressionValue.pairs(left, right).map { arithmetic($0, $1) }
    return .array(NamedArray("", shape: shape, values: values))
  }
}

// MARK: - Conditions

extension Scope {
  mutating func verdict(on node: Node) throws -> Verdict {
    switch node {
    case .comparison(let sides, let comparisons): return try compare(sides, comparisons)
    case .not(let node):
      var verdict = try verdict(on: node)
      verdict.holds.toggle()
      return verdict
    case .and(let left, let right): return try join(left, right, decisive: false)
    case .or(let left, let right): return try join(left, right, decisive: true)
    case .old(let node):
      var verdict = try atPreviousStop { try $0.verdict(on: node) }
      verdict.decisions = verdict.decisions.map(\.old)
      return verdict
    default: preconditionFailure("\(node) is no condition")
    }
  }

  /// The left one when it is `decisive`, else the right one when it is, else both.
  private mutating func join(_ left: Node, _ right: Node, decisive: Bool) throws -> Verdict {
    let first = try verdict(on: left)
    if first.holds == decisive { return first }
    let second = try verdict(on: right)
    if second.holds == decisive { return second }
    return Verdict(holds: !decisive, decisions: first.decisions + second.decisions)
  }

  /// `a < b < c` is `a < b and b < c`.
  private mutating func compare(_ sides: [Node.Side], _ comparisons: [Comparison]) throws -> Verdict
  {
    var verdict = Verdict(holds: true, decisions: [])
    var left = try value(of: sides[0].node)
    for (i, comparison) in comparisons.enumerated() {
      let right = try value(of: sides[i + 1].node)
      _ = try ExpressionValue.shape(left, right, for: comparison.rawValue)
      let slack = slack
      let holds = ExpressionValue.pairs(left, right).allSatisfy {
        comparison.holds($0, $1, slack: slack)
      }
      let decision = Decision(
        left: sides[i], right: sides[i + 1], comparison: comparison, holds: holds,
        values: (left, right))
      if !holds { return Verdict(holds: false, decisions: [decision]) }
      verdict.decisions.append(decision)
      left = right
    }
    return verdict
  }
}

extension Decision {
  /// The same at the previous stop, in words.
  fileprivate var old: Decision {
    func old(_ side: Node.Side) -> Node.Side {
      if case .number = side.node { return side }
      return Node.Side(node: .old(side.node), text: "old(\(side.text))")
    }
    return Decision(
      left: old(left), right: old(right), comparison: comparison, holds: holds, values: values)
  }
}
