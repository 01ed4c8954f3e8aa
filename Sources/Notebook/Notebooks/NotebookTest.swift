import Backprop
import Page

/// A notebook is run again, and what it prints is compared with what stands in it.
///
///     let result = NotebookTest(file: "sessions/tour.md", host: host, workingFolder: scratch).result
///     result.mismatches.first?.line   // 42
///
/// Numbers are compared with the unrounded values behind them (`Line.difference`), `...` stands for
/// any lines, and a command with nothing below it is not compared.
public struct NotebookTest {
  /// A place where the notebook says something else than the program.
  public struct Mismatch: Sendable {
    /// Of the file, from 1: the line that differs, or the command's where lines are missing.
    public let line: Int
    public let command: String
    /// What stands there; nil where a line is missing.
    public let written: String?
    /// What is printed now; nil where a line is too many.
    public let now: String?
    public let difference: LineDifference?
    /// What is wrong when no line can be set against another.
    public let complaint: String?
  }

  public struct Result: Sendable {
    public let file: String
    public let seconds: Double
    /// Commands with output below them.
    public let compared: Int
    public let mismatches: [Mismatch]
    /// The whole file with the lines replaced that do not match; nil when it cannot be read, or when
    /// the test was interrupted before its end.
    public let updated: String?
    /// Whether it ended before its end, because somebody asked for that.
    public let isInterrupted: Bool

    public var passes: Bool { mismatches.isEmpty }
  }

  let file: String
  let environment: [String: String]
  let workingFolder: String
  let isInterrupted: @Sendable () -> Bool

  /// - Parameters:
  ///   - environment: for the data; nothing else of the person's is read.
  ///   - workingFolder: an empty folder for what the notebook writes, with its slash.
  public init(
    file: String, environment: [String: String], workingFolder: String,
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    self.file = file
    self.environment = environment
    self.workingFolder = workingFolder
    self.isInterrupted = isInterrupted
  }

  public func run() -> Result {
    let start = ContinuousClock.now
    func result(
      _ compared: Int, _ mismatches: [Mismatch], _ updated: String?, isInterrupted: Bool = false
    ) -> Result {
      Result(
        file: file, seconds: (ContinuousClock.now - start).seconds, compared: compared,
        mismatches: mismatches, updated: updated, isInterrupted: isInterrupted)
    }
    let text: String
    do { text = try readText(file, .script, isInterrupted: isInterrupted) } catch {
      return result(
        0, [.complaint("\(error)", line: 0, command: "")], nil, isInterrupted: isInterrupted())
    }
    let script = Script(text, name: file)
    var comparison = NotebookComparison(script)
    let host = TestHost(environment, workingFolder, isInterrupted)
    var interpreter = Interpreter(host: host)
    interpreter.files = [realPath(file) ?? file]
    var session = Session()
    for case .command(let cell) in script.steps {
      host.reports = []
      let outcome = interpreter.run(
        cell.command, in: &session, place: "\(file):\(cell.line)", mustFail: cell.mustFail)
      if isInterrupted() {
        comparison.complain("The test was interrupted.", cell)
        return result(comparison.compared, comparison.mismatches, nil, isInterrupted: true)
      }
      let goesOn = comparison.compare(cell, outcome, host.reports)
      if !goesOn { break }
    }
    if script.steps.allSatisfy({ if case .prose = $0 { true } else { false } }) {
      comparison.mismatches.append(
        .complaint("There is no block of commands in it, marked ```backstep.", line: 0, command: "")
      )
    }
    return result(
      comparison.compared, comparison.mismatches, text.replacingLines(comparison.replacements))
  }
}

extension NotebookTest.Mismatch {
  static func complaint(_ text: String, line: Int, command: String) -> Self {
    Self(line: line, command: command, written: nil, now: nil, difference: nil, complaint: text)
  }
}

/// The program around a notebook that is tested: no terminal, no files of the person's.
private final class TestHost: Host {
  let environment: [String: String]
  let workingFolder: String?
  var scriptFolder: String?
  var isInNotebook = true
  var reports: [Report] = []
  private let interruption: @Sendable () -> Bool

  init(
    _ environment: [String: String], _ workingFolder: String,
    _ interruption: @escaping @Sendable () -> Bool
  ) {
    self.environment = environment
    self.workingFolder = workingFolder
    self.interruption = interruption
  }

  var isInterrupted: Bool { interruption() }
  func progress(_ progress: Progress) {}

  func show(_ item: Item) {
    if case .report(let report) = item { reports.append(report) }
  }
}

// MARK: - Comparing

/// What has been found in a notebook so far, and what an update would write.
private struct NotebookComparison {
  private let script: Script
  var compared = 0
  var mismatches: [NotebookTest.Mismatch] = []
  /// New lines in place of some of the file's, counted from 0.
  var replacements: [(range: Range<Int>, lines: [String])] = []

  init(_ script: Script) { self.script = script }

  /// - Returns: whether the notebook goes on.
  mutating func compare(
    _ cell: Cell, _ outcome: Interpreter.Outcome, _ reports: [Report]
  ) -> Bool {
    if let unknown = cell.settings.unknown {
      complain(
        "The block's setting \"\(unknown)\" is not known. There are: tolerance=1e-4, error.", cell)
    }
    if case .quit = outcome { return false }
    let failed = reports.compactMap(\.failure).first
    if let failed, !cell.mustFail {
      complain(failed.message, cell)
      return false
    }
    if failed == nil, cell.mustFail { complain("This command was to fail and did not.", cell) }
    // Blank lines above the next command belong to the layout.
    var output = cell.output
    while let last = output.last, script.lines[last].trimmed.isEmpty { output.removeLast() }
    guard !output.isEmpty else { return true }
    compared += 1
    let alignment = OutputAlignment(
      written: script.lines[output].map(String.init), now: reports.flatMap(\.lines),
      tolerance: cell.settings.tolerance)
    for mismatch in alignment.mismatches {
      mismatches.append(
        NotebookTest.Mismatch(
          line: output.lowerBound + mismatch.line + 1, command: cell.command,
          written: mismatch.written, now: mismatch.now, difference: mismatch.difference,
          complaint: nil))
    }
    if !alignment.mismatches.isEmpty { replacements.append((output, alignment.updated)) }
    return true
  }

  mutating func complain(_ text: String, _ cell: Cell) {
    mismatches.append(.complaint(text, line: cell.line, command: cell.command))
  }
}

extension TextRenderer {
  /// What a notebook looks like: 80 columns, no colours, Unicode, each sentence on one line.
  static func notebook(precision: Int = 4) -> TextRenderer {
    TextRenderer(width: 80, precision: precision, wrapsText: false)
  }
}

extension Report {
  /// What it shows in a notebook.
  var lines: [Line] {
    var lines = TextRenderer.notebook(precision: precision).lines(page)
    if let failure {
      lines += "error: \(failure.message)".split(separator: "\n", omittingEmptySubsequences: false)
        .map { Line(text: String($0)) }
    }
    // Blank lines at the end would be lost between the blocks of a notebook.
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

extension String {
  /// The text with other lines in place of some, each range counted from 0; line ends stay.
  fileprivate func replacingLines(
    _ replacements: [(range: Range<Int>, lines: [String])]
  ) -> String {
    if replacements.isEmpty { return self }
    var lines = split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    let end = contains("\r\n") ? "\r\n" : "\n"
    for (range, new) in replacements.reversed() {
      lines.replaceSubrange(range, with: new.map { Substring($0) })
    }
    return lines.joined(separator: end)
  }
}
