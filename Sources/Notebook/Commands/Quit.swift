import ArgumentParser
import Backprop
import Page

struct Quit: Command {
  static let configuration = CommandConfiguration(
    commandName: "quit", abstract: "Leave; Ctrl-D does too.",
    discussion: """
      At the prompt, the first time says when the training has moved on since it was saved, and the \
      second leaves. Scripts leave at once.
      """)
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

extension Session {
  /// Where the session stands; two that are equal hold the same.
  public struct Place: Equatable, Sendable {
    let commands: Int
    let digest: String?
    let clock: Clock?
  }

  public var place: Place {
    Place(commands: journal.count, digest: journal.last?.digest, clock: training?.clock)
  }

  /// What a person who leaves now would lose, and how to keep it; nil when that is nothing worth a
  /// word: the training has not begun, it stands where it was saved, or a recording keeps it.
  public var sentenceForLeaving: String? {
    guard let training, training.clock.step > 0, recording == nil, place != savedPlace else {
      return nil
    }
    let what = savedPlace == nil ? "is not saved" : "has changed since it was saved"
    return "This session \(what). To keep it: save session.json. To leave: quit again"
  }
}

/// The wish to leave, on its way to the program.
struct QuitRequest: Error {
  let status: Int32?
}
