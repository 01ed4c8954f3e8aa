#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lines of standard input as they come, with those that end in `\` joined to the next.
struct StandardInput {
  let host: any Host
  private var number = 0
  /// Why there is nothing more, when that is not the end.
  private(set) var failure: CommandError?
  /// What has been read and not been given out.
  private var bytes: [UInt8] = []

  init(host: any Host) { self.host = host }

  /// The next line and its number; nil at the end, and after Ctrl-C.
  mutating func next() -> (number: Int, line: String)? {
    var joined = ""
    var first: Int?
    while var line = nextPhysicalLine() {
      number += 1
      if number == 1, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
      if line.hasSuffix("\r") { line.removeLast() }
      first = first ?? number
      joined += line
      guard joined.hasSuffix("\\") else { return (first!, joined) }
      joined.removeLast()
      joined += " "
    }
    return host.isInterrupted ? nil : first.map { ($0, joined) }
  }

  private mutating func nextPhysicalLine() -> String? {
    var searched = 0
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { bytes.removeFirst(end + 1) }
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
      searched = bytes.count
      let more = read()
      if more.isEmpty {
        defer { bytes = [] }
        return bytes.isEmpty || host.isInterrupted ? nil : String(decoding: bytes, as: UTF8.self)
      }
      bytes += more
    }
  }

  /// Some bytes; none at the end, and after Ctrl-C.
  ///
  /// SIGINT is let in only while waiting, so that none falls between the question whether there was
  /// one and the wait.
  private mutating func read() -> [UInt8] {
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGINT)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !host.isInterrupted {
      var input = fd_set()
      // FD_SET for descriptor 0: the first bit of the first word, on every system.
      withUnsafeMutableBytes(of: &input) { $0[0] |= 1 }
      if pselect(STDIN_FILENO + 1, &input, nil, nil, nil, &before) >= 0 {
        let count = systemRead(STDIN_FILENO, &buffer, buffer.count)
        if count >= 0 { return Array(buffer[..<count]) }
      }
      guard errno == EINTR || errno == EAGAIN else {
        failure = unreadable("standard input")
        return []
      }
    }
    return []
  }
}

/// `read` of the system, whose name `StandardInput.read` hides.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, bytes, count)
}
