import Page

/// A session that is written to a file as a notebook while it goes on: `backstep test` finds in it
/// what the program prints.
struct Recording: Sendable {
  let file: String
  /// The first item of the transcript that it shows; those before it are done without being shown.
  let first: Int
  /// The commands that lead to where it begins.
  let beginning: [String]
  let keepsErrors: Bool

  /// Writes the whole of it, so that what is there is a notebook at any moment.
  func write(_ transcript: [TranscriptItem]) throws {
    try replaceFile(file, with: Array(text(transcript).utf8))
  }

  private func text(_ transcript: [TranscriptItem]) -> String {
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
