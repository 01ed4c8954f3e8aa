/// Pictures in shades: grey, or blue and red around 0, as finely as the terminal can.
extension TextRenderer {
  /// A picture wider than the screen is sampled, and says so.
  func lines(_ picture: Picture) -> [Line] {
    let (rows, columns) = (picture.shape[0], picture.shape[1])
    if rows * columns == 0 {
      return [settled("\(picture.name, .name) \(Grid.text(ofShape: picture.shape))  empty")]
    }
    let palette = Palette(picture, colour: colour, unicode: unicode)
    // A character is about twice as high as wide: half a block a pixel, or two characters.
    let isHalved = colour && unicode
    let room = max(1, isHalved ? width : width / 2)
    let step = (columns + room - 1) / room
    let sampled = stride(from: 0, to: rows, by: step).map { row in
      stride(from: 0, to: columns, by: step).map { picture.values[row * columns + $0] }
    }
    let lines =
      isHalved
      ? stride(from: 0, to: sampled.count, by: 2).map { row in
        palette.halves(sampled[row], row + 1 < sampled.count ? sampled[row + 1] : nil)
      }
      : sampled.map { row in Line(spans: row.map { palette.pixel($0) }) }

    var legend = [palette.range, palette.key]
    if !picture.values.allSatisfy(\.isFinite) { legend.append(palette.notFinite) }
    if step > 1 {
      let text = "sampled: 1 row and column in \(step) of \(rows)×\(columns)"
      legend.append(Line(text: text, .note))
    }
    return lines + flowed(legend)
  }
}

/// The shades of one picture: how a value is drawn, and the legend.
private struct Palette {
  let scale: Scale
  let isSigned: Bool
  let colour: Bool
  /// Terminal colours, or pairs of characters, from the low end of the scale to the high end.
  let inks: [UInt8]
  let shades: [String]
  let half = "▀"
  static let strange: UInt8 = 201

  init(_ picture: Picture, colour: Bool, unicode: Bool) {
    self.colour = colour
    isSigned = picture.isSigned
    var scale = picture.range.map(Scale.init) ?? Scale(picture.values)
    if isSigned {
      let most = max(-scale.low, scale.high)
      scale = Scale((0 - most)...most)
    }
    self.scale = scale
    inks = isSigned ? [21, 63, 105, 147, 189, 231, 224, 217, 210, 203, 196] : Array(232...255)
    shades =
      switch (isSigned, unicode) {
      case (false, true): [" ", "░", "▒", "▓", "█"]
      case (false, false): [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
      case (true, true): ["≡", "═", "─", "┄", " ", "░", "▒", "▓", "█"]
      case (true, false): ["#", "=", "-", " ", "+", "*", "@"]
      }
  }

  /// Which of so many steps shows the value. Around 0, only 0 itself is in the middle.
  private func level(_ value: Double, among steps: Int) -> Int {
    guard isSigned else { return scale.level(of: value, among: steps) }
    let middle = steps / 2
    if value == 0 || scale.high == 0 { return middle }
    let distance = min(value.magnitude / scale.high, 1) * Double(middle)
    let level = max(1, Int(distance.rounded(.up)))
    return value < 0 ? middle - level : middle + level
  }

  private func ink(_ value: Double) -> UInt8 {
    value.isFinite ? inks[level(value, among: inks.count)] : Self.strange
  }

  /// One pixel, two characters wide.
  func pixel(_ value: Double) -> Span {
    if colour { return Span("  ", .ink(ink(value), on: ink(value))) }
    let shade = value.isFinite ? shades[level(value, among: shades.count)] : "?"
    return Span(shade + shade)
  }

  /// Two rows of pixels in one line of half blocks: the upper in ink, the lower behind it.
  func halves(_ upper: [Double], _ lower: [Double]?) -> Line {
    Line(
      spans: upper.indices.map { index in
        Span(half, .ink(ink(upper[index]), on: lower.map { ink($0[index]) }))
      })
  }

  var range: Line {
    "range \(scale.low) … \(scale.high)" + (isSigned ? ", 0 in the middle" : "")
  }

  /// The shades in order, from the low end to the high end.
  var key: Line {
    colour
      ? Line(spans: inks.map { Span(" ", .ink($0, on: $0)) })
      : Line(text: "[" + shades.joined() + "]")
  }

  var notFinite: Line {
    let sign = colour ? Span(" ", .ink(Self.strange, on: Self.strange)) : Span("?")
    return Line(spans: [sign]) + " not finite"
  }
}
