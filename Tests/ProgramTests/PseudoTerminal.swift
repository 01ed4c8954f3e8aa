import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The program at a terminal, with a person who types.
final class PseudoTerminal {
  let process: pid_t
  private let master: Int32
  /// All that it has written, escape codes included.
  private(set) var bytes: [UInt8] = []
  private var hasEnded = false

  static let environment = Program.environment.merging(["TERM": "xterm-256color"]) { $1 }

  init(
    _ arguments: String..., environment: [String: String] = environment, columns: Int = 80,
    rows: Int = 200
  ) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 256)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    try Program.descriptors.withLock {
      guard openpty(&master, &slave, nil, nil, &size) == 0,
        ttyname_r(slave, &name, name.count) == 0
      else { throw POSIXError(.ENODEV) }
      Program.closeInChildren(master)
      Program.closeInChildren(slave)
    }
    let path = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    self.master = master
    process = try Program.spawn(
      Program.path, arguments, environment: environment,
      terminal: String(decoding: path, as: UTF8.self))
    close(slave)
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      _ = Program.status(of: process)
    }
    close(master)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  /// What a person sees.
  var screen: Screen { Screen(text) }
  private var isAtPrompt: Bool {
    let last = screen.lines.last ?? ""
    return last.hasPrefix("backstep") && last.hasSuffix("> ")
  }

  /// Gives the window another size, of which the program is told by a signal.
  func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func type(_ keys: String) {
    let keys = Array(keys.utf8)
    _ = systemWrite(master, keys, keys.count)
  }

  /// Types a line, waits for the next prompt, and returns what was shown between the two.
  func answer(_ line: String) -> String {
    let before = screen.lines.count
    type(line + "\r")
    guard waitForPrompt(after: before) else { return "no answer: \(text)" }
    return screen.lines[before...].dropLast().joined(separator: "\n")
  }

  /// Waits for the prompt, on a line after so many.
  func waitForPrompt(after lines: Int = 0) -> Bool {
    wait { $0.screen.lines.count > lines && $0.isAtPrompt }
  }

  func wait(for text: String) -> Bool {
    wait { $0.screen.lines.joined(separator: "\n").contains(text) }
  }

  /// Reads until the condition holds; whether it did within half a minute.
  func wait(until condition: (PseudoTerminal) -> Bool) -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(30) {
      if condition(self) { return true }
      if !readSome() { return condition(self) }
    }
    return false
  }

  /// Reads for a while, for what must not appear.
  func pause(_ duration: Duration = .milliseconds(200)) {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < duration, readSome() {}
  }

  /// Waits for the end of the program: its status.
  func end() -> Int32 {
    if !wait(until: { _ in false }), ended() == nil { kill(process, SIGKILL) }
    hasEnded = true
    return Program.status(of: process)
  }

  private func ended() -> Int32? {
    var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    _ = poll(&entry, 1, 0)
    return entry.revents & Int16(POLLHUP) != 0 ? 0 : nil
  }

  /// Whether the other end is still open.
  private func readSome() -> Bool {
    var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 50) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = systemRead(master, &buffer, buffer.count)
    if count > 0 { bytes += buffer[..<count] }
    return count > 0
  }
}

/// What stands on the lines of a terminal: carriage returns, backspaces and erasures carried out,
/// colours and modes dropped.
struct Screen {
  private(set) var lines: [String] = []

  init(_ text: String) {
    var line: [Character] = []
    var column = 0
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case "\n", "\r\n":
        lines.append(String(line))
        (line, column) = ([], 0)
      case "\r": column = 0
      case "\u{8}": column = max(0, column - 1)
      case "\u{7}": break
      case "\u{1B}":
        guard rest.first == "[" else {
          rest = rest.dropFirst()
          break
        }
        rest.removeFirst()
        let parameters = rest.prefix { !$0.isLetter }
        rest = rest.dropFirst(parameters.count)
        switch rest.popFirst() {
        case "K": line = Array(line.prefix(column))
        case "C": column += Int(parameters) ?? 1
        case "P":
          let end = min(column + (Int(parameters) ?? 1), line.count)
          line.removeSubrange(min(column, end)..<end)
        default: break
        }
      default:
        while line.count <= column { line.append(" ") }
        line[column] = character
        column += 1
      }
    }
    lines.append(String(line))
  }
}
