import Testing

@testable import Datasets

/// Whatever the room is cut into, the same bytes come out, and the end is met.
@Suite struct InflaterTests {
  /// `count` zeros by deflate's fixed code (RFC 1951, 3.2.6): the literal 0, then copies of 258 bytes
  /// from one back, the rest as literals, and the end. A copy takes 13 bits.
  static func zeros(_ count: Int) -> [UInt8] {
    var (bytes, word, used) = ([UInt8](), 0, 0)
    func put(_ bits: String) {
      for bit in bits {
        word |= (bit == "1" ? 1 : 0) << used
        used += 1
        if used == 8 {
          bytes.append(UInt8(word))
          (word, used) = (0, 0)
        }
      }
    }
    // The last block, of the fixed code, least bit first.
    put("110")
    let literal = "00110000"
    var rest = count
    if rest > 0 {
      put(literal)
      rest -= 1
    }
    while rest >= 258 {
      // Length 258 is 285, 8 bits; distance 1 is 0, 5 bits.
      put("1100010100000")
      rest -= 258
    }
    for _ in 0..<rest { put(literal) }
    put("0000000")
    if used > 0 { bytes.append(UInt8(word)) }
    return bytes
  }

  @Test(arguments: [1, 7, 64, 258, 1000, 65_536])
  func piecesOfAnySize(piece: Int) throws {
    for count in [0, 1, 2, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 1, 258 * 40 + 1] {
      let inflater = try Inflater(.deflate, piece: piece)
      var compressed = Self.zeros(count)[...]
      let content = try inflater.inflate(&compressed, upTo: count + 1)
      #expect(content == [UInt8](repeating: 0, count: count), "\(count)")
      #expect(inflater.isAtEnd && compressed.isEmpty, "\(count)")
    }
  }

  /// Room that is given a little at a time, as by a stream.
  @Test func roomOfAnySize() throws {
    let count = 258 * 300 + 5
    for room in [1, 100, 257, 258, 259, 32_768] {
      let inflater = try Inflater(.deflate)
      var compressed = Self.zeros(count)[...]
      var found = 0
      while !inflater.isAtEnd, found <= count {
        found += try inflater.inflate(&compressed, upTo: room).count
      }
      #expect(found == count && inflater.isAtEnd && compressed.isEmpty)
    }
  }

  @Test func whatIsCutOffHasNoEnd() throws {
    let whole = Self.zeros(100_000)
    for length in stride(from: 0, to: whole.count, by: 17) {
      let inflater = try Inflater(.deflate)
      var compressed = whole[..<length]
      let content = try inflater.inflate(&compressed, upTo: 100_001)
      #expect(content.count < 100_001 && !inflater.isAtEnd && compressed.isEmpty)
    }
  }

  /// A small file does not become gigabytes; a large one may take what it has.
  @Test func roomGoesByTheFile() {
    #expect(NumPyArray.largest(fileSize: 1000) == 400_000_000)
    #expect(NumPyArray.largest(fileSize: 100_000_000) == 800_000_000)
    #expect(NumPyArray.largest(fileSize: 2_000_000_000) == Int(UInt32.max))
  }
}
