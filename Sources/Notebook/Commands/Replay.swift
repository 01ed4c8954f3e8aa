import ArgumentParser
import Backprop
import Page

struct Replay: Command {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Execute a saved session's journal again and verify it.",
    discussion: """
      From its start, each command as it was recorded, with what it prints; clock, loss, norms and \
      digest must come out with the same bits. The first figure that differs ends it. With --to it \
      stands at that step, and what comes after lies ahead.
      """)
  static let group = CommandGroup.session
  static let examples = [
    "load mnist\nnetwork 784-30-10\nstep 3\nsave session.json\nreplay session.json",
    "load mnist\nnetwork 784-30-10\nepoch\nsave session.json\nreplay session.json --to 12",
  ]
  static let seeAlso = ["restore", "goto", "history"]

  @Argument(
    help: "A file that \"save\" wrote; - is standard input.",
    completion: .file(extensions: ["json"]))
  var file: String

  @Option(name: .customLong("to"), help: "The step to stand at.")
  var step: Int?

  func run(in session: inout Session, host: any Host) throws -> Page {
    if let step, !(0...1_000_000_000).contains(step) {
      throw CommandError("--to \(step) is not possible: steps count from 0 to 1000000000.")
    }
    let entries: Journal
    do {
      entries = try Journal(
        try SessionFile.whole(try host.read(file, .session), file: file)["journal"])
    } catch let error as BadFile {
      throw CommandError("\(file) is damaged: \(error)")
    }
    var again = Session()
    (again.precision, again.prompt, again.history) = (
      session.precision, session.prompt, session.history
    )
    again.pager = session.pager
    (again.transcript, again.recording) = (session.transcript, session.recording)
    var verified = 0
    for (index, entry) in entries.enumerated() {
      if let step, try again.stops(before: entry, at: step, host: host) {
        again.timeline.setAhead(entries[index...], isInsideMove: again.journal.count > index)
        break
      }
      try again.replay(entry, isShown: host.showsReplay, host: host)
      if let divergence = Divergence(recorded: entry, now: again.journal.last ?? entry) {
        throw failure(divergence, at: index, of: entries)
      }
      if host.isInterrupted {
        throw Failure(
          .interrupted, "The replay was interrupted after \(counted(index + 1, "command")).")
      }
      verified += 1
    }
    session = again
    return page(&session, verified, of: entries.count)
  }

  private func page(_ session: inout Session, _ verified: Int, of count: Int) -> Page {
    let facts = Facts(
      "replay",
      [
        "file": .string(file), "commands": .integer(count), "verified": .integer(verified),
        "digest": .string(session.digest),
      ],
      lines: [
        """
        replayed \(file, .strong): \(counted(verified, "command")) of \(count: count), every \
        recorded figure with the \("same bits", .good)
        """
      ])
    guard session.training != nil else { return Page(.facts(facts)) }
    return Page(.facts(facts)) + session.stopPage(reason: "replayed")
  }

  private func failure(_ divergence: Divergence, at index: Int, of entries: Journal)
    -> Failure
  {
    let entry = entries[index]
    let place = "command \(index + 1) of \(entries.count), \"\(entry.command)\""
    let distance = divergence.distance
    let facts = Facts(
      "divergence",
      [
        "number": .integer(index + 1), "command": .string(entry.command),
        "step": .integer(entry.clock.step), "phase": .string(entry.clock.phase.description),
        "figure": .string(divergence.figure), "recorded": divergence.recorded,
        "now": divergence.now, "relative_error": Value(distance?.relative),
        "ulps": distance.map { .number(Double($0.ulps)) } ?? .null,
      ],
      lines: [
        "\(place) leads elsewhere, at step \(entry.clock.step), \(entry.clock.phase.description):",
        "  " + divergence.line,
      ])
    return Failure(
      .verification,
      "\(file) does not replay: \(place), at step \(entry.clock.step), \(entry.clock.phase): "
        + divergence.line.description,
      page: Page(.facts(facts)))
  }
}

extension Session {
  /// Carries out an entry of another session's journal, and enters it in this one's.
  fileprivate mutating func replay(_ entry: JournalEntry, isShown: Bool, host: any Host) throws {
    if isShown { host.show(.command(entry.command)) }
    let start = ContinuousClock.now
    let before = self
    let page = try perform(entry.command, host: host) { command, session in
      if let line = command.journal(from: before, to: session) {
        session.record(line, startsTimeAnew: Notebook.startsTimeAnew(line))
      }
    }
    guard isShown else { return }
    host.show(
      .report(
        Report(
          command: entry.command, page: page, seconds: (ContinuousClock.now - start).seconds,
          failure: nil)))
  }

  /// Goes to the end of a step, if the next entry leads beyond it.
  fileprivate mutating func stops(
    before entry: JournalEntry, at step: Int, host: any Host
  ) throws -> Bool {
    guard let training, entry.clock.step >= step, !Notebook.startsTimeAnew(entry.command) else {
      return false
    }
    let isBeyond =
      entry.clock.step > step || (entry.clock.step == step && entry.clock.phase != .update)
    if training.clock.step < step {
      guard isBeyond else { return false }
      try travel(to: instant(afterUpdate: step), host: host)
      return true
    }
    return isBeyond
  }
}
