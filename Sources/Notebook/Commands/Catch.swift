import ArgumentParser
import Backprop
import Page

struct Catch: Command {
  static let configuration = CommandConfiguration(
    commandName: "catch", abstract: "Stop the clock at the first phase where something goes wrong.",
    discussion: """
      It names the array and the index, or the layer and the share, and the term of the chain rule \
      that did it. It stops again only when the trouble has been gone for \(StopPoint.memory) \
      minibatches. The limits are those of "health"; "help troubles" has them all and their sources.
      """)
  static let group = CommandGroup.stop
  static let examples = ["catch nan\ncontinue --epochs 1", "catch dead"]
  static let seeAlso = ["break", "health", "delete", "show"]

  @Argument(help: "What to look for.")
  var kind: Choice<Trouble>

  func run(in session: inout Session, host: any Host) throws -> Page {
    _ = try session.requireTraining()
    return session.addStop(.trouble(kind.value))
  }
}
