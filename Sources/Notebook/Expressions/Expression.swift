import Backprop

/// What can be computed from a training at a stop, as `print`, `until`, `break`, `watch`, `display`
/// and `expect` read it: numbers, arrays and conditions. `help expressions` explains the language.
///
///     let expression = try Expression("norm(dW1) / norm(W1) < 1%", depth: 2)
///     var scope = Scope(training, previous: nil)
///     try expression.condition(in: &scope)  // false
struct Expression: Equatable, Sendable {
  /// As typed, without the space around it and a comment behind it.
  let text: String
  let root: Node

  /// - Parameter depth: that of the network, when there is one: a layer it does not have is an error.
  /// - Throws: a sentence, the expression, and below it a caret where reading it failed.
  init(_ text: some StringProtocol, depth: Int?) throws {
    let typed = text.prefix { $0 != "#" }.trimmed
    var parser = try ExpressionParser(typed, depth: depth)
    root = try parser.parse()
    self.text = String(typed)
  }

  /// One that must be a condition.
  init(condition text: some StringProtocol, depth: Int?) throws {
    try self.init(text, depth: depth)
    try requireCondition()
  }

  /// - Throws: when it is a number or an array; the sentence says what to write.
  func requireCondition() throws {
    guard !root.isTruth else { return }
    let way =
      root.isArray ? "norm(\(text)) < 0.5, or \(text) == 0 for every entry" : "\(text) < 0.5"
    throw CommandError(
      "\"\(text)\" is \(root.isArray ? "an array" : "a number"), not a condition. Compare it, as in "
        + "\(way)")
  }

  /// The latest phase that makes something it reads, `old(…)` apart; nil when it needs none.
  func neededPhase(depth: Int) -> Phase? {
    root.phases(depth: depth).max { $0.position(depth: depth) < $1.position(depth: depth) }
  }

  /// - Throws: when it reads an entry that an array does not have, and the array is there to say so.
  func requireEntries(in training: Training) throws {
    var scope = Scope(training, previous: nil)
    for case .array(let name, let subscripts) in root.arrays where training.has(name) {
      _ = try scope.array(name, subscripts)
    }
  }

  /// Whether it asks for the previous stop: `old(…)` or `change(…)`.
  var usesOld: Bool { root.usesOld }

  func value(in scope: inout Scope) throws -> ExpressionValue { try scope.value(of: root) }

  /// Whether it holds.
  ///
  /// - Throws: when it is no condition.
  func condition(in scope: inout Scope) throws -> Bool { try verdict(in: &scope).holds }

  /// Whether it holds, and the comparisons that decide so.
  func verdict(in scope: inout Scope) throws -> Verdict {
    try requireCondition()
    return try scope.verdict(on: root)
  }
}

/// The syntax tree.
indirect enum Node: Hashable, Sendable {
  case number(Double)
  case scalar(Scalar)
  /// An array of the training, with one list of subscripts a pair of brackets.
  case array(ArrayName, [[Subscript]])
  /// Brackets behind something in parentheses, which errors call `text`.
  case slice(Node, text: String, [[Subscript]])
  case minus(Node)
  case arithmetic(Arithmetic, Node, Node)
  /// |x|, entry by entry.
  case magnitude(Node)
  case measure(Measure, Node)
  case layerMeasure(LayerMeasure, layers: [Int])
  /// `a < b <= c`: one comparison fewer than sides.
  case comparison([Side], [Comparison])
  case not(Node)
  case and(Node, Node)
  case or(Node, Node)
  case old(Node)
  case change(Node)

  /// One side of a comparison, as typed too.
  struct Side: Hashable, Sendable {
    let node: Node
    let text: String
  }
}

// MARK: - What is known without a value

extension Node {
  var children: [Node] {
    switch self {
    case .number, .scalar, .array, .layerMeasure: []
    case .slice(let node, _, _), .minus(let node), .magnitude(let node), .measure(_, let node),
      .not(let node), .old(let node), .change(let node):
      [node]
    case .arithmetic(_, let left, let right), .and(let left, let right), .or(let left, let right):
      [left, right]
    case .comparison(let sides, _): sides.map(\.node)
    }
  }

  /// Whether it is true or false, and not a number or an array.
  var isTruth: Bool {
    switch self {
    case .comparison, .not, .and, .or: true
    case .old(let node): node.isTruth
    default: false
    }
  }

  /// Whether it has axes; `W1[0, 1]` has none.
  var isArray: Bool { !isTruth && rank > 0 }

  private var rank: Int {
    func dropped(_ subscripts: [[Subscript]]) -> Int {
      subscripts.joined().count { if case .index = $0 { true } else { false } }
    }
    switch self {
    case .number, .scalar, .measure, .layerMeasure, .comparison, .not, .and, .or: return 0
    case .array(let name, let subscripts): return name.kind.rank - dropped(subscripts)
    case .slice(let node, _, let subscripts): return node.rank - dropped(subscripts)
    case .minus, .magnitude, .arithmetic, .old, .change: return children.map(\.rank).max() ?? 0
    }
  }

  var usesOld: Bool {
    switch self {
    case .old, .change: true
    default: children.contains { $0.usesOld }
    }
  }

  /// Whether its value depends on a training, and not on numbers alone.
  var readsTraining: Bool {
    switch self {
    case .scalar, .array, .layerMeasure, .old, .change: true
    default: children.contains { $0.readsTraining }
    }
  }

  /// The arrays that it reads at this stop.
  var arrays: [Node] {
    switch self {
    case .array: [self]
    case .old: []
    default: children.flatMap(\.arrays)
    }
  }

  /// The phases that make what it reads at this stop.
  func phases(depth: Int) -> [Phase] {
    switch self {
    case .scalar(let scalar): scalar.phase.map { [$0] } ?? []
    case .array(let name, _): name.madeBy(depth: depth).map { [$0] } ?? []
    case .layerMeasure(let measure, let layers): [measure.phase(layers)]
    case .old: []
    default: children.flatMap { $0.phases(depth: depth) }
    }
  }
}

extension ArrayName.Kind {
  /// How many axes such an array has.
  fileprivate var rank: Int {
    switch self {
    case .labels, .biases, .biasGradient, .biasUpdate: 1
    default: 2
    }
  }
}
