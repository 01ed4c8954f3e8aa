/// Compression as zlib reads it (RFC 1950, RFC 1951): one block with the fixed codes, and references
/// to what stood before. Pictures with large even areas become small; nothing becomes much larger.
enum Deflate {
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var bits = BitWriter(bytes: [0x78, 0x01])
    bits.write(0b011, count: 3)  // the last block, with fixed codes
    var last = [Int](repeating: -1, count: 1 << 13)
    var index = 0
    while index < bytes.count {
      var length = 0
      var distance = 0
      if index + 3 <= bytes.count {
        let key =
          (Int(bytes[index]) &* 0x9E5F &+ Int(bytes[index + 1]) &* 0x2F1 &+ Int(bytes[index + 2]))
          & 0x1FFF
        if last[key] >= 0, index - last[key] <= 32768 {
          distance = index - last[key]
          while length < 258, index + length < bytes.count,
            bytes[index + length] == bytes[index + length - distance]
          {
            length += 1
          }
        }
        last[key] = index
      }
      if length >= 3 {
        bits.reference(length: length, distance: distance)
        index += length
      } else {
        bits.literal(Int(bytes[index]))
        index += 1
      }
    }
    bits.literal(256)
    bits.align()
    let sum = Checksum.adler32(bytes)
    return bits.bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
  }
}

/// Bits from the lowest to the highest of each byte.
private struct BitWriter {
  var bytes: [UInt8]
  private var buffer: UInt32 = 0
  private var filled = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func write(_ value: Int, count: Int) {
    buffer |= UInt32(value) << UInt32(filled)
    filled += count
    while filled >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: buffer))
      buffer >>= 8
      filled -= 8
    }
  }

  mutating func align() {
    if filled > 0 { write(0, count: 8 - filled) }
  }

  /// A code word: from its highest bit to its lowest, unlike every other number.
  private mutating func code(_ value: Int, count: Int) {
    for bit in (0..<count).reversed() { write(value >> bit & 1, count: 1) }
  }

  /// RFC 1951, 3.2.6.
  mutating func literal(_ symbol: Int) {
    switch symbol {
    case ..<144: code(0x30 + symbol, count: 8)
    case ..<256: code(0x190 + symbol - 144, count: 9)
    case ..<280: code(symbol - 256, count: 7)
    default: code(0xC0 + symbol - 280, count: 8)
    }
  }

  /// RFC 1951, 3.2.5: how many bytes, 3 to 258, from how far back.
  mutating func reference(length: Int, distance: Int) {
    if length == 258 {
      literal(285)
    } else {
      let (group, extra, rest) = Self.split(length - 3, firstGroups: 8, perDoubling: 4)
      literal(257 + group)
      write(rest, count: extra)
    }
    let (group, extra, rest) = Self.split(distance - 1, firstGroups: 4, perDoubling: 2)
    code(group, count: 5)
    write(rest, count: extra)
  }

  /// Which group of the table holds the number, how many bits say where in it, and those bits: the
  /// first groups hold one number each, then so many at a time hold twice as many as those before.
  private static func split(_ number: Int, firstGroups: Int, perDoubling: Int)
    -> (group: Int, extra: Int, rest: Int)
  {
    if number < firstGroups { return (number, 0, 0) }
    var extra = 1
    var start = firstGroups
    var group = firstGroups
    while number >= start + perDoubling << extra {
      start += perDoubling << extra
      group += perDoubling
      extra += 1
    }
    return (group + (number - start) >> extra, extra, (number - start) & (1 << extra - 1))
  }
}

enum Checksum {
  /// The sum at the end of a chunk of PNG (ISO 3309): `crc32("123456789")` is 0xCBF43926.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = ~0
    for byte in bytes {
      let index = UInt8(truncatingIfNeeded: sum) ^ byte
      sum = table[Int(index)] ^ (sum >> 8)
    }
    return ~sum
  }

  private static let table: [UInt32] = (0..<256).map { (index: UInt32) in
    var sum = index
    for _ in 0..<8 {
      sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1
    }
    return sum
  }

  /// The sum at the end of what zlib reads: `adler32("Wikipedia")` is 0x11E60398.
  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}

enum Base64 {
  /// RFC 4648, section 4: `Base64.text([77, 97])  // TWE=`.
  static func text(_ bytes: [UInt8]) -> String {
    let signs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var number = group.reduce(0) { $0 << 8 | Int($1) }
      number <<= 8 * (3 - group.count)
      for place in 0..<4 {
        text.append(
          place > group.count ? UInt8(ascii: "=") : signs[number >> (18 - 6 * place) & 63])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
