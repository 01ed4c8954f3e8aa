import Testing

@testable import Page

@Suite struct ChartTextTests {
  func text(_ series: Series, width: Int = 80, colour: Bool = false, unicode: Bool = true)
    -> String
  {
    TextRenderer(width: width, colour: colour, unicode: unicode).render(Page(.series(series)))
  }

  let falling = Series(
    "loss", x: [0, 1, 2, 3, 4], y: [2.5, 1, .nan, 0.5, 0.75], xAxis: Axis("time", unit: "s"))

  @Test func aLine() {
    #expect(
      text(falling, width: 40) == """
        loss
        2.5 ┤⢣
            │ ⢣
            │  ⢣
        2.0 ┤   ⢣
            │    ⢣
        1.5 ┤     ⢣
            │      ⢣
            │       ⢣
        1.0 ┤        ⢣
            │
            │                               ⣀⡠⠤⠒
        0.5 ┤                          ⣀⠤⠔⠒⠉
            └┬────────────────┬────────────────┬
             0                2                4
                                        time (s)
        loss  5 points  from 0 to 4  first 2.5
          last 0.75  min 0.5 at 3  max 2.5 at 0
          not finite 1 (20.0%)

        """)
  }

  @Test func aLineInASCII() {
    #expect(
      text(falling, width: 40, unicode: false) == """
        loss
        2.5 +*
            | *
            |  *
        2.0 +   *
            |    **
        1.5 +      *
            |       *
            |        *
        1.0 +         *
            |
            |                              *****
        0.5 +                          ****
            ++----------------+----------------+
             0                2                4
                                        time (s)
        loss  5 points  from 0 to 4  first 2.5
          last 0.75  min 0.5 at 3  max 2.5 at 0
          not finite 1 (20.0%)

        """)
  }

  @Test func bars() {
    let histogram = Series.histogram(
      "W1", of: [-0.5, -0.25, 0, 0.25, 0.25, 0.25, 1.75, .nan], bins: 5, xAxis: "weight")
    #expect(
      text(histogram, width: 40) == """
        weight
        -0.5 …   0 │█████████████ 2
                 0 ┼──────────────────────────
           0 … 0.5 │██████████████████████████ 4
         0.5 … 1.0 │0
         1.0 … 1.5 │0
         1.5 … 2.0 │██████▌ 1
        W1  7 values  5 bins from -0.5 to 2
          not finite 1 (12.5%)

        """)
    #expect(
      text(histogram, width: 30, unicode: false) == """
        weight
        -0.5 ...   0 |####### 2
                   0 +--------------
           0 ... 0.5 |############## 4
         0.5 ... 1.0 |0
         1.0 ... 1.5 |0
         1.5 ... 2.0 |#### 1
        W1  7 values
          5 bins from -0.5 to 2
          not finite 1 (12.5%)

        """)
  }

  @Test func whatBelow0IsBlueAndAbove0Red() {
    let histogram = Series.histogram("W1", of: [-1, 1], bins: 4)
    let coloured = text(histogram, colour: true)
    #expect(coloured.contains("\u{1B}[38;5;33m█") && coloured.contains("\u{1B}[38;5;160m█"))
    let positive = text(Series.histogram("a1", of: [0.5, 1], bins: 4), colour: true)
    #expect(positive.contains("\u{1B}[38;5;33m█") && !positive.contains("\u{1B}[38;5;160m█"))
  }

  @Test func whatIsNot0Shows() {
    let rare = Series(
      "a", x: [0.5, 1.5, 2.5], y: [1_000_000, 1, 0], kind: .histogram(binWidth: 1))
    let lines = text(rare, width: 40).split(separator: "\n")
    #expect(lines[2] == "1 … 2 │▏ 1")
    #expect(lines[3] == "2 … 3 │0")
  }

  @Test(arguments: [1, 10, 24, 40, 80, 200], [true, false])
  func fitsTheWidth(width: Int, unicode: Bool) {
    var numbers = SeededNumbers(seed: 3)
    let values = (0..<500).map { _ in Double(numbers.bits() % 10_000) / 777 - 6 }
    let line = Series("loss", x: (0..<500).map(Double.init), y: values, xAxis: "step")
    let renderer = TextRenderer(width: width, unicode: unicode)
    for series in [line, Series.histogram("W1", of: values)] {
      let lines = renderer.lines(Page(.series(series)))
      let most = lines.map(\.columns).max() ?? 0
      let isASCII = lines.map(renderer.string).joined().utf8.allSatisfy { $0 < 0x80 }
      #expect(width < 24 || most <= width)
      #expect(unicode || isASCII)
    }
  }

  @Test func aLongSeriesSaysHowItIsShortened() {
    let long = Series("x", x: (0..<1000).map(Double.init), y: (0..<1000).map { Double($0 % 2) })
    let note = "each column of dots reaches from the least to the greatest of some 7 points"
    #expect(text(long).contains(note))
    #expect(!text(falling).contains("each column"))
  }

  @Test func noPointsOneAndNoneFinite() {
    #expect(text(Series("loss", x: [], y: [])) == "loss  no points\n")
    #expect(text(Series("loss", x: [1], y: [.nan])).hasSuffix("not finite 1 (100.0%)\n"))
    #expect(text(Series("loss", x: [1], y: [0])).contains("loss  1 point  from 1 to 1"))
    #expect(text(Series.histogram("W1", of: [.nan])).contains("not finite 1 (100.0%)"))
    #expect(text(Series.histogram("W1", of: [])) == "W1  0 values\n")
  }

  @Test func theWholeRangeOfDoubles() {
    let most = Double.greatestFiniteMagnitude
    let series = Series("x", x: [0, 1, 2], y: [-most, 0, most])
    #expect(text(series).contains("min -1.798e+308 at 0"))
    #expect(!text(Series.histogram("x", of: [-most, 0, most])).isEmpty)
    #expect(!text(Series.histogram("x", of: [.leastNonzeroMagnitude, 0])).isEmpty)
  }
}

@Suite struct HistogramTests {
  @Test func theExampleOfTheComment() {
    let counts = Series.histogram("W1", of: [-0.5, 0, 0.25, 1.75], bins: 4)
    #expect(counts.x == [-0.5, 0.5, 1.5])
    #expect(counts.y == [1, 2, 1])
    #expect(counts.edges == [-1, 0, 1, 2])
  }

  /// Nothing is lost, each value is between the edges of its bin, and 0 is an edge.
  @Test(arguments: UInt64(1)...5)
  func everyValueIsInItsBin(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let values = (0..<400).map { _ in Double(Int(numbers.bits() % 2000) - 700) / 100 }
    let counts = Series.histogram("a", of: values + [.nan, -.infinity])
    #expect(counts.uncounted == 2)
    #expect(counts.y.reduce(0, +) == 400)
    #expect(counts.y.count <= 20)
    #expect(counts.edges.contains(0))
    let edges = Ticks(around: values.min()!...values.max()!, atMost: 21).values
    for bin in counts.y.indices {
      let isLast = bin == counts.y.count - 1
      let inside = values.count {
        $0 >= edges[bin] && ($0 < edges[bin + 1] || (isLast && $0 == edges[bin + 1]))
      }
      #expect(Double(inside) == counts.y[bin])
    }
  }

  @Test func jsonIsThatOfASeries() {
    let counts = Series.histogram("W1", of: [0, 1, 1.5], bins: 2)
    #expect(
      JSONRenderer.json(Page(.series(counts)))
        == #"[{"kind":"series","name":"W1","x":[0.5,1.5],"y":[1.0,2.0]}]"#)
  }
}
