import ArgumentParser
import Backprop
import Datasets
import Page

struct Restore: Command {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Go on from a saved session.",
    discussion: """
      Going on from here gives the same bits as never having stopped. A damaged or inconsistent file \
      is refused, and so is one whose data set is not at hand or is another; the session in memory \
      then stays as it was.
      """)
  static let group = CommandGroup.session
  static let examples = [
    "save session.json\nrestore session.json",
    "save session.json\nstep\nrestore session.json --other-data",
  ]
  static let seeAlso = ["save", "history"]
  static let startsTimeAnew = true

  @Argument(
    help: "A file that \"save\" wrote; - is standard input.",
    completion: .file(extensions: ["json"]))
  var file: String

  @Flag(help: "Take another data set than the one it was made with.")
  var otherData = false

  @Flag(help: "Take a file that somebody has edited, though its digest does not fit any more.")
  var edited = false

  func run(in session: inout Session, host: any Host) throws -> Page {
    var restored: Session
    // The states of one file have one data set, as a rule.
    var loaded = session
    do {
      let saved = try SessionFile.whole(try host.read(file, .session), file: file)
      restored = try Session(saved) { state in
        let data = try data(for: state, loaded, host)
        loaded.data = data ?? loaded.data
        return data
      }
    } catch let error as BadFile {
      throw CommandError("\(file) is damaged: \(error)")
    }
    let recorded = restored.journal.last?.digest ?? Session().digest
    guard edited || recorded == restored.digest else {
      throw CommandError(
        "\(file) is damaged: the digest of its contents is \(restored.digest), and its journal ends "
          + "with \(recorded). If you have edited it: restore \(quotedWord(file)) --edited")
    }
    restored.history = session.history
    restored.transcript = session.transcript
    restored.recording = session.recording
    restored.pager = session.pager
    restored.savedPlace = restored.place
    session = restored
    return page(restored)
  }

  var isOfJournal: Bool { otherData || edited }

  /// The file's commands alone do not lead to an edited state, nor do they with other data.
  func journal(from before: Session, to after: Session) -> String? {
    guard otherData || edited else { return nil }
    let options = (otherData ? " --other-data" : "") + (edited ? " --edited" : "")
    return "restore \(quotedWord(realPath(file) ?? file))\(options)"
  }

  private func page(_ session: Session) -> Page {
    var lines: [Line] = []
    if let data = session.data { lines.append(Line(data.dataset)) }
    guard let training = session.training else {
      return Page(.text(lines + ["restored \(file): no network yet"]))
    }
    lines.append(training.title)
    return Page(.text(lines), stop(training, reason: "restored from \(file)"))
  }

  /// The data set that the file names, if it is the same one; what is loaded already serves, too.
  private func data(
    for saved: SavedField, _ session: Session, _ host: any Host
  ) throws -> LoadedData? {
    guard let wanted = try SessionFile.DataIdentity(saved) else { return nil }
    var loaded = session
    if loaded.data?.dataset.sourceName == wanted.source, loaded.checksum() == wanted.sha256 {
      return loaded.data
    }
    let wayOut = "To take another: restore \(quotedWord(file)) --other-data"
    do {
      loaded.data = LoadedData(try Dataset(source: wanted.source, environment: host.environment))
    } catch {
      if otherData, let data = session.data { return data }
      throw CommandError("The data of \(file) is not at hand. \(error) \(wayOut)")
    }
    guard otherData || loaded.checksum() == wanted.sha256 else {
      throw CommandError(
        "\(file) was made with other data than \(wanted.source) holds now: the checksum was "
          + "\(wanted.sha256.prefix(12))… and is \(loaded.checksum()!.prefix(12))…. \(wayOut)")
    }
    return loaded.data
  }
}
