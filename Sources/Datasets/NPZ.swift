/// Arrays in one file, as `numpy.savez` writes and `numpy.load` reads them: a zip archive whose
/// members are `.npy` files (NumPy Enhancement Proposal 1), stored uncompressed. The same arrays give
/// the same bytes: every member is dated 1980-01-01.
///
///     var file = NPZ()
///     file.add("b1", shape: [2], .doubles([0.5, -1]))
///     try file.bytes()  // numpy.load(…)["b1"] is array([0.5, -1.])
public struct NPZ: Sendable {
  public enum Values: Sendable {
    /// dtype float64.
    case doubles([Double])
    /// dtype int64.
    case integers([Int])
    /// One string, of as many characters as it has.
    case text(String)
  }

  private var members: [Member] = []

  public init() {}

  /// - Parameters:
  ///   - name: what the array is called in Python.
  ///   - shape: NumPy's, row by row; `[]` for a single value.
  public mutating func add(_ name: String, shape: [Int], _ values: Values) {
    precondition(values.count == shape.reduce(1, *), "shape \(shape) does not hold the values")
    members.append(Member(name: name + ".npy", shape: shape, values: values))
  }

  /// - Throws: when the file would reach 4 GiB, the limit of the format.
  public func bytes() throws -> [UInt8] {
    let size = members.reduce(22) { $0 + $1.size + 76 + 2 * $1.name.utf8.count }
    guard size < UInt32.max else {
      throw DatasetError(
        "These arrays need \(size.grouped) bytes, and a file of arrays ends at 4 GiB. Take a "
          + "smaller batch or fewer units.")
    }
    var (bytes, directory) = ([UInt8](), [UInt8]())
    bytes.reserveCapacity(size)
    for member in members {
      let (content, offset) = (member.content, bytes.count)
      let entry = entry(member.name, content)
      for part in [le32(0x0403_4B50), entry, Array(member.name.utf8), content] { bytes += part }
      directory += le32(0x0201_4B50)
      directory += le16(20)
      directory += entry
      directory += [UInt8](repeating: 0, count: 10)
      directory += le32(offset)
      directory += Array(member.name.utf8)
    }
    let start = bytes.count
    bytes += directory
    bytes += le32(0x0605_4B50)
    for number in [0, 0, members.count, members.count] { bytes += le16(number) }
    bytes += le32(directory.count)
    bytes += le32(start)
    return bytes + le16(0)
  }

  /// What the two headers of a member have in common: version 2.0, no flags, stored, midnight of
  /// 1980-01-01, checksum, size twice, length of the name, nothing further.
  private func entry(_ name: String, _ content: [UInt8]) -> [UInt8] {
    var entry = [20, 0, 0, 0, 0x21].flatMap(le16)
    for number in [Int(Zip.checksum(of: content[...])), content.count, content.count] {
      entry += le32(number)
    }
    return entry + [name.utf8.count, 0].flatMap(le16)
  }
}

/// One `.npy` file.
private struct Member: Sendable {
  let name: String
  let shape: [Int]
  let values: NPZ.Values

  var size: Int { header.count + values.size }
  var content: [UInt8] { header + values.bytes }

  /// Magic word, version 1.0, and a Python dictionary, padded with spaces so that the values begin
  /// at a multiple of 64; with NumPy's spare room for a longer first axis.
  private var header: [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(values.type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    if let first = shape.first {
      text += String(repeating: " ", count: 21 - String(first).count)
    }
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    text += String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + le16(length) + Array(text.utf8)
  }
}

extension NPZ.Values {
  fileprivate var count: Int {
    switch self {
    case .doubles(let values): values.count
    case .integers(let values): values.count
    case .text: 1
    }
  }

  fileprivate var type: String {
    switch self {
    case .doubles: "<f8"
    case .integers: "<i8"
    case .text(let text): "<U\(max(text.unicodeScalars.count, 1))"
    }
  }

  fileprivate var size: Int {
    if case .text(let text) = self { 4 * max(text.unicodeScalars.count, 1) } else { 8 * count }
  }

  /// Little-endian.
  fileprivate var bytes: [UInt8] {
    switch self {
    case .doubles(let values): NPZ.bytes(of: values.map(\.bitPattern.littleEndian))
    case .integers(let values): NPZ.bytes(of: values.map { Int64($0).littleEndian })
    case .text(let text):
      NPZ.bytes(of: text.isEmpty ? [0] : text.unicodeScalars.map(\.value.littleEndian))
    }
  }
}

extension NPZ {
  fileprivate static func bytes<Number: BitwiseCopyable>(of numbers: [Number]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }
}

private func le16(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }
private func le32(_ value: Int) -> [UInt8] { le16(value & 0xFFFF) + le16(value >> 16) }
