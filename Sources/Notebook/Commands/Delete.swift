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
    let numbers = session.stops.all.map { "\($0.number)" }.joined(separator: ", ")
    var lines: [Line] = []
    for word in what {
      if word == "all" {
        lines += session.stops.all.map { "deleted \($0.number): \($0.command)" }
        session.stops.removeAll()
        if lines.isEmpty { lines = ["There is nothing to delete."] }
      } else if let number = Int(word) {
        guard let point = session.stops.remove(number) else {
          throw CommandError(
            "There is no number \(number). "
              + (numbers.isEmpty ? "Nothing is set. Try: break delta 1" : "There are: \(numbers)."))
        }
        lines.append("deleted \(number): \(point.command)")
      } else {
        let checkpoint = try session.checkpoint(named: word)
        session.checkpoints.removeAll { $0.name == checkpoint.name }
        lines.append("deleted the checkpoint \(checkpoint.name)")
      }
    }
    return Page(.text(lines))
  }
}
