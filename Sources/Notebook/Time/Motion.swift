import Backprop
import Datasets
import Page

/// Where a command wants the clock to go.
enum Goal: Equatable, Sendable {
  case phases(Int)
  case steps(Int)
  /// The end of the present epoch, or of a later one.
  case epochs(Int)
  /// A point of time, in phases since the start.
  case instant(Int)
  /// The first update after which a condition holds, within so many epochs.
  case condition(Expression, epochs: Int)
  /// Something that stops it, within so many epochs.
  case stop(epochs: Int)
}

/// How far a move came, and why it ended.
struct Motion: Sendable {
  enum End: Equatable, Sendable {
    case there, interrupted, epochsOver
    case stopped([Hit])
  }

  var phases = 0
  var steps = 0
  var end = End.there
  /// What had been undone and was done again on the way.
  var again: [String] = []
}

// MARK: - Forward

extension Session {
  /// Moves the clock on, doing again what was undone on the way, until the goal is reached or
  /// something stops it; then the journal has what was done.
  ///
  /// - Parameters:
  ///   - isTravel: whether the person goes through time, where nothing stops the clock on its way.
  ///   - typed: the command as the journal has it when it came to its goal; else, and when nil, the
  ///     journal says how many steps or phases it came to.
  ///   - visit: is shown every point of time that is reached: after each minibatch, and after each
  ///     phase where phases matter.
  mutating func move(
    _ goal: Goal, typed: String? = nil, isTravel: Bool = false, host: any Host,
    visit: (Training) -> Void = { _ in }
  ) throws -> Motion {
    if training == nil { _ = try requireData() }
    let start = try requireTraining().clock
    if training!.nextPhase == .batch { _ = try requireSamples() }
    if !isTravel { prepareStops() }
    leavePartOfMove()
    var (motion, running) = (Motion(), RunningMean())
    // What was typed here after the checkpoint at which one stands.
    motion.again = try doAgainWhatWasDoneHere(host)
    timeline.keep(training!)

    let samples = samples
    let depth = training!.network.depth
    let course = Course(goal, from: training!, samples: samples.count)
    let stopsAtPhases = !isTravel && stops.isJudgedBeforeUpdate(depth: depth)
    var isOver = false
    while !isOver {
      // A minibatch from elsewhere needs no data, the one after it does.
      if samples.count == 0, training!.nextPhase == .batch { _ = try requireData() }
      if course.countsPhases || stopsAtPhases || !timeline.undone.isEmpty {
        training!.advance(over: samples)
      } else {
        training!.step(over: samples)
      }
      let clock = training!.clock
      let isUpdate = clock.phase == .update
      motion.phases = clock.instant(depth: depth) - start.instant(depth: depth)
      if isUpdate {
        motion.steps += 1
        curve.append(training!)
        if clock.epoch > start.epoch, training!.minibatches.position == training!.trace!.batch.count
        {
          running = RunningMean()
        }
        running.add(training!.trace!)
      }
      motion.again += try doAgainWhatWasDoneHere(host)
      if isUpdate { timeline.keep(training!) }
      visit(training!)
      if isUpdate || course.countsPhases {
        let loss = running.minibatches > 0 ? running.loss : training!.trace!.loss
        host.progress(
          Progress(.minibatches(loss: loss), done: motion.steps, total: course.total))
      }

      let hits = isTravel ? [] : judgeStops()
      let isThere = try course.isReached(motion, self)
      isOver = true
      if !hits.isEmpty {
        motion.end = .stopped(hits)
      } else if isThere {
        motion.end = .there
      } else if course.isBeyondEpochs(clock) {
        motion.end = .epochsOver
      } else if host.isInterrupted, isUpdate || course.countsPhases {
        motion.end = .interrupted
      } else {
        isOver = false
      }
    }
    recordMove(typed: motion.end == .there ? typed : nil, from: start)
    return motion
  }

  /// The commands that were typed at this point of time, and the end of the move that led here.
  ///
  /// - Throws: when it leads elsewhere now, as it can when a file says what lies ahead.
  private mutating func doAgainWhatWasDoneHere(_ host: any Host) throws -> [String] {
    var commands: [String] = []
    let depth = training!.network.depth
    while let next = timeline.undone.last, next.clock.instant(depth: depth) <= now {
      timeline.undone.popLast()
      let isMove = next.clock != journal.last?.clock
      if !isMove {
        try perform(next.command, host: host)
        commands.append(next.command)
      }
      guard next.clock == training!.clock, next.digest == digest else {
        throw CommandError(
          "\"\(next.command)\", which lies ahead, leads elsewhere than when it was done: to "
            + "\(training!.clock.inWords) and the digest \(digest), not to \(next.clock.inWords) "
            + "and \(next.digest). A change here (set, loss, ...) drops it.")
      }
      journal.append(next)
    }
    return commands
  }

  /// Takes the first part of an undone move off the journal: the whole lies ahead.
  mutating func leavePartOfMove() {
    guard timeline.isInsideMove else { return }
    journal.popLast()
    timeline.isInsideMove = false
  }

  /// Adds what was done since the journal's last entry.
  mutating func recordMove(typed: String?, from start: Clock) {
    let (last, now) = (journal.last?.clock ?? Clock(), training!.clock)
    guard now != last else { return }
    timeline.isInsideMove = !timeline.undone.isEmpty
    if let typed, start == last, !timeline.isInsideMove {
      record(typed)
    } else if now.phase == .update {
      record("step \(now.step - last.step)")
    } else {
      let depth = training!.network.depth
      record("phase \(now.instant(depth: depth) - last.instant(depth: depth))")
    }
  }
}

/// A goal against the point of time from which it was set.
private struct Course {
  let goal: Goal
  let countsPhases: Bool
  private let lastEpoch: Int?
  /// How many minibatches there are to run, at most.
  let total: Int

  init(_ goal: Goal, from training: Training, samples: Int) {
    self.goal = goal
    let clock = training.clock
    func minibatches(untilEndOf epochs: Int) -> Int {
      let each = Minibatches(size: training.minibatches.size).remaining(of: samples)
      return training.minibatches.remaining(of: samples) + (epochs - 1) * each
    }
    let depth = training.network.depth
    func minibatches(until instant: Int) -> Int {
      instant / Clock(step: 1).instant(depth: depth) - clock.step
    }
    var (countsPhases, lastEpoch): (Bool, Int?) = (false, nil)
    switch goal {
    case .phases(let count):
      countsPhases = true
      total = minibatches(until: clock.instant(depth: depth) + count)
    case .steps(let count): total = count
    case .epochs(let count):
      (lastEpoch, total) = (clock.epoch + count, minibatches(untilEndOf: count))
    case .instant(let target):
      countsPhases = true
      total = minibatches(until: target)
    case .condition(_, let epochs), .stop(let epochs):
      (lastEpoch, total) = (clock.epoch + epochs, minibatches(untilEndOf: epochs))
    }
    (self.countsPhases, self.lastEpoch) = (countsPhases, lastEpoch)
  }

  func isReached(_ motion: Motion, _ session: Session) throws -> Bool {
    let training = session.training!
    switch goal {
    case .phases(let count): return motion.phases >= count
    case .steps(let count): return motion.steps >= count
    case .epochs: return training.clock.epoch >= lastEpoch!
    case .instant(let target): return session.now >= target
    case .condition(let condition, _):
      guard training.clock.phase == .update else { return false }
      var scope = Scope(training, previous: session.previousStop)
      return try condition.condition(in: &scope)
    case .stop: return false
    }
  }

  func isBeyondEpochs(_ clock: Clock) -> Bool { lastEpoch.map { clock.epoch >= $0 } ?? false }
}
