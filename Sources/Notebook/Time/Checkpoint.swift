import Backprop

/// A point of time that a person has named: the whole state there and the journal that leads to it,
/// whatever is done since. A reference, so that a command that makes one copies none of the others.
final class Checkpoint: Sendable {
  let name: String
  let data: LoadedData
  let training: Training
  let recipe: Session.Recipe?
  let curve: Curve
  let journal: Journal

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
    left === right
      || left.name == right.name && left.training == right.training && left.data == right.data
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
    let (way, same) = parting(from: checkpoint)
    let rest = checkpoint.journal.dropFirst(same)
    // Time does not lead through the beginning of another time, as `network` makes one.
    let isOfAnotherTime = [journal.origin, checkpoint.journal.origin].contains { $0 ?? -1 >= same }
    // Its last entry may be a part of one of ours, or ours a part of it.
    let parting = same > 0 ? checkpoint.journal[same - 1] : nil
    let depth = checkpoint.training.network.depth
    func isMove(_ entry: JournalEntry?) -> Bool {
      guard let entry, let parting else { return false }
      return entry.clock != parting.clock && !entry.startsTimeAnew
    }
    func instant(_ entry: JournalEntry) -> Int { entry.clock.instant(depth: depth) }
    let (ours, theirs) = (way.last, rest.first)
    let arePartsOfEachOther = isMove(ours) && isMove(theirs)
    let isInsideMove =
      rest.count == 1 && arePartsOfEachOther && instant(ours!) > instant(theirs!)
    let isOnTheWay = !isOfAnotherTime && (rest.isEmpty || isInsideMove)

    if isOfAnotherTime {
      timeline.clear()
    } else if !isOnTheWay {
      timeline.branch(at: parting?.clock ?? Clock(), depth: depth)
    }
    data = checkpoint.data
    training = checkpoint.training
    recipe = checkpoint.recipe
    journal = checkpoint.journal
    timeline.undone = isOnTheWay ? way : []
    timeline.isInsideMove = isOnTheWay && isInsideMove
    curve = checkpoint.curve
    stops.forgetValues()
    if isOnTheWay { return [] }
    // Of two moves from one point, the shorter is a part of the longer.
    let isPartOfTheirs = arePartsOfEachOther && instant(ours!) <= instant(theirs!)
    return way.reversed().suffix(way.count - (isPartOfTheirs ? 1 : 0))
  }

  /// What is done on the way through the present after it parts from the one to a checkpoint, the
  /// next entry last; and how many entries the two ways share.
  private func parting(
    from checkpoint: Checkpoint
  ) -> (way: SharedList<JournalEntry>, same: Int) {
    let same = journal.commonPrefix(with: checkpoint.journal)
    var way = timeline.undone
    if same < journal.count {
      for entry in journal[same...].reversed() { way.append(entry) }
      return (way, same)
    }
    let again = zip(timeline.ahead, checkpoint.journal.dropFirst(same)).prefix { $0 == $1 }.count
    way.cut(to: way.count - again)
    return (way, same + again)
  }
}
