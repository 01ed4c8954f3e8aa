import ArgumentParser
import Backprop

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What Tab offers: words that can stand where the cursor is, or the names of files.
public enum Completion: Equatable, Sendable {
  /// Words, in order. One that ends in `=` or `(` goes on without a space.
  case words([String])
  case files
}

extension Session {
  /// What can stand for `word`, the text from the last break to the cursor; `before` is the line to
  /// its left. Everything follows from the declarations of the commands.
  ///
  ///     Session().completions(of: "re", after: "")       // .words(["restore", "replay", "record"])
  ///     session.completions(of: "delta", after: "print ")  // .words(["delta1", "delta2"])
  public func completions(of word: String, after before: String) -> Completion {
    let line = TypedLine(before)
    guard let first = line.word else {
      return .words(commands.flatMap { $0.names }.starting(with: word))
    }
    guard let type = try? command(named: first, allowsPrefix: true).type else { return .words([]) }
    let typed =
      type.reading == .words
      ? (try? words(in: line.rest)) ?? []
      : line.rest.split(whereSeparator: \.isWhitespace).map(String.init)
    let info = CommandInfo(type)
    let declared = info.arguments
    if type.reading != .words, !isBeforeExpression(word, typed, info) {
      return .words(expressionWords(of: type, typed, info).starting(with: word))
    }
    if word.hasPrefix("--") {
      let options = declared.flatMap(\.optionNames).filter { !typed.contains($0) }
      return .words(options.starting(with: word))
    }
    if let option = declared.first(where: {
      $0.takesValue && $0.optionNames.contains(typed.last ?? "")
    }) {
      return answer(option, type, typed, word)
    }
    let positionals = declared.filter { $0.kind == "positional" }
    let used =
      typed.count
      - typed.reduce(0) { count, word in
        count
          + (declared.first { $0.optionNames.contains(word) }.map { $0.takesValue ? 2 : 1 } ?? 0)
      }
    guard let argument = used < positionals.count ? positionals[used] : positionals.last,
      used < positionals.count || argument.isRepeating
    else { return .words([]) }
    return answer(argument, type, typed, word)
  }

  private func answer(
    _ argument: CommandInfo.Argument, _ type: any Command.Type, _ typed: [String], _ word: String
  ) -> Completion {
    if let values = argument.allValues { return .words(values.starting(with: word)) }
    if let own = type.candidates(for: argument.valueName ?? "", typed: typed, in: self) {
      let matching = own.starting(with: word)
      return matching.isEmpty && argument.isFile ? .files : .words(matching)
    }
    return argument.isFile ? .files : .words([])
  }

  /// Whether an option is being typed, or its value.
  private func isBeforeExpression(_ word: String, _ typed: [String], _ info: CommandInfo) -> Bool {
    // Words that are options or the value of one.
    var rest = typed[...]
    while let first = rest.first, first.hasPrefix("--") {
      rest = rest.dropFirst(info.optionsWithValue.contains(first) && rest.count > 1 ? 2 : 1)
    }
    guard rest.isEmpty else { return false }
    return word.hasPrefix("--") || info.optionsWithValue.contains(typed.last ?? "")
  }

  /// What can stand in the expression that a command takes.
  private func expressionWords(
    of type: any Command.Type, _ typed: [String], _ info: CommandInfo
  ) -> [String] {
    let positional = info.arguments.first { $0.kind == "positional" }
    let own = type.candidates(for: positional?.valueName ?? "", typed: typed, in: self) ?? []
    let words = names + (type.reading == .expression ? Expression.words : [])
    return words + own.filter { !words.contains($0) }
  }

  /// The arrays that can be printed now.
  private var names: [String] {
    guard let training else { return [] }
    return ArrayName.all(depth: training.network.depth).filter(training.has).map(\.description)
  }
}

extension [String] {
  fileprivate func starting(with word: String) -> [String] { filter { $0.hasPrefix(word) } }
}

/// A command's declaration, as the parser describes it.
struct CommandInfo {
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let names: [Name]?
    let isRepeating: Bool
    let valueName: String?
    let allValues: [String]?
    let completionKind: [String: Detail]?

    /// What a kind of completion says of itself does not matter here.
    struct Detail: Decodable {}

    var optionNames: [String] {
      (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }.filter {
        $0 != "-h" && $0 != "--help"
      }
    }
    var takesValue: Bool { kind == "option" }
    var isFile: Bool { completionKind?["file"] != nil || completionKind?["directory"] != nil }
  }

  let arguments: [Argument]

  /// The options that are followed by a value.
  var optionsWithValue: Set<String> { Set(arguments.filter(\.takesValue).flatMap(\.optionNames)) }

  init(_ type: any Command.Type) {
    struct Dump: Decodable {
      struct Command: Decodable { let arguments: [Argument]? }
      let command: Command
    }
    let dump = try? JSONDecoder().decode(Dump.self, from: Data(type._dumpHelp().utf8))
    arguments = dump?.command.arguments ?? []
  }
}
