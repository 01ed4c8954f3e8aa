import ArgumentParser
import Backprop
import Page

struct Continue: Command {
  static let configuration = CommandConfiguration(
    commandName: "continue", abstract: "Train until something stops the clock.",
    discussion: "What stops it is set with break, watch and catch; Ctrl-C does, too.")
  static let group = CommandGroup.step
  static let examples = [
    "break accuracy > 0.5\ncontinue", "watch norm(W2) by 5%\ncontinue --epochs 1",
  ]
  static let seeAlso = ["break", "watch", "catch", "until"]

  @Option(help: "How many epochs to run when nothing stops it, to the end of the last.")
  var epochs = 10

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(epochs, "continue --epochs")
    let motion = try session.move(.stop(epochs: epochs), host: host)
    return session.stopPage(
      motion, whenThere: "\(counted(epochs, "epoch")), and nothing stopped the clock")
  }
}
