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
    case command(Cell)
  }

  let name: String
  let isNotebook: Bool
  let steps: [Step]
  /// Of the file, without their ends.
  let lines: [Substring]

  /// - Parameter name: what errors call it; `….md` is a notebook.
  public init(_ text: String, name: String) {
    self.name = name
    isNotebook = name.hasSuffix(".md")
    lines = Script.lines(of: text)
    steps = isNotebook ? Script.notebookSteps(lines) : Script.commandSteps(lines)
  }

  private static func commandSteps(_ lines: [Substring]) -> [Step] {
    var cells: [Cell] = []
    for (index, line) in lines.enumerated() {
      if let last = cells.last, last.isContinued {
        cells[cells.count - 1].add(line)
      } else {
        cells.append(Cell(line, number: index + 1))
      }
    }
    return cells.filter(\.isCommand).map(Step.command)
  }

  /// Lines between ```` ```backstep ```` and ```` ``` ```` that begin with `> ` are commands, other
  /// lines there are what they printed; all else is prose.
  private static func notebookSteps(_ lines: [Substring]) -> [Step] {
    var steps: [Step] = []
    var prose: [String] = []
    var block: Block?
    func endProse() {
      let text = prose.joined(separator: "\n").trimmed
      if !text.isEmpty { steps.append(.prose(String(text))) }
      prose = []
    }
    for (index, line) in lines.enumerated() {
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

  /// Lines without their ends (CRLF too) and without a byte-order mark.
  private static func lines(of text: String) -> [Substring] {
    var scalars = Substring(text)
    if scalars.unicodeScalars.first == "\u{FEFF}" { scalars.unicodeScalars.removeFirst() }
    return scalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }
}

/// A command of a script: where it stands, and what is written below it in a notebook.
struct Cell: Equatable {
  /// One line, whatever the number of lines it stands on.
  private(set) var command: String
  /// Where it begins, from 1.
  let line: Int
  /// Whether it is the last one of a block marked `{error}`.
  var mustFail = false
  /// What the block it stands in says for itself.
  var settings = BlockSettings()
  /// The lines of the file, counted from 0, that say what it printed.
  var output: Range<Int>

  fileprivate init(_ text: Substring, number: Int) {
    command = ""
    line = number
    output = number..<number
    add(text)
  }

  /// Whether the next line belongs to it.
  fileprivate private(set) var isContinued = false

  fileprivate mutating func add(_ text: Substring) {
    if isContinued { output = output.lowerBound + 1..<output.lowerBound + 1 }
    isContinued = text.hasSuffix("\\")
    command += isContinued ? text.dropLast() + " " : text
  }

  /// Not so for a blank line and a comment.
  fileprivate var isCommand: Bool { TypedLine(command).word != nil }
}

/// What a fenced block says behind its language: ```` ```backstep {tolerance=1e-4 error} ````.
struct BlockSettings: Equatable {
  /// Beyond half a unit of its last digit, a number may differ by this share of itself.
  var tolerance = 1e-6
  var mustFail = false
  /// A setting that does not exist, or whose value is impossible.
  var unknown: String?

  fileprivate init(_ info: some StringProtocol) {
    guard let open = info.firstIndex(of: "{"), let close = info.lastIndex(of: "}"), open < close
    else { return }
    for word in info[info.index(after: open)..<close].split(whereSeparator: { " ,\t".contains($0) })
    {
      let parts = word.split(separator: "=", maxSplits: 1)
      if word == "error" {
        mustFail = true
      } else if parts.count == 2, parts[0] == "tolerance", let value = Double(parts[1]), value >= 0
      {
        tolerance = value
      } else {
        unknown = String(word)
      }
    }
  }

  fileprivate init() {}
}

/// A fenced block of a notebook: of commands, or of anything else, which is prose.
private struct Block {
  let isCommands: Bool
  private let fence: Substring
  private let settings: BlockSettings
  private var cells: [Cell] = []

  /// Nil when the line opens no block: three or more backticks or tildes do.
  init?(opening line: Substring) {
    let text = line.trimmed
    guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
    fence = text.prefix { $0 == mark }
    let info = text.dropFirst(fence.count)
    guard fence.count >= 3, !info.contains("`") else { return nil }
    isCommands = info.split { $0.isWhitespace || $0 == "{" }.first == "backstep"
    settings = BlockSettings(info)
  }

  /// A line of as many marks, or more, and nothing else.
  func isClosed(by line: Substring) -> Bool {
    let text = line.trimmed
    return text.count >= fence.count && text.allSatisfy { $0 == fence.first }
  }

  mutating func add(_ line: Substring, number: Int) {
    let isTyped = line.hasPrefix("> ") || line.trimmed == ">"
    let text = isTyped ? line.dropFirst(2) : line
    if let last = cells.last, last.isContinued {
      cells[cells.count - 1].add(text)
    } else if isTyped {
      cells.append(Cell(text, number: number))
    } else if let last = cells.last {
      cells[cells.count - 1].output = last.output.lowerBound..<number
    }
  }

  var steps: [Script.Step] {
    guard isCommands else { return [] }
    var cells = cells.filter(\.isCommand)
    for i in cells.indices {
      cells[i].settings = settings
      cells[i].mustFail = settings.mustFail && i == cells.count - 1
    }
    return cells.map(Script.Step.command)
  }
}

extension Interpreter {
  /// Runs a script from beginning to end, or to the first command that fails.
  public func play(_ script: Script, in session: inout Session) -> Outcome {
    var first = Outcome.done
    for step in script.steps {
      switch step {
      case .prose(let text):
        host.show(.prose(text))
        session.write(note: text, host: host)
      case .command(let cell):
        let place = "\(script.name):\(cell.line)"
        if script.isNotebook { host.show(.command(cell.command)) }
        var outcome = run(cell.command, in: &session, place: place, mustFail: cell.mustFail)
        if cell.mustFail { outcome = judgeExpectedFailure(outcome, of: cell.command, at: place) }
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

  /// How many files may run each other.
  static let deepest = 16

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
    guard files.count < Interpreter.deepest else {
      throw CommandError(
        "\(path) would be the \(files.count + 1)th file of files that run each other; "
          + "\(Interpreter.deepest) are the limit.")
    }
    let script = Script(
      try readText(found, .script, isInterrupted: { host.isInterrupted }), name: found)
    var inner = self
    inner.files.append(identity)
    inner.isInteractive = false
    return inner.play(script, in: &session)
  }

  /// A script inside a script is meant from the outer one's folder, else from the working one.
  private func resolve(_ path: String) -> String {
    guard path != "-", !path.hasPrefix("/") else { return path }
    if let folder = scriptFolder, fileExists(folder + path) { return folder + path }
    return host.path(path)
  }

  /// The folder of the script that is being run, with its slash.
  var scriptFolder: String? {
    files.last.flatMap { file in file.lastIndex(of: "/").map { String(file[...$0]) } }
  }
}
