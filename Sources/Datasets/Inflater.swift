import CZlib

/// Uncompresses a piece at a time with zlib.
///
/// ```swift
/// let inflater = try Inflater(.deflate)
/// try inflater.inflate(&compressed, upTo: 64)  // the first 64 bytes; `compressed` has the rest
/// ```
final class Inflater {
  /// What is around the compressed blocks, by zlib's number for it. All have a window of 15 bits, which
  /// any file may need.
  enum Format: CInt {
    /// Nothing (RFC 1951).
    case deflate = -15
    /// RFC 1952's header and checksum.
    case gzip = 31
  }

  enum Failure: Error {
    case outOfMemory
    /// zlib's words for what is wrong.
    case damage(String)
  }

  /// Whether the compressed data has ended; zlib takes nothing that follows.
  private(set) var isAtEnd = false
  /// zlib remembers the address, so the stream keeps one place in memory.
  private let zlib: UnsafeMutablePointer<z_stream>
  private let piece: Int

  /// - Parameter piece: how many bytes zlib is handed at a time; it counts with 32 bits.
  init(_ format: Format, piece: Int = 1 << 30) throws(Failure) {
    self.piece = piece
    zlib = .allocate(capacity: 1)
    zlib.initialize(to: z_stream())
    let size = CInt(MemoryLayout<z_stream>.size)
    let status = inflateInit2_(zlib, format.rawValue, ZLIB_VERSION, size)
    guard status == Z_OK else { throw .outOfMemory }
  }

  deinit {
    inflateEnd(zlib)
    zlib.deallocate()
  }

  /// Makes ready for another beginning.
  func reset() {
    inflateReset(zlib)
    isAtEnd = false
  }

  /// Uncompresses as far as the room or the input goes, and returns how many bytes that were. zlib may
  /// have taken the last of the input and still hold bytes that it has not given out.
  ///
  /// - Parameter input: loses what is taken.
  func inflate(
    _ input: inout ArraySlice<UInt8>, into output: UnsafeMutableRawBufferPointer
  ) throws(Failure) -> Int {
    var filled = 0
    while filled < output.count, !isAtEnd {
      let (given, room) = (min(input.count, piece), min(output.count - filled, piece))
      let address = output.baseAddress! + filled
      let status = input.withUnsafeBufferPointer { bytes in
        zlib.pointee.next_in = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
        zlib.pointee.avail_in = UInt32(given)
        zlib.pointee.next_out = address.assumingMemoryBound(to: UInt8.self)
        zlib.pointee.avail_out = UInt32(room)
        return CZlib.inflate(zlib, Z_NO_FLUSH)
      }
      input = input.dropFirst(given - Int(zlib.pointee.avail_in))
      filled += room - Int(zlib.pointee.avail_out)
      switch status {
      case Z_OK: break
      // Nothing to take and nothing held.
      case Z_BUF_ERROR: return filled
      case Z_STREAM_END: isAtEnd = true
      case Z_MEM_ERROR: throw .outOfMemory
      default:
        throw .damage(zlib.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(status)")
      }
    }
    return filled
  }

  /// The next bytes, fewer when there are no more.
  func inflate(_ input: inout ArraySlice<UInt8>, upTo count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      let output = UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: count)
      filled = try inflate(&input, into: output)
    }
  }
}
