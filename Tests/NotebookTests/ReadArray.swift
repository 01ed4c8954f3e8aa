import Foundation
import Testing

/// An array read back from a file of arrays, by another path than it was written: from the
/// directory at the end of the zip archive, with a checksum of its own.
struct ReadArray: Equatable {
  let type: String
  let shape: [Int]
  let bytes: [UInt8]

  /// Every member of the archive.
  static func all(in file: [UInt8]) throws -> [String: ReadArray] {
    let end = file.count - 22
    try #require(end >= 0 && number(file, end, 4) == 0x0605_4B50, "the end of the directory")
    var (at, arrays) = (number(file, end + 16, 4), [String: ReadArray]())
    #expect(at + number(file, end + 12, 4) == end)
    for _ in 0..<number(file, end + 10, 2) {
      try #require(number(file, at, 4) == 0x0201_4B50, "an entry of the directory")
      let (length, offset) = (number(file, at + 28, 2), number(file, at + 42, 4))
      let name = String(decoding: file[at + 46..<at + 46 + length], as: UTF8.self)
      // The two headers agree: version to length of the name.
      #expect(file[at + 6..<at + 32].elementsEqual(file[offset + 4..<offset + 30]))
      #expect(number(file, offset + 8, 2) == 0, "stored")
      #expect(number(file, offset + 12, 2) == 0x21, "1980-01-01")
      let start = offset + 30 + length
      let content = Array(file[start..<start + number(file, offset + 22, 4)])
      #expect(number(file, offset + 14, 4) == Int(checksum(content)), "\(name)")
      #expect(name.hasSuffix(".npy"))
      arrays[String(name.dropLast(4))] = try ReadArray(content)
      at += 46 + length
    }
    #expect(at == end)
    return arrays
  }

  init(_ file: [UInt8]) throws {
    #expect(file.prefix(8).elementsEqual([0x93] + Array("NUMPY".utf8) + [1, 0]))
    let length = Self.number(file, 8, 2)
    #expect((10 + length) % 64 == 0)
    let header = String(decoding: file[10..<10 + length], as: UTF8.self)
    let match = try #require(
      header.wholeMatch(
        of: #/\{'descr': '(.+)', 'fortran_order': False, 'shape': \((.*)\), \} *\n/#))
    type = String(match.1)
    shape = match.2.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces))! }
    bytes = Array(file[(10 + length)...])
    let size = type.hasPrefix("<U") ? 4 * Int(type.dropFirst(2))! : 8
    #expect(bytes.count == size * shape.reduce(1, *))
  }

  var integers: [Int] { stride(from: 0, to: bytes.count, by: 8).map { Self.number(bytes, $0, 8) } }
  var doubles: [Double] { integers.map { Double(bitPattern: UInt64(bitPattern: Int64($0))) } }

  var text: String {
    let scalars = stride(from: 0, to: bytes.count, by: 4).map {
      Unicode.Scalar(UInt32(Self.number(bytes, $0, 4)))!
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Little-endian.
  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }
}
