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

  @Test func aWidePictureIsSampled() {
    let picture = Picture("a", shape: [4, 30], values: (0..<120).map { Double($0 % 2) })
    #expect(
      text(picture, width: 40) == """


        range 0 … 1  [ ░▒▓█]
          sampled: 1 row and column in 2 of 4×30

        """)
    let lines = text(picture, width: 40, colour: true).split(separator: "\n")
    #expect(lines[0].filter { $0 == "▀" }.count == 30)
    #expect(!text(picture, width: 60).contains("sampled"))
  }
}
