import Page

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Every file that is named to the program is read here: to a limit, and until Ctrl-C.

/// What a file is to be, and how many bytes of it are taken: no such file comes near its limit.
enum FileKind: String, CaseIterable, Sendable {
  case script = "a file of commands"
  case session = "a saved session"
  case arrays = "a file of arrays"

  var limit: Int { self == .script ? 64_000_000 : 2_000_000_000 }

  /// Pipes and devices do not say how much there is to come, and some never end.
  var streamLimit: Int { min(limit, 256_000_000) }
}

/// The text of a file; bytes that are no UTF-8 are replaced.
func readText(
  _ path: String, _ kind: FileKind, isInterrupted: () -> Bool = { false }
) throws -> String {
  String(decoding: try readBytes(path, kind, isInterrupted: isInterrupted), as: UTF8.self)
}

/// The bytes of a file, a pipe or a device, or of standard input for `-`.
///
/// - Throws: a sentence with the path and the system's reason, or the limit; `Failure.interrupted`
///   when the person asks to stop.
func readBytes(
  _ path: String, _ kind: FileKind, isInterrupted: () -> Bool = { false }
) throws -> [UInt8] {
  // To open a pipe that nobody writes to would wait for ever, and not hear Ctrl-C.
  let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw unreadable(path) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw unreadable(path) }
  let isFile = status.st_mode & S_IFMT == S_IFREG
  let limit = isFile ? kind.limit : kind.streamLimit
  func requireRoom(for count: Int) throws {
    guard count <= limit else {
      let bytes = NumberFormat.grouped.text(Double(limit))
      throw CommandError(
        isFile
          ? "\(path) is too large for \(kind.rawValue): \(bytes) bytes are the limit."
          : "\(path) does not end after \(bytes) bytes, the limit for a pipe or a device.")
    }
  }
  var bytes: [UInt8] = []
  if isFile {
    try requireRoom(for: Int(status.st_size))
    bytes.reserveCapacity(Int(status.st_size))
  }
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    switch readPiece(of: descriptor, into: &buffer, isInterrupted: isInterrupted) {
    case .interrupted: throw Failure(.interrupted, "Reading \(path) was interrupted.")
    case .failed: throw unreadable(path)
    case .bytes(0): return bytes
    case .bytes(let count):
      try requireRoom(for: bytes.count + count)
      bytes += buffer[..<count]
    }
  }
}

/// What waiting for some bytes came to; none are the end.
enum ReadPiece {
  case bytes(Int)
  case interrupted, failed
}

/// Waits for some bytes, and puts them at the beginning of `buffer`.
///
/// SIGINT is let in only while waiting, so that none falls between the question whether there was
/// one and the wait.
func readPiece(
  of descriptor: CInt, into buffer: inout [UInt8], isInterrupted: () -> Bool
) -> ReadPiece {
  var (blocked, before) = (sigset_t(), sigset_t())
  sigemptyset(&blocked)
  sigaddset(&blocked, SIGINT)
  pthread_sigmask(SIG_BLOCK, &blocked, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  while !isInterrupted() {
    var input = fd_set()
    guard descriptor < 8 * MemoryLayout<fd_set>.size else { return .failed }
    // FD_SET: a bit for each descriptor, from the lowest, on every system.
    withUnsafeMutableBytes(of: &input) { $0[Int(descriptor) / 8] |= 1 << UInt8(descriptor % 8) }
    if pselect(descriptor + 1, &input, nil, nil, nil, &before) >= 0 {
      let count = read(descriptor, &buffer, buffer.count)
      if count >= 0 { return .bytes(count) }
    }
    guard errno == EINTR || errno == EAGAIN else { return .failed }
  }
  return .interrupted
}
