import Notebook
import Page

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where results, errors and progress go: standard output and standard error, as text or as JSON.
final class Terminal: Host {
  let environment: [String: String]
  /// Whether a person types at this terminal.
  let hasKeyboard: Bool

  var scriptFolder: String?
  var isInNotebook = false
  var showsReplay = true
  /// Whether only failures are shown.
  var isQuiet = false

  /// What becomes of answers longer than the screen, in a shell.
  var pager = Pager.off

  private let isJSON: Bool
  private let output: Stream
  private let errors: Stream
  private var progressBar: ProgressBar

  init(color: ColorChoice, isJSON: Bool) {
    environment = Terminal.readEnvironment()
    self.isJSON = isJSON
    output = Stream(STDOUT_FILENO, color, environment)
    errors = Stream(STDERR_FILENO, color, environment)
    hasKeyboard = isatty(STDIN_FILENO) == 1
    progressBar = ProgressBar(isVisible: errors.isTerminal && !errors.isDumb)
    signal(SIGPIPE, SIG_IGN)
    // A file beyond the limit of `ulimit -f` is an error to report.
    signal(SIGXFSZ, SIG_IGN)
  }

  var isInterrupted: Bool { Interrupt.isRequested }

  func progress(_ progress: Progress) {
    guard let line = progressBar.update(progress, width: errors.width) else { return }
    errors.write(line)
    errors.flush()
  }

  func show(_ item: Item) {
    clearProgress()
    if isInterrupted, errors.isTerminal {
      // The terminal has put ^C where the cursor stands.
      errors.write(errors.isDumb ? "\n" : "\r\u{1B}[K")
      errors.flush()
    }
    if isQuiet {
      if case .report(let report) = item, let failure = report.failure {
        complain(failure.message, at: report.place)
      }
      return
    }
    switch item {
    case .prose(let text):
      if !isJSON { output.write((output.isEmpty ? "" : "\n") + output.harmless(text) + "\n\n") }
    case .command(let line): if !isJSON { output.write("> \(output.harmless(line))\n") }
    case .report(let report): isJSON ? showJSON(report) : showText(report)
    }
    output.flush()
  }

  private func showText(_ report: Report) {
    showPage(report)
    if let failure = report.failure, !report.pageSaysFailure {
      if report.isFailureExpected {
        output.write("error: \(output.harmless(failure.message))\n")
      } else {
        complain(failure.message, at: report.place)
      }
    }
  }

  private func showPage(_ report: Report) {
    let renderer = output.renderer(precision: report.precision)
    let lines = renderer.lines(report.page).map(renderer.string)
    // What a script prints at the prompt stays whole, as it would in a pipe.
    guard pager != .off, report.place == nil, let height = output.height else {
      return output.write(lines.map { $0 + "\n" }.joined())
    }
    // Beside it stand the command, what is said of the rest, and the next prompt.
    let room = max(height - 3, 1)
    let fitting = renderer.lines(report.page).fitting(rows: room, columns: output.width)
    guard fitting < lines.count else { return output.write(lines.map { $0 + "\n" }.joined()) }
    if pager == .on {
      output.flush()
      let text = lines.map { $0 + "\n" }.joined()
      if let complaint = PagerProgram(environment).show(text) {
        output.write(text)
        complain(complaint)
      }
      return
    }
    output.write(lines.prefix(fitting).map { $0 + "\n" }.joined())
    let rest = lines.count - fitting
    let more: Line =
      "\("…", .note) \(count: rest) more line\(rest == 1 ? "" : "s"); for all: set pager=on (or off)"
    output.write(renderer.render(Page(lines: [more])))
  }

  private func showJSON(_ report: Report) {
    var line = "{\"command\":\(JSON.quoted(report.command)),\"ok\":\(report.failure == nil)"
    line += ",\"seconds\":\(JSON.number(report.seconds)),\"blocks\":"
    line += JSONRenderer.json(report.page)
    if let failure = report.failure {
      line += ",\"error\":{\"message\":\(JSON.quoted(failure.message))}"
      if !report.isFailureExpected, !report.pageSaysFailure {
        complain(failure.message, at: report.place)
      }
    }
    output.write(line + "}\n")
  }

  /// A sentence on standard error, after what is on standard output. What stands in lines below it,
  /// an expression and a caret, stays as it is.
  func complain(_ message: String, at place: String? = nil) {
    clearProgress()
    output.flush()
    let line = place.map { Line(text: "\($0): ", .faint) } ?? Line()
    var renderer = errors.renderer(precision: 4)
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    errors.write(renderer.render(Page(lines: [line + "\(lines.first ?? "", .bad)"])))
    renderer.wrapsText = false
    errors.write(renderer.render(Page(lines: lines.dropFirst().map { "\($0, .bad)" })))
    errors.flush()
  }

  /// A line of the shell's own, such as the banner.
  func say(_ line: Line) {
    output.write(output.renderer(precision: 4).render(Page(lines: [line])))
    output.flush()
  }

  private func clearProgress() {
    if let line = progressBar.clear() {
      errors.write(line)
      errors.flush()
    }
  }

  func flush() {
    clearProgress()
    output.flush()
    errors.flush()
  }

  private static func readEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }
}

/// The columns and rows of a terminal: 80 by 24 where it does not say, and never so few that there is
/// no room for a letter.
struct ScreenSize: Equatable {
  let columns: Int
  let rows: Int

  static let fewestColumns = 4
  static let fewestRows = 2

  init(_ descriptor: Int32) {
    var size = winsize()
    _ = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    columns = size.ws_col == 0 ? 80 : max(Int(size.ws_col), ScreenSize.fewestColumns)
    rows = size.ws_row == 0 ? 24 : max(Int(size.ws_row), ScreenSize.fewestRows)
  }
}

/// Standard output or standard error: what it can show, and bytes on their way to it.
final class Stream {
  let isTerminal: Bool
  let isDumb: Bool
  private let descriptor: Int32
  private let hasColor: Bool
  private let hasUnicode: Bool
  private var buffer: [UInt8] = []
  /// Whether nothing has been written yet.
  private(set) var isEmpty = true

  init(_ descriptor: Int32, _ color: ColorChoice, _ environment: [String: String]) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    isDumb = environment["TERM"] == "dumb"
    hasColor = Stream.decideColor(color, environment, isTerminal: isTerminal)
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
      .compactMap { environment[$0] }.first { !$0.isEmpty }
    let name = locale?.uppercased() ?? ""
    hasUnicode = name.contains("UTF-8") || name.contains("UTF8")
  }

  /// The option decides, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb, and then the terminal.
  private static func decideColor(
    _ choice: ColorChoice, _ environment: [String: String], isTerminal: Bool
  ) -> Bool {
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    switch choice {
    case .always: return true
    case .never: return false
    case .auto:
      if isSet("NO_COLOR") { return false }
      if isSet("CLICOLOR_FORCE"), environment["CLICOLOR_FORCE"] != "0" { return true }
      return isTerminal && environment["TERM"] != "dumb"
    }
  }

  func renderer(precision: Int) -> TextRenderer {
    TextRenderer(
      width: width, precision: precision, colour: hasColor, unicode: hasUnicode,
      wrapsText: isTerminal)
  }

  /// Text from outside, without what the terminal would take for an order.
  func harmless(_ text: String) -> String { renderer(precision: 4).harmless(text) }

  /// Columns of the terminal, 80 when there is none.
  var width: Int { isTerminal ? ScreenSize(descriptor).columns : 80 }

  /// Rows of the terminal; nil when there is none.
  var height: Int? { isTerminal ? ScreenSize(descriptor).rows : nil }

  func write(_ text: String) {
    isEmpty = isEmpty && text.isEmpty
    buffer += text.utf8
    if buffer.count > 1 << 16 { flush() }
  }

  /// Writes all there is. When nobody reads any more (`| head`), the program ends quietly, with the
  /// status that shells give to what SIGPIPE ends: output was lost.
  func flush() {
    var rest = buffer[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { posixWrite(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        if errno == EPIPE { exit(128 + SIGPIPE) }
        if descriptor == STDOUT_FILENO {
          let reason = String(cString: strerror(errno))
          let message = Array("backstep: cannot write the output: \(reason).\n".utf8)
          _ = posixWrite(STDERR_FILENO, message, message.count)
          exit(1)
        }
        break
      }
      rest = rest.dropFirst(written)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
