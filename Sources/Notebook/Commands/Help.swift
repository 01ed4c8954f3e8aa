import ArgumentParser
import Backprop
import Page

struct Help: Command {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explain a command, the phases, the names, or a mistake.")
  static let group = CommandGroup.session
  static let examples = ["help step", "help phases", "help mistake sum-not-mean"]
  static let isAside = true

  @Argument(
    help: "A command, a topic, or \"mistake\" and its id; lists everything when absent.")
  var words: [String] = []

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    switch typed {
    case []: commands.flatMap { $0.names } + topics.map(\.name) + ["mistakes"]
    case ["mistake"]: Mistake.all.map(\.name)
    default: []
    }
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    guard let word = words.first else { return Page(.text(overview)) }
    let setting = session.training?.setting
    if words.count == 2, word == "mistake" {
      return Page(.facts(try Mistake(typed: words[1]).helpFacts(setting)))
    }
    guard words.count == 1 else {
      throw CommandError(
        "help \(words.joined(separator: " ")) is too much at once: only a mistake takes two words, "
          + "as in \"help mistake sum-not-mean\".")
    }
    if word == "mistakes" { return Page(.text(Mistake.list(setting))) }
    if let topic = topics.first(where: { $0.name == word }) { return Page(.text(topic.lines)) }
    guard let command = try? command(named: word, allowsPrefix: true).type else {
      throw CommandError(
        noSuch(
          "help on", word,
          among: commands.flatMap { $0.names } + topics.map { $0.name } + ["mistakes"])
          + " Type \"help\" for the list.")
    }
    return Page(.text(command.helpLines))
  }

  private var overview: [Line] {
    var lines: [Line] = []
    for group in CommandGroup.allCases {
      lines.append(Line(text: group.rawValue, .strong))
      for command in commands where command.group == group {
        lines.append("  \(command.name.padded(to: 11), .name)\(command.purpose)")
      }
    }
    lines.append("")
    let words = (topics.map(\.name) + ["mistakes"]).joined(separator: ", ")
    lines += paragraph("\"help step\" explains a command; also \(words).")
    lines.append("At the prompt a unique beginning of a command is enough, and s p b c q h are")
    lines.append("step, print, break, continue, quit, help.")
    return lines
  }
}

extension Command {
  /// `step [<count>]`
  static var usage: String { usageString().replacingPrefix("USAGE: ", with: "") }

  /// Purpose, usage, arguments with their defaults, examples, see also.
  static var helpLines: [Line] {
    var lines: [Line] = ["\(name, .strong): \(purpose)", ""]
    lines.append("usage: \(usage)")
    lines += argumentLines.map { Line(text: $0) }
    if !configuration.discussion.isEmpty {
      lines += [""] + paragraph(configuration.discussion)
    }
    lines += ["", "examples:"]
    for example in examples {
      lines += example.split(separator: "\n").map { "  \($0, .name)" }
      if example.contains("\n"), example != examples.last { lines.append("") }
    }
    if !seeAlso.isEmpty { lines += ["", "see also: \(seeAlso.joined(separator: ", "))"] }
    return lines
  }

  /// The parser's own list of arguments and options, without what is the same for all.
  private static var argumentLines: [String] {
    helpMessage(columns: 78).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
      .drop { $0 != "ARGUMENTS:" && $0 != "OPTIONS:" }
      .filter { !$0.contains("-h, --help") && !$0.isEmpty }
      .filter { $0 != "ARGUMENTS:" && $0 != "OPTIONS:" }
  }
}

/// Text in lines of at most 78 columns.
func paragraph(_ text: String) -> [Line] {
  var lines = [""]
  for word in text.split(whereSeparator: \.isWhitespace) {
    if lines[lines.count - 1].count + 1 + word.count > 78 { lines.append("") }
    lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
  }
  return lines.map { Line(text: $0) }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }

  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
