import ArgumentParser
import Page

struct History: Command {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what was typed, or with --journal what led here.",
    discussion: """
      The journal has only the commands that changed the state, in full words, as "save" writes \
      them, each with the step, phase, loss and digest it led to.
      """)
  static let group = CommandGroup.session
  static let examples = ["history", "step 3\nhistory --journal"]
  static let seeAlso = ["save"]
  static let isAside = true

  @Flag(help: "Show the commands that changed the state, and where each led.")
  var journal = false

  @Argument(help: "How many of the last lines to show; all when absent.")
  var count: Int?

  func run(in session: inout Session, host: any Host) throws -> Page {
    if let count { try requirePositive(count, "history") }
    guard journal else {
      let lines = session.history.suffix(count ?? .max)
      let first = session.history.count - lines.count + 1
      return Page(
        .facts(
          Facts(
            "history", ["lines": .list(lines.map(Value.string))],
            lines: lines.enumerated().map { "\(first + $0)  \($1)" })))
    }
    return Page(
      .table(
        Table(
          "journal",
          columns: [
            "command", Column("step"), Column("epoch", isExtra: true), "phase", Column("loss"),
            Column("digest", isExtra: true),
          ],
          rows: session.journal.suffix(count ?? .max).map { entry in
            [
              .string(entry.command), .integer(entry.clock.step), .integer(entry.clock.epoch),
              .string(entry.clock.phase.description), Value(entry.loss), .string(entry.digest),
            ]
          })))
  }
}
