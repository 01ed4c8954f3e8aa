import Testing

@testable import Page

/// Nothing from outside gives the terminal an order.
@Suite struct HarmlessTests {
  /// Every control character, every turn of direction, and their neighbours.
  private static let scalars = (0...0x2100 as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)

  private static func isOrder(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
      || scalar.properties.isBidiControl
  }

  @Test func ordersAreWhatUnicodeSays() {
    for scalar in Self.scalars {
      #expect(scalar.isOrder == Self.isOrder(scalar), "\(scalar.value)")
    }
  }

  @Test(arguments: [true, false])
  func noPlaceOfAPageLetsOneThrough(colour: Bool) {
    var outside = ""
    outside.unicodeScalars.append(contentsOf: Self.scalars.filter { $0 != "\n" })
    let table = Table(
      outside, columns: [Column(outside)], rows: [[.string(outside)]], caption: Line(text: outside))
    let facts = Facts(outside, [outside: .string(outside)])
    let page = Page(
      .text([Line(text: outside, .bad)]), .table(table), .facts(facts))
    for unicode in [true, false] {
      let renderer = TextRenderer(colour: colour, unicode: unicode)
      var text = renderer.render(page) + renderer.string(Line(text: outside, .note))
      for code in ["0", "1", "2", "31", "32", "36"] {
        text = text.replacing("\u{1B}[\(code)m", with: "")
      }
      #expect(!text.unicodeScalars.contains(where: Self.isOrder))
    }
    let json = JSONRenderer.json(page) + JSON.quoted(outside)
    #expect(!json.unicodeScalars.contains(where: Self.isOrder))
    #expect(JSON.quoted("\u{7F}\u{9B}\u{202E}") == #""\u007f\u009b\u202e""#)
  }

  @Test func otherTextStaysAsItIs() {
    for text in ["", "loss 2.3\n\tλ ≥ 0", "é", "数字", "👩‍🔬"] { #expect(text.harmless() == text) }
  }

  @Test(arguments: 1...12)
  func everyWidthIsPossible(width: Int) {
    let page: Page = "a sentence of some words \(0.25) and averyveryverylongword"
    #expect(!TextRenderer(width: width).render(page).isEmpty)
  }
}
