import Backprop
import Page

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A session that is written to a file as a notebook while it goes on: `backstep test` finds in it
/// what the program prints.
struct Recording: Sendable {
  private(set) var file: String
  /// The first item of the transcript that it shows; those before it are done without being shown.
  let first: Int
  /// The commands that lead to where it begins.
  let beginning: [String]
  let keepsErrors: Bool
  /// What was last written, and the file's state then.
  private var written: (bytes: [UInt8], state: FileState?)?

  init(file: String, first: Int, beginning: [String], keepsErrors: Bool) {
    self.file = file
    self.first = first
    self.beginning = beginning
    self.keepsErrors = keepsErrors
  }

  /// Writes the whole of it, so that what is there is a notebook at any moment. Where somebody else
  /// has written on the file since, that stays, and the recording goes on in another one beside it.
  ///
  /// - Returns: a sentence that says so.
  mutating func write(_ transcript: SharedList<TranscriptItem>) throws -> String? {
    var notice: String?
    if hasBeenChanged {
      let other = otherFile
      notice =
        "\(file) has been changed by somebody else and stays as it is; the recording goes on in "
        + "\(other), with all that this session has recorded."
      file = other
    }
    let bytes = Array(text(transcript).utf8)
    try replaceFile(file, with: bytes)
    written = (bytes, FileState(file))
    return notice
  }

  /// Whether the file has another content than the one that was last written. One that is gone has
  /// none that could be lost.
  private var hasBeenChanged: Bool {
    guard let written, let now = FileState(file), now != written.state else { return false }
    return now.size != written.bytes.count || (try? readBytes(file, .script)) != written.bytes
  }

  /// `my-2.md`, or with the next number that is free.
  private var otherFile: String {
    let name = file.dropLast(".md".count)
    let number = (2...).first { !fileExists("\(name)-\($0).md") }!
    return "\(name)-\(number).md"
  }

  private func text(_ transcript: SharedList<TranscriptItem>) -> String {
    var text = NotebookText(title: title)
    if !beginning.isEmpty {
      text.add(prose: "It begins where these commands lead:")
      for command in beginning { text.add(command: command, output: []) }
      text.endBlock()
    }
    for item in transcript.dropFirst(first) { text.add(item, keepsErrors: keepsErrors) }
    return text.whole
  }

  /// The file's name without its ending.
  private var title: String {
    let name = file.split(separator: "/").last ?? ""
    return String(name.hasSuffix(".md") ? name.dropLast(3) : name)
  }
}

/// What tells a file that has been written from one that has not. Nil for what is no regular file.
private struct FileState: Equatable, Sendable {
  let size: Int
  private let identity: [Int]

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int(status.st_size)
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    identity = [
      Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), size,
      modified.tv_sec, modified.tv_nsec, changed.tv_sec, changed.tv_nsec,
    ]
  }
}

extension Session {
  /// The commands that lead here, as a notebook that begins here needs them.
  var beginningOfNotebook: [String] {
    let (beginning, since) = typedHere
    return beginning + since.filter { $0.isChange || $0.isCutShort }.map(\.text)
  }
}

extension TranscriptItem {
  fileprivate var isChange: Bool { if case .change = kind { true } else { false } }
  fileprivate var isCutShort: Bool { if case .cutShort = kind { true } else { false } }
}

/// Markdown with fenced blocks of commands and what they print.
private struct NotebookText {
  private var parts: [String]
  private var block: [String] = []

  init(title: String) { parts = ["# \(title)"] }

  var whole: String {
    var text = self
    text.endBlock()
    return text.parts.joined(separator: "\n\n") + "\n"
  }

  mutating func add(_ item: TranscriptItem, keepsErrors: Bool) {
    switch item.kind {
    case .note: add(prose: item.text)
    case .query, .change: add(command: item.text, output: item.outputLines)
    case .cutShort: add(command: item.text, output: [])
    case .aside: break
    case .failed:
      guard keepsErrors else { return }
      endBlock()
      add(command: item.text, output: item.outputLines)
      endBlock(settings: " {error}")
    }
  }

  mutating func add(prose: String) {
    endBlock()
    // A fence of its own would open a block.
    let opensBlock = ["```", "~~~"].contains { prose.trimmed.hasPrefix($0) }
    parts.append((opensBlock ? "\\" : "") + prose)
  }

  mutating func add(command: String, output: [String]) { block += ["> \(command)"] + output }

  mutating func endBlock(settings: String = "") {
    guard !block.isEmpty else { return }
    let marks = block.map { line in line.trimmed.prefix { $0 == "`" }.count }.max() ?? 0
    let fence = String(repeating: "`", count: max(3, marks + 1))
    parts.append(([fence + "backstep" + settings] + block + [fence]).joined(separator: "\n"))
    block = []
  }
}

extension TranscriptItem {
  /// What it showed, as `backstep test` renders it.
  var outputLines: [String] {
    Report(
      command: text, page: page, seconds: 0, failure: failure.map { Failure(.command, $0) },
      place: nil, isFailureExpected: true, precision: precision
    ).lines.map(TextRenderer.notebook(precision: precision).string)
  }
}
