import Backprop
import Foundation
import Page
import TestSupport
import Testing

@testable import Notebook

/// Sessions drawn at random are held against runs that never went back, and against twins that were
/// saved and restored on the way; all by bits. `BACKSTEP_FUZZ_SESSIONS` says how many, and
/// `BACKSTEP_FUZZ_SEED` with which seed they begin.
@Suite struct RandomSessionTests {
  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  @Test func everyWayThroughTimeIsHonest() throws {
    let first = Self.number("BACKSTEP_FUZZ_SEED") ?? 1
    let scratch = try Scratch()
    for seed in first..<first + (Self.number("BACKSTEP_FUZZ_SESSIONS") ?? 30) {
      var trial = try Trial(seed: UInt64(seed), scratch)
      for _ in 0..<25 {
        if let fault = try trial.next() {
          Issue.record("seed \(seed): \(fault)\n\(trial.commands.joined(separator: "\n"))")
          return
        }
      }
    }
  }
}

/// One session, its twin, and the runs that they are held against.
private struct Trial {
  private(set) var commands: [String] = []
  private var random: RandomSession
  private var bench: Bench
  /// It was restored from a file at some point, and has done the same since.
  private var twin: Bench
  private var straight = StraightRun()
  private let scratch: Scratch

  init(seed: UInt64, _ scratch: Scratch) throws {
    (random, self.scratch) = (RandomSession(seed: seed), scratch)
    bench = try .small(scratch)
    twin = bench
    // Few states are kept, so that the way back is a long one.
    let budget = random.pick([1500, 20_000, 1_000_000])
    for command in [random.network(), "checkpoint a"] { try type(command) }
    bench.session.timeline.setBudget(budget)
  }

  /// Does the next thing.
  ///
  /// - Returns: what is not as it has to be.
  mutating func next() throws -> String? {
    switch random.pick(Array(0..<24)) {
    case 0: twin = try restored(bench)
    case 1: bench = try restored(bench)
    case 2: if let fault = try replayed() { return fault }
    case 3: if let fault = try ahead(of: bench) { return fault }
    default:
      let session = bench.session
      let place = RandomSession.Place(
        step: session.training!.clock.step, depth: session.training!.network.depth,
        checkpoints: session.checkpoints.map(\.name), stops: session.stops.all.map(\.number))
      try type(random.command(at: place))
    }
    return try straight.fault(in: bench.session) ?? difference(bench, twin)
  }

  /// Types a command into both.
  private mutating func type(_ command: String) throws {
    commands.append(command)
    bench.run(command)
    twin.run(command)
  }

  private mutating func restored(_ bench: Bench) throws -> Bench {
    commands.append("(saved and restored)")
    let budget = bench.session.timeline.budget
    let text = bench.text
    if random.once(in: 20) { #expect(try JSONSchema.session.failures(in: text) == []) }
    let file = try SessionFile.whole(Array(text.utf8), file: "session.json")
    var result = bench
    result.session = try Session(file) { _ in bench.session.data }
    result.session.timeline.setBudget(budget)
    result.session.history = bench.session.history
    return result
  }

  /// The journal in a new session, up to any step; the rest lies ahead there.
  private mutating func replayed() throws -> String? {
    commands.append("(replayed)")
    let file = try scratch.write("replayed.json", bench.text)
    var other = Bench()
    if other.run("replay \(file)") != .done { return other.host.commands.last!.failure!.message }
    if let fault = try straight.fault(in: other.session) { return fault }
    if other.session.digest != bench.session.digest { return "another digest after replay" }
    let step = random.pick(Array(0...bench.session.training!.clock.step))
    if other.run("replay \(file) --to \(step)") != .done {
      return other.host.commands.last!.failure!.message
    }
    return try straight.fault(in: other.session) ?? ahead(of: other)
  }

  /// What lies ahead, done again in a copy, leads where it led.
  private mutating func ahead(of bench: Bench) throws -> String? {
    guard let end = bench.session.timeline.undone.first?.clock else { return nil }
    commands.append("(went ahead)")
    let way = bench.session.way
    var copy = bench
    // Where all of it was typed here, a move does it.
    let isHere = end == copy.session.training!.clock
    let place = "\(end.step)" + (end.isInMinibatch ? " \(end.phase)" : "")
    if copy.run(isHere ? "phase" : "goto \(place)") != .done {
      return copy.host.commands.last!.failure!.message
    }
    if !copy.session.journal.dropLast(isHere ? 1 : 0).elementsEqual(way) {
      return "what lay ahead was not done again"
    }
    return try straight.fault(in: copy.session)
  }

  private func difference(_ left: Bench, _ right: Bench) -> String? {
    let (a, b) = (left.session, right.session)
    if a != b { return "the twin is another session" }
    if a.journal != b.journal { return "the twin has another journal" }
    if a.curve != b.curve { return "the twin has another curve" }
    if a.timeline.undone != b.timeline.undone { return "something else lies ahead of the twin" }
    if a.timeline.isInsideMove != b.timeline.isInsideMove { return "the twin is not inside a move" }
    if a.stops.next != b.stops.next { return "the twin counts its stops otherwise" }
    let (ours, theirs) = (left.host.commands.last, right.host.commands.last)
    if ours?.failure?.message != theirs?.failure?.message {
      return "the twin fails otherwise: \(theirs?.failure?.message ?? "not at all")"
    }
    if ours.map({ JSONRenderer.json($0.page) }) != theirs.map({ JSONRenderer.json($0.page) }) {
      return "the twin shows something else"
    }
    return nil
  }
}

/// Runs journals from their beginning, without ever going back; what two have in common is run once.
private struct StraightRun {
  /// After each entry of the last journal.
  private var states: [(entry: JournalEntry, session: Session)] = []

  /// What a session's journal does not lead to.
  mutating func fault(in session: Session) throws -> String? {
    let journal = session.journal
    let same = zip(states, journal).prefix { $0.entry == $1 }.count
    states.removeSubrange(same...)
    for entry in journal.dropFirst(same) {
      var run = states.last?.session ?? Session()
      let before = run
      try run.perform(entry.command, host: RecordingHost()) { command, run in
        if let line = command.journal(from: before, to: run) {
          run.record(line, startsTimeAnew: entry.startsTimeAnew)
        }
      }
      if let divergence = run.journal.last.flatMap({ Divergence(recorded: entry, now: $0) }) {
        return "\"\(entry.command)\" leads elsewhere: \(divergence.line)"
      }
      states.append((entry, run))
    }
    let run = states.last!.session
    if run.training != session.training { return "the journal leads to another state" }
    if run.digest != session.digest { return "the journal leads to another digest" }
    if run.curve != session.curve { return "the journal leads to another curve" }
    if journal.last!.digest != session.digest { return "the journal ends with another digest" }
    let depth = session.training!.network.depth
    for (entry, next) in zip(session.timeline.ahead, session.timeline.ahead.dropFirst())
    where entry.clock.instant(depth: depth) > next.clock.instant(depth: depth) {
      return "what lies ahead is out of order"
    }
    return nil
  }
}

extension Bench {
  /// The file that `save` writes; it knows no budgets as small as some here.
  fileprivate var text: String {
    var session = session
    session.timeline.setBudget(max(session.timeline.budget, 1_000_000))
    return session.fileText()
  }
}

extension Clock {
  fileprivate var isInMinibatch: Bool { phase != .start && phase != .update }
}
