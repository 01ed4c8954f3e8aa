import ArgumentParser
import Backprop
import Datasets
import Page

/// Runs lines: finds the command, parses its arguments, gives it the session and reports what it
/// came to.
public struct Interpreter {
  /// Whether abbreviations count, as at the prompt.
  public var isInteractive = false
  /// Whether a script goes on after a failure.
  public var keepsGoing = false
  /// The script that is being run, for relative paths and for circles; innermost last.
  var files: [String] = []
  let host: any Host

  public init(host: any Host) { self.host = host }

  /// What running a line, or a script, came to.
  public enum Outcome: Equatable, Sendable {
    case done
    case failed(status: Int32)
    /// With the status that was asked for; nil leaves it at what came before.
    case quit(status: Int32?)

    /// The status the program would end with.
    public var status: Int32 {
      switch self {
      case .done: 0
      case .failed(let status): status
      case .quit(let status): status ?? 0
      }
    }
  }

  /// Runs one line and reports it, unless it is blank or a comment.
  ///
  /// - Parameter place: `FILE:LINE` in a script.
  public func run(
    _ line: String, in session: inout Session, place: String? = nil, mustFail: Bool = false
  ) -> Outcome {
    let typed = TypedLine(line)
    guard let word = typed.word else { return .done }
    let start = ContinuousClock.now
    session.history.append(String(line.trimmed))
    var command = String(line.trimmed)
    var result: Result<Page, any Error>
    host.scriptFolder = scriptFolder
    host.isInNotebook = files.contains { $0.hasSuffix(".md") }
    do {
      let (type, word) = try Notebook.command(named: word, allowsPrefix: isInteractive)
      command = typed.rest.isEmpty ? word : "\(word) \(typed.rest)"
      let parsed = try Notebook.parsed(type, typed.rest)
      if let script = parsed as? Run { return try script.play(by: self, in: &session) }
      var changed = session
      var page = try parsed.run(in: &changed, host: host)
      if let line = parsed.journal(from: session, to: changed) {
        page += changed.noteOfDroppedFuture(session.timeline)
        changed.record(line, startsTimeAnew: type.startsTimeAnew)
      }
      let kind = TranscriptItem.Kind(parsed, of: type, from: session, to: changed)
      session = changed
      session.write(command, kind, page, host: host)
      result = .success(page)
    } catch let quit as QuitRequest {
      report(command, .empty, nil, start, session, place)
      return .quit(status: quit.status)
    } catch {
      result = .failure(error)
    }
    let failure = result.failure.map(Failure.init(from:))
    if let reached = failure?.session { session = reached }
    if let failure { session.write(command, failure, host: host) }
    let page = (try? result.get()) ?? failure?.page ?? .empty
    report(command, page, failure, start, session, place, isFailureExpected: mustFail)
    if let failure { return .failed(status: failure.status) }
    return host.isInterrupted ? .failed(status: 130) : .done
  }

  private func report(
    _ command: String, _ page: Page, _ failure: Failure?, _ start: ContinuousClock.Instant,
    _ session: Session, _ place: String?, isFailureExpected: Bool = false
  ) {
    host.show(
      .report(
        Report(
          command: command, page: page, seconds: (ContinuousClock.now - start).seconds,
          failure: failure, place: place, isFailureExpected: isFailureExpected,
          precision: session.precision)))
  }

  /// The command that a line begins with, if there is one.
  public func fullName(of line: String) -> String? {
    TypedLine(line).word.flatMap {
      try? Notebook.command(named: $0, allowsPrefix: isInteractive).word
    }
  }

  /// Whether the word at the end of the line is part of an expression, where operators and brackets
  /// end words; an option before the expression is not.
  public static func endsInExpression(_ line: String) -> Bool {
    let typed = TypedLine(line)
    let type = typed.word.flatMap { try? command(named: $0, allowsPrefix: true).type }
    let last = typed.rest.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace)
      .last
    return type.map { $0.reading != .words } == true && last?.hasPrefix("--") != true
  }

}

extension Session {
  /// Carries out a line of the journal.
  ///
  /// - Parameter then: is given the command when it is done.
  @discardableResult
  mutating func perform(
    _ line: String, host: any Host,
    then: (_ command: any Command, _ session: inout Session) -> Void = { _, _ in }
  ) throws -> Page {
    let command = try journalCommand(line)
    let page = try command.run(in: &self, host: host)
    if type(of: command).startsTimeAnew { startTimeAnew() }
    then(command, &self)
    return page
  }
}

/// The command that a line gives to a type of commands.
///
/// - Throws: when the rest of the line does not fit; the sentence ends with the usage.
func parsed(_ type: any Command.Type, _ rest: Substring) throws -> any Command {
  var arguments =
    switch type.reading {
    case .words: try words(in: rest)
    case .restOfLine, .expression:
      // Asking the parser for the declaration takes its time.
      optionsAndRest(
        of: rest, taking: rest.hasPrefix("--") ? CommandInfo(type).optionsWithValue : [])
    }
  guard arguments.count <= 1000 else {
    throw CommandError("\(arguments.count) words are too many for one line; 1,000 are the limit.")
  }
  // `step -3` has a wrong number, not an unknown option.
  let isNegative = arguments.indices.map { i in
    arguments[i].hasPrefix("-") && Double(arguments[i]) != nil
      && !(i > 0 && arguments[i - 1].hasPrefix("--"))
  }
  if isNegative.contains(true) {
    let negative = zip(arguments, isNegative).filter(\.1).map(\.0)
    arguments = zip(arguments, isNegative).filter { !$0.1 }.map(\.0) + ["--"] + negative
  }
  do {
    return try type.parse(arguments)
  } catch  where type.exitCode(for: error) == .success {
    // `step --help`
    return try Help.parse([type.name])
  } catch {
    throw CommandError("\(sentence(type.message(for: error))) Usage: \(type.usage)")
  }
}

/// The parser's message on one line: a list of choices below it becomes part of the sentence.
private func sentence(_ message: String) -> String {
  var lines = message.split(separator: "\n").map(\.trimmed)
  let choices = lines.filter { $0.hasPrefix("- ") }.map { $0.dropFirst(2) }
  lines.removeAll { $0.hasPrefix("- ") }
  var text = lines.first.map(String.init) ?? ""
  if let start = text.range(of: "Please provide one of") {
    let rest =
      choices.isEmpty
      ? text[start.upperBound...].trimmed.filter { $0 != "'" } : choices.joined(separator: ", ")
    text = text[..<start.lowerBound] + "It is one of \(rest)"
  }
  return text.hasSuffix(".") || text.hasSuffix("?") ? text : text + "."
}

extension String {
  /// Where another text first stands in this one.
  fileprivate func range(of other: String) -> Range<Index>? {
    // By bytes, which takes no longer where the text does not end.
    let (text, wanted) = (utf8, other.utf8)
    guard let first = wanted.first else { return nil }
    return text.indices.first { text[$0] == first && text[$0...].starts(with: wanted) }.map {
      $0..<text.index($0, offsetBy: wanted.count)
    }
  }
}

extension Failure {
  /// What any error thrown by a command means.
  init(from error: any Error) {
    self = (error as? Failure) ?? Failure(.command, "\(error)")
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
