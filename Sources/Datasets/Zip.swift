import CZlib

/// A zip archive in memory (APPNOTE.TXT of PKWARE, 6.3): members as they are or compressed by deflate,
/// one after another, each behind a header; then the directory, whose entries count.
///
/// Nothing that it says about itself is believed: members lie within it and apart from each other, and
/// a checksum goes with each.
struct Zip {
  static let magic: [UInt8] = [0x50, 0x4B, 3, 4]
  /// What an archive without members starts with.
  static let emptyMagic: [UInt8] = [0x50, 0x4B, 5, 6]

  struct Member {
    let name: String
    /// Bytes that it has uncompressed.
    let size: Int
    fileprivate let nameBytes: ArraySlice<UInt8>
    fileprivate let isEncrypted: Bool
    /// Of compression.
    fileprivate let method: Int
    fileprivate let checksum: UInt32
    /// Where its header starts.
    fileprivate let offset: Int
    fileprivate let storedSize: Int
    /// What lies in the archive.
    fileprivate var stored: ArraySlice<UInt8> = []
  }

  let file: String
  let members: [Member]

  /// - Parameter file: the archive's path, for the sentence of an error.
  init(_ bytes: [UInt8], file: String) throws {
    self.file = file
    let directory = try Directory(of: bytes, file: file)
    var reader = ZipReader(bytes[directory.range], of: file)
    var members: [Member] = []
    for _ in 0..<directory.count {
      members.append(try Member(entry: &reader))
    }
    guard reader.rest.isEmpty else {
      throw damage("its directory goes on after \(directory.count.grouped) members", in: file)
    }
    for index in members.indices {
      try members[index].locate(in: bytes[..<directory.range.lowerBound], file: file)
    }
    // The same bytes in many members would grow without end.
    let sorted = members.sorted { $0.offset < $1.offset }
    for (member, next) in zip(sorted, sorted.dropFirst()) {
      guard member.stored.endIndex <= next.offset else {
        throw damage("\(member.name) and \(next.name) overlap", in: file)
      }
    }
    self.members = members
  }

  /// The uncompressed bytes of a member, whose checksum is right.
  ///
  /// - Parameter check: sees the first 64 KiB of one that becomes larger, before there is memory for
  ///   the rest.
  func content(
    of member: Member, check: (ArraySlice<UInt8>) throws -> Void
  ) throws -> ArraySlice<UInt8> {
    let content = try uncompressed(member, check: check)
    guard content.count == member.size else {
      throw damage(
        "\(member.name) has \(content.count.grouped) bytes, and its directory announces "
          + member.size.grouped, in: file)
    }
    guard Zip.checksum(of: content) == member.checksum else {
      throw damage("the checksum of \(member.name) is wrong", in: file)
    }
    return content
  }

  private func uncompressed(
    _ member: Member, check: (ArraySlice<UInt8>) throws -> Void
  ) throws -> ArraySlice<UInt8> {
    let (name, size) = (member.name, member.size)
    guard !member.isEncrypted else {
      throw DatasetError("\(name) in \(file) is encrypted: write it without a password.")
    }
    switch member.method {
    case 0: return member.stored
    // Deflate makes no more than 1,032 bytes of one.
    case 8 where size / 1032 <= member.stored.count: break
    case 8:
      throw damage(
        "\(name) has \(member.stored.count.grouped) bytes there, which cannot become the "
          + "\(size.grouped) that its directory announces", in: file)
    default:
      throw DatasetError(
        "\(name) in \(file) is compressed by method \(member.method) of zip, and only deflate is "
          + "read: write the file with np.savez or np.savez_compressed.")
    }
    do {
      let inflater = try Inflater(.deflate)
      if size > 1 << 16 {
        var compressed = member.stored
        try check(try inflater.inflate(&compressed, upTo: 1 << 16)[...])
        inflater.reset()
      }
      // With room for a byte too many, and to meet the mark of the end.
      var compressed = member.stored
      let content = try inflater.inflate(&compressed, upTo: size + 1)
      guard inflater.isAtEnd, compressed.isEmpty else {
        throw damage("\(name) does not end where its compressed bytes do", in: file)
      }
      return content[...]
    } catch Inflater.Failure.damage(let reason) {
      throw damage("\(name) cannot be uncompressed (\(reason))", in: file)
    } catch Inflater.Failure.outOfMemory {
      throw DatasetError("Cannot read \(file): out of memory.")
    }
  }

  /// CRC-32, as zip has it.
  static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(CZlib.crc32_z(0, $0.baseAddress, $0.count)) }
  }
}

private func damage(_ what: String, in file: String) -> DatasetError {
  DatasetError("\(file) is damaged: \(what). Write the file again.")
}

// MARK: - Directory

/// Where the entries lie, as the last record of the file says.
private struct Directory {
  let range: Range<Int>
  let count: Int

  init(of bytes: [UInt8], file: String) throws {
    guard var end = Self.lastRecord(of: bytes) else {
      throw damage("its directory, which comes last, is missing or cut off", in: file)
    }
    var reader = ZipReader(bytes[(end + 4)...], of: file)
    var parts = try [2, 2, 2, 2].map { try reader.number($0) }
    var (size, start) = (try reader.number(4), try reader.number(4))

    // Numbers that do not fit stand in a record before, which a third one leads to (zip64).
    if end >= 20 {
      var locator = ZipReader(bytes[(end - 20)..<end], of: file)
      if try locator.number(4) == 0x0706_4B50 {
        _ = try locator.number(4)
        let place = try locator.number(8)
        guard place < end - 20 else { throw damage("its directory is beyond its end", in: file) }
        reader = ZipReader(bytes[place..<end - 20], of: file)
        guard try reader.number(4) == 0x0606_4B50 else {
          throw damage("its directory is not where it should be", in: file)
        }
        _ = try reader.take(12)
        parts = try [4, 4, 8, 8].map { try reader.number($0) }
        (size, start, end) = (try reader.number(8), try reader.number(8), place)
      }
    }
    guard parts[0] == 0, parts[1] == 0, parts[2] == parts[3] else {
      throw damage("it is one of several parts of an archive", in: file)
    }
    guard size <= end, start == end - size else {
      throw damage("its directory is not where it should be", in: file)
    }
    (range, count) = (start..<end, parts[3])
  }

  /// The one from which its own comment, of at most 65,535 bytes, reaches to the end of the file.
  private static func lastRecord(of bytes: [UInt8]) -> Int? {
    let latest = bytes.count - 22
    return stride(from: latest, through: max(latest - 0xFFFF, 0), by: -1).first { place in
      bytes[place] == 0x50 && bytes[place..<place + 4].elementsEqual(Zip.emptyMagic)
        && Int(bytes[place + 20]) + Int(bytes[place + 21]) << 8 == latest - place
    }
  }
}

extension Zip.Member {
  /// An entry of the directory.
  fileprivate init(entry reader: inout ZipReader) throws {
    guard try reader.number(4) == 0x0201_4B50 else {
      throw damage("its directory has something else in place of an entry", in: reader.file)
    }
    _ = try reader.number(4)
    isEncrypted = try reader.number(2) & 1 == 1
    method = try reader.number(2)
    _ = try reader.number(4)
    checksum = UInt32(try reader.number(4))
    // Uncompressed, compressed, place: the order in which the long ones follow.
    var numbers = [try reader.number(4), try reader.number(4)].reversed() as [Int]
    let lengths = try [2, 2, 2].map { try reader.number($0) }
    _ = try reader.take(8)
    numbers.append(try reader.number(4))
    nameBytes = try reader.take(lengths[0])
    name = String(decoding: nameBytes, as: UTF8.self)
    var extra = ZipReader(try reader.take(lengths[1]), of: reader.file)
    _ = try reader.take(lengths[2])

    let file = reader.file
    guard !name.unicodeScalars.contains(where: \.isControl), name.utf8.count <= 1000 else {
      throw damage("a member has a name that cannot be printed", in: file)
    }
    while numbers.contains(0xFFFF_FFFF), !extra.rest.isEmpty {
      let (kind, length) = (try extra.number(2), try extra.number(2))
      var field = ZipReader(try extra.take(length), of: file)
      guard kind == 1 else { continue }
      for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
        numbers[index] = try field.number(8)
      }
      break
    }
    (size, storedSize, offset) = (numbers[0], numbers[1], numbers[2])
  }

  /// Finds what is stored, after the member's own header.
  ///
  /// - Parameter bytes: all before the directory.
  fileprivate mutating func locate(in bytes: ArraySlice<UInt8>, file: String) throws {
    let wrong = damage("\(name) is not where its directory says", in: file)
    guard offset < bytes.count else { throw wrong }
    var reader = ZipReader(bytes[offset...], of: file)
    guard try reader.number(4) == 0x0403_4B50 else { throw wrong }
    _ = try reader.take(22)
    let (nameLength, extraLength) = (try reader.number(2), try reader.number(2))
    guard try reader.take(nameLength).elementsEqual(nameBytes) else { throw wrong }
    _ = try reader.take(extraLength)
    stored = try reader.take(storedSize)
  }
}

/// Little-endian numbers and bytes, one after another.
private struct ZipReader {
  private(set) var rest: ArraySlice<UInt8>
  let file: String

  init(_ bytes: ArraySlice<UInt8>, of file: String) { (rest, self.file) = (bytes, file) }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= rest.count else {
      throw damage("it announces more bytes than it has", in: file)
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// - Parameter size: up to 8 bytes.
  mutating func number(_ size: Int) throws -> Int {
    let number = try take(size).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: number) else {
      throw damage("it announces more bytes than any file has", in: file)
    }
    return number
  }
}
