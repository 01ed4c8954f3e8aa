import Backprop

/// The way through time beside the journal: what was undone and lies ahead, and states of the past
/// from which any point can be computed again.
///
/// A point of time is a reading of the clock; what was typed there (`loss`, `set`, `mistake`) belongs
/// to it. The journal leads to the present, `ahead` goes on from there: from a checkpoint, with what
/// was typed at its reading of the clock after it was made.
struct Timeline: Sendable {
  /// What was undone, the next entry last. A move in which the present stands is that one, whole.
  var undone: SharedList<JournalEntry> = []
  /// Whether the journal ends with the first part of `undone.last`.
  var isInsideMove = false
  /// States of the past, the oldest first.
  private(set) var snapshots: [Training.Snapshot] = []
  /// What those take.
  private var bytes = 0
  /// How many bytes they may take.
  var budget = standardBudget

  init(budget: Int = standardBudget) { self.budget = budget }

  static let standardBudget = 256_000_000

  /// Minibatches between two snapshots: one costs about as much as four minibatches of 784-300-10,
  /// and going back computes at most so many again.
  static let interval = 64

  /// How many snapshots there may be, for a command looks through them all: 64,000 minibatches, and
  /// beyond that the distances grow.
  static let most = 1000
}

extension Timeline {
  /// What was undone, in order.
  var ahead: ReversedCollection<SharedList<JournalEntry>> { undone.reversed() }

  /// Puts entries ahead, as far as time goes on: it does not lead through the beginning of another.
  ///
  /// - Parameter isInsideMove: whether the journal ends with a part of the first.
  mutating func setAhead(_ entries: some Collection<JournalEntry>, isInsideMove: Bool) {
    undone = SharedList(entries.prefix { !$0.startsTimeAnew }.reversed())
    self.isInsideMove = isInsideMove && !undone.isEmpty
  }

  /// The latest state that is not after a point of time.
  func snapshot(notAfter instant: Int, depth: Int) -> Training.Snapshot? {
    snapshots.last { $0.clock.instant(depth: depth) <= instant }
  }

  /// Keeps a state at the end of a minibatch, if there is none in the interval before it. The first
  /// one may stand in the middle: the way back ends there, as after `restore --edited`.
  mutating func keep(_ training: Training) {
    let clock = training.clock
    guard !training.isInMinibatch || snapshots.isEmpty else { return }
    let next = (snapshots.lastIndex { $0.clock.step <= clock.step } ?? -1) + 1
    if next > 0, clock.step - snapshots[next - 1].clock.step < Timeline.interval { return }
    snapshots.insert(training.snapshot, at: next)
    bytes += snapshots[next].bytes
    thin()
  }

  /// Keeps what a copy of this session kept while it went over the same ground.
  mutating func keepStates(of other: Timeline) {
    (snapshots, bytes) = (other.snapshots, other.bytes)
  }

  /// Drops states until the rest fits: always the one whose neighbours are closest together in
  /// proportion to their age, so that the distances grow exponentially into the past. The first one
  /// stays, for it can be expensive to come by again, and so does the last.
  private mutating func thin() {
    guard let now = snapshots.last?.clock.step else { return }
    while bytes > budget || snapshots.count > Timeline.most, snapshots.count > 2 {
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
    undone = []
    isInsideMove = false
    let instant = clock.instant(depth: depth)
    while let last = snapshots.last, last.clock.instant(depth: depth) >= instant {
      bytes -= snapshots.removeLast().bytes
    }
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

extension Collection<JournalEntry> {
  /// Its commands, in a few words: `step 10, loss squared-error and 3 more`.
  var inWords: String {
    let rest = count > 4 ? " and \(count - 4) more" : ""
    return prefix(4).map(\.command).joined(separator: ", ") + rest
  }
}
