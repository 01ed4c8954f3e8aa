import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct ExpressionErrorTests {
  private static let anyOperator = "an operator (+ - * / ^ < <= > >= == !=)"
  private static let anyValue =
    "a number, a name such as loss or dW1, a function such as norm(dW1), \"-\""

  /// The sentence, and how many characters stand before the caret.
  static let errors: [(String, String, Int)] = [
    ("norm(dW1 >", "After \"dW1\" there can stand \"[\", \")\" or an operator (+ - * / ^).", 9),
    ("norm(dW1", "After \"dW1\" there can stand \"[\", \")\" or an operator (+ - * / ^).", 8),
    ("(1", "After \"1\" there can stand \")\" or \(anyOperator).", 2),
    ("(loss < 1", "After \"1\" there can stand \")\", \(anyOperator), \"and\" or \"or\".", 9),
    ("loss >", "After \">\" there can stand \(anyValue) or \"(\".", 6),
    ("loss > > 2", "After \">\" there can stand \(anyValue) or \"(\".", 7),
    ("* 2", "Here can stand \(anyValue), \"not\" or \"(\".", 0),
    ("not", "After \"not\" there can stand \(anyValue), \"not\" or \"(\".", 3),
    ("norm()", "After \"(\" there can stand \(anyValue) or \"(\".", 5),
    ("loss < 2 3", "After \"2\" there can stand \(anyOperator), \"and\", \"or\" or the end.", 9),
    ("(loss < 2) 3", "After \")\" there can stand \"and\", \"or\" or the end.", 11),
    ("W1 0", "After \"W1\" there can stand \"[\", \(anyOperator) or the end.", 3),
    ("W1]", "After \"W1\" there can stand \"[\", \(anyOperator) or the end.", 2),
    ("loss[0]", "After \"loss\" there can stand \(anyOperator) or the end.", 4),
    ("2W1", "\"2W1\" is no number. Write numbers as in 16, 0.5, 1e-6 or 20%.", 0),
    ("1 + 0x10", "\"0x10\" is no number. Write numbers as in 16, 0.5, 1e-6 or 20%.", 4),
    ("1.2.3", "\"1.2.3\" is no number. Write numbers as in 16, 0.5, 1e-6 or 20%.", 0),
    ("1e", "\"1e\" is no number. Write numbers as in 16, 0.5, 1e-6 or 20%.", 0),
    ("-1e999", "1e999 is too large a number: 1.8e308 is the limit.", 1),
    (
      "loss = 2",
      "After \"loss\" there can stand \(anyOperator) or the end. Write == for \"equal\".", 5
    ),
    (
      "loss < 1 && step > 2",
      "After \"1\" there can stand \(anyOperator), \"and\", \"or\" or the end. Write \"and\".", 9
    ),
    (
      "5 % 3",
      "After \"5\" there can stand \(anyOperator) or the end. A percentage is a number, as in 20%.",
      2
    ),
    ("loss @ 2", "After \"loss\" there can stand \(anyOperator) or the end.", 5),
    ("norm", "After \"norm\" there can stand \"(\", as in norm(dW1).", 4),
    ("2 * dead * 3", "After \"dead\" there can stand \"(\", as in dead(1).", 9),
    ("dead(W1)", "dead takes the number of a layer, as in dead(1).", 5),
    ("dead(1.5)", "dead takes the number of a layer, as in dead(1).", 5),
    ("dead(1", "After \"1\" there can stand \")\", as in dead(1).", 6),
    ("gradient_ratio(1)", "After \"1\" there can stand \",\", as in gradient_ratio(1, 2).", 16),
    ("gradient_ratio(1,", "gradient_ratio takes two layers, as in gradient_ratio(1, 2).", 17),
    ("dead(3)", "There is no layer 3: this network has 2, counted from 1.", 5),
    ("1 + dead(0)", "There is no layer 0: this network has 2, counted from 1.", 9),
    ("norm(W3)", "There is no W3: this network has 2 layers, counted from 1.", 5),
    (
      "norm(dw1)",
      "There is no name \"dw1\". Did you mean \"dW1\"? \"help expressions\" lists them.",
      5
    ),
    (
      "1 + acuracy",
      "There is no name \"acuracy\". Did you mean \"accuracy\"? \"help expressions\" lists them.", 4
    ),
    (
      "nrom(W1)",
      "There is no function \"nrom\". Did you mean \"norm\"? \"help expressions\" lists them.", 0
    ),
    ("wibble", "There is no name \"wibble\". \"help expressions\" lists them.", 0),
    (
      "loss and 1 < 2",
      "\"and\" joins conditions, and this is a number. Compare it, as in loss < 0.5", 0
    ),
    (
      "1 < 2 or W1[0]",
      "\"or\" joins conditions, and this is an array. Compare it, as in W1[0] < 0.5", 9
    ),
    ("not loss", "\"not\" joins conditions, and this is a number. Compare it, as in loss < 0.5", 4),
    (
      "1 + (loss < 2)",
      "\"+\" takes numbers and arrays, and this is true or false. Join conditions with \"and\" or "
        + "\"or\".", 4
    ),
    (
      "norm((loss < 2))",
      "\"norm\" takes numbers and arrays, and this is true or false. Join conditions with \"and\" or "
        + "\"or\".", 5
    ),
    (
      "old(change(loss))",
      "old and change cannot stand inside one another: there is one previous stop.", 4
    ),
    (
      "W1[0, x]",
      "\"x\" is no index. An index is a whole number, or a slice such as 0:5, ::2 or -3:", 6
    ),
    ("W1[0][1", "W1[ lacks a closing bracket, as in W1[0, -1]", 5),
    ("W1[::0]", "A slice's step cannot be 0.", 3),
    ("norm(W1[0,])", "There is an empty index. Write a number, or : for all.", 10),
    ("(loss + 1)[0]", "(loss + 1) is a number and has no index. Leave the brackets out.", 10),
    ("W1" + String(repeating: "[:]", count: 9), "W1 has too many brackets: 8 are the limit.", 26),
  ]

  @Test(arguments: errors)
  func pointsAtTheCharacter(text: String, sentence: String, caret: Int) throws {
    let error = try #require(throws: CommandError.self) { try Expression(text, depth: 2) }
    let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines == [sentence[...], "  \(text)", "  \(String(repeating: " ", count: caret))^"])
  }

  @Test func theSpaceAroundAndACommentAreNotShown() throws {
    let error = try #require(throws: CommandError.self) {
      try Expression("  loss >  # and more", depth: 2)
    }
    #expect(error.description.hasSuffix("\n  loss >\n        ^"))
    #expect(try Expression("  loss > 2 # and more", depth: 2).text == "loss > 2")
    for text in ["", "  ", "# all of it"] {
      let empty = try #require(throws: CommandError.self) { try Expression(text, depth: 2) }
      #expect(
        empty.description
          == "There is no expression. Write, for example, norm(dW1) / norm(W1) or loss < 0.5")
    }
  }

  /// Of a long expression the part around the caret, so that both lines fit 80 columns.
  @Test func longExpressions() throws {
    let long = Array(repeating: "norm(W1)", count: 40).joined(separator: " + ")
    for text in ["nrom(W1) + " + long, long + " + @ + " + long, long + " +"] {
      let error = try #require(throws: CommandError.self) { try Expression(text, depth: 2) }
      let lines = error.description.split(separator: "\n").map(Array.init)
      #expect(lines.count == 3 && lines[1].count <= 68)
      let column = lines[2].count - 1
      let character = column < lines[1].count ? lines[1][column] : nil
      #expect(character == (text.hasPrefix("nrom") ? "n" : text.contains("@") ? "@" : nil))
    }
  }

  @Test(arguments: [
    (String(repeating: "(", count: 100_000), "has 100,000 characters, and 1,000 are the limit."),
    (String(repeating: "(", count: 900), "nested too deeply: 100 levels are the limit."),
    (String(repeating: "-", count: 900) + "1", "nested too deeply"),
    (String(repeating: "not ", count: 240), "nested too deeply"),
    ("1" + String(repeating: "^1", count: 400), "nested too deeply"),
    (String(repeating: "abs(", count: 240), "nested too deeply"),
    ("1" + String(repeating: "+1", count: 499), "too many operations, 500 one upon another"),
    ("1<2" + String(repeating: " or 1<2", count: 120), "too many operations, 122 one upon another"),
  ])
  func depthAndLengthHaveLimits(text: String, sentence: String) throws {
    let error = try #require(throws: CommandError.self) { try Expression(text, depth: 2) }
    #expect(error.description.contains(sentence))
  }

  @Test func upToTheLimits() throws {
    var scope = Scope(SliceTests.session.training!, previous: nil)
    let deep = String(repeating: "(", count: 99) + "1" + String(repeating: ")", count: 99)
    #expect(try Expression(deep, depth: 2).value(in: &scope) == .number(1))
    let wide = Array(repeating: "1", count: 99).joined(separator: "+")
    #expect(try Expression(wide, depth: 2).value(in: &scope) == .number(99))
    let both = Array(repeating: "1<2", count: 98).joined(separator: " and ")
    #expect(try Expression(both, depth: 2).condition(in: &scope))
  }

  @Test(arguments: [
    ("loss", "\"loss\" is a number, not a condition. Compare it, as in loss < 0.5"),
    ("W1[0, 1]", "\"W1[0, 1]\" is a number, not a condition. Compare it, as in W1[0, 1] < 0.5"),
    (
      "dW1",
      "\"dW1\" is an array, not a condition. Compare it, as in norm(dW1) < 0.5, or dW1 == 0 for "
        + "every entry"
    ),
  ])
  func aNumberIsNoCondition(text: String, sentence: String) throws {
    let expression = try Expression(text, depth: 2)
    var scope = Scope(SliceTests.session.training!, previous: nil)
    let error = try #require(throws: CommandError.self) { try expression.condition(in: &scope) }
    #expect(error.description == sentence)
  }

  @Test func shapesThatDiffer() throws {
    var scope = Scope(SliceTests.session.training!, previous: nil)
    for (text, sentence) in [
      (
        "W1 + b1",
        "+ works entry by entry, and the shapes (6, 4) and (4,) differ. Take slices of one shape, or a number."
      ),
      (
        "b1 < W1[:, 0]",
        "< works entry by entry, and the shapes (4,) and (6,) differ. Take slices of one shape, or a number."
      ),
      ("(W1 - 1)[6, 0]", "Index 6 is out of range for axis 0 of (W1 - 1), whose shape is (6, 4)."),
      ("W1[0, 0, 0] + 1", "W1 has 2 axes (shape (6, 4)), and there are 3 indices."),
    ] {
      let expression = try Expression(text, depth: 2)
      let error = try #require(throws: CommandError.self) { try expression.value(in: &scope) }
      #expect(error.description == sentence)
    }
  }

  @Test func withoutANetworkOnlyLayer0IsWrong() throws {
    #expect(throws: Never.self) { try Expression("norm(W7) / dead(9)", depth: nil) }
    for text in ["W0", "dead(0)"] {
      let error = try #require(throws: CommandError.self) { try Expression(text, depth: nil) }
      #expect(error.description.contains("layers count from 1.\n"))
    }
  }

  // MARK: - Whatever is typed

  static let vocabulary =
    Expression.functions + Scalar.all.map(\.name) + Expression.logic
    + ["W1", "b1", "dW2", "h", "Y", "delta1", "W9", "x"]
    + ["(", ")", "(", ")", "[", "]", ",", ":", "[0]", "[0, -1]", "[::2]", "+", "-", "*", "/", "^"]
    + [
      "**", "<", "<=", "==", "!=", "=", "%", "&", "!", "1", "2", "0.5", "1e-3", "20%", "1e999", "é",
      "😀", "\u{0}",
    ]

  /// A sentence with a caret inside the text or right behind it, or a value that is there again when
  /// the text is read once more.
  @Test(arguments: UInt64(1)...4)
  func randomTokens(seed: UInt64) throws {
    var dice = GarbageTests.Dice(state: seed)
    let training = Bench(.tiny, "network 6-4-3", "step").training
    var (valid, invalid) = (0, 0)
    for _ in 1...3000 {
      let words = (0..<Int.random(in: 1...9, using: &dice)).map { _ in
        Self.vocabulary.randomElement(using: &dice)!
      }
      let text = words.joined(separator: Bool.random(using: &dice) ? " " : "")
      do {
        let expression = try Expression(text, depth: 2)
        #expect(try Expression(expression.text, depth: nil).root == expression.root)
        var scope = Scope(training, previous: training)
        if let value = try? expression.value(in: &scope) {
          var again = Scope(training, previous: training)
          #expect(try expression.value(in: &again) == value, "\(text)")
        }
        valid += 1
      } catch {
        let lines = "\(error)".split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3, "\(text): \(error)")
        let column = (lines.last?.count ?? 0) - 3
        #expect((0...text.trimmed.count).contains(column), "\(text): \(error)")
        invalid += 1
      }
    }
    #expect(valid > 50 && invalid > 50, "\(valid) \(invalid)")
  }
}
