import Testing

@testable import Page

@Suite struct LineTests {
  @Test func interpolation() {
    let step = 12
    let line: Line = "step \(step): error \(percent: 0.113) of \(count: 5000) digits, loss \(0.25)"
    #expect(line.description == "step 12: error 11.3% of 5,000 digits, loss 0.25")
    #expect(line.numbers == [12, 11.3, 5000, 0.25])
  }

  @Test func numbersInTextAreText() {
    let text = "784-30-10"
    let line: Line = "\(text): 12 layers \(text.prefix(3))"
    #expect(line.description == "784-30-10: 12 layers 784")
    #expect(line.numbers.isEmpty)
    #expect(Line(text: "loss 2.5").numbers.isEmpty)
  }

  @Test func neighbouringTextIsOneSpan() {
    let line: Line = "a" + "b \("c")" + Line(text: "")
    #expect(line.spans == [Span("ab c")])
    let styled: Line = "\("dW1", .name) is \(2.5, .bad)"
    #expect(styled.spans == [Span("dW1", .name), Span(" is "), Span(2.5, .bad)])
  }

  /// A Double holds whole numbers up to 2^53; the digits of a larger one are kept as text.
  @Test func largeIntegersKeepTheirDigits() {
    let seed = 9_007_199_254_740_993
    #expect(("\(seed)" as Line).description == "9007199254740993")
    #expect(("\(count: seed)" as Line).description == "9,007,199,254,740,993")
    #expect(("\(UInt64.max)" as Line).description == "18446744073709551615")
    #expect(Value.integer(-seed).line().description == "-9007199254740993")
  }

  @Test func equalityIsByBits() {
    #expect(("\(Double.nan)" as Line) == "\(Double.nan)")
    #expect(("\(0.0)" as Line) != "\(-0.0)")
    #expect(("\(1.0)" as Line) != "1")
    #expect(Value.number(.nan) == .number(-.nan))
    #expect(Value.number(0) != .number(-0.0))
    #expect(Value.number(0.5) != .percent(0.5))
    let grid = Grid("a", shape: [2], values: [.nan, 0])
    #expect(grid == grid)
    #expect(grid != Grid("a", shape: [2], values: [.nan, -0.0]))
    #expect(Series("s", x: [0], y: [.nan]) == Series("s", x: [0], y: [.nan]))
    #expect(
      Picture("p", shape: [1, 1], values: [.nan]) == Picture("p", shape: [1, 1], values: [.nan]))
  }

  @Test(
    arguments: [
      (nil, "-"), (true, "yes"), (false, "no"), (12, "12"), (0.25, "0.25"),
      (.percent(0.5), "50.0%"),
      (.shape([784, 300]), "(784, 300)"), (.shape([3]), "(3,)"), (.shape([]), "()"),
      ("a \("b")", "a b"), ([1, "x"], "1, x"), (["rate": 0.1, "n": 2], "rate 0.1, n 2"),
      (Value(2.5 as Double?), "2.5"), (Value(nil as Int?), "-"), (Value("x" as String?), "x"),
    ] as [(Value, String)])
  func values(_ value: Value, _ text: String) {
    #expect(value.line().description == text)
  }

  @Test func pages() {
    var page: Page = "step \(12)"
    #expect(page.blocks == [.text(["step \(12)"])])
    page.append("done")
    page += Page(.facts(Facts("stop", ["step": 12])))
    #expect(page.blocks.count == 3)
    #expect(page == Page("step \(12)", "done") + Page(.facts(Facts("stop", ["step": 12]))))
    #expect(Page.empty.isEmpty && Page(lines: []).isEmpty)
  }

  @Test func factsByName() {
    var facts = Facts("stop", ["step": 12, "loss": nil])
    facts["loss"] = 0.5
    facts["phase"] = "update"
    #expect(facts["loss"] == 0.5)
    #expect(facts["batch"] == nil)
    #expect(facts.values.map(\.name) == ["step", "loss", "phase"])
  }
}
