import Testing

@testable import Page

@Suite struct TableTextTests {
  let table = Table(
    "gradients",
    columns: [
      "array", "shape", "norm", Column("mean", isExtra: true), Column("zeros"),
      Column("data_norm", isExtra: true), Column("verdict", styles: ["ok": .good, "wrong": .bad]),
    ],
    rows: [
      ["dW1", .shape([784, 30]), 0.1234567, -1.5e-5, .percent(0.362), 0.125, "ok"],
      ["db1", .shape([30]), 2.5, .number(.nan), .percent(0), nil, "wrong"],
    ])

  @Test func alignsAndFits() {
    #expect(
      TextRenderer(width: 80).render(Page(.table(table))) == """
        array  shape        norm      mean  zeros  data norm  verdict
        dW1    (784, 30)  0.1235  -1.5e-05  36.2%      0.125  ok
        db1    (30,)         2.5       nan   0.0%          -  wrong

        """)
    #expect(
      TextRenderer(width: 60).render(Page(.table(table))) == """
        array  shape        norm      mean  zeros  verdict
        dW1    (784, 30)  0.1235  -1.5e-05  36.2%  ok
        db1    (30,)         2.5       nan   0.0%  wrong
        not shown at this width: data norm

        """)
    #expect(
      TextRenderer(width: 40).render(Page(.table(table))) == """
        array  shape        norm  zeros  verdict
        dW1    (784, 30)  0.1235  36.2%  ok
        db1    (30,)         2.5   0.0%  wrong
        not shown at this width: mean, data norm

        """)
    #expect(
      TextRenderer(width: 32).render(Page(.table(table))) == """
        array  shape       norm  verdict
        dW1    (784, 3…  0.1235  ok
        db1    (30,)        2.5  wrong
        not shown at this width: mean,
          zeros, data norm

        """)
  }

  @Test func cutsLongText() {
    let table = Table(
      "mistakes", columns: ["id", "what_it_does", "n"],
      rows: [["transpose", "uses the weights without transposing them\nat all", 3]],
      caption: "Planted mistakes:")
    #expect(
      TextRenderer(width: 40).render(Page(.table(table))) == """
        Planted mistakes:
        id         what it does                n
        transpose  uses the weights without …  3

        """)
    #expect(
      TextRenderer(width: 40, unicode: false).render(Page(.table(table))) == """
        Planted mistakes:
        id         what it does                n
        transpose  uses the weights withou...  3

        """)
    #expect(
      TextRenderer(width: 80).render(Page(.table(table))) == """
        Planted mistakes:
        id         what it does                                      n
        transpose  uses the weights without transposing them at all  3

        """)
  }

  @Test func coloursHeadingsAndVerdicts() {
    let e = "\u{1B}["
    let small = Table(
      "check", columns: ["array", Column("verdict", styles: ["ok": .good, "wrong": .bad])],
      rows: [["dW1", "ok"], ["dW2", "wrong"], ["dW3", "unsure"]])
    #expect(
      TextRenderer(colour: true).render(Page(.table(small))) == """
        \(e)1marray\(e)0m  \(e)1mverdict\(e)0m
        dW1    \(e)32mok\(e)0m
        dW2    \(e)31mwrong\(e)0m
        dW3    unsure

        """)
  }

  @Test func shortRowsNoRowsAndWideCharacters() {
    let gaps = Table("t", columns: ["a", "b"], rows: [[1], ["x", 2]])
    #expect(TextRenderer().render(Page(.table(gaps))) == "a  b\n1  -\nx  2\n")
    #expect(TextRenderer().render(Page(.table(Table("t", columns: ["a"])))) == "a\n(none)\n")
    let wide = Table("t", columns: ["name", "n"], rows: [["数字", 1], ["digits", 20]])
    #expect(
      TextRenderer().render(Page(.table(wide))) == "name     n\n数字     1\ndigits  20\n")
  }

  @Test func peopleSeeTheFirstRowsAndProgramsAll() {
    let long = Table(
      "t", columns: ["n"], rows: [[1], [2], ["a very long word"]], caption: "the largest:", shown: 2
    )
    #expect(TextRenderer().render(Page(.table(long))) == "the largest:\nn\n1\n2\n")
    #expect(
      JSONRenderer.json(Page(.table(long)))
        == #"[{"kind":"table","name":"t","columns":["n"],"rows":[[1],[2],["a very long word"]]}]"#)
    let short = Table("t", columns: ["n"], rows: [[1]], shown: 8)
    #expect(TextRenderer().render(Page(.table(short))) == "n\n1\n")
  }

  @Test func formatsAndAlignmentOfAColumn() {
    let table = Table(
      "t",
      columns: [
        Column("size", alignment: .left, format: .grouped),
        Column("w", heading: "Word", alignment: .right),
        Column("x", format: .fixed(2)),
      ],
      rows: [[5000, "a", 1.0], [7, "bcdefg", 22.125]])
    #expect(
      TextRenderer().render(Page(.table(table)))
        == "size     Word      x\n5,000       a   1.00\n7      bcdefg  22.12\n")
  }

  @Test(arguments: 1...100)
  func fitsEveryWidthThatHoldsItsNumbers(width: Int) {
    let lines = TextRenderer(width: width).lines(Page(.table(table)))
    for line in lines.prefix(3) { #expect(line.columns <= max(width, 5)) }
  }
}
