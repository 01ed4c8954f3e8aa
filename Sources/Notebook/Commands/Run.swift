import ArgumentParser
import Page

struct Run: Command {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a notebook (.md) or a file of commands.",
    discussion: """
      A notebook shows its prose, its commands and what they print. A path inside a file is looked \
      for beside that file first. A failed command ends the run; what was done before it stays.
      """)
  static let group = CommandGroup.session
  static let examples = ["run sessions/tour.md", "run my.backstep"]
  static let isAside = true
  static let seeAlso = ["help"]

  @Argument(help: "The file; - is standard input.", completion: .file())
  var file: String

  /// Its commands change the session one by one.
  func play(by interpreter: Interpreter, in session: inout Session) throws -> Interpreter.Outcome {
    try interpreter.play(file: file, in: &session)
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    throw CommandError("A file is run by a line that is typed, or by another file.")
  }
}
