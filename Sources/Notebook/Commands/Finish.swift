import ArgumentParser
import Backprop
import Page

struct Finish: Command {
  static let configuration = CommandConfiguration(
    commandName: "finish", abstract: "Run the rest of this minibatch, update included.")
  static let group = CommandGroup.step
  static let examples = ["phase\nfinish", "phase 3\nfinish"]
  static let seeAlso = ["phase", "step"]

  var isOfJournal: Bool { true }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let training = try session.requireTraining()
    guard training.isInMinibatch else {
      throw CommandError(
        "There is no minibatch in progress: the clock is at \(training.clock.phase). Try: step")
    }
    let motion = try session.move(.steps(1), typed: "finish", host: host)
    return session.stopPage(motion, whenThere: "minibatch finished")
  }
}
