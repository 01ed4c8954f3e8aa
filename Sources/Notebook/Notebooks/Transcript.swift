import Backprop
import Page

/// What was typed, or stood between commands, and what it came to.
struct TranscriptItem: Sendable {
  enum Kind: Sendable {
    /// Prose in Markdown.
    case note
    /// A command that changes nothing.
    case query
    /// One that a notebook needs, for it changes what later ones print.
    case change
    /// One that does not belong into a notebook: it is about the session as it was typed.
    case aside
    /// One that ended before its goal: `goto` leads where it came to, with nothing to compare.
    case cutShort
    case failed
  }

  let kind: Kind
  /// With its first word in full; the text of a note.
  let text: String
  let page: Page
  var failure: String?
  var precision = 4
  /// Where the command took up another session, the commands that lead there.
  var beginning: [String]?
}

extension TranscriptItem.Kind {
  init(
    _ command: any Command, of type: any Command.Type, from before: Session, to after: Session
  ) {
    if command is Note {
      self = .note
    } else if type.isAside {
      self = .aside
    } else {
      self = after.hasChanged(since: before) ? .change : .query
    }
  }
}

extension Session {
  /// The commands that lead to where the transcript begins, or last took up another session, and what
  /// was typed since.
  var typedHere: (beginning: [String], since: Slice<SharedList<TranscriptItem>>) {
    guard let last = transcript.lastIndex(where: { $0.beginning != nil }) else {
      return ([], transcript[...])
    }
    return (transcript[last].beginning!, transcript[(last + 1)...])
  }

  /// Whether a command that led from an earlier session to this one is needed to come here again.
  fileprivate func hasChanged(since before: Session) -> Bool {
    journal != before.journal || timeline.undone != before.timeline.undone || stops != before.stops
      || precision != before.precision || prompt != before.prompt
      || timeline.budget != before.timeline.budget
      || checkpoints != before.checkpoints
  }

  /// Adds a command that was carried out, and what it shows.
  mutating func write(_ command: String, _ kind: TranscriptItem.Kind, _ page: Page, host: any Host)
  {
    if page.isOfInterruptedMove {
      add(TranscriptItem(kind: .cutShort, text: commandThatLeadsHere, page: .empty), host)
    } else {
      let text = kind.isNote ? String(command.dropFirst(Note.name.count).trimmed) : command
      var item = TranscriptItem(
        kind: kind, text: text, page: page.withoutBulk, precision: precision)
      if [Restore.name, Replay.name].contains(where: { command.hasPrefix("\($0) ") }) {
        item.beginning = commandsThatLeadHere
      }
      add(item, host)
    }
  }

  /// Adds a command that failed.
  mutating func write(_ command: String, _ failure: Failure, host: any Host) {
    if failure.session != nil {
      add(TranscriptItem(kind: .cutShort, text: commandThatLeadsHere, page: .empty), host)
    } else {
      add(
        TranscriptItem(
          kind: .failed, text: command, page: failure.page.withoutBulk, failure: failure.message,
          precision: precision), host)
    }
  }

  /// The journal, and what is set besides.
  private var commandsThatLeadHere: [String] {
    var settings = "set precision=\(precision)"
    if let prompt { settings += " " + quotedWord("prompt=\(prompt)") }
    return journal.map(\.command) + [settings] + stops.all.map(\.command)
  }

  private var commandThatLeadsHere: String {
    let clock = training?.clock ?? Clock()
    let phase = training?.isInMinibatch == true ? " \(clock.phase)" : ""
    return "goto \(clock.step)\(phase)"
  }

  /// Adds prose.
  mutating func write(note text: String, host: any Host) {
    add(TranscriptItem(kind: .note, text: text, page: .empty), host)
  }

  private mutating func add(_ item: TranscriptItem, _ host: any Host) {
    transcript.append(item)
    do {
      if let notice = try recording?.write(transcript) {
        host.show(.report(Report(failure: Failure(.command, notice))))
      }
    } catch {
      recording = nil
      host.show(
        .report(
          Report(failure: Failure(.command, "\(error) The recording has ended."))))
    }
  }
}

extension TranscriptItem.Kind {
  fileprivate var isNote: Bool { if case .note = self { true } else { false } }
}

extension Page {
  fileprivate var isOfInterruptedMove: Bool {
    guard case .facts(let facts)? = blocks.last else { return false }
    return facts.name == "stop" && facts["reason"] == "interrupted"
  }

  /// The page with large arrays as the text that people see of them: a transcript is kept for long.
  fileprivate var withoutBulk: Page {
    Page(
      blocks: blocks.map { block in
        guard case .matrix(let grid) = block, grid.values.count > 20_000 else { return block }
        return .text(TextRenderer.notebook().lines(Page(block)))
      })
  }
}
