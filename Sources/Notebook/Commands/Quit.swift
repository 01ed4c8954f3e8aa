import ArgumentParser
import Page

struct Quit: Command {
  static let configuration = CommandConfiguration(
    commandName: "quit", abstract: "Leave; Ctrl-D does too.")
  static let group = CommandGroup.session
  static let examples = ["quit", "quit 7"]

  @Argument(help: "The program's exit status, 0 to 255.")
  var status: Int = 0

  func run(in session: inout Session, host: any Host) throws -> Page {
    guard (0...255).contains(status) else {
      throw CommandError("quit \(status) is not possible: an exit status goes from 0 to 255.")
    }
    throw QuitRequest(status: Int32(status))
  }
}

/// The wish to leave, on its way to the program.
struct QuitRequest: Error {
  let status: Int32
}
