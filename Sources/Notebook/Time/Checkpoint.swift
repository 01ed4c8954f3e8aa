import Backprop

/// A point of time that a person has named: the whole state there and the journal that leads to it,
/// whatever is done since.
struct Checkpoint: Sendable {
  let name: String
  let data: LoadedData
  let training: Training
  let recipe: Session.Recipe?
  let curve: Curve
  let journal: [JournalEntry]

  /// - Throws: when there is no network.
  init(_ name: String, _ session: Session) throws {
    self.name = name
    data = try session.requireData()
    training = try session.requireTraining()
    recipe = session.recipe
    curve = session.curve
    journal = session.journal
  }

  /// A session that stands there and knows nothing else.
  var session: Session {
    var session = Session()
    session.data = data
    session.training = training
    session.recipe = recipe
    session.curve = curve
    session.journal = journal
    return session
  }

  /// What a name can be: not a step, a phase or an option, so that `goto` knows what is meant.
  static func requireName(_ name: String) throws {
    let isWord = name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    guard isWord, let first = name.first, first.isLetter, name != now else {
      throw CommandError(
        "\"\(name)\" is no name for a checkpoint: it begins with a letter, goes on with letters, "
          + "digits, -, _ or ., and is not \"\(now)\". Try: checkpoint before")
    }
  }

  /// What `compare` calls the present.
  static let now = "now"
}

/// By bits.
extension Checkpoint: Equatable {
  static func == (left: Checkpoint, right: Checkpoint) -> Bool {
    left.name == right.name && left.training == right.training && left.data == right.data
      && left.recipe == right.recipe && left.curve == right.curve
      && left.journal == right.journal
  }
}

extension Session {
  /// - Throws: when there is none of that name; the sentence lists those there are.
  func checkpoint(named name: String) throws -> Checkpoint {
    if let checkpoint = checkpoints.first(where: { $0.name == name }) { return checkpoint }
    guard !checkpoints.isEmpty else {
      let example = (try? Checkpoint.requireName(name)) == nil ? "before" : name
      throw CommandError("There is no checkpoint \"\(name)\". Try: checkpoint \(example)")
    }
    throw CommandError(
      noSuch("checkpoint", name, among: checkpoints.map(\.name))
        + " There are: \(checkpoints.map(\.name).joined(separator: ", ")).")
  }

  /// Stands at a checkpoint. Where it lies on the way that leads through the present, what comes
  /// after it lies ahead; else the present way is left.
  ///
  /// - Returns: what is lost with the present way; empty when nothing is.
  mutating func takeUp(_ checkpoint: Checkpoint) -> [JournalEntry] {
    leavePartOfMove()
    let way = journal + timeline.ahead
    let same = zip(way, checkpoint.journal).prefix { $0 == $1 }.count
    let rest = checkpoint.journal.dropFirst(same)
    // Time does not lead through the beginning of another time, as `network` makes one.
    let isOfAnotherTime =
      way[same...].contains { startsTimeAnew($0.command) }
      || rest.contains { startsTimeAnew($0.command) }
    // Its last entry may be a part of one of ours, or ours a part of it.
    let clock = checkpoint.training.clock
    let depth = checkpoint.training.network.depth
    let isInsideMove =
      rest.count == 1 && same < way.count && same > 0
      && isMove(rest.first!, after: checkpoint.journal[same - 1])
      && isMove(way[same], after: way[same - 1])
      && way[same].clock.instant(depth: depth) > clock.instant(depth: depth)
    let isOnTheWay = !isOfAnotherTime && (rest.isEmpty || isInsideMove)
    let ahead = isOnTheWay ? Array(way[same...]) : []
    var lost = isOnTheWay ? [] : Array(way[same...])
    if let (ours, theirs) = lost.first.map({ ($0, rest.first) }), let theirs, same > 0,
      isMove(ours, after: way[same - 1]), isMove(theirs, after: way[same - 1])
    {
      // Of two moves from one point, the shorter is a part of the longer.
      if ours.clock.instant(depth: depth) <= theirs.clock.instant(depth: depth) {
        lost.removeFirst()
      }
    }

    if isOfAnotherTime {
      timeline.clear()
    } else if !isOnTheWay {
      timeline.branch(at: same > 0 ? way[same - 1].clock : Clock(), depth: depth)
    }
    data = checkpoint.data
    training = checkpoint.training
    recipe = checkpoint.recipe
    journal = checkpoint.journal
    timeline.ahead = ahead
    timeline.isInsideMove = isOnTheWay && isInsideMove
    curve = checkpoint.curve
    stops.forgetValues()
    return lost
  }

  private func isMove(_ entry: JournalEntry, after before: JournalEntry) -> Bool {
    entry.clock != before.clock && !startsTimeAnew(entry.command)
  }
}
