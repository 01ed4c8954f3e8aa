/// Pictures as PNG files (W3C PNG, third edition): one byte a pixel and a table of its colours.
enum PNG {
  /// - Parameter enlargement: How many pixels of the file, each way, one pixel of the picture takes.
  static func bytes(_ picture: Picture, enlargement: Int = 1) -> [UInt8] {
    bytes([picture], enlargement: enlargement, across: 1)
  }

  /// Pictures of one size side by side, so many in a row, with white between them.
  static func bytes(_ pictures: [Picture], enlargement: Int, across: Int) -> [UInt8] {
    var sheet = Sheet(pictures, across: across)
    sheet.enlarge(by: enlargement)
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", bigEndian(sheet.columns) + bigEndian(sheet.rows) + [8, 3, 0, 0, 0])
    file += chunk("PLTE", sheet.colours.flatMap { [$0.red, $0.green, $0.blue] })
    // Before each row stands which filter it has passed: none.
    let rows = (0..<sheet.rows).flatMap { row in
      [0] + sheet.pixels[row * sheet.columns..<(row + 1) * sheet.columns]
    }
    file += chunk("IDAT", Deflate.zlib(rows))
    return file + chunk("IEND", [])
  }

  /// The picture as an address that holds it: `data:image/png;base64,…`.
  static func dataURL(_ picture: Picture) -> String {
    "data:image/png;base64," + Base64.text(bytes(picture))
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(Checksum.crc32(body)))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}

/// Pixels as numbers of colours.
private struct Sheet {
  var rows: Int
  var columns: Int
  var pixels: [UInt8] = []
  var colours: [Shades.Colour] = []

  init(_ pictures: [Picture], across: Int) {
    let first = pictures[0]
    let across = min(max(across, 1), pictures.count)
    let gap = pictures.count > 1 ? 1 : 0
    let down = (pictures.count + across - 1) / across
    rows = down * (first.rows + gap) - gap
    columns = across * (first.columns + gap) - gap

    // The levels of the pictures' shades, one more for the gaps; then only those that occur.
    let paper = Shades.count + 1
    var levels = [Int](repeating: paper, count: rows * columns)
    let shades = Shades(first)
    for (index, picture) in pictures.enumerated() {
      let top = index / across * (first.rows + gap)
      let left = index % across * (first.columns + gap)
      let shades = Shades(picture)
      for (place, value) in picture.values.enumerated() {
        let row = top + place / picture.columns
        levels[row * columns + left + place % picture.columns] = shades.level(of: value)
      }
    }
    var numbers = [Int: UInt8]()
    for level in Set(levels).sorted() {
      // With all 257 at once, the paper is as white as the brightest shade.
      if colours.count == 256 {
        numbers[level] = UInt8(first.isSigned ? Shades.count / 2 : Shades.count - 1)
        continue
      }
      numbers[level] = UInt8(colours.count)
      colours.append(
        level == paper
          ? Shades.Colour(red: 255, green: 255, blue: 255) : shades.colour(ofLevel: level))
    }
    pixels = levels.map { numbers[$0]! }
  }

  mutating func enlarge(by factor: Int) {
    if factor <= 1 { return }
    pixels = (0..<rows * factor).flatMap { row in
      pixels[row / factor * columns..<(row / factor + 1) * columns].flatMap {
        repeatElement($0, count: factor)
      }
    }
    rows *= factor
    columns *= factor
  }
}
