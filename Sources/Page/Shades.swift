/// The colours of a picture where any colour can be had: black to white, or blue over white to red
/// with white at 0. What is not finite is magenta.
struct Shades {
  struct Colour: Equatable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8
  }

  static let notFinite = Colour(red: 255, green: 0, blue: 255)
  /// Both ends, their middle tones, and white: the scheme RdBu of ColorBrewer.
  private static let diverging = [
    Colour(red: 0x21, green: 0x66, blue: 0xAC), Colour(red: 0x92, green: 0xC5, blue: 0xDE),
    Colour(red: 0xFF, green: 0xFF, blue: 0xFF), Colour(red: 0xF4, green: 0xA5, blue: 0x82),
    Colour(red: 0xB2, green: 0x18, blue: 0x2B),
  ]
  /// How many there are; an odd number, for one is that of 0.
  static let count = 255

  let scale: Scale
  let isSigned: Bool

  init(_ picture: Picture) {
    scale = picture.scale
    isSigned = picture.isSigned
  }

  /// From 0 at the low end to `count - 1` at the high end; `count` for what is not finite.
  func level(of value: Double) -> Int {
    if !value.isFinite { return Self.count }
    return isSigned
      ? scale.signedLevel(of: value, among: Self.count) : scale.level(of: value, among: Self.count)
  }

  func colour(ofLevel level: Int) -> Colour {
    if level == Self.count { return Self.notFinite }
    if !isSigned {
      let grey = UInt8((level * 255 + (Self.count - 1) / 2) / (Self.count - 1))
      return Colour(red: grey, green: grey, blue: grey)
    }
    let position = Double(level) / Double(Self.count - 1) * 4
    let stop = min(Int(position), 3)
    let share = position - Double(stop)
    let (low, high) = (Self.diverging[stop], Self.diverging[stop + 1])
    func mixed(_ part: KeyPath<Colour, UInt8>) -> UInt8 {
      UInt8(
        (Double(low[keyPath: part]) * (1 - share) + Double(high[keyPath: part]) * share).rounded())
    }
    return Colour(red: mixed(\.red), green: mixed(\.green), blue: mixed(\.blue))
  }
}
