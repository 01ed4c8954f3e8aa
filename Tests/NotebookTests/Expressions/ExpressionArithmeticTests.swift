import Backprop
import Testing

@testable import Notebook

@Suite struct ExpressionArithmeticTests {
  /// From Python 3.11: `eval(e.replace("^", "**"))`.
  static let numbers: [(String, Double)] = [
    ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2^2", -4), ("(-2)^2", 4), ("2^-1", 0.5),
    ("2^3^2", 512), ("-2^-2", -0.25), ("2 - 3 - 4", -5), ("24 / 4 / 2", 3), ("2 * 3^2", 18),
    ("- - 3", 3), ("+4 - -4", 8), ("1 - 2 * 3 + 4 / 8", -4.5), ("2^0.5", 1.4142135623730951),
    ("1e3 + .5 + 2.", 1002.5), ("8 / 2 * 4", 16), ("-3 * -2", 6),
    ("0.1 + 0.2", 0.30000000000000004), ("7 ^ 0", 1), ("2^10 / 3", 341.3333333333333),
    ("2**3", 8), ("9 ^ 0.5 ** 2", 1.7320508075688772), ("4 ^ 1.5", 8),
    ("1.5 ^ -7", 0.05852766346593507), ("1 / 3 * 3", 1),
  ]

  @Test(arguments: numbers)
  func precedenceAsInPython(text: String, expected: Double) throws {
    let value = try number(text)
    // A power by squaring or by exp and log is some roundings away from Python's.
    #expect(abs(value - expected) <= (text.contains("^") ? 4e-15 * abs(expected) : 0), "\(value)")
  }

  /// From Python 3.11.
  static let conditions: [(String, Bool)] = [
    ("1 < 2", true), ("2 < 1", false), ("1 < 2 < 3", true), ("1 < 3 < 2", false),
    ("3 > 2 >= 2 != 1", true), ("1 == 1.0", true), ("not 1 == 2", true), ("not not 1 < 2", true),
    ("1 < 2 or 1 / 0 > 1 and 2 < 1", true), ("(1 < 2 or 1 < 2) and 2 < 1", false),
    ("not 1 < 2 or 1 < 2", true), ("not (1 < 2 or 1 < 2)", false),
    ("1 + 1 == 2 and 3 * 3 > 8", true), ("1 < 2 and not 2 < 1", true), ("-1 < 0 <= 0", true),
    ("2 < 1 or 1 < 2 and 1 < 2", true), ("1 != 1 or 2 != 3", true), ("2 > 1 == 1", true),
    ("2 < 2", false), ("2 <= 2", true), ("2 > 2", false), ("2 >= 2", true), ("2 != 2", false),
  ]

  @Test(arguments: conditions)
  func conditionsAsInPython(text: String, expected: Bool) throws {
    var scope = Self.scope
    #expect(try Expression(text, depth: 2).condition(in: &scope) == expected)
    #expect(try Expression(text, depth: nil).value(in: &scope) == .truth(expected))
  }

  @Test(arguments: [
    ("20%", 0.2), ("0.5 %", 0), ("100% - 1%", 0.99), ("1e-6", 1e-6), ("1E+2", 100), ("5.%", 0.05),
    ("1e-999", 0),
  ])
  func numbersAsTyped(text: String, expected: Double) throws {
    if text.contains(" %") {
      #expect(throws: CommandError.self) { try Expression(text, depth: 2) }
    } else {
      #expect(try number(text) == expected)
    }
  }

  /// NaN compares as IEEE 754 has it; the other side of `or` is not computed.
  @Test func nan() throws {
    var scope = Self.scope
    for (text, expected) in [
      ("0 / 0 < 1", false), ("0 / 0 >= 1", false), ("0 / 0 == 0 / 0", false),
      ("0 / 0 != 0 / 0", true), ("not 0 / 0 < 1", true), ("1 / 0 == 2 / 0", true),
      ("b1 / b1 == 1", false), ("(b1 / b1)[1:] == 1", true), ("1 < 2 or old(loss) > 0", true),
      ("2 < 1 and loss > 0", false),
    ] {
      #expect(try Expression(text, depth: 2).condition(in: &scope) == expected, "\(text)")
    }
    #expect(try number("(0 - 8) ^ 0.5").isNaN)
    #expect(try number("0 ^ -1") == .infinity)
    #expect(try number("2 ^ 1e300") == .infinity)
    #expect(try number("2 ^ 5000") == .infinity)
    #expect(try number("(-2) ^ 1e300") == .infinity)
  }

  /// Whole powers are products, the others agree with the definition of a root.
  @Test func powers() {
    for x in [0.3, 1.7, -2.5, 40] {
      for n in -6...6 {
        let product = (0..<abs(n)).reduce(1.0) { p, _ in p * x }
        let expected = n < 0 ? 1 / product : product
        // Squaring multiplies in another order.
        #expect(abs(raised(x, to: Double(n)) - expected) <= 1e-15 * abs(expected))
      }
      let cube = raised(raised(abs(x), to: 1.0 / 3), to: 3)
      #expect(abs(cube - abs(x)) <= 1e-14 * abs(x))
    }
  }

  /// From NumPy 2.4, with `W1 = np.arange(24.).reshape(6, 4)`, `b1 = np.arange(4.)`: shape and
  /// entries of `eval(e)`, where `norm` is `np.sqrt(np.sum(np.square(x)))`.
  static let arrays: [(String, [Int], [Double])] = [
    ("sum(W1)", [], [276]),
    ("mean(W1[:, 1])", [], [11]),
    ("std(W1)", [], [6.922186552431729]),
    ("std(b1[1:])", [], [0.816496580927726]),
    ("norm(W1)", [], [65.75712889109438]),
    ("norm(W1[:, 3])", [], [35.9722114972099]),
    ("min(W1[2])", [], [8]),
    ("max(-W1)", [], [0]),
    ("zeros(W1)", [], [0.041666666666666664]),
    ("zeros(b1[1:])", [], [0]),
    ("nonfinite(b1 / b1)", [], [1]),
    ("nonfinite(1 / b1)", [], [1]),
    ("sum(W1[0:0])", [], [0]),
    ("norm(W1[0:0])", [], [0]),
    ("max(abs(W1[0] - 2.5))", [], [2.5]),
    ("W1[5, 3]", [], [23]),
    ("-W1[0, 1] ** 2", [], [-1]),
    ("W1[1] * b1 - 2", [4], [-2, 3, 10, 19]),
    ("(W1 - 10)[2, ::2]", [2], [-2, 0]),
    ("abs(3 - b1)", [4], [3, 2, 1, 0]),
    ("2 ** b1", [4], [1, 2, 4, 8]),
    ("b1 / 4", [4], [0, 0.25, 0.5, 0.75]),
    ("(W1 * W1)[1:3][:, 0]", [2], [16, 64]),
    ("-b1[::2]", [2], [0, -2]),
    ("norm(3)", [], [3]),
    ("min(b1 / b1)", [], [.nan]),
    ("std(W1 - W1)", [], [0]),
    ("mean(W1[2:4]) / max(W1[4])", [], [0.6052631578947368]),
    ("sum(W1[::-2, 1:])", [], [126]),
  ]

  @Test(arguments: arrays)
  func arraysAsInNumPy(text: String, shape: [Int], entries: [Double]) throws {
    var scope = Self.scope
    let value = try Expression(text, depth: 2).value(in: &scope)
    #expect(value.shape ?? [] == shape)
    #expect(value.entries.count == entries.count)
    for (a, b) in zip(value.entries, entries) {
      // NumPy adds in pairs: some roundings apart.
      #expect(abs(a - b) <= 1e-15 * abs(b) || a.isNaN && b.isNaN, "\(a) \(b)")
    }
  }

  @Test func comparisonsOfArraysAreOfEveryEntry() throws {
    var scope = Self.scope
    for (text, expected) in [
      ("W1 >= 0", true), ("W1 > 0", false), ("W1[0] == b1", true), ("b1 == W1[1]", false),
      ("b1 != W1[1]", true), ("b1 != W1[0]", false), ("-1 < b1 < 4", true), ("W1[0:0] == 7", true),
      ("W1 == 0", false), ("not W1 == 0", true), ("W1[0, 1] == 1", true), ("b1[1] == b1[1]", true),
    ] {
      #expect(try Expression(text, depth: 2).condition(in: &scope) == expected, "\(text)")
    }
  }

  private static var scope: Scope { Scope(SliceTests.session.training!, previous: nil) }

  private func number(_ text: String) throws -> Double {
    var scope = Self.scope
    let value = try Expression(text, depth: 2).value(in: &scope)
    guard case .number(let number) = value else {
      Issue.record("\(text) is \(value)")
      return .nan
    }
    return number
  }
}
