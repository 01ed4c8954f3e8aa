import ArgumentParser
import Page

struct Delete: Command {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Remove breakpoints, watches, displays, or checkpoints.",
    discussion: "\"show breakpoints\" has the numbers, \"show checkpoints\" the names.")
  static let group = CommandGroup.stop
  static let examples = ["break delta 2\ndelete 1", "display loss\ncatch nan\ndelete all"]
  static let seeAlso = ["break", "show"]

  @Argument(help: "Numbers, names of checkpoints, or \"all\" for all that has a number.")
  var what: [String]

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    session.stops.all.map { "\($0.number)" } + session.checkpoints.map(\.name) + ["all"]
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let before = session
    var lines: [Line] = []
    for word in what {
      if word == "all" {
        lines += session.stops.all.map { "deleted \($0.number): \($0.command)" }
        session.stops.removeAll()
        if lines.isEmpty { lines = ["There is nothing to delete."] }
      } else if let number = Int(word) {
        guard let point = session.stops.remove(number) else {
          throw Delete.nothing(called: word, in: before)
        }
        lines.append("deleted \(number): \(point.command)")
      } else {
        guard let index = session.checkpoints.firstIndex(where: { $0.name == word }) else {
          throw Delete.nothing(called: word, in: before)
        }
        session.checkpoints.remove(at: index)
        lines.append("deleted the checkpoint \(word)")
      }
    }
    return Page(.text(lines))
  }

  /// The sentence that names all there is.
  private static func nothing(called word: String, in session: Session) -> CommandError {
    let names = session.checkpoints.map(\.name)
    let all = session.stops.all.map { "\($0.number)" } + names
    let sentence =
      Int(word).map { "There is no number \($0)." }
      ?? noSuch("checkpoint", word, among: names + ["all"])
    let list = all.joined(separator: ", ")
    return CommandError(
      sentence + (all.isEmpty ? " Nothing is set. Try: break delta 1" : " There are: \(list)."))
  }
}
