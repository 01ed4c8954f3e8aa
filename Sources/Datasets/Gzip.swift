/// The uncompressed bytes of a gzip file (RFC 1952): one member after another, each with its checksum.
final class Gzip<Source: ByteStream>: ByteStream {
  private let source: Source
  private let inflater: Inflater
  private var input = [UInt8](repeating: 0, count: 1 << 16)
  /// The part of `input` that is not uncompressed yet.
  private var pending: ArraySlice<UInt8> = []
  /// Compressed bytes taken from the source.
  private var taken = 0
  private var state = State.inMember

  private enum State { case inMember, betweenMembers, ended }

  var path: String { source.path }

  init(_ source: Source) throws {
    self.source = source
    do { inflater = try Inflater(.gzip) } catch { throw Self.sentence(source.path, error) }
  }

  func read(into buffer: inout [UInt8]) throws -> Int {
    try buffer.withUnsafeMutableBytes { output in
      var filled = 0
      while filled < output.count, state != .ended {
        if pending.isEmpty {
          // Two owners of the same bytes would make a copy of them.
          pending = []
          let count = try source.read(into: &input)
          pending = input[..<count]
          taken += count
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
    do {
      let count = try inflater.inflate(&pending, into: output)
      if inflater.isAtEnd { state = .betweenMembers }
      return count
    } catch {
      throw Self.sentence(path, error)
    }
  }

  /// What follows a member is another one, or something that does not belong there.
  private func startMember() throws {
    guard pending.first == 0x1F else {
      throw DatasetError(
        "\(path) goes on after the end of its gzip data, at byte "
          + "\((taken - pending.count).grouped). Get the file again.")
    }
    inflater.reset()
    state = .inMember
  }

  private static func sentence(_ path: String, _ failure: Inflater.Failure) -> DatasetError {
    switch failure {
    case .outOfMemory: DatasetError("Cannot read \(path): out of memory.")
    case .damage(let reason):
      DatasetError("\(path) is a damaged gzip file (\(reason)). Get the file again.")
    }
  }
}
