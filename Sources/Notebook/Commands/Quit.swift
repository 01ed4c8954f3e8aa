import ArgumentParser
import Page

struct Quit: Command {
  static let configuration = CommandConfiguration(
    commandName: "quit", abstract: "Leave; Ctrl-D does too.")
  static let group = CommandGroup.session
  static let examples = ["quit", "quit 7"]
  static let isAside = true

  @Argument(
    help: "The program's exit status, 0 to 255; that of the first failure, or 0, when absent.")
  var status: Int?

  func run(in session: inout Session, host: any Host) throws -> Page {
    if let status, !(0...255).contains(status) {
      throw CommandError("quit \(status) is not possible: an exit status goes from 0 to 255.")
    }
    throw QuitRequest(status: status.map(Int32.init))
  }
}

/// The wish to leave, on its way to the program.
struct QuitRequest: Error {
  let status: Int32?
}
