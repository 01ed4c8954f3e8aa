import ArgumentParser
import Page

struct Record: Command {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Write this session as a notebook while it is typed.",
    discussion: """
      Commands in full words with what they print, and each "note" as a paragraph; "backstep test" \
      verifies it. What was done before is there as commands alone; with --from-start all of it is \
      there as it was typed. Commands that failed are left out. "record off" ends it.
      """)
  static let group = CommandGroup.session
  static let examples = [
    "record my.md\nnote One step.\nstep\nrecord off", "step 3\nrecord --from-start --replace my.md",
  ]
  static let seeAlso = ["note", "run", "export"]
  static let isAside = true

  @Argument(
    help: "The notebook, or \"off\"; shows where it goes when absent.",
    completion: .file(extensions: ["md"]))
  var file: String?

  @Flag(help: "Begin with the first command of this session.")
  var fromStart = false

  @Flag(help: "Keep the commands that fail, each in a block marked {error}.")
  var keepErrors = false

  @Flag(help: "Write over a file that is there.")
  var replace = false

  func run(in session: inout Session, host: any Host) throws -> Page {
    guard let file else { return Record.page(session.recording?.file) }
    let old = session.recording?.file
    if file == "off" {
      guard let old else {
        throw CommandError("Nothing is recorded. Try: record my.md")
      }
      session.recording = nil
      return Page(
        .facts(Facts("record", ["file": .null], lines: ["recorded \(old, .strong)"])))
    }
    let path = try host.target(file)
    guard file.hasSuffix(".md") else {
      throw CommandError("A notebook's name ends in .md. Try: record \(quotedWord(file + ".md"))")
    }
    guard replace || !fileExists(path) else {
      throw CommandError(
        "\(file) is there already. To write over it: record --replace \(quotedWord(file))")
    }
    var recording = Recording(
      file: path, first: fromStart ? 0 : session.transcript.count,
      beginning: fromStart ? [] : session.beginningOfNotebook, keepsErrors: keepErrors)
    _ = try recording.write(session.transcript)
    session.recording = recording
    return Record.page(file, ended: old == path ? nil : old)
  }

  /// - Parameter ended: the file that was recorded into until now.
  private static func page(_ file: String?, ended: String? = nil) -> Page {
    var facts = Facts(
      "record", ["file": Value(file)],
      lines: [file.map { "recording \($0, .strong)" } ?? "nothing is recorded"])
    if let ended {
      facts["ended"] = .string(ended)
      facts.lines.insert("recorded \(ended, .strong), which ends here", at: 0)
    }
    return Page(.facts(facts))
  }
}

struct Note: Command {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Write a paragraph into what is recorded.",
    discussion: "Markdown, to the end of the line. Elsewhere it does nothing.")
  static let group = CommandGroup.session
  static let examples = ["note The loss is still that of guessing.", "note ## A heading"]
  static let seeAlso = ["record"]
  static let reading = Reading.restOfLine

  @Argument(help: "The text.")
  var text: String

  func run(in session: inout Session, host: any Host) throws -> Page { .empty }
}
