import ArgumentParser
import Page

struct CheckpointCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Give this point of time a name to come back to.",
    discussion: """
      It keeps the whole state, whatever is done since, until it is deleted, and is saved with the \
      session. "goto NAME" comes back; "compare NAME NAME" sets two side by side.
      """)
  static let group = CommandGroup.session
  static let examples = [
    "checkpoint before\nstep 5\ngoto before", "checkpoint a\nstep\ncompare a now",
  ]
  static let seeAlso = ["goto", "compare", "show", "delete"]

  @Argument(help: "The name: letters, digits, -, _ and ., a letter first.")
  var name: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    try Checkpoint.requireName(name)
    let checkpoint = try Checkpoint(name, session)
    var line: Line = "checkpoint \(name, .strong): "
    let clock = checkpoint.training.clock
    if let index = session.checkpoints.firstIndex(where: { $0.name == name }) {
      let old = session.checkpoints[index].training.clock
      line += "step \(old.step), \(old.phase.description) -> "
      session.checkpoints[index] = checkpoint
    } else {
      session.checkpoints.append(checkpoint)
    }
    line += "step \(clock.step), \(clock.phase.description)"
    return Page(
      .facts(
        Facts(
          "checkpoint",
          [
            "name": .string(name), "step": .integer(clock.step), "epoch": .integer(clock.epoch),
            "phase": .string(clock.phase.description),
          ], lines: [line])))
  }
}
