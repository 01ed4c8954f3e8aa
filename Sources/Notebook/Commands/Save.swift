import ArgumentParser
import Page

struct Save: Command {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Save the whole session to a file.",
    discussion: """
      One JSON document with everything that decides what comes next: weights, optimizer, clock, \
      settings, the minibatch at hand, the commands that led here and those that were undone and lie \
      ahead, stops and checkpoints. The file is replaced as a \
      whole: at any moment the old one or the new one is there.
      """)
  static let group = CommandGroup.session
  static let examples = ["save session.json", "step 5\nsave session.json"]
  static let seeAlso = ["restore", "history"]

  @Argument(
    help: "The file, by custom with .json at its end; - is standard output.",
    completion: .file(extensions: ["json"]))
  var file: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    let text = session.fileText()
    try host.write(file, Array(text.utf8))
    if file == "-" { return .empty }
    session.savedPlace = session.place
    let clock = session.training?.clock
    let place: Line = clock.map { "step \($0.step), \($0.phase.description)" } ?? "no network yet"
    return Page(
      .facts(
        Facts(
          "save",
          [
            "file": .string(file), "bytes": .integer(text.utf8.count),
            "digest": .string(session.digest),
          ], lines: ["saved \(file, .strong): \(place), \(megabytes(text.utf8.count))"])))
  }

  private func megabytes(_ bytes: Int) -> Line {
    bytes < 100_000
      ? "\(count: (bytes + 999) / 1000) kB" : "\(Double(bytes) / 1e6, as: .significant(3)) MB"
  }
}
