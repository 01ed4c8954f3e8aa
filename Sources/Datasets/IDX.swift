/// One file in the IDX format: a magic number, the sizes as big-endian 32-bit numbers, then the bytes.
///
/// ```
/// images  00 00 08 03  count rows columns  count × rows × columns bytes
/// labels  00 00 08 01  count               count bytes
/// ```
struct IDX: Equatable {
  enum Kind: UInt32, CaseIterable {
    case images = 0x0000_0803
    case labels = 0x0000_0801

    var name: String { self == .images ? "images" : "labels" }
    /// How many sizes follow the magic number.
    var dimensions: Int { self == .images ? 3 : 1 }
    var headerSize: Int { 4 + 4 * dimensions }
  }

  let kind: Kind
  /// (count, rows, columns) of images, (count) of labels.
  let sizes: [Int]
  /// As many as the product of the sizes.
  let bytes: [UInt8]

  init(images set: SampleSet) {
    (kind, sizes, bytes) = (.images, [set.count, set.rows, set.columns], set.pixels)
  }

  init(labels set: SampleSet) {
    (kind, sizes, bytes) = (.labels, [set.count], set.labels)
  }

  /// The file's first bytes, before the pixels or labels.
  var header: [UInt8] {
    ([kind.rawValue] + sizes.map { UInt32($0) }).flatMap { number in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
  }

  func add(to hash: inout SHA256) {
    hash.add(header)
    hash.add(bytes)
  }

  /// SHA-256 in hexadecimal of the uncompressed file.
  func sha256() -> String {
    var hash = SHA256()
    add(to: &hash)
    return hash.hexadecimal
  }
}

// MARK: - Reading

extension IDX {
  /// No file this size is digits: a header that announces more is damaged.
  static let largest = 1 << 31

  /// Reads one file to its end. What the header announces is believed as its bytes arrive: memory
  /// grows with them, and the first byte too many ends the reading.
  init(_ kind: Kind, from stream: some ByteStream, upTo largest: Int = largest) throws {
    let path = stream.path
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var arrived = try stream.read(into: &chunk)
    let (sizes, total) = try Self.sizes(
      kind, header: chunk[..<arrived], path: path, upTo: largest)

    let expected = kind.headerSize + total
    var bytes: [UInt8] = []
    var found = arrived
    var new = chunk[kind.headerSize..<arrived]
    while true {
      guard found <= expected else {
        throw DatasetError(
          "\(path) goes on after the \(expected.grouped) bytes that its header announces "
            + "(\(kind.described(sizes))): the header or the end is wrong. Get the file again.")
      }
      if bytes.capacity < bytes.count + new.count {
        bytes.reserveCapacity(min(total, max(2 * bytes.count, bytes.count + new.count)))
      }
      bytes.append(contentsOf: new)
      if arrived < chunk.count { break }
      arrived = try stream.read(into: &chunk)
      found += arrived
      new = chunk[..<arrived]
    }
    guard found == expected else {
      throw DatasetError(
        "\(path) ends after \(found.grouped) bytes, and its header announces "
          + "\(expected.grouped) (\(kind.described(sizes))). Get the file again.")
    }
    self.kind = kind
    self.sizes = sizes
    self.bytes = bytes
  }

  /// The sizes in a header and their product, the number of bytes that are to follow.
  private static func sizes(
    _ kind: Kind, header: ArraySlice<UInt8>, path: String, upTo largest: Int
  ) throws -> (sizes: [Int], total: Int) {
    if let mark = webPageMark(header) {
      throw DatasetError(
        "\(path) is a web page (it starts with \(mark)), not an IDX file of \(kind.name). "
          + "Get the file again.")
    }
    guard header.count >= kind.headerSize else {
      throw DatasetError(
        "\(path) ends after \(header.count) bytes, and the header of IDX \(kind.name) alone has "
          + "\(kind.headerSize). Get the file again.")
    }
    let numbers = stride(from: 0, to: kind.headerSize, by: 4).map { start in
      header[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    guard numbers[0] == kind.rawValue else {
      let what = Kind(rawValue: numbers[0]).map { " (IDX \($0.name))" } ?? ""
      throw DatasetError(
        "\(path) starts with \(magic(numbers[0]))\(what), and IDX \(kind.name) start with "
          + "\(magic(kind.rawValue)): put the right file there.")
    }
    let sizes = numbers.dropFirst().map(Int.init)
    if let empty = kind.emptiness(sizes) {
      throw DatasetError("\(path) has \(empty): at least one is needed.")
    }
    var total = 1
    for size in sizes {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow, product <= largest else {
        throw DatasetError(
          "\(path) announces \(kind.described(sizes)), more than the \(largest.grouped) bytes "
            + "that can be loaded: the header is damaged. Get the file again.")
      }
      total = product
    }
    return (sizes, total)
  }

  /// What a web page starts with, when these bytes are one: a server's apology, saved as the data.
  private static func webPageMark(_ bytes: ArraySlice<UInt8>) -> String? {
    let whitespace: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = (bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes)
      .drop { whitespace.contains($0) }
    return ["<!DOCTYPE", "<html"].first { mark in
      let start = String(decoding: text.prefix(mark.utf8.count), as: UTF8.self)
      return start.lowercased() == mark.lowercased()
    }
  }

  private static func magic(_ number: UInt32) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension IDX.Kind {
  /// What a header announces: "60,000 images of 28×28" or "60,000 labels".
  fileprivate func described(_ sizes: [Int]) -> String {
    "\(sizes[0].grouped) \(name)" + (self == .images ? " of \(sizes[1])×\(sizes[2])" : "")
  }

  /// What is missing when one of the sizes is 0.
  fileprivate func emptiness(_ sizes: [Int]) -> String? {
    if sizes[0] == 0 { return "no \(name)" }
    return sizes.contains(0) ? "images of \(sizes[1])×\(sizes[2]) pixels" : nil
  }
}
