import Backprop
import Page

/// What an expression comes to.
enum ExpressionValue: Sendable {
  case number(Double)
  case truth(Bool)
  case array(NamedArray)

  /// What people read: `0.2531`, `true`, `(784, 300) norm 9.7`.
  var line: Line {
    switch self {
    case .number(let value): "\(value)"
    case .truth(let holds): holds ? "true" : "false"
    case .array(let array):
      "\(NamedArray.text(of: array.shape)) norm \(Measure.norm.value(array.values))"
    }
  }

  /// What programs read.
  var value: Value {
    switch self {
    case .number(let value): .number(value)
    case .truth(let holds): .bool(holds)
    case .array(let array): .array(array.values, shape: array.shape)
    }
  }
}

// MARK: - Entries

extension ExpressionValue {
  /// All numbers in it: one, or those of the array, row by row.
  var entries: [Double] {
    switch self {
    case .number(let value): [value]
    case .truth(let holds): [holds ? 1 : 0]
    case .array(let array): array.values
    }
  }

  /// The number; 1 and 0 for true and false, nil for an array.
  var scalar: Double? { shape == nil ? entries[0] : nil }

  /// Nil for what is no array.
  var shape: [Int]? { if case .array(let array) = self { array.shape } else { nil } }

  /// The shape of what two values make entry by entry; nil for two numbers.
  ///
  /// - Throws: when both are arrays and their shapes differ.
  static func shape(
    _ left: ExpressionValue, _ right: ExpressionValue, for operation: String
  ) throws -> [Int]? {
    if let a = left.shape, let b = right.shape, a != b {
      throw CommandError(
        "\(operation) works entry by entry, and the shapes \(NamedArray.text(of: a)) and "
          + "\(NamedArray.text(of: b)) differ. Take slices of one shape, or a number.")
    }
    return left.shape ?? right.shape
  }

  /// The entries of both side by side; a number goes with every entry of an array.
  static func pairs(
    _ left: ExpressionValue, _ right: ExpressionValue
  ) -> some Collection<(Double, Double)> {
    let (a, b) = (left.entries, right.entries)
    let (stepA, stepB) = (left.shape == nil ? 0 : 1, right.shape == nil ? 0 : 1)
    let count = left.shape == nil ? right.entries.count : left.entries.count
    return (0..<count).lazy.map { (a[$0 * stepA], b[$0 * stepB]) }
  }
}

/// By bits; what an array is called does not count.
extension ExpressionValue: Equatable {
  static func == (left: ExpressionValue, right: ExpressionValue) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): a.isIdentical(to: b)
    case (.truth(let a), .truth(let b)): a == b
    case (.array(let a), .array(let b)):
      a.shape == b.shape && a.values.isIdenticalByBits(to: b.values)
    default: false
    }
  }
}

/// `+ - * / ^`, between numbers, or entry by entry.
enum Arithmetic: String, Hashable, Sendable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divided = "/"
  case power = "^"

  func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .plus: a + b
    case .minus: a - b
    case .times: a * b
    case .divided: a / b
    case .power: raised(a, to: b)
    }
  }
}

/// x to the power of y, with the same bits on every machine: whole powers by squaring, others as
/// exp(y log x).
///
///     raised(2, to: -2)       // 0.25
///     raised(-8, to: 1.0 / 3) // nan
func raised(_ x: Double, to y: Double) -> Double {
  if y == 0 || x == 1 { return 1 }
  if y == 0.5 { return x.squareRoot() }
  if y == y.rounded(), let whole = Int(exactly: y), whole != .min {
    var (result, square, rest) = (1.0, x, whole.magnitude)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return whole < 0 ? 1 / result : result
  }
  // Numbers too large for an Int are even.
  return Backprop.exp(y * Backprop.log(y == y.rounded() ? abs(x) : x))
}

/// `< <= > >= == !=`
enum Comparison: String, Hashable, Sendable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="

  /// Whether it holds, give or take `slack`: `==` up to |a - b| <= slack, `<` up to a < b + slack.
  /// With a NaN only `!=` does.
  func holds(_ a: Double, _ b: Double, slack: Double) -> Bool {
    switch self {
    case .less: a < b + slack
    case .lessOrEqual: a <= b + slack
    case .greater: a > b - slack
    case .greaterOrEqual: a >= b - slack
    // Infinities are equal, and their difference is NaN.
    case .equal: a == b || abs(a - b) <= slack
    case .notEqual: !Comparison.equal.holds(a, b, slack: slack)
    }
  }

  /// As in "loss is 2.3, not below 2".
  var words: String {
    switch self {
    case .less: "below"
    case .lessOrEqual: "at most"
    case .greater: "above"
    case .greaterOrEqual: "at least"
    case .equal: "equal to"
    case .notEqual: "different from"
    }
  }
}

/// Whether a condition holds, and why.
struct Verdict {
  var holds: Bool
  /// The comparisons that decide: of `a and b` that does not hold, the one that fails.
  var decisions: [Decision]
}

/// A comparison that was made.
struct Decision {
  let left: Node.Side
  let right: Node.Side
  let comparison: Comparison
  let holds: Bool
  let values: (left: ExpressionValue, right: ExpressionValue)
}
