import Testing

@testable import Page

/// What a page says and what its lines hold is the same: reading a screen back, number by number,
/// gives each value to within half a unit of the last digit written.
@Suite struct WrittenPageTests {
  static let widths = [24, 40, 80, 120]

  static func page(seed: UInt64) -> Page {
    var numbers = SeededNumbers(seed: seed)
    func some(_ count: Int) -> [Double] { (0..<count).map { _ in numbers.double() } }
    let one = some(12)
    let alike = (0..<60).map { _ in Double(numbers.bits() % 1000) / 997 + 0.001 }
    return Page(
      "loss \(one[0]) after \(count: Int(numbers.bits() % 1_000_000)) at \(percent: alike[0]), \(12).",
      .facts(Facts("f", ["loss": .number(one[1]), "share": .percent(alike[1]), "n": 12])),
      .table(
        Table(
          "t", columns: ["a", "b", Column("c", isExtra: true), Column("d", format: .fixed(2))],
          rows: (2..<8).map { [.number(one[$0]), .percent(alike[$0]), 5000, .number(alike[$0])] })),
      .matrix(Grid("m", shape: [6, 10], values: some(60))),
      .matrix(Grid("m", shape: [6, 10], values: alike)),
      .matrix(Grid("m", shape: [40, 40], values: some(1600))),
      .matrix(Grid("v", shape: [60], values: alike)), .matrix(Grid("v", shape: [12], values: one)),
      .matrix(Grid("n", shape: [], values: [one[8]])),
      .matrix(Grid("i", shape: [50], values: (0..<50).map { Double($0) }, isInteger: true)),
      .series(Series("s", x: some(9), y: some(9))),
      .image(Picture("p", shape: [5, 5], values: some(25), isSigned: true)))
  }

  @Test(arguments: UInt64(1)...3, widths)
  func numbersReadBack(seed: UInt64, width: Int) {
    for precision in [4, 9] {
      let renderer = TextRenderer(width: width, precision: precision, unicode: seed % 2 == 0)
      for line in renderer.lines(Self.page(seed: seed)) {
        let text = renderer.string(line)
        #expect(Self.reads(text[...], as: line), "\(text) is not \(line.spans)")
      }
    }
  }

  /// Whether the text is that of the line, each of its numbers to within half a unit.
  static func reads(_ text: Substring, as line: Line) -> Bool {
    var rest = text
    for span in line.spans {
      switch span.content {
      case .text(let text):
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
      case .number(let value, let format):
        // A laid-out line has its digits decided.
        guard format != .standard, let number = WrittenNumber(readingFrom: &rest),
          number.agrees(with: value, tolerance: 1e-15)
        else { return false }
      }
    }
    return rest.isEmpty
  }

  /// What is not 0 never reads 0.
  @Test(arguments: UInt64(1)...4)
  func smallNumbersShow(seed: UInt64) {
    let numbers = TextRenderer().lines(Self.page(seed: seed)).flatMap(\.spans).filter {
      if case .number(_, let format) = $0.content { format != .fixed(2) } else { false }
    }
    let wrong = numbers.filter { span in
      guard case .number(let value, _) = span.content else { return false }
      return (Double(span.text()) == 0) != (value == 0)
    }
    #expect(wrong == [])
    #expect(numbers.count > 200)
  }

  /// A narrower screen arranges the same numbers otherwise; it does not change their digits.
  @Test func digitsDoNotDependOnTheWidth() {
    let grid = Grid("a", shape: [2, 12], values: (0..<24).map { 0.9 / Double(1 + $0 * $0) })
    func first(_ width: Int) -> String {
      TextRenderer(width: width).lines(Page(.matrix(grid)))[0].spans[1].text()
    }
    for width in Self.widths { #expect(first(width) == first(200)) }
  }
}
