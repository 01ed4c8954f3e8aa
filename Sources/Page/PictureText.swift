/// Pictures in shades: grey, or blue and red around 0, as finely as the terminal can.
extension TextRenderer {
  /// One picture, or several of one size side by side under one legend. What is wider than the
  /// screen is shrunk, and says so.
  func lines(_ pictures: [Picture]) -> [Line] {
    let picture = pictures[0]
    if picture.isEmpty {
      let shape = Grid.text(ofShape: picture.shape)
      return [settled("\(picture.name, .name) \(shape)  empty")]
    }
    let palette = Palette(picture, colour: colour, unicode: unicode)
    var drawn: (lines: [Line], down: Int, across: Int)
    if picture.hasAxes {
      drawn = heatMap(picture, palette)
    } else if pictures.count > 1 {
      drawn = tiles(pictures, palette)
    } else {
      drawn = single(picture, palette)
    }
    var legend = [palette.range, palette.key]
    if !pictures.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) {
      legend.append(palette.notFinite)
    }
    if let note = picture.noteOnShrinking(down: drawn.down, across: drawn.across) {
      legend.append(note)
    }
    return drawn.lines + flowed(legend)
  }

  /// A character is about twice as high as wide: half a block a pixel, or two characters.
  private func single(_ picture: Picture, _ palette: Palette) -> ([Line], Int, Int) {
    let room = max(1, palette.hasHalves ? width : width / 2)
    let step = (picture.columns + room - 1) / room
    let shrunk = picture.shrunk(down: step, across: step)
    let lines = palette.hasHalves ? palette.halves(shrunk) : palette.pixels(shrunk, across: 2)
    return (lines, step, step)
  }

  /// As many beside each other as there is room for, each with its name below. Where a character is
  /// a pixel, it stands for two rows, so that at least a pair of digits fits.
  private func tiles(_ pictures: [Picture], _ palette: Palette) -> ([Line], Int, Int) {
    let step = (pictures[0].columns + max(width, 1) - 1) / max(width, 1)
    let down = palette.hasHalves ? step : 2 * step
    let drawings = pictures.map { picture in
      let shrunk = picture.shrunk(down: down, across: step)
      let lines = palette.hasHalves ? palette.halves(shrunk) : palette.pixels(shrunk, across: 1)
      let name = settled(Line(text: picture.name, .name))
      return lines + [name.columns <= shrunk.columns ? name : cut(name, to: shrunk.columns)]
    }
    let columns = (pictures[0].columns + step - 1) / step
    let across = max(1, (width + 2) / (columns + 2))
    let lines = stride(from: 0, to: drawings.count, by: across).map { start in
      let row = drawings[start..<min(start + across, drawings.count)]
      return row[start].indices.map { index in
        Line(joining: row.map { $0[index].padded(to: columns) }, with: "  ")
      }
    }
    return (Array(lines.joined(separator: [Line()])), down, step)
  }

  /// A matrix with its rows and columns counted along the sides, 25 lines high at most.
  private func heatMap(_ picture: Picture, _ palette: Palette) -> ([Line], Int, Int) {
    let margin = settled("\(picture.rows - 1)").columns
    let room = max(min(width, 120) - margin - 2, 8)
    let height = 25
    let isSmall = 2 * picture.columns <= room && picture.rows <= height
    let isHalved = palette.hasHalves && !isSmall
    let across = isSmall ? 1 : (picture.columns + room - 1) / room
    let rowsALine = isHalved ? 2 : 1
    let down = (picture.rows + height * rowsALine - 1) / (height * rowsALine)
    let shrunk = picture.shrunk(down: down, across: across)
    let lines =
      isHalved ? palette.halves(shrunk) : palette.pixels(shrunk, across: isSmall ? 2 : 1)

    var labels: [Int: Line] = [:]
    let rowAxis = picture.rowAxis ?? "row"
    for tick in rowAxis.ticks(0...Double(picture.rows - 1), atMost: 6, areWhole: true)
    where Int(tick.value) < picture.rows {
      labels[Int(tick.value) / down / rowsALine] = settled(tick.label)
    }
    let columnAxis = picture.columnAxis ?? "column"
    let axes = AxesText(
      columns: shrunk.columns * (isSmall ? 2 : 1), margin: margin, left: labels,
      top: rowAxis.title, right: columnAxis.title
    ) { count in
      columnAxis.ticks(0...Double(picture.columns - 1), atMost: count, areWhole: true)
        .filter { Int($0.value) < picture.columns }
        .map { ($0.label, Int($0.value) / across * (isSmall ? 2 : 1)) }
    }
    return (framed(lines, axes), down, across)
  }
}

/// The shades of one picture: how a value is drawn, and the legend.
private struct Palette {
  let scale: Scale
  let isSigned: Bool
  let colour: Bool
  /// Whether two pixels fit in a character, one above the other.
  let hasHalves: Bool
  /// Terminal colours, or pairs of characters, from the low end of the scale to the high end.
  let inks: [UInt8]
  let shades: [String]
  let half = "▀"
  static let strange: UInt8 = 201

  init(_ picture: Picture, colour: Bool, unicode: Bool) {
    self.colour = colour
    hasHalves = colour && unicode
    isSigned = picture.isSigned
    scale = picture.scale
    inks = isSigned ? [21, 63, 105, 147, 189, 231, 224, 217, 210, 203, 196] : Array(232...255)
    shades =
      switch (isSigned, unicode) {
      case (false, true): [" ", "░", "▒", "▓", "█"]
      case (false, false): [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
      case (true, true): ["≡", "═", "─", "┄", " ", "░", "▒", "▓", "█"]
      case (true, false): ["#", "=", "-", " ", "+", "*", "@"]
      }
  }

  private func level(_ value: Double, among steps: Int) -> Int {
    isSigned ? scale.signedLevel(of: value, among: steps) : scale.level(of: value, among: steps)
  }

  private func ink(_ value: Double) -> UInt8 {
    value.isFinite ? inks[level(value, among: inks.count)] : Self.strange
  }

  /// A line a row, each pixel so many characters wide.
  func pixels(_ picture: Picture, across: Int) -> [Line] {
    (0..<picture.rows).map { row in
      Line(
        spans: picture.values[row * picture.columns..<(row + 1) * picture.columns].map { value in
          if colour {
            return Span(String(repeating: " ", count: across), .ink(ink(value), on: ink(value)))
          }
          let shade = value.isFinite ? shades[level(value, among: shades.count)] : "?"
          return Span(String(repeating: shade, count: across))
        })
    }
  }

  /// Two rows of pixels in one line of half blocks: the upper in ink, the lower behind it.
  func halves(_ picture: Picture) -> [Line] {
    stride(from: 0, to: picture.rows, by: 2).map { row in
      Line(
        spans: (row * picture.columns..<(row + 1) * picture.columns).map { index in
          let below = index + picture.columns
          let lower = below < picture.values.count ? ink(picture.values[below]) : nil
          return Span(half, .ink(ink(picture.values[index]), on: lower))
        })
    }
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
