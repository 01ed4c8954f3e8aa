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
  private mutating func read() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    switch readPiece(of: STDIN_FILENO, into: &buffer, isInterrupted: { host.isInterrupted }) {
    case .bytes(let count): return Array(buffer[..<count])
    case .interrupted: return []
    case .failed:
      failure = unreadable("standard input")
      return []
    }
  }
}
