import Testing

@testable import Page

@Suite struct TextRendererTests {
  @Test func emptyPage() {
    #expect(TextRenderer().render(.empty) == "")
  }

  @Test func wrapsBetweenWords() {
    let page: Page =
      "The gradient of \("W1", .name) is off by a factor of \(2.0) at every one of \(count: 23520) places (\(percent: 0.25) checked)."
    #expect(
      TextRenderer(width: 40).render(page) == """
        The gradient of W1 is off by a factor of
          2 at every one of 23,520 places (25.0%
          checked).

        """)
    #expect(
      TextRenderer(width: 80).render(page) == """
        The gradient of W1 is off by a factor of 2 at every one of 23,520 places (25.0%
          checked).

        """)
    #expect(TextRenderer(width: 120).render(page).split(separator: "\n").count == 1)
  }

  @Test func wrappingKeepsIndentGapsAndLongWords() {
    let renderer = TextRenderer(width: 20)
    #expect(
      renderer.render(Page(lines: ["    a  b  a/very/long/path/to/a/file.json end"])) == """
            a  b
              a/very/long/path/to/a/file.json
              end

        """)
    #expect(renderer.render("a\nb\n\nc") == "a\nb\n\nc\n")
  }

  @Test(arguments: [1, 7, 20, 40, 80])
  func nothingIsWiderThanTheScreen(width: Int) {
    let words = (0..<60).map { String(repeating: "x", count: 1 + $0 % 5) }.joined(separator: " ")
    for line in TextRenderer(width: width).lines(Page(lines: [Line(text: words)])) {
      #expect(line.columns <= max(width, 2 + 5))
    }
  }

  @Test func factsStandBesideTheirNames() {
    let facts = Facts(
      "evaluate",
      [
        "loss": 0.25, "error_rate": .percent(0.07), "best": nil, "ok": true,
        "note": "a sentence that goes on and on and on",
      ])
    #expect(
      TextRenderer(width: 40).render(Page(.facts(facts))) == """
        loss        0.25
        error rate  7.0%
        best        -
        ok          yes
        note        a sentence that goes on and
                    on and on

        """)
    var told = facts
    told.lines = ["loss \(0.25), error \(percent: 0.07)"]
    #expect(TextRenderer().render(Page(.facts(told))) == "loss 0.25, error 7.0%\n")
  }

  @Test func longNamesLeaveRoomForValues() {
    let facts = Facts("f", ["a_name_of_nearly_the_width": "some words of text"])
    #expect(
      TextRenderer(width: 24).render(Page(.facts(facts))) == """
        a name of nearly the
                    width  some
                    words of
                    text

        """)
  }

  @Test func onlyFiguresStandApart() {
    let grid = Block.matrix(Grid("a", shape: [], values: [0.5]))
    let page = Page("before", grid, grid, "after")
    #expect(TextRenderer().render(page) == "before\na = 0.5\n\na = 0.5\nafter\n")
  }

  @Test func precisionAppliesToStandardNumbersOnly() {
    let page: Page = "\(1.0 / 3) \(1.0 / 3, as: .fixed(1)) \(percent: 1.0 / 3)"
    #expect(TextRenderer(precision: 2).render(page) == "0.33 0.3 33.3%\n")
    #expect(TextRenderer(precision: 8).render(page) == "0.33333333 0.3 33.3%\n")
  }

  @Test func stylesAreColours() {
    let page: Page =
      "\("ok", .good) \("wrong", .bad) \("W1", .name)\("!", .strong) \("(hint)", .note) \("old", .faint)\(2.5, .bad)"
    #expect(TextRenderer().render(page) == "ok wrong W1! (hint) old2.5\n")
    let e = "\u{1B}["
    #expect(
      TextRenderer(colour: true).render(page)
        == "\(e)32mok\(e)0m \(e)31mwrong\(e)0m \(e)1mW1\(e)0m\(e)1m!\(e)0m \(e)36m(hint)\(e)0m "
        + "\(e)2mold\(e)0m\(e)31m2.5\(e)0m\n")
  }

  @Test func asciiSpellsSignsAndKeepsOtherText() {
    let page: Page = "28×28 … ½‖W‖² → naïve.md"
    #expect(TextRenderer(unicode: false).render(page) == "28x28 ... 1/2||W||^2 -> naïve.md\n")
    #expect(TextRenderer().render(page) == "28×28 … ½‖W‖² → naïve.md\n")
  }

  @Test func controlCharactersDoNotReachTheTerminal() {
    let page = Page(lines: [Line(text: "a\u{1B}[31mb\tc\u{7F}\r")])
    #expect(TextRenderer().render(page) == "a\u{FFFD}[31mb c\u{FFFD}\u{FFFD}\n")
    #expect(TextRenderer(unicode: false).render(page) == "a?[31mb c??\n")
  }
}
