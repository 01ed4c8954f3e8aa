import Testing

@testable import Page

@Suite struct MatrixTextTests {
  func text(_ grid: Grid, width: Int = 80) -> String {
    TextRenderer(width: width).render(Page(.matrix(grid)))
  }

  /// The rows of the matrix, without the line that sums it up.
  func rows(_ shape: [Int], _ values: [Double], width: Int = 80, precision: Int = 4) -> [String] {
    let renderer = TextRenderer(width: width, precision: precision)
    let lines = renderer.lines(Page(.matrix(Grid("a", shape: shape, values: values))))
    return lines.prefix { !$0.description.hasPrefix("a (") }.map(renderer.string)
  }

  @Test func numbers() {
    #expect(text(Grid("dW1[0, 3]", shape: [], values: [1.2344e-5])) == "dW1[0, 3] = 1.234e-05\n")
    #expect(text(Grid("labels[3]", shape: [], values: [7], isInteger: true)) == "labels[3] = 7\n")
    #expect(text(Grid("x", shape: [], values: [-0.0])) == "x = -0\n")
    #expect(text(Grid("x", shape: [], values: [.nan])) == "x = nan\n")
  }

  @Test func aMatrix() {
    let grid = Grid("W2", shape: [2, 3], values: [0.1, -0.25, 0, 0.0123456, 0.5, -0.75])
    #expect(
      text(grid) == """
        [[ 0.1000, -0.2500,  0.0000],
         [ 0.0123,  0.5000, -0.7500]]
        W2 (2, 3)  min -0.75  max 0.5  mean -0.06461  norm 0.9408  zeros 16.7%  nan 0

        """)
    #expect(
      text(grid, width: 40) == """
        [[ 0.1000, -0.2500,  0.0000],
         [ 0.0123,  0.5000, -0.7500]]
        W2 (2, 3)  min -0.75  max 0.5
          mean -0.06461  norm 0.9408
          zeros 16.7%  nan 0

        """)
  }

  /// As PyTorch decides: scientific where magnitudes are over 1000-fold, above 1e8 or below 1e-4.
  @Test(
    arguments: [
      ([0.5], ["[0.5000]"]),
      ([1.5, 2.25], ["[1.500, 2.250]"]),
      ([100.125, 200.5], ["[100.1, 200.5]"]),
      ([812.345, 0.912], ["[812.35,   0.91]"]),
      ([12345.5, 100], ["[12345.5,   100.0]"]),
      ([0.03125, 0.002], ["[0.03125, 0.00200]"]),
      ([0.99996, 0.5], ["[1.000, 0.500]"]),
      ([0.0001, 0.0002], ["[0.0001000, 0.0002000]"]),
      ([0.00009, 0.0002], ["[9.000e-05, 2.000e-04]"]),
      ([1.5, 0.001], ["[1.500e+00, 1.000e-03]"]),
      ([1.5e8, 1.25e8 + 0.5], ["[1.500e+08, 1.250e+08]"]),
      ([1e300, 1e-300, 0], ["[1.000e+300, 1.000e-300,  0.000e+00]"]),
      ([.leastNonzeroMagnitude, -0.0], ["[4.941e-324, -0.000e+00]"]),
    ] as [([Double], [String])])
  func notation(_ values: [Double], _ expected: [String]) {
    #expect(rows([values.count], values) == expected)
  }

  /// Whole numbers that need not be whole end in a point, as in NumPy and PyTorch.
  @Test(
    arguments: [
      ([0, 0], ["[0., 0.]"]), ([1, -2, 5000], ["[   1.,   -2., 5000.]"]), ([-0.0], ["[-0.]"]),
      ([1, .nan, -.infinity], ["[  1.,  nan, -inf]"]), ([.nan], ["[nan]"]),
      ([0.5, .infinity], ["[0.5000,    inf]"]), ([1e8, 1], ["[100000000.,         1.]"]),
      ([1e9, 1], ["[1.000e+09, 1.000e+00]"]),
    ] as [([Double], [String])])
  func wholeAndNotFinite(_ values: [Double], _ expected: [String]) {
    #expect(rows([values.count], values) == expected)
  }

  @Test func precision() {
    #expect(rows([2], [1.0 / 3, 0.5], precision: 2) == ["[0.33, 0.50]"])
    #expect(rows([2], [1.0 / 3, 0.5], precision: 8) == ["[0.33333333, 0.50000000]"])
    #expect(rows([2], [1.0 / 3, 1e-9], precision: 2) == ["[3.3e-01, 1.0e-09]"])
  }

  @Test func small() {
    #expect(text(Grid("a", shape: [0, 3], values: [])) == "[]\na (0, 3)  empty\n")
    #expect(text(Grid("a", shape: [3, 0], values: [])) == "[]\na (3, 0)  empty\n")
    #expect(text(Grid("a", shape: [0], values: [])) == "[]\na (0,)  empty\n")
    #expect(rows([1, 1], [0.5]) == ["[[0.5000]]"])
    #expect(rows([2, 1], [0.5, 1]) == ["[[0.500],", " [1.000]]"])
    #expect(rows([1, 2], [0.5, 1]) == ["[[0.500, 1.000]]"])
  }

  @Test func integers() {
    let grid = Grid("labels", shape: [4], values: [5, 0, 4, 19], isInteger: true)
    #expect(
      text(grid) == """
        [ 5,  0,  4, 19]
        labels (4,)  min 0  max 19  mean 7  norm 20.05  zeros 25.0%  nan 0

        """)
  }

  @Test func aLargeMatrixShowsItsEdges() {
    let values = (0..<1002).map { Double($0) }
    let grid = Grid("a", shape: [3, 334], values: values)
    #expect(
      text(grid) == """
        [[   0.,    1.,    2., ...,  331.,  332.,  333.],
         [ 334.,  335.,  336., ...,  665.,  666.,  667.],
         [ 668.,  669.,  670., ...,  999., 1000., 1001.]]
        a (3, 334)  min 0  max 1001  mean 500.5  norm 1.830e+04  zeros 0.1%  nan 0

        """)
    #expect(
      rows([501, 2], values) == [
        "[[   0.,    1.],", " [   2.,    3.],", " [   4.,    5.],", " ...,", " [ 996.,  997.],",
        " [ 998.,  999.],", " [1000., 1001.]]",
      ])
    #expect(rows([1002], values) == ["[   0.,    1.,    2., ...,  999., 1000., 1001.]"])
    #expect(rows([1000], Array(values.prefix(1000))).count == 77)
  }

  /// The digits are chosen by what is shown; the figures below are those of all elements.
  @Test func figuresAreOfAllElements() {
    var values = [Double](repeating: 0.5, count: 2000)
    values[1000] = -1e-9
    values[1001] = .nan
    values[1002] = .infinity
    values[1003] = 0
    #expect(
      text(Grid("a", shape: [2000], values: values)) == """
        [0.5000, 0.5000, 0.5000, ..., 0.5000, 0.5000, 0.5000]
        a (2000,)  finite: min -1e-09  max 0.5  mean 0.4995  norm 22.34  zeros 0.1%
          nan 1  inf 1

        """)
    #expect(
      text(Grid("a", shape: [2], values: [.nan, -.infinity])) == """
        [ nan, -inf]
        a (2,)  zeros 0.0%  nan 1  inf 1

        """)
  }

  @Test func theNormOfWhatIsVeryLargeOrSmall() {
    #expect((GridSummary([3e200, -4e200]).norm / 5e200 - 1).magnitude < 1e-15)
    #expect((GridSummary([3e-200, 4e-200]).norm / 5e-200 - 1).magnitude < 1e-15)
    let most = Double.greatestFiniteMagnitude
    #expect(GridSummary([most, most]).mean == most)
    #expect(GridSummary([3, 4]).norm == 5)
    #expect(GridSummary([0, -0.0]).zeros == 2)
  }

  @Test func aNarrowScreenLosesTheMiddleColumns() {
    let values = (0..<20).map { 0.5 + Double($0) / 100 }
    #expect(
      rows([2, 10], values, width: 40) == [
        "[[0.5000, 0.5100, ..., 0.5800, 0.5900],", " [0.6000, 0.6100, ..., 0.6800, 0.6900]]",
      ])
    #expect(rows([2, 10], values, width: 81).first?.contains("...") == true)
    #expect(rows([2, 10], values, width: 82).first?.contains("...") == false)
    #expect(rows([1, 10], Array(values.prefix(10)), width: 5) == ["[[0.5000, ...]]"])
  }

  @Test func aWideScreenShowsThemAll() {
    let grid = Grid("a", shape: [1, 14], values: (0..<14).map { 0.5 + Double($0) / 100 })
    #expect(
      text(grid, width: 120) == """
        [[0.5000, 0.5100, 0.5200, 0.5300, 0.5400, 0.5500, 0.5600, 0.5700, 0.5800, 0.5900, 0.6000, \
        0.6100, 0.6200, 0.6300]]
        a (1, 14)  min 0.5  max 0.63  mean 0.5650  norm 2.119  zeros 0.0%  nan 0

        """)
  }

  @Test func aVectorGoesOnInTheNextLine() {
    let values = (0..<8).map { 0.5 + Double($0) / 100 }
    #expect(
      rows([8], values, width: 40) == [
        "[0.5000, 0.5100, 0.5200, 0.5300, 0.5400,", " 0.5500, 0.5600, 0.5700]",
      ])
    #expect(rows([8], values, width: 2).count == 8)
  }

  @Test(arguments: [24, 40, 80, 120, 200])
  func fitsTheWidth(width: Int) {
    var numbers = SeededNumbers(seed: 3)
    for shape in [[3, 7], [10, 30], [40, 100], [200], [1500], [1, 40]] {
      let values = (0..<shape.reduce(1, *)).map { _ in numbers.double() }
      for line in rows(shape, values, width: width) { #expect(line.count <= width) }
    }
  }

  @Test func whatIsNotFiniteIsMarked() {
    let lines = TextRenderer(colour: true).render(
      Page(.matrix(Grid("a", shape: [2], values: [1, .nan]))))
    #expect(lines.hasPrefix("[ 1., \u{1B}[31mnan\u{1B}[0m]\n\u{1B}[1ma\u{1B}[0m (2,)"))
    #expect(lines.hasSuffix("nan \u{1B}[31m1\u{1B}[0m\n"))
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014), so that a failure comes again.
struct SeededNumbers {
  var seed: UInt64

  mutating func bits() -> UInt64 {
    seed &+= 0x9E37_79B9_7F4A_7C15
    var z = seed
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Any double at all.
  mutating func pattern() -> Double { Double(bitPattern: bits()) }

  /// A number of everyday size, either sign, now and then 0, seldom not finite.
  mutating func double() -> Double {
    let kind = bits() % 50
    if kind == 0 { return 0 }
    if kind == 1 { return .nan }
    if kind == 2 { return -.infinity }
    let unit = Double(bits() >> 11) / 9_007_199_254_740_992 * 2 - 1
    let sizes = [1, 1, 1, 1e-3, 1e-7, 100, 1e6, 1e12]
    return unit * sizes[Int(bits() % 8)]
  }
}
