#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Bytes that arrive a piece at a time.
protocol ByteStream {
  /// Where they come from, for the sentence of an error.
  var path: String { get }

  /// Fills the buffer from its beginning and returns how many bytes that were; fewer than the buffer
  /// has room for means that the stream has ended.
  func read(into buffer: inout [UInt8]) throws -> Int
}

/// The bytes of a regular file.
final class File: ByteStream {
  let path: String
  private let descriptor: CInt

  /// Opens a file, or returns nil when there is none.
  ///
  /// - Parameter name: what an error calls it when its path says nothing to a person.
  init?(_ path: String, called name: String? = nil) throws {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw DatasetError("Cannot open \(path): \(systemReason()).")
    }
    self.path = name ?? path
    self.descriptor = descriptor
    switch fileType(descriptor) {
    case S_IFREG: break
    case S_IFDIR: throw DatasetError("\(path) is a folder, and an IDX file is expected there.")
    default: throw DatasetError("\(path) is a pipe or a device, and an IDX file is expected there.")
    }
  }

  deinit { close(descriptor) }

  /// Whether the file starts as gzip does, whatever its name.
  var isGzip: Bool {
    var mark: [UInt8] = [0, 0]
    return pread(descriptor, &mark, 2, 0) == 2 && mark == [0x1F, 0x8B]
  }

  func read(into buffer: inout [UInt8]) throws -> Int {
    try buffer.withUnsafeMutableBytes { bytes in
      var filled = 0
      while filled < bytes.count {
        let count = systemRead(descriptor, bytes.baseAddress! + filled, bytes.count - filled)
        if count == 0 { break }
        if count > 0 {
          filled += count
        } else if errno != EINTR {
          throw DatasetError("Cannot read \(path): \(systemReason()).")
        }
      }
      return filled
    }
  }
}

/// Bytes that are inside the executable.
final class EmbeddedBytes: ByteStream {
  let path: String
  private var rest: UnsafeBufferPointer<UInt8>.SubSequence

  init(_ path: String, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.path = path
    rest = bytes[...]
  }

  func read(into buffer: inout [UInt8]) -> Int {
    let piece = rest.prefix(buffer.count)
    buffer.replaceSubrange(..<piece.count, with: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}

/// The absolute path of a folder, without symbolic links.
func absoluteFolder(_ path: String) throws -> String {
  guard let resolved = realpath(path, nil) else {
    throw DatasetError(
      "Cannot open the folder \(path): \(systemReason()). "
        + "Without a folder, load mnist takes the built-in sample.")
  }
  defer { free(resolved) }
  var status = stat()
  guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
    throw DatasetError(
      "\(path) is a file: give the folder that holds it and the three others of the data set.")
  }
  return String(cString: resolved)
}

private func fileType(_ descriptor: CInt) -> mode_t {
  var status = stat()
  return fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
}

/// What the system says about the call that has just failed.
func systemReason(_ code: CInt = errno) -> String {
  String(cString: strerror(code))
}

/// The C function, whose name a method here has too.
func systemRead(_ file: CInt, _ address: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, address, count)
}
