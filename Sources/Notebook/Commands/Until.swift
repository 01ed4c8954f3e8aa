import ArgumentParser
import Backprop
import Page

struct Until: Command {
  static let configuration = CommandConfiguration(
    commandName: "until", abstract: "Train until a condition holds after an update.",
    discussion: """
      Runs at least one minibatch, and ends at a breakpoint, too. When the condition does not come to \
      hold within so many epochs, that is a failure; the clock stays where it is then. See \
      "help expressions".
      """)
  static let group = CommandGroup.step
  static let examples = ["until loss < 2", "until --epochs 2 accuracy > 0.6 and epoch > 0"]
  static let seeAlso = ["continue", "break", "back", "help"]
  static let reading = Reading.expression

  @Option(help: "How many epochs to try, to the end of the last.")
  var epochs = 10

  @Argument(help: "What must hold: accuracy > 0.9.")
  var condition: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(epochs, "until --epochs")
    let depth = try session.requireTraining().network.depth
    let condition = try Expression(condition: condition, depth: depth)
    let motion = try session.move(.condition(condition, epochs: epochs), host: host)
    let page = session.stopPage(
      motion,
      whenThere: motion.end == .there
        ? "\(condition.text), after \(counted(motion.steps, "step"))"
        : "\(counted(epochs, "epoch")) over")
    guard motion.end == .epochsOver else { return page }
    throw Failure(
      .command,
      "\(condition.text) did not come to hold within \(counted(epochs, "epoch")), "
        + "\(counted(motion.steps, "step")). To go on: until --epochs \(epochs) \(condition.text)",
      page: page, session: session)
  }
}
