import ArgumentParser
import Backprop
import Page

struct Help: Command {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Explain a command, the phases, or the names of arrays.")
  static let group = CommandGroup.session
  static let examples = ["help step", "help phases"]

  @Argument(help: "A command, \"phases\" or \"names\"; lists everything when absent.")
  var word: String?

  func run(in session: inout Session, host: any Host) throws -> Page {
    guard let word else { return Page(.text(overview)) }
    if let topic = topics.first(where: { $0.name == word }) { return Page(.text(topic.lines)) }
    guard let command = command(called: abbreviations[word] ?? word) else {
      throw CommandError(
        noSuch("help on", word, among: commands.map { $0.name } + topics.map { $0.name })
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
    let words = topics.map(\.name).joined(separator: ", ")
    lines.append("\"help step\" explains a command; also \(words).")
    lines.append("At the prompt a unique beginning of a command is enough, and s p q h are")
    lines.append("step, print, quit, help.")
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
    lines += ["", "examples:"] + examples.map { "  \($0, .name)" }
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
private func paragraph(_ text: String) -> [Line] {
  var lines = [""]
  for word in text.split(whereSeparator: \.isWhitespace) {
    if lines[lines.count - 1].count + 1 + word.count > 78 { lines.append("") }
    lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
  }
  return lines.map { Line(text: $0) }
}

/// A page of help that is on no command.
private struct HelpTopic {
  let name: String
  let lines: [Line]
}

private let topics = [
  HelpTopic(
    name: "phases",
    lines: [
      "\("phases", .strong) of a minibatch, in order, for a network of L layers:", "",
      "  batch          take the next samples: X, Y, labels",
      "  forward 1…L    z = a_prev W + b, a = f(z); a0 is X, h is aL",
      "  loss           mean of the samples' losses + l2/2 sum(W^2)",
      "  delta L…1      derivative of one sample's loss by z, without 1/N",
      "  gradient L…1   dW = a_prev^T delta / N + l2 W, db = column means of delta",
      "  update         W = W + uW, b = b + ub, with the optimizer's change u", "",
      "\"phase\" runs one, \"finish\" the rest, \"step\" all of them. After an update W and b are new;",
      "every other array stays that of the finished minibatch until the next \"batch\".",
    ]),
  HelpTopic(
    name: "names",
    lines: [
      "\("names", .strong) of the arrays; rows are samples, N the batch size, layers count from 1:",
      "",
      "  X, Y, labels   (N, inputs), (N, classes), (N)   pixels / 255, one-hot targets, classes",
      "  W1…, b1…       (in, out), (out)                 weights and biases",
      "  z1…, a1…       (N, out)                         pre-activation, activation; h is the last a",
      "  delta1…        (N, out)                         derivative of one sample's loss by z",
      "  dW1…, db1…     as W, b                          gradient of the reported loss",
      "  uW1…, ub1…     as W, b                          the change the optimizer applied", "",
      "\"print W1[0, -1]\", \"print delta2[:5]\": indices and slices are NumPy's.",
    ]),
]

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }

  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
