/// Where one number of a pass comes from, so that a person can compute it again by hand: the
/// formula, the terms, and what becomes of their sum.
///
///     let explanation = try training.explanation(of: ArrayName("dW1", depth: 2), at: [3, 7])
///     explanation.formula  // "dW1[3, 7] = sum over n of X[n, 3] delta1[n, 7] / 100"
///     explanation.total    // training.array(dW1), entry [3, 7], to the last bit
///
/// The total is computed anew, in the order in which the loops of `CKernels` compute it: each sum
/// ascending from +0, one rounding an operation.
public struct Explanation: Equatable, Sendable {
  /// What is explained: `dW1[3, 7]`, its indices from 0.
  public let name: String
  /// How it is computed, with its layer and indices in place.
  public let formula: String
  /// Where the formula is derived.
  public let source: String
  public let terms: Terms
  /// What is made of the terms, one after the other; the result is the last.
  public let steps: [Step]
  public let result: Step
  /// What else there is to know: the slope of an activation, the weight before and after.
  public var asides: [Step] = []
  /// Which sample of the minibatch it belongs to, where it belongs to one.
  public var sample: Int?
  /// Whether weights or biases of the pass went in.
  public var readsParameters = false
  /// The entry as the pass has it. It differs from the total when the pass was computed otherwise.
  public internal(set) var value = 0.0

  public var total: Double { result.value }
  public var agrees: Bool { total.isIdentical(to: value) }

  /// The step or aside of that key.
  public subscript(key: String) -> Double? {
    (steps + asides).first { $0.key == key }?.value
  }

  init(
    _ name: String, formula: String, source: String, terms: Terms, steps: [Step] = [],
    result: Formula, _ total: Double
  ) {
    self.name = name
    self.formula = "\(name) = \(formula)"
    self.source = source
    self.terms = terms
    self.steps = steps
    self.result = Step("total", name, result, total)
  }
}

extension Explanation {
  /// One computation: `f'(z1[0, 3]) = a (1 - a)`, with its value.
  public struct Step: Equatable, Sendable {
    /// Its name for programs.
    public let key: String
    /// The left-hand side.
    public let symbol: String
    /// The right-hand side; nil where the value was given.
    public let formula: Formula?
    public let value: Double

    init(_ key: String, _ symbol: String, _ formula: Formula?, _ value: Double) {
      self.key = key
      self.symbol = symbol
      self.formula = formula
      self.value = value
    }

    init(_ key: String, _ symbol: String, _ value: Double) {
      self.init(key, symbol, nil, value)
    }
  }

  /// A table of numbers: the terms of a sum, a row each and in its order, or the operands.
  public struct Terms: Equatable, Sendable {
    public enum Cell: Equatable, Sendable {
      case integer(Int)
      case number(Double)
      case text(String)
    }

    public struct Column: Equatable, Sendable {
      public let name: String
      public let heading: String

      init(_ name: String, _ heading: String? = nil) {
        self.name = name
        self.heading = heading ?? name
      }
    }

    public let columns: [Column]
    public let rows: [[Cell]]
    /// Whether the last column adds up to something.
    public let isSum: Bool

    /// The terms of the sum, in its order.
    public var values: [Double] {
      rows.map { if case .number(let value)? = $0.last { value } else { 0 } }
    }

    /// The rows, those with the largest terms first; a NaN is larger than anything.
    public var largestFirst: [[Cell]] {
      guard isSum else { return rows }
      let sizes = values.map { $0.isNaN ? .infinity : abs($0) }
      let order = rows.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
      return order.map { rows[$0] }
    }
  }
}

extension Explanation.Terms {
  /// Σ_k left[k] right[k]: a row a product, the factors under what they are called.
  static func products(
    _ index: String, _ left: (name: String, values: [Double]),
    _ right: (name: String, values: [Double])
  ) -> Self {
    Self(
      columns: [
        Column("term", index), Column("left", left.name), Column("right", right.name),
        Column("product"),
      ],
      rows: zip(left.values, right.values).enumerated().map { k, pair in
        [.integer(k), .number(pair.0), .number(pair.1), .number(pair.0 * pair.1)]
      }, isSum: true)
  }

  /// Numbers that go into a formula, under their names.
  static func operands(_ operands: [(String, Double)]) -> Self {
    Self(
      columns: [Column("term"), Column("value")],
      rows: operands.map { [.text($0.0), .number($0.1)] }, isSum: false)
  }
}

/// A formula that can be read with its symbols or with its numbers.
///
///     let formula: Formula = "\("sum", 0.5) + \("b1[3]", 0.25)"
///     formula.description  // sum + b1[3]
public struct Formula: Equatable, Sendable, CustomStringConvertible {
  public enum Piece: Equatable, Sendable {
    case text(String)
    case number(Double)
  }

  public private(set) var description = ""
  /// The formula with numbers for its symbols.
  public private(set) var pieces: [Piece] = []
}

extension Formula: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) {
    description = text
    pieces = [.text(text)]
  }

  public init(stringInterpolation parts: StringInterpolation) { self = parts.formula }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var formula = Formula()

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) {
      if text.isEmpty { return }
      formula.description += text
      formula.pieces.append(.text(text))
    }

    public mutating func appendInterpolation(_ symbol: String, _ value: Double) {
      formula.description += symbol
      formula.pieces.append(.number(value))
    }
  }
}

extension Formula {
  /// A formula as the lists of activations and optimizers write it, in which a product has no sign.
  ///
  ///     Formula("a (1 - a)", ["a": 0.25])  // with numbers: 0.25 * (1 - 0.25)
  init(_ text: String, _ values: [String: Double]) {
    description = text
    var rest = Substring(text)
    var (isSpaced, follows) = (false, false)
    while let first = rest.first {
      if first == " " {
        isSpaced = true
        rest.removeFirst()
        continue
      }
      let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
      let token = word.isEmpty ? String(first) : String(word)
      rest = rest.dropFirst(token.count)
      let isOperand = !word.isEmpty && !["if", "else"].contains(token)
      if isSpaced { pieces.append(.text(follows && (isOperand || token == "(") ? " * " : " ")) }
      pieces.append(values[token].map(Piece.number) ?? .text(token))
      isSpaced = false
      follows = isOperand || token == ")" || token == "²"
    }
  }
}
