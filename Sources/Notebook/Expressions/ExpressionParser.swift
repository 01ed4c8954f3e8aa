import Backprop

/// Reads an expression: Python's precedence, from loosest to tightest `or`, `and`, `not`, comparisons,
/// `+ -`, `* /`, sign, `^`, brackets.
struct ExpressionParser {
  private let text: ExpressionText
  private let tokens: [Token]
  private let depth: Int?
  private var position = 0
  private var nesting = 0
  /// The parentheses that are open, innermost last.
  private var surroundings = [Surrounding(closer: nil, allowsTruth: true)]
  private var isInOld = false
  /// What was read last that an operator could follow.
  private var lastOperand = Node.number(0)

  /// How deep parentheses, signs and powers may stand in one another, and how many operations may
  /// wait for one another's results: reading and computing take stack for each.
  private static let nestingLimit = 100

  /// What ends the part that is being read.
  private struct Surrounding {
    /// `)`, or `,` between two arguments; nil at the outside.
    let closer: String?
    /// Whether it may be a condition.
    let allowsTruth: Bool
  }

  /// A part that was read, and the characters it takes.
  private struct Part {
    let node: Node
    let range: Range<Int>
  }

  /// - Throws: when the text is too long or has a number that is none.
  init(_ typed: Substring, depth: Int?) throws {
    text = try ExpressionText(typed)
    tokens = try text.tokens()
    self.depth = depth
  }

  /// - Throws: a sentence that says what could stand where reading failed, and a caret there.
  mutating func parse() throws -> Node {
    guard token.kind != .end else {
      throw CommandError(
        "There is no expression. Write, for example, norm(dW1) / norm(W1) or loss < 0.5")
    }
    let whole = try disjunction()
    guard token.kind == .end else { throw unexpected(after: whole) }
    // Level by level: `1 + 1 + …` is as deep as it is long.
    var (level, height) = ([whole.node], 0)
    while !level.isEmpty { (level, height) = (level.flatMap(\.children), height + 1) }
    guard height <= ExpressionParser.nestingLimit else {
      throw text.error(
        "The expression has too many operations, \(height) one upon another: "
          + "\(ExpressionParser.nestingLimit) are the limit.", at: whole.range.lowerBound)
    }
    return whole.node
  }
}

// MARK: - Conditions

extension ExpressionParser {
  private mutating func disjunction() throws -> Part {
    var left = try conjunction()
    while take(word: "or") {
      let right = try conjunction()
      left = Part(
        node: .or(try truth(left, for: "or"), try truth(right, for: "or")),
        range: left.range.joined(right.range))
    }
    return left
  }

  private mutating func conjunction() throws -> Part {
    var left = try negation()
    while take(word: "and") {
      let right = try negation()
      left = Part(
        node: .and(try truth(left, for: "and"), try truth(right, for: "and")),
        range: left.range.joined(right.range))
    }
    return left
  }

  private mutating func negation() throws -> Part {
    let start = token.range
    guard take(word: "not") else { return try comparison() }
    let inner = try nested(at: start) { try $0.negation() }
    return Part(node: .not(try truth(inner, for: "not")), range: start.joined(inner.range))
  }

  private mutating func comparison() throws -> Part {
    let first = try sum()
    var (sides, comparisons, range) = ([first], [Comparison](), first.range)
    while surroundings[surroundings.count - 1].allowsTruth, let comparison = comparisonAhead {
      position += 1
      let side = try sum()
      sides.append(side)
      comparisons.append(comparison)
      range = range.joined(side.range)
    }
    guard !comparisons.isEmpty else { return first }
    let nodes = try sides.map {
      Node.Side(node: try number($0, for: comparisons[0].rawValue), text: text[$0.range])
    }
    return Part(node: .comparison(nodes, comparisons), range: range)
  }

  private var comparisonAhead: Comparison? {
    if case .symbol(let symbol) = token.kind { Comparison(rawValue: symbol) } else { nil }
  }
}

// MARK: - Arithmetic

extension ExpressionParser {
  private mutating func sum() throws -> Part {
    var left = try product()
    while let operation = take(["+": .plus, "-": .minus]) {
      left = try arithmetic(operation, left, try product())
    }
    return left
  }

  private mutating func product() throws -> Part {
    var left = try signed()
    while let operation = take(["*": .times, "/": .divided]) {
      left = try arithmetic(operation, left, try signed())
    }
    return left
  }

  /// A sign is looser than a power: -2^2 is -4.
  private mutating func signed() throws -> Part {
    let start = token.range
    let isMinus = token.isSymbol("-")
    guard isMinus || token.isSymbol("+") else { return try power() }
    position += 1
    let inner = try nested(at: start) { try $0.signed() }
    let node = try number(inner, for: isMinus ? "-" : "+")
    return Part(node: isMinus ? .minus(node) : node, range: start.joined(inner.range))
  }

  /// Powers group from the right, and an exponent may have a sign: 2^3^2 is 512, 2^-1 a half.
  private mutating func power() throws -> Part {
    let base = try bracketed()
    let start = token.range
    guard take(["^": .power, "**": .power]) != nil else { return base }
    return try arithmetic(.power, base, try nested(at: start) { try $0.signed() })
  }

  private func arithmetic(_ operation: Arithmetic, _ left: Part, _ right: Part) throws -> Part {
    Part(
      node: .arithmetic(
        operation, try number(left, for: operation.rawValue),
        try number(right, for: operation.rawValue)),
      range: left.range.joined(right.range))
  }

  private mutating func take(_ operations: [String: Arithmetic]) -> Arithmetic? {
    guard case .symbol(let symbol) = token.kind, let operation = operations[symbol] else {
      return nil
    }
    position += 1
    return operation
  }
}

// MARK: - Names, functions, parentheses, slices

extension ExpressionParser {
  /// Something, and brackets behind it.
  private mutating func bracketed() throws -> Part {
    let part = try sliced(try primary())
    lastOperand = part.node
    return part
  }

  private mutating func sliced(_ inner: Part) throws -> Part {
    let isParenthesis = tokens[position - 1].isSymbol(")")
    guard token.isSymbol("["), inner.node.isArray || isParenthesis else { return inner }
    let start = token.range.lowerBound
    var lists: [[Subscript]] = []
    while token.isSymbol("[") {
      guard lists.count < 8 else {
        throw text.error(
          "\(text[inner.range]) has too many brackets: 8 are the limit.", at: token.range.lowerBound
        )
      }
      lists.append(try subscripts(of: text[inner.range]))
    }
    let range = inner.range.joined(tokens[position - 1].range)
    if case .array(let name, _) = inner.node, !isParenthesis {
      return Part(node: .array(name, lists), range: range)
    }
    let node = try number(inner, for: "[ ]")
    guard node.isArray else {
      throw text.error(
        "\(text[inner.range]) is a number and has no index. Leave the brackets out.", at: start)
    }
    return Part(node: .slice(node, text: text[inner.range], lists), range: range)
  }

  /// One pair of brackets.
  private mutating func subscripts(of name: String) throws -> [Subscript] {
    let open = token.range
    while !token.isSymbol("]") {
      guard token.kind != .end else {
        throw text.error("\(name)[ lacks a closing bracket, as in W1[0, -1]", at: open.lowerBound)
      }
      position += 1
    }
    let close = token.range.lowerBound
    position += 1
    var result: [Subscript] = []
    var start = open.upperBound
    for part in text[start..<close].split(separator: ",", omittingEmptySubsequences: false) {
      do {
        result.append(try Subscript(part))
      } catch {
        let space = part.prefix { $0.isWhitespace }.count
        throw text.error("\(error)", at: min(start + space, close))
      }
      start += part.count + 1
    }
    return result
  }

  private mutating func primary() throws -> Part {
    let start = token
    switch start.kind {
    case .number(let value):
      position += 1
      return Part(node: .number(value), range: start.range)
    case .symbol("("):
      position += 1
      let inner = try nested(at: start.range) { parser in
        try parser.inside(Surrounding(closer: ")", allowsTruth: true)) { try $0.disjunction() }
      }
      return Part(node: inner.node, range: start.range.joined(tokens[position - 1].range))
    case .name(let name) where !Expression.logic.contains(name):
      position += 1
      return try self.name(name, at: start.range)
    default: throw unexpectedBeginning()
    }
  }

  private mutating func name(_ name: String, at range: Range<Int>) throws -> Part {
    if let scalar = Scalar.named(name) { return Part(node: .scalar(scalar), range: range) }
    if Expression.functions.contains(name) {
      guard token.isSymbol("(") else {
        throw text.error(
          "After \"\(name)\" there can stand \"(\", as in \(Expression.example(of: name)).",
          at: token.range.lowerBound)
      }
      position += 1
      let node = try nested(at: range) { try $0.call(name, at: range) }
      return Part(node: node, range: range.joined(tokens[position - 1].range))
    }
    guard let array = try array(name, at: range) else {
      let isCall = token.isSymbol("(")
      let known =
        isCall
        ? Expression.functions
        : ArrayName.all(depth: min(depth ?? 2, 1000)).map(\.description)
          + Scalar.all.map(\.name) + Expression.functions + Expression.logic
      throw text.error(
        noSuch(isCall ? "function" : "name", name, among: known)
          + " \"help expressions\" lists them.", at: range.lowerBound)
    }
    return Part(node: .array(array, []), range: range)
  }

  /// Nil when no array has such a name.
  private func array(_ name: String, at range: Range<Int>) throws -> ArrayName? {
    let letters = name.prefix { !$0.isNumber }
    guard let kind = ArrayName.Kind(rawValue: String(letters)),
      kind.isOfLayer == (letters.count < name.count),
      name.dropFirst(letters.count).allSatisfy(\.isNumber)
    else { return nil }
    do {
      return try ArrayName(name, depth: depth ?? ExpressionParser.anyDepth)
    } catch {
      guard depth != nil else {
        throw text.error("There is no \(name): layers count from 1.", at: range.lowerBound)
      }
      throw text.error("\(error)", at: range.lowerBound)
    }
  }

  /// No network has as many layers.
  private static let anyDepth = 1_000_000

  /// A function's arguments and the parenthesis behind them.
  private mutating func call(_ name: String, at range: Range<Int>) throws -> Node {
    if let measure = LayerMeasure.named(name) {
      var layers: [Int] = []
      for i in 0..<measure.count {
        let closer = i == measure.count - 1 ? ")" : ","
        layers.append(try layer(of: measure, closer: closer))
      }
      return .layerMeasure(measure, layers: layers)
    }
    if name == "old" || name == "change" {
      guard !isInOld else {
        throw text.error(
          "old and change cannot stand inside one another: there is one previous stop.",
          at: range.lowerBound)
      }
      isInOld = true
      defer { isInOld = false }
      let isOld = name == "old"
      let inner = try inside(Surrounding(closer: ")", allowsTruth: isOld)) {
        isOld ? try $0.disjunction() : try $0.sum()
      }
      return isOld ? .old(inner.node) : .change(try number(inner, for: name))
    }
    let argument = try inside(Surrounding(closer: ")", allowsTruth: false)) { try $0.sum() }
    let node = try number(argument, for: name)
    return Measure.named(name).map { .measure($0, node) } ?? .magnitude(node)
  }

  private mutating func layer(of measure: LayerMeasure, closer: String) throws -> Int {
    let place = token.range
    guard case .number = token.kind, let layer = Int(text[place]) else {
      throw text.error(
        "\(measure.name) takes \(measure.count == 1 ? "the number of a layer" : "two layers"), as in "
          + "\(Expression.example(of: measure.name)).", at: place.lowerBound)
    }
    do {
      try Network.requireLayer(layer, depth: depth ?? ExpressionParser.anyDepth)
    } catch {
      throw text.error(
        depth == nil ? "There is no layer \(layer): layers count from 1." : "\(error)",
        at: place.lowerBound)
    }
    position += 1
    guard token.isSymbol(closer) else {
      throw text.error(
        "After \"\(text[place])\" there can stand \"\(closer)\", as in "
          + "\(Expression.example(of: measure.name)).", at: token.range.lowerBound)
    }
    position += 1
    return layer
  }
}

extension Expression {
  /// How a function is written.
  fileprivate static func example(of name: String) -> String {
    switch name {
    case "old", "change": "\(name)(loss)"
    case "abs": "abs(h - Y)"
    default: LayerMeasure.named(name).map { $0.text(Array(1...$0.count)) } ?? "\(name)(dW1)"
    }
  }
}

// MARK: - Moving on

extension ExpressionParser {
  private var token: Token { tokens[position] }

  private mutating func take(word: String) -> Bool {
    guard surroundings[surroundings.count - 1].allowsTruth, token.kind == .name(word) else {
      return false
    }
    position += 1
    return true
  }

  /// What stands between a parenthesis and its closer, which is taken too.
  private mutating func inside(
    _ surrounding: Surrounding, _ body: (inout ExpressionParser) throws -> Part
  ) throws -> Part {
    surroundings.append(surrounding)
    let part = try body(&self)
    guard let closer = surrounding.closer, token.isSymbol(closer) else {
      throw unexpected(after: part)
    }
    surroundings.removeLast()
    position += 1
    return part
  }

  /// - Throws: when too much stands inside one another.
  private mutating func nested<Result>(
    at range: Range<Int>, _ body: (inout ExpressionParser) throws -> Result
  ) throws -> Result {
    guard nesting < ExpressionParser.nestingLimit else {
      throw text.error(
        "The expression is nested too deeply: \(ExpressionParser.nestingLimit) levels are the limit.",
        at: range.lowerBound)
    }
    nesting += 1
    defer { nesting -= 1 }
    return try body(&self)
  }
}

// MARK: - What is wrong

extension ExpressionParser {
  private func truth(_ part: Part, for word: String) throws -> Node {
    guard !part.node.isTruth else { return part.node }
    throw text.error(
      "\"\(word)\" joins conditions, and this is \(part.node.isArray ? "an array" : "a number"). "
        + "Compare it, as in \(text[part.range]) < 0.5", at: part.range.lowerBound)
  }

  private func number(_ part: Part, for word: String) throws -> Node {
    guard part.node.isTruth else { return part.node }
    throw text.error(
      "\"\(word)\" takes numbers and arrays, and this is true or false. Join conditions with \"and\" "
        + "or \"or\".", at: part.range.lowerBound)
  }

  /// Nothing that a value can begin with stands here.
  private func unexpectedBeginning() -> CommandError {
    let allowsTruth = surroundings[surroundings.count - 1].allowsTruth
    let before = position == 0 ? nil : tokens[position - 1]
    let isFirst = before.map { it in
      ["(", "and", "or", "not"].contains(text[it.range])
    }
    let choices =
      "a number, a name such as loss or dW1, a function such as norm(dW1), \"-\""
      + (allowsTruth && isFirst != false ? ", \"not\" or \"(\"." : " or \"(\".")
    let place = before.map { "After \"\(text[$0.range])\" there" } ?? "Here"
    return text.error("\(place) can stand \(choices)\(hint)", at: token.range.lowerBound)
  }

  /// Something stands behind a part that cannot follow it.
  private func unexpected(after part: Part) -> CommandError {
    let surrounding = surroundings[surroundings.count - 1]
    var choices = surrounding.closer.map { ["\"\($0)\""] } ?? []
    if lastOperand.isArray { choices.insert("\"[\"", at: 0) }
    if !lastOperand.isTruth {
      let comparisons = surrounding.allowsTruth ? " < <= > >= == !=" : ""
      choices.append("an operator (+ - * / ^\(comparisons))")
    }
    if part.node.isTruth { choices += ["\"and\"", "\"or\""] }
    if surrounding.closer == nil { choices.append("the end") }
    let list =
      choices.dropLast().joined(separator: ", ") + (choices.count > 1 ? " or " : "")
      + (choices.last ?? "")
    let before = text[tokens[position - 1].range]
    return text.error(
      "After \"\(before)\" there can stand \(list).\(hint)", at: token.range.lowerBound)
  }

  /// What is written otherwise in other languages.
  private var hint: String {
    switch text[token.range] {
    case "=": " Write == for \"equal\"."
    case "<>", "!": " Write != for \"not equal\", and \"not\" before a condition."
    case "=<", "=>": " Write <= or >=."
    case "&", "&&": " Write \"and\"."
    case "|", "||": " Write \"or\"."
    case "%": " A percentage is a number, as in 20%."
    default: ""
    }
  }
}

extension Range<Int> {
  /// From the beginning of this one to the end of a later one.
  fileprivate func joined(_ other: Range<Int>) -> Range<Int> { lowerBound..<other.upperBound }
}
