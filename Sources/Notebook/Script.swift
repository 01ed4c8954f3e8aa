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
    var block: [(number: Int, text: Substring)]?
    var mustFail = false
    func endProse() {
      let text = prose.joined(separator: "\n").trimmed
      if !text.isEmpty { steps.append(.prose(String(text))) }
      prose = []
    }
    func endBlock() {
      let logical = logicalLines(block ?? [])
      for (i, command) in logical.enumerated() {
        let fails = mustFail && i == logical.count - 1
        steps.append(.command(command.text, line: command.number, mustFail: fails))
      }
      block = nil
    }
    for (index, line) in lines(of: text).enumerated() {
      if let commands = block {
        if line.trimmed == "```" {
          endBlock()
        } else if line.hasPrefix("> ") || line.trimmed == ">" {
          block!.append((index + 1, line.dropFirst(2)))
        } else if let last = commands.last, last.text.hasSuffix("\\") {
          block!.append((index + 1, line))
        }
      } else if line.hasPrefix("```backstep") {
        endProse()
        block = []
        mustFail = line.contains("{error}")
      } else {
        prose.append(String(line))
      }
    }
    // A fence that nobody closes goes to the end of the document, as in CommonMark.
    endBlock()
    endProse()
    return steps
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
        if case .quit = outcome { return outcome }
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
    var reader = LineReader()
    while let (number, line) = reader.next() {
      let outcome = run(line, in: &session, place: "stdin:\(number)")
      if case .quit = outcome { return outcome }
      if first == .done { first = outcome }
      if outcome != .done, !keepsGoing || host.isInterrupted { return first }
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
      host.show(
        .report(
          Report(
            command: line, page: .empty, seconds: 0,
            failure: Failure(.command, "This command was to fail and did not."), place: place,
            isFailureExpected: false, precision: 4)))
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

  /// A relative path inside a script is meant from the script's folder, else from the working one.
  private func resolve(_ path: String) -> String {
    guard path != "-", !path.hasPrefix("/"), let file = files.last,
      let slash = file.lastIndex(of: "/")
    else { return path }
    let beside = file[..<slash] + "/" + path
    return access(String(beside), F_OK) == 0 ? String(beside) : path
  }
}

/// Lines of standard input, with those that end in `\` joined to the next.
private struct LineReader {
  private var number = 0

  mutating func next() -> (number: Int, line: String)? {
    var joined = ""
    var first: Int?
    while var line = readLine() {
      number += 1
      if number == 1, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
      if line.hasSuffix("\r") { line.removeLast() }
      first = first ?? number
      joined += line
      guard joined.hasSuffix("\\") else { return (first!, joined) }
      joined.removeLast()
      joined += " "
    }
    return first.map { ($0, joined) }
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

private func unreadable(_ path: String) -> CommandError {
  CommandError("Cannot read \(path): \(String(cString: strerror(errno))).")
}
