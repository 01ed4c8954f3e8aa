import ArgumentParser
import Backprop
import Page

struct Finish: Command {
  static let configuration = CommandConfiguration(
    commandName: "finish", abstract: "Run the rest of this minibatch, update included.")
  static let group = CommandGroup.step
  static let examples = ["phase\nfinish", "phase 3\nfinish"]
  static let seeAlso = ["phase", "step"]

  func journal(from before: Session, to after: Session) -> String? { "finish" }

  func run(in session: inout Session, host: any Host) throws -> Page {
    try session.withTraining { training, data in
      guard training.isInMinibatch else {
        throw CommandError(
          "There is no minibatch in progress: the clock is at \(training.clock.phase). Try: step")
      }
      training.step(over: data.train)
      return Page(stop(training, reason: "minibatch finished"))
    }
  }
}
