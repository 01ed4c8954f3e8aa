import Backprop
import Page

// Going back: a state of the past is taken up, and what was done between it and the point of time is
// done again. What lay behind that point lies ahead then. A point of time is counted in phases since
// the start, `Clock.instant`.

extension Session {
  /// Goes to any point of time, back or forward, without stopping on the way.
  ///
  /// - Throws: when there was nothing yet, or the person interrupts: the session is to stay as it was.
  mutating func travel(to target: Int, host: any Host) throws {
    if target < now { try takeUp(try past(notAfter: target, host: host)) }
    guard target > now else {
      // A state that is kept may stand in the middle of a move.
      recordMove(typed: nil, from: training!.clock)
      return
    }
    let motion = try move(.instant(target), isTravel: true, host: host)
    if motion.end == .interrupted {
      throw Failure(.interrupted, "The way there was interrupted. The session is as it was.")
    }
  }

  /// The last update before the present after which a condition held, as a step; nil when there was
  /// none. Everything in between is executed again, in a copy; the states that it keeps shorten the
  /// way there.
  mutating func lastStep(where condition: Expression, host: any Host) throws -> Int? {
    let first = max(try origin().step, 1)
    var last = training!.isInMinibatch ? training!.clock.step : training!.clock.step - 1
    let total = last - first + 1
    var (found, done): (Int?, Int) = (nil, 0)
    var failure: (any Error)?
    func judge(_ past: Training) {
      guard past.clock.phase == .update, failure == nil else { return }
      do {
        var scope = Scope(past, previous: training)
        if try condition.condition(in: &scope) { found = past.clock.step }
      } catch { failure = error }
      done += 1
      host.progress(Progress(.minibatches(loss: past.trace!.loss), done: done, total: total))
    }
    // From the latest of the states that are kept back to the first: what follows each, to the next.
    while last >= first, found == nil {
      var search = self
      try search.takeUp(try search.past(notAfter: instant(afterUpdate: last), host: host))
      // A state in the middle of a minibatch is after the update before it.
      let start = search.training!
      judge(start)
      var end = Motion.End.there
      if search.now < instant(afterUpdate: last) {
        end = try search.move(
          .instant(instant(afterUpdate: last)), isTravel: true, host: QuietHost(host), visit: judge
        ).end
      }
      if let failure { throw failure }
      if end == .interrupted || host.isInterrupted {
        throw Failure(.interrupted, "The search was interrupted. The session is as it was.")
      }
      timeline.keepStates(of: search.timeline)
      last = start.isInMinibatch ? start.clock.step : start.clock.step - 1
    }
    return found
  }
}

// MARK: - Points of time

extension Session {
  /// The present, in phases since the start.
  var now: Int { training.map { $0.clock.instant(depth: $0.network.depth) } ?? 0 }

  /// The point of time just after an update; the start for 0.
  func instant(afterUpdate step: Int) -> Int {
    Clock(step: step).instant(depth: training?.network.depth ?? 1)
  }

  /// Where the way back ends: what the clock read when time last began anew.
  func origin() throws -> Clock {
    guard let origin = journal.origin else {
      throw CommandError(
        "The journal does not say how this network came to be: there is no way back.")
    }
    return journal[origin].clock
  }
}

// MARK: - States of the past

extension Session {
  /// The latest state that is kept and not after a point of time. Where none is, as after `restore`,
  /// the journal is executed up to where the network begins.
  mutating func past(notAfter instant: Int, host: any Host) throws -> Training.Snapshot {
    let depth = training!.network.depth
    if let kept = timeline.snapshot(notAfter: instant, depth: depth) { return kept }
    let origin = try origin()
    guard origin.instant(depth: depth) <= instant else {
      throw CommandError("There is nothing before step \(origin.step), \(origin.phase).")
    }
    let settings = journal[journal.origin!...].prefix { $0.clock == origin }
    let beginning = journal[..<settings.endIndex]
    var again = Session()
    for entry in beginning { try again.perform(entry.command, host: QuietHost(host)) }
    guard let training = again.training, again.digest == beginning.last?.digest else {
      throw CommandError(
        "The way back begins with \"\(beginning.last?.command ?? "")\", and that now leads elsewhere."
      )
    }
    timeline.keep(training)
    return training.snapshot
  }

  /// Stands at a state of the past; what was done since then lies ahead.
  mutating func takeUp(_ past: Training.Snapshot) throws {
    leavePartOfMove()
    let depth = training!.network.depth
    let instant = past.clock.instant(depth: depth)
    while let entry = journal.last, journal.count - 1 > journal.origin ?? -1,
      entry.clock.instant(depth: depth) > instant
    {
      timeline.undone.append(entry)
      journal.popLast()
    }
    training = try past.training(over: samples)
    curve.cut(after: past.clock.step)
    stops.forgetValues()
  }
}

/// The program around a command that is done again: what it reports is of no interest.
final class QuietHost: Host {
  private let host: any Host
  var scriptFolder: String?
  var isInNotebook = false

  init(_ host: any Host) { self.host = host }

  var isInterrupted: Bool { host.isInterrupted }
  var environment: [String: String] { host.environment }
  var workingFolder: String? { host.workingFolder }
  func progress(_ progress: Progress) {}
  func show(_ item: Item) {}
}
