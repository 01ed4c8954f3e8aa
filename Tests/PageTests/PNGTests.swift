import Testing

@testable import Page

@Suite struct PNGTests {
  /// The chunks of a file, each with its sum right.
  func chunks(_ file: [UInt8]) throws -> [(name: String, data: [UInt8])] {
    #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var chunks: [(String, [UInt8])] = []
    var rest = file.dropFirst(8)
    func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
    while !rest.isEmpty {
      let count = Int(number(rest.prefix(4)))
      let body = Array(rest.dropFirst(4).prefix(4 + count))
      #expect(number(rest.dropFirst(8 + count).prefix(4)) == Checksum.crc32(body))
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      rest = rest.dropFirst(12 + count)
    }
    return chunks
  }

  /// The colours of a file's pixels, row by row.
  func pixels(_ file: [UInt8]) throws -> [[UInt8]] {
    let chunks = try chunks(file)
    #expect(chunks.map(\.name) == ["IHDR", "PLTE", "IDAT", "IEND"])
    let columns = Int(chunks[0].data[3]) | Int(chunks[0].data[2]) << 8
    let palette = chunks[1].data
    let rows = try #require(inflated(chunks[2].data))
    return rows.indices.filter { $0 % (columns + 1) != 0 }.map { index in
      let start = Int(rows[index]) * 3
      return Array(palette[start..<start + 3])
    }
  }

  @Test func aPictureReadsBack() throws {
    let grey = Picture("a", shape: [1, 4], values: [0, 0.5, 1, .nan], range: 0...1)
    #expect(
      try pixels(PNG.bytes(grey)) == [
        [0, 0, 0], [128, 128, 128], [255, 255, 255], [255, 0, 255],
      ])
    let signed = Picture("a", shape: [2, 2], values: [-2, 0, 1e-9, 2], isSigned: true)
    let colours = try pixels(PNG.bytes(signed))
    #expect(colours[0] == [0x21, 0x66, 0xAC] && colours[3] == [0xB2, 0x18, 0x2B])
    #expect(colours[1] == [255, 255, 255] && colours[2] != [255, 255, 255])
    #expect(try pixels(PNG.bytes(grey, enlargement: 3)).count == 36)
  }

  @Test func picturesSideBySide() throws {
    let black = Picture("a", shape: [1, 1], values: [0], range: 0...1)
    let file = PNG.bytes([black, black, black], enlargement: 1, across: 2)
    let (ink, paper) = ([UInt8](repeating: 0, count: 3), [UInt8](repeating: 255, count: 3))
    #expect(try pixels(file) == [ink, paper, ink, paper, paper, paper, ink, paper, paper])
  }

  @Test func allColoursAtOnce() throws {
    let values = (0..<255).map { Double($0) } + [.nan]
    let picture = Picture("a", shape: [1, 256], values: values, range: 0...254)
    let file = PNG.bytes([picture, picture], enlargement: 1, across: 1)
    #expect(Set(try pixels(file)).count == 256)
  }

  @Test func evenAreasBecomeSmall() {
    let picture = Picture("a", shape: [28, 28], values: (0..<784).map { Double($0 % 28 / 7) })
    #expect(PNG.bytes(picture).count < 200)
    #expect(PNG.bytes(picture, enlargement: 8).count < 5000)
  }

  /// From the catalogue of parametrised CRC algorithms, RFC 1950 and RFC 4648.
  @Test func sums() {
    #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(Checksum.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    let pairs = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foobar": "Zm9vYmFy"]
    for (text, code) in pairs { #expect(Base64.text(Array(text.utf8)) == code) }
  }

  @Test(arguments: [0, 1, 2, 3, 257, 258, 259, 600, 70_000])
  func compressionReadsBack(count: Int) throws {
    var numbers = SeededNumbers(seed: UInt64(count))
    let even = [UInt8](repeating: 7, count: count)
    let noise = (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.bits()) }
    let mixed = (0..<count).map { UInt8(truncatingIfNeeded: $0 % 5 == 0 ? $0 / 900 : $0 % 50) }
    for bytes in [even, noise, mixed] {
      #expect(inflated(Deflate.zlib(bytes)) == bytes)
    }
  }

  /// RFC 1951's decoder for a block with the fixed codes, written apart from the encoder: a table of
  /// lengths and distances instead of arithmetic.
  func inflated(_ file: [UInt8]) -> [UInt8]? {
    let lengths = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
      163, 195, 227, 258,
    ]
    let distances = [
      1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
      2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ]
    var position = 16
    func bit() -> Int {
      defer { position += 1 }
      return Int(file[position / 8] >> UInt8(position % 8)) & 1
    }
    func bits(_ count: Int) -> Int { (0..<count).reduce(0) { $0 | bit() << $1 } }
    func code(_ count: Int, from start: Int = 0) -> Int {
      (0..<count).reduce(start) { code, _ in code << 1 | bit() }
    }
    guard bits(3) == 0b011 else { return nil }
    var bytes: [UInt8] = []
    while true {
      var symbol = code(7)
      if symbol <= 23 {
        symbol += 256
      } else {
        symbol = code(1, from: symbol)
        if symbol <= 0xBF {
          symbol -= 0x30
        } else if symbol <= 0xC7 {
          symbol += 280 - 0xC0
        } else {
          symbol = code(1, from: symbol) - 0x190 + 144
        }
      }
      if symbol < 256 {
        bytes.append(UInt8(symbol))
      } else if symbol == 256 {
        break
      } else {
        let group = symbol - 257
        let length = lengths[group] + bits(group < 8 || group == 28 ? 0 : group / 4 - 1)
        let far = code(5)
        let distance = distances[far] + bits(far < 4 ? 0 : far / 2 - 1)
        guard distance <= bytes.count else { return nil }
        for _ in 0..<length { bytes.append(bytes[bytes.count - distance]) }
      }
    }
    let sum = file.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
    return sum == Checksum.adler32(bytes) ? bytes : nil
  }
}
