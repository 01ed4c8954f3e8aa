#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Commands in a file: one a line in a command file, in fenced blocks with prose between them in a
/// notebook.
public struct Script {
  enum Step: Equatable {
    case prose(String)
    case command(String, line: Int, mustFail: Bool)
  }

  let name: String
  let isNotebook: Bool
  let steps: [Step]

  /// - Parameter name: what errors call it; `….md` is a notebook.
  public init(_ text: String, name: String) {
    self.name = name
    isNotebook = name.hasSuffix(".md")
    steps = isNotebook ? Script.notebookSteps(text) : Script.commandSteps(text)
  }

  private static func commandSteps(_ text: String) -> [Step] {
    logicalLines(lines(of: text).enumerated().map { ($0.offset + 1, Substring($0.element)) })
      .map { .command($0.text, line: $0.number, mustFail: false) }
  }

  /// Lines between ```` ```backstep ```` and ```` ``` ```` that begin with `> ` are commands, other
  /// lines there are what they printed; all else is prose.
  private static func notebookSteps(_ text: String) -> [Step] {
    var steps: [Step] = []
    var prose: [String] = []
    var block: Block?
    func endProse() {
      let text = prose.joined(separator: "\n").trimmed
      if !text.isEmpty { steps.append(.prose(String(text))) }
      prose = []
    }
    for (index, line) in lines(of: text).enumerated() {
      if var open = block {
        if open.isClosed(by: line) {
          steps += open.steps
          block = nil
        } else {
          open.add(line, number: index + 1)
          block = open
        }
        if !open.isCommands { prose.append(String(line)) }
      } else {
        block = Block(opening: line)
        if block?.isCommands == true { endProse() } else { prose.append(String(line)) }
      }
    }
    // As in CommonMark, a block that is not closed ends with the file.
    if let block { steps += block.steps }
    endProse()
    return steps
  }

  /// A fenced block of a notebook: of commands, or of anything else, which is prose.
  private struct Block {
    let isCommands: Bool
    private let fence: Substring
    private let mustFail: Bool
    private var commands: [(number: Int, text: Substring)] = []

    /// Nil when the line opens no block: three or more backticks or tildes do.
    init?(opening line: Substring) {
      let text = line.trimmed
      guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
      fence = text.prefix { $0 == mark }
      let info = text.dropFirst(fence.count)
      guard fence.count >= 3, !info.contains("`") else { return nil }
      let words = info.split { $0.isWhitespace || $0 == "{" }
      isCommands = words.first == "backstep"
      mustFail = info.contains("{error}")
    }

    /// A line of as many marks, or more, and nothing else.
    func isClosed(by line: Substring) -> Bool {
      let text = line.trimmed
      return text.count >= fence.count && text.allSatisfy { $0 == fence.first }
    }

    mutating func add(_ line: Substring, number: Int) {
      if line.hasPrefix("> ") || line.trimmed == ">" {
        commands.append((number, line.dropFirst(2)))
      } else if let last = commands.last, last.text.hasSuffix("\\"), last.number == number - 1 {
        commands.append((number, line))
      }
    }

    var steps: [Step] {
      guard isCommands else { return [] }
      let logical = logicalLines(commands)
      return logical.enumerated().map { i, command in
        .command(
          command.text, line: command.number, mustFail: mustFail && i == logical.count - 1)
      }
    }
  }

  /// Lines without their ends (CRLF too) and without a byte-order mark.
  private static func lines(of text: String) -> [Substring] {
    var scalars = Substring(text)
    if scalars.unicodeScalars.first == "\u{FEFF}" { scalars.unicodeScalars.removeFirst() }
    return scalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// Joins a line that ends in `\` with the next, and drops blank ones and comments.
  private static func logicalLines(_ lines: [(Int, Substring)]) -> [(number: Int, text: String)] {
    var result: [(number: Int, text: String)] = []
    var open: (number: Int, text: String)?
    for (number, line) in lines {
      let text = (open?.text ?? "") + line
      if text.hasSuffix("\\") {
        open = (open?.number ?? number, text.dropLast() + " ")
      } else {
        result.append((open?.number ?? number, text))
        open = nil
      }
    }
    if let open { result.append(open) }
    return result.filter { TypedLine($0.text).word != nil }
  }
}

extension Interpreter {
  /// Runs a script from beginning to end, or to the first command that fails.
  public func play(_ script: Script, in session: inout Session) -> Outcome {
    var first = Outcome.done
    for step in script.steps {
      switch step {
      case .prose(let text): host.show(.prose(text))
      case .command(let line, let number, let mustFail):
        let place = "\(script.name):\(number)"
        if script.isNotebook { host.show(.command(line)) }
        var outcome = run(line, in: &session, place: place, mustFail: mustFail)
        if mustFail { outcome = judgeExpectedFailure(outcome, of: line, at: place) }
        if case .quit(let status) = outcome { return .quit(status: status ?? first.status) }
        if first == .done { first = outcome }
        if outcome != .done, !keepsGoing || host.isInterrupted { return first }
      }
    }
    return first
  }

  /// Runs the lines of standard input as they come, so that a person or a program at the other end
  /// of a pipe sees each answer before it writes the next line.
  public func playStandardInput(in session: inout Session) -> Outcome {
    var first = Outcome.done
    var reader = StandardInput(host: host)
    while let (number, line) = reader.next() {
      let outcome = run(line, in: &session, place: "stdin:\(number)")
      if case .quit(let status) = outcome { return .quit(status: status ?? first.status) }
      if first == .done { first = outcome }
      if outcome != .done, !keepsGoing || host.isInterrupted { return first }
    }
    if let failure = reader.failure {
      host.show(.report(Report(failure: Failure(from: failure))))
      return first == .done ? .failed(status: 1) : first
    }
    return host.isInterrupted ? .failed(status: 130) : first
  }

  /// A command that a notebook says must fail and does not is a failure.
  private func judgeExpectedFailure(
    _ outcome: Outcome, of line: String, at place: String
  ) -> Outcome {
    switch outcome {
    case .failed(130), .quit: return outcome
    case .failed: return .done
    case .done:
      let failure = Failure(.command, "This command was to fail and did not.")
      host.show(.report(Report(failure: failure, command: line, place: place)))
      return .failed(status: 1)
    }
  }

  /// Reads and runs a file; `-` is standard input.
  ///
  /// - Throws: when it cannot be read, or is being run already.
  public func play(file path: String, in session: inout Session) throws -> Outcome {
    let found = resolve(path)
    let identity = realPath(found) ?? found
    if files.contains(identity) {
      let chain = (files + [identity]).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      throw CommandError("\(path) is already running: \(chain.joined(separator: " runs ")).")
    }
    let script = Script(try readText(found), name: found)
    var inner = self
    inner.files.append(identity)
    inner.isInteractive = false
    return inner.play(script, in: &session)
  }

  /// A script inside a script is meant from the outer one's folder, else from the working one.
  private func resolve(_ path: String) -> String {
    guard path != "-", !path.hasPrefix("/"), let folder = scriptFolder else { return path }
    return access(folder + path, F_OK) == 0 ? folder + path : path
  }

  /// The folder of the script that is being run, with its slash.
  var scriptFolder: String? {
    files.last.flatMap { file in file.lastIndex(of: "/").map { String(file[...$0]) } }
  }
}

extension Host {
  /// A file or folder that a command reads: a relative path is looked for in the working folder, then
  /// beside the script that the command stands in.
  func locate(_ path: String) -> String {
    guard path != "-", !path.hasPrefix("/"), access(path, F_OK) != 0, let folder = scriptFolder,
      access(folder + path, F_OK) == 0
    else { return path }
    return folder + path
  }
}

/// The absolute path without symbolic links; nil where there is nothing.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The text of a file; bytes that are no UTF-8 are replaced.
func readText(_ path: String) throws -> String {
  String(decoding: try readBytes(path), as: UTF8.self)
}

/// The bytes of a file, or of standard input for `-`.
///
/// - Throws: a sentence with the path and the system's reason.
func readBytes(_ path: String) throws -> [UInt8] {
  let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw unreadable(path) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw unreadable(path)
    }
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}

func unreadable(_ path: String) -> CommandError {
  CommandError("Cannot read \(path): \(String(cString: strerror(errno))).")
}
