import Backprop
import Page

/// A command that changed the state, and where it led: enough to do it again and to see whether the
/// same came of it.
public struct JournalEntry: Equatable, Sendable {
  /// In full words, with every option written out: `network 784-30-10 --hidden sigmoid …`.
  public let command: String
  public let clock: Clock
  /// The loss of the minibatch at hand, once it is computed.
  public let loss: Double?
  /// The fingerprint of the whole state after it.
  public let digest: String
  /// ‖A‖ of every array that training had then, by its name.
  public let norms: [String: Double]
}

extension JournalEntry {
  public static func == (left: JournalEntry, right: JournalEntry) -> Bool {
    func same(_ a: Double?, _ b: Double?) -> Bool {
      guard let a, let b else { return a == nil && b == nil }
      return a.isIdentical(to: b)
    }
    return left.command == right.command && left.clock == right.clock
      && same(left.loss, right.loss) && left.digest == right.digest
      && left.norms.keys == right.norms.keys
      && left.norms.allSatisfy { same($0.value, right.norms[$0.key]) }
  }
}

extension JournalEntry {
  /// Whether its command can lead from an earlier reading of the clock to its own: a move by as much
  /// as it says, another change nowhere.
  func leads(from before: Clock, depth: Int) -> Bool {
    let typed = TypedLine(command)
    let number = typed.rest.isEmpty ? 1 : Int(typed.rest) ?? 0
    let count = (1...1_000_000_000).contains(number) ? number : nil
    let isUpdate = clock.phase == .update && clock.epoch >= before.epoch
    switch typed.word {
    case Step.name, Finish.name:
      return isUpdate && clock.step - before.step == count
    case Epoch.name:
      return isUpdate && clock.step > before.step && clock.epoch - before.epoch == count
    case PhaseCommand.name:
      return clock.instant(depth: depth) - before.instant(depth: depth) == count
        && clock.epoch >= before.epoch
    default: return clock == before
    }
  }

  /// Whether nothing leads back behind it.
  var startsTimeAnew: Bool { Notebook.startsTimeAnew(command) }
}

extension Clock {
  /// `step 3, epoch 1, delta 2`
  var inWords: String { "step \(step), epoch \(epoch), \(phase)" }
}

/// Entries in the order in which they were done. Copies share them, as a checkpoint does those that led
/// to it.
public struct Journal: Sendable, Equatable {
  private var entries = SharedList<JournalEntry>()
  /// The entry with which time last began anew: nothing leads back behind it.
  private(set) var origin: Int?

  init(_ entries: some Sequence<JournalEntry> = []) {
    for entry in entries { append(entry) }
  }

  mutating func append(_ entry: JournalEntry) {
    if entry.startsTimeAnew { origin = count }
    entries.append(entry)
  }

  @discardableResult
  mutating func popLast() -> JournalEntry? {
    let last = last
    cut(to: Swift.max(count - 1, 0))
    return last
  }

  /// Leaves the first `count` entries.
  mutating func cut(to count: Int) {
    entries.cut(to: count)
    if let old = origin, old >= count { origin = entries.lastIndex(where: \.startsTimeAnew) }
  }

  /// How many entries at the beginning are those of another journal.
  func commonPrefix(with other: Journal) -> Int { entries.commonPrefix(with: other.entries) }
}

extension Journal: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(index: Int) -> JournalEntry { entries[index] }
}

extension Session {
  /// The fingerprint of everything that decides what comes next and what can be printed. Which data
  /// set lies under it is recorded apart.
  public var digest: String {
    var fingerprint = Fingerprint()
    if let recipe {
      fingerprint.add(recipe.initializer.name)
      fingerprint.add(recipe.seed)
      for word in recipe.random.state { fingerprint.add(word) }
    }
    if let training {
      training.add(to: &fingerprint)
    } else {
      let plan = currentPlan
      fingerprint.add(plan.optimizer.name)
      for setting in plan.optimizer.rule.settings { fingerprint.add(plan.optimizer[setting.name]) }
      fingerprint.add(plan.l2)
      if let mistake = plan.mistake { fingerprint.add(mistake.name) }
      fingerprint.add(plan.batchSize)
      fingerprint.add(plan.isShuffled ? 1 : 0)
    }
    return fingerprint.description
  }

  /// Adds a command that changed something else than the clock. What was undone is gone.
  mutating func record(_ command: String, startsTimeAnew: Bool) {
    if startsTimeAnew {
      startTimeAnew()
    } else if let training {
      timeline.branch(at: training.clock, depth: training.network.depth)
    }
    record(command)
  }

  /// Nothing leads back behind this point.
  mutating func startTimeAnew() {
    timeline.clear()
    curve = Curve()
    previousStop = nil
    stops.forgetValues()
  }

  /// One line when what was undone is gone, because something else is done where it began.
  func noteOfDroppedFuture(_ before: Timeline) -> Page {
    if before.ahead.isEmpty { return .empty }
    return "dropped what was done from here on: \(before.ahead.inWords)"
  }

  /// Adds a command to the journal, with the state as it is now.
  mutating func record(_ command: String) {
    let trace = training?.trace.flatMap { $0.has(.loss) ? $0 : nil }
    journal.append(
      JournalEntry(
        command: command, clock: training?.clock ?? Clock(), loss: trace?.loss, digest: digest,
        norms: training?.norms ?? [:]))
  }
}

extension Training {
  /// ‖A‖ of weights, biases, deltas and gradients, as far as they are computed.
  public var norms: [String: Double] {
    var norms: [String: Double] = [:]
    func add(_ kind: ArrayName.Kind, _ layer: Int, _ values: [Double]) {
      norms["\(ArrayName(kind, layer))"] =
        Matrix(rows: 1, columns: values.count, values: values).norm
    }
    for l in 1...network.depth {
      add(.weights, l, network[layer: l].weights.values)
      add(.biases, l, network[layer: l].biases)
      guard let trace else { continue }
      if trace.has(.delta(l)) { add(.delta, l, trace.delta[l - 1].values) }
      if trace.has(.gradient(l)) {
        add(.weightGradient, l, trace.gradients[l - 1].weights.values)
        add(.biasGradient, l, trace.gradients[l - 1].biases)
      }
    }
    return norms
  }
}

/// Whether nothing leads back behind a line of the journal.
func startsTimeAnew(_ line: String) -> Bool {
  TypedLine(line).word.flatMap { command(called: $0)?.startsTimeAnew } ?? false
}
