import ArgumentParser
import Page

/// A command of the shell: its arguments with the help beside each, and what it does.
///
/// To add one: a file in `Commands/` with one such type, and its name in `commands` below. Help,
/// usage errors, suggestions and scripting follow from the declaration.
public protocol Command: ParsableCommand {
  static var group: CommandGroup { get }
  /// Other words for it, that work wherever its name does.
  static var otherNames: [String] { get }
  /// Commands, some of them of several lines, that can be typed as they stand after `load mnist` and
  /// `network 784-30-10`.
  static var examples: [String] { get }
  static var seeAlso: [String] { get }
  /// Whether the clock's past ends with it, as for `network`: nothing leads back behind it.
  static var startsTimeAnew: Bool { get }
  /// Whether it is about the session as it is typed, and has no place in a notebook of it.
  static var isAside: Bool { get }
  /// How the rest of the line is read.
  static var reading: Reading { get }
  /// What Tab offers for an argument whose values the declaration does not list; nil for nothing.
  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]?

  /// Whether a journal can hold it: this is what `journal(from:to:)`, or a move, writes. Only such
  /// commands are carried out when a session that comes out of a file is done again.
  var isOfJournal: Bool { get }

  /// Does it. What it changes in the session is dropped when it throws.
  func run(in session: inout Session, host: any Host) throws -> Page
  /// The line that would do it again, in full words with every option written out, when it changed
  /// the state; nil for a query, and for what moves the clock, which the move itself records.
  func journal(from before: Session, to after: Session) -> String?
}

/// The parts of the list that `help` prints.
public enum CommandGroup: String, CaseIterable, Sendable {
  case data = "Data"
  case network = "Network"
  case step = "Step"
  case look = "Look"
  case stop = "Stop"
  case verify = "Verify"
  case session = "Session"
}

/// How the text after the command's word becomes its arguments.
public enum Reading: Sendable {
  /// Words, with quotes where a word has spaces.
  case words
  /// One argument, as it stands; options come before it.
  case restOfLine
  /// The same, and the argument is an expression, for which Tab offers what `candidates` does and
  /// the words of the language.
  case expression
}

extension Command {
  public static var otherNames: [String] { [] }
  public static var seeAlso: [String] { [] }
  public static var startsTimeAnew: Bool { false }
  public static var isAside: Bool { false }
  public static var reading: Reading { .words }
  public static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? { nil }
  public var isOfJournal: Bool { false }
  public func journal(from before: Session, to after: Session) -> String? { nil }
  public static var name: String { configuration.commandName! }
  /// All words for it, its name first.
  static var names: [String] { [name] + otherNames }
  public static var purpose: String { configuration.abstract }
}

/// All commands, in the order in which `help` lists them.
public let commands: [any Command.Type] = [
  Load.self, Import.self, Digit.self,
  NetworkCommand.self, LossCommand.self, OptimizerCommand.self, SetCommand.self,
  Step.self, PhaseCommand.self, Finish.self, Epoch.self, Until.self, Continue.self, Back.self,
  Goto.self,
  Show.self, Print.self, Plot.self, Explain.self, Evaluate.self, Check.self, Compare.self,
  Health.self,
  Expect.self, MistakeCommand.self, Diagnose.self,
  Break.self, Watch.self, Display.self, Catch.self, Delete.self,
  Save.self, Restore.self, Replay.self, CheckpointCommand.self, Record.self, Note.self, Export.self,
  History.self, Run.self, Help.self, Quit.self,
]

/// The command of exactly this name.
func command(called name: String) -> (any Command.Type)? {
  for type in commands where type.names.contains(name) { return type }
  return nil
}

/// The one-letter words that work at the prompt.
public let abbreviations = [
  "s": "step", "p": "print", "b": "break", "c": "continue", "q": "quit", "h": "help",
]

/// The command a person means by its first word; and that word in full.
///
/// - Parameter allowsPrefix: at the prompt, unique prefixes and abbreviations count.
/// - Throws: when there is none, with the nearest one, or when there are several.
func command(
  named word: String, allowsPrefix: Bool
) throws -> (type: any Command.Type, word: String) {
  if let exact = command(called: word) { return (exact, word) }
  if let sentence = elsewhere(word) { throw CommandError(sentence) }
  let names = commands.flatMap { $0.names }
  var candidates = names.filter { $0.hasPrefix(word) }
  if let full = abbreviations[word] { candidates = [full] }
  if candidates.count == 1, allowsPrefix {
    return try command(named: candidates[0], allowsPrefix: false)
  }
  if candidates.count == 1 {
    throw CommandError(
      "There is no command \"\(word)\". Scripts use full names: \"\(candidates[0])\".")
  }
  if candidates.count > 1, allowsPrefix {
    throw CommandError("\"\(word)\" could be \(candidates.joined(separator: ", ")).")
  }
  throw CommandError(noSuch("command", word, among: names) + " Type \"help\" for the list.")
}
