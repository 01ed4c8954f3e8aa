import Backprop

/// The way through time beside the journal: what was undone and lies ahead, and states of the past
/// from which any point can be computed again.
///
/// A point of time is a reading of the clock; what was typed there (`loss`, `set`, `mistake`) belongs
/// to it. The journal leads to the present, `ahead` goes on from there.
struct Timeline: Sendable {
  /// What was undone, in order. A move in which the present stands is the first of them, whole.
  var ahead: [JournalEntry] = []
  /// Whether the journal ends with the first part of `ahead[0]`.
  var isInsideMove = false
  /// States of the past, the oldest first.
  private(set) var snapshots: [Training.Snapshot] = []
  /// How many bytes they may take.
  var budget = standardBudget

  static let standardBudget = 256_000_000

  /// Minibatches between two snapshots: one costs about as much as four minibatches of 784-300-10,
  /// and going back computes at most so many again.
  static let interval = 64
}

extension Timeline {
  /// The latest state that is not after a point of time.
  func snapshot(notAfter instant: Int, depth: Int) -> Training.Snapshot? {
    snapshots.last { $0.clock.instant(depth: depth) <= instant }
  }

  /// Keeps a state at the end of a minibatch, if there is none in the interval before it. The first
  /// one may stand in the middle: the way back ends there, as after `restore --edited`.
  mutating func keep(_ training: Training) {
    let clock = training.clock
    guard !training.isInMinibatch || snapshots.isEmpty else { return }
    let next = snapshots.firstIndex { $0.clock.step > clock.step } ?? snapshots.count
    if next > 0, clock.step - snapshots[next - 1].clock.step < Timeline.interval { return }
    snapshots.insert(training.snapshot, at: next)
    thin()
  }

  /// Keeps what a copy of this session kept while it went over the same ground.
  mutating func keepStates(of other: Timeline) { snapshots = other.snapshots }

  /// Drops states until the rest fits: always the one whose neighbours are closest together in
  /// proportion to their age, so that the distances grow exponentially into the past. The first one
  /// stays, for it can be expensive to come by again, and so does the last.
  private mutating func thin() {
    guard let now = snapshots.last?.clock.step else { return }
    var bytes = snapshots.reduce(0) { $0 + $1.bytes }
    while bytes > budget, snapshots.count > 2 {
      func gap(_ i: Int) -> Double {
        let (before, after) = (snapshots[i - 1].clock.step, snapshots[i + 1].clock.step)
        return Double(after - before) / Double(now - before)
      }
      let least = (1..<snapshots.count - 1).min { gap($0) < gap($1) }!
      bytes -= snapshots.remove(at: least).bytes
    }
  }

  /// What was undone is gone, and every state of this point of time and later: something else is
  /// done here.
  mutating func branch(at clock: Clock, depth: Int) {
    ahead = []
    isInsideMove = false
    let instant = clock.instant(depth: depth)
    snapshots.removeAll { $0.clock.instant(depth: depth) >= instant }
  }

  /// Begins again, with what a person has set.
  mutating func clear() {
    self = Timeline(budget: budget)
  }

  mutating func setBudget(_ bytes: Int) {
    budget = bytes
    thin()
  }
}

extension Timeline {
  /// What lies ahead, in a few words: `step 10, loss squared-error and 3 more`.
  var aheadInWords: String {
    let commands = ahead.map(\.command)
    let rest = commands.count > 4 ? " and \(commands.count - 4) more" : ""
    return commands.prefix(4).joined(separator: ", ") + rest
  }
}
