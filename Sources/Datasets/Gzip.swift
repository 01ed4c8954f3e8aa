import CZlib

/// The uncompressed bytes of a gzip file (RFC 1952): one member after another, each with its checksum.
final class Gzip<Source: ByteStream>: ByteStream {
  private let source: Source
  /// zlib remembers the address, so the stream keeps one place in memory.
  private let zlib: UnsafeMutablePointer<z_stream>
  private var input = [UInt8](repeating: 0, count: 1 << 16)
  /// The part of `input` that is not uncompressed yet.
  private var pending = 0..<0
  /// Compressed bytes taken from the source.
  private var taken = 0
  private var state = State.inMember

  private enum State { case inMember, betweenMembers, ended }

  var path: String { source.path }

  init(_ source: Source) throws {
    self.source = source
    zlib = .allocate(capacity: 1)
    zlib.initialize(to: z_stream())
    // 15 bits of window as every gzip file may need, 16 for the gzip format alone.
    let status = inflateInit2_(zlib, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw DatasetError("Cannot read \(source.path): out of memory.") }
  }

  deinit {
    inflateEnd(zlib)
    zlib.deallocate()
  }

  func read(into buffer: inout [UInt8]) throws -> Int {
    try buffer.withUnsafeMutableBytes { output in
      var filled = 0
      while filled < output.count, state != .ended {
        if pending.isEmpty {
          pending = 0..<(try source.read(into: &input))
          taken += pending.count
          if pending.isEmpty {
            guard state == .betweenMembers else {
              throw DatasetError(
                "\(path) is a gzip file that is cut off after \(taken.grouped) bytes. "
                  + "Get the file again.")
            }
            state = .ended
            break
          }
        }
        if state == .betweenMembers { try startMember() }
        filled += try inflate(into: UnsafeMutableRawBufferPointer(rebasing: output[filled...]))
      }
      return filled
    }
  }

  /// Uncompresses what is pending, as far as the room goes.
  private func inflate(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    try input.withUnsafeMutableBufferPointer { bytes in
      zlib.pointee.next_in = bytes.baseAddress! + pending.lowerBound
      zlib.pointee.avail_in = UInt32(pending.count)
      zlib.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
      zlib.pointee.avail_out = UInt32(output.count)
      let status = CZlib.inflate(zlib, Z_NO_FLUSH)
      pending = pending.upperBound - Int(zlib.pointee.avail_in)..<pending.upperBound
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: state = .betweenMembers
      case Z_MEM_ERROR: throw DatasetError("Cannot read \(path): out of memory.")
      default:
        let reason = zlib.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(status)"
        throw DatasetError("\(path) is a damaged gzip file (\(reason)). Get the file again.")
      }
      return output.count - Int(zlib.pointee.avail_out)
    }
  }

  /// What follows a member is another one, or something that does not belong there.
  private func startMember() throws {
    guard input[pending.lowerBound] == 0x1F else {
      throw DatasetError(
        "\(path) goes on after the end of its gzip data, at byte "
          + "\((taken - pending.count).grouped). Get the file again.")
    }
    inflateReset(zlib)
    state = .inMember
  }
}
