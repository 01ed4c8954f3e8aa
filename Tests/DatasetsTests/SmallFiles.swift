import Foundation

@testable import Datasets

// Small data sets, written out byte by byte, and the folders and streams they are read from.

/// A folder that is there as long as this value is.
final class TemporaryFolder {
  let path: String

  init(_ files: [String: [UInt8]] = [:]) throws {
    let name = "backstep-datasets-\(UUID().uuidString)"
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let resolved = realpath(url.path, nil)
    defer { free(resolved) }
    path = resolved.map { String(cString: $0) } ?? url.path
    for (name, bytes) in files { try write(bytes, to: name) }
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Four training and two test images of 3×2 pixels in four classes.
enum Small {
  static let trainPixels: [UInt8] = [
    0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 7, 7, 7, 7, 7, 7,
  ]
  static let trainLabels: [UInt8] = [0, 3, 1, 2]
  static let testPixels: [UInt8] = [9, 8, 7, 6, 5, 4, 1, 1, 2, 2, 3, 3]
  static let testLabels: [UInt8] = [3, 0]

  static let files: [String: [UInt8]] = [
    "train-images-idx3-ubyte": idx(0x803, [4, 3, 2], trainPixels),
    "train-labels-idx1-ubyte": idx(0x801, [4], trainLabels),
    "t10k-images-idx3-ubyte": idx(0x803, [2, 3, 2], testPixels),
    "t10k-labels-idx1-ubyte": idx(0x801, [2], testLabels),
  ]

  /// The training images, compressed by Python 3: `gzip.compress(file, 9, mtime=0)`.
  static let compressedTrainImages: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 1, 98, 16, 205, 196, 0, 6,
    255, 193, 128, 129, 145, 137, 153, 133, 149, 29, 12, 0, 106, 113, 214, 188, 40, 0, 0, 0,
  ]
}

func idx(_ magic: UInt32, _ sizes: [UInt32], _ bytes: [UInt8]) -> [UInt8] {
  ([magic] + sizes).flatMap(bigEndian) + bytes
}

/// A gzip file that holds the bytes as they are, in blocks of at most 65,535 (RFC 1951, 3.2.4).
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var file: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255]
  var rest = bytes[...]
  repeat {
    let block = rest.prefix(65_535)
    rest = rest.dropFirst(block.count)
    let size = UInt32(block.count)
    file.append(rest.isEmpty ? 1 : 0)
    file += bigEndian(size).reversed().prefix(2)
    file += bigEndian(~size).reversed().prefix(2)
    file += block
  } while !rest.isEmpty
  return file + bigEndian(crc32(bytes)).reversed() + bigEndian(UInt32(bytes.count)).reversed()
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// Bytes in memory.
final class Bytes: ByteStream {
  let path = "memory"
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: inout [UInt8]) -> Int {
    let piece = rest.prefix(buffer.count)
    buffer.replaceSubrange(..<piece.count, with: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}

/// A beginning, then zeros that never end, as a gzip bomb brings them.
final class Endless: ByteStream {
  let path = "endless"
  private let beginning: Bytes
  private(set) var delivered = 0

  init(_ beginning: [UInt8]) { self.beginning = Bytes(beginning) }

  func read(into buffer: inout [UInt8]) -> Int {
    let count = beginning.read(into: &buffer)
    for index in count..<buffer.count { buffer[index] = 0 }
    delivered += buffer.count
    return buffer.count
  }
}
