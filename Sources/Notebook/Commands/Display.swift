import ArgumentParser
import Backprop
import Page

struct Display: Command {
  static let configuration = CommandConfiguration(
    commandName: "display", abstract: "Show an expression at every stop.",
    discussion: "With the value at the stop before, where it has changed.")
  static let group = CommandGroup.stop
  static let examples = ["display norm(dW1)\nstep", "display dead(1)\nphase 2"]
  static let seeAlso = ["print", "watch", "delete", "help"]
  static let reading = Reading.expression

  @Argument(help: "An expression: norm(dW1).")
  var expression: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    let training = try session.requireTraining()
    let expression = try Expression(expression, depth: training.network.depth)
    try expression.requireEntries(in: training)
    var page = session.addStop(.display(expression))
    var scope = Scope(training, previous: session.previousStop)
    page += session.showDisplays(in: &scope, only: session.stops.all.last?.number)
    return page
  }
}
