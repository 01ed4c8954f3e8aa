import Testing

@testable import Page

@Suite struct PictureTextTests {
  let ramp = Picture("a", shape: [2, 5], values: (0..<10).map { Double($0 % 5) / 4 })
  let signed = Picture(
    "w", shape: [2, 5], values: [-0.5, -0.1, 0, 0.1, 0.25, 0.25, 0.1, 0, -0.1, -0.5],
    isSigned: true)

  func text(_ picture: Picture, width: Int = 80, colour: Bool = false, unicode: Bool = true)
    -> String
  {
    TextRenderer(width: width, colour: colour, unicode: unicode).render(Page(.image(picture)))
  }

  @Test func shades() {
    #expect(
      text(ramp) == """
          ░░▒▒▓▓██
          ░░▒▒▓▓██
        range 0 … 1  [ ░▒▓█]

        """)
    #expect(
      text(ramp, unicode: false) == """
          ::++##@@
          ::++##@@
        range 0 ... 1  [ .:-=+*#%@]

        """)
  }

  @Test func signedShadesHave0InTheMiddle() {
    #expect(
      text(signed) == """
        ≡≡┄┄  ░░▒▒
        ▒▒░░  ┄┄≡≡
        range -0.5 … 0.5, 0 in the middle  [≡═─┄ ░▒▓█]

        """)
    #expect(
      text(signed, unicode: false) == """
        ##--  ++**
        **++  --##
        range -0.5 ... 0.5, 0 in the middle  [#=- +*@]

        """)
  }

  @Test func halfBlocksInColour() {
    let e = "\u{1B}["
    let picture = Picture(
      "a", shape: [3, 2], values: [0, 1, 1, 0, 0, 0], caption: "digit \(0): label \(7)")
    let lines = text(picture, colour: true).split(separator: "\n")
    #expect(lines[0] == "digit 0: label 7")
    #expect(lines[1] == "\(e)38;5;232;48;5;255m▀\(e)0m\(e)38;5;255;48;5;232m▀\(e)0m")
    #expect(lines[2] == "\(e)38;5;232m▀▀\(e)0m")
    #expect(lines[3].hasPrefix("range 0 … 1  \(e)38;5;232;48;5;232m "))
    #expect(lines.count == 4)
  }

  @Test func colourWithoutUnicodePaintsSpaces() {
    let e = "\u{1B}["
    let lines = text(signed, colour: true, unicode: false).split(separator: "\n")
    #expect(lines[0].hasPrefix("\(e)38;5;21;48;5;21m  \(e)0m\(e)38;5;189;48;5;189m  \(e)0m"))
    #expect(lines[0].hasSuffix("\(e)38;5;210;48;5;210m  \(e)0m"))
    #expect(lines[2].utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func theRangeMayBeGiven() {
    let picture = Picture("a", shape: [1, 5], values: [-9, 0, 1, 2, 9], range: 0...2)
    #expect(text(picture) == "    ▒▒████\nrange 0 … 2  [ ░▒▓█]\n")
    let lopsided = Picture(
      "a", shape: [1, 2], values: [0.25, -2], range: -1...0.5, isSigned: true)
    #expect(text(lopsided) == "░░≡≡\nrange -1 … 1, 0 in the middle  [≡═─┄ ░▒▓█]\n")
  }

  @Test func whatIsNotFiniteIsMarked() {
    let picture = Picture("a", shape: [1, 3], values: [0, .nan, 1])
    #expect(text(picture) == "  ??██\nrange 0 … 1  [ ░▒▓█]  ? not finite\n")
    #expect(text(picture, colour: true).contains("\u{1B}[38;5;201m▀"))
    let none = Picture("a", shape: [1, 1], values: [.infinity], isSigned: true)
    #expect(text(none) == "??\nrange 0 … 0, 0 in the middle  [≡═─┄ ░▒▓█]  ? not finite\n")
  }

  @Test func oneColourPictures() {
    #expect(text(Picture("a", shape: [1, 1], values: [0])) == "\nrange 0 … 0  [ ░▒▓█]\n")
    #expect(text(Picture("a", shape: [1, 1], values: [7])) == "▒▒\nrange 7 … 7  [ ░▒▓█]\n")
    #expect(text(Picture("a", shape: [0, 4], values: [])) == "a (0, 4)  empty\n")
    let most = Double.greatestFiniteMagnitude
    #expect(text(Picture("a", shape: [1, 3], values: [-most, 0, most])).hasPrefix("  ▒▒██\n"))
  }

  @Test func aWidePictureIsShrunk() {
    let picture = Picture("a", shape: [4, 30], values: (0..<120).map { Double($0 % 2) })
    #expect(
      text(picture, width: 40) == """
        \(String(repeating: "▒", count: 30))
        \(String(repeating: "▒", count: 30))
        range 0 … 1  [ ░▒▓█]
          each pixel is the mean of 2×2

        """)
    let lines = text(picture, width: 40, colour: true).split(separator: "\n")
    #expect(lines[0].filter { $0 == "▀" }.count == 30)
    #expect(!text(picture, width: 60).contains("mean"))
  }

  @Test func shrinking() {
    let values: [Double] = [1, -3, 0, 0, 2, 0, 0, 0, .nan, 1, 5, 1]
    let signed = Picture("a", shape: [3, 4], values: values, isSigned: true)
    #expect(
      signed.shrunk(down: 2, across: 2)
        == Picture("a", shape: [2, 2], values: [-3, 0, .nan, 5], range: -5...5, isSigned: true))
    let grey = Picture("a", shape: [3, 4], values: values)
    #expect(grey.shrunk(down: 2, across: 2).values.isSame(as: [0, 0, .nan, 3]))
    #expect(grey.shrunk(down: 1, across: 1) == grey)
  }

  @Test func alikePicturesStandSideBySide() {
    let units = (0..<3).map { unit in
      Picture(
        "unit \(unit)", shape: [4, 6], values: (0..<24).map { Double($0 % 6) - Double(unit) - 2 },
        range: -4...3, isSigned: true)
    }
    let page = Page(blocks: units.map(Block.image))
    #expect(
      TextRenderer(width: 16).render(page) == """
        ─┄ ░▒▓  ═─┄ ░▒
        ─┄ ░▒▓  ═─┄ ░▒
        unit 0  unit 1

        ≡═─┄ ░
        ≡═─┄ ░
        unit 2
        range -4 … 4, 0 in the middle
          [≡═─┄ ░▒▓█]
          each pixel shows the value farthest from 0 of 2×1

        """)
    let wide = TextRenderer(width: 80, colour: true).render(page).split(separator: "\n")
    #expect(wide.count == 4)
    #expect(wide[0].filter { $0 == "▀" }.count == 18)
    // Without a common range each has a legend of its own.
    var other = units[2]
    other.range = nil
    let apart = TextRenderer().render(Page(.image(units[0]), .image(other)))
    #expect(apart.matches(of: /range/).count == 2)
  }

  @Test func aHeatMapHasAxes() {
    let small = Picture(
      "delta2", shape: [3, 4], values: (0..<12).map { Double($0) - 6 }, isSigned: true,
      rowAxis: "sample", columnAxis: "class")
    #expect(
      text(small, width: 40) == """
        sample
        0 ┤≡≡≡≡══──
        1 ┤──┄┄  ░░
        2 ┤▒▒▒▒▓▓██
          └┬───┬───
           0   2
              class
        range -6 … 6, 0 in the middle
          [≡═─┄ ░▒▓█]

        """)
    let large = Picture(
      "delta1", shape: [100, 300], values: (0..<30000).map { $0 == 12345 ? .nan : 1 },
      isSigned: true, rowAxis: "sample", columnAxis: "unit")
    for (colour, unicode) in [(true, true), (false, true), (false, false)] {
      let renderer = TextRenderer(width: 60, colour: colour, unicode: unicode)
      let lines = renderer.lines(Page(.image(large)))
      #expect(lines.allSatisfy { $0.columns <= 60 })
      #expect(lines.count < 35)
      #expect(renderer.render(Page(.image(large))).contains(colour ? "38;5;201" : "?"))
    }
  }
}
