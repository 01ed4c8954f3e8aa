import ArgumentParser
import Backprop
import Page

struct Goto: Command {
  static let configuration = CommandConfiguration(
    commandName: "goto", abstract: "Go to any point of time, back or forward, or to a checkpoint.",
    discussion: """
      goto 12 is just after update 12, goto 0 the start, goto 12 delta 2 the point whose clock reads \
      so. Nothing stops the clock on its way. A checkpoint is the state as it was when it was named: \
      what was typed there later lies ahead. One that does not lie on the way to the present takes its \
      place: checkpoint the present first if you want it again.
      """)
  static let group = CommandGroup.step
  static let examples = [
    "goto 12", "step 3\ngoto 1 delta 2", "checkpoint before\nstep\ngoto before",
  ]
  static let seeAlso = ["back", "checkpoint", "step"]

  @Argument(help: "A step and, if you like, a phase: 12 delta 2. Or the name of a checkpoint.")
  var place: [String]

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    guard let depth = session.training?.network.depth else { return [] }
    switch typed.count {
    case 0: return session.checkpoints.map(\.name)
    case 1: return Phase.words(depth: depth)
    default: return (1...depth).map(String.init)
    }
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let before = try session.requireTraining()
    let isNumber = place[0].allSatisfy(\.isNumber)
    guard let step = Int(place[0]) ?? (isNumber ? Int.max : nil) else {
      return try goTo(checkpoint: place, in: &session)
    }
    guard (0...1_000_000_000).contains(step) else {
      throw CommandError("goto \(place[0]) is not possible: steps count from 0 to 1000000000.")
    }
    let target = try instant(step, Array(place.dropFirst()), depth: before.network.depth)
    let origin = try session.origin()
    guard target >= origin.instant(depth: before.network.depth) else {
      throw CommandError("There is nothing before step \(origin.step), \(origin.phase).")
    }
    session.previousStop = before
    let from = session.now
    try session.travel(to: target, host: host)
    let distance = session.training!.clock.step - before.clock.step
    let reason: Line =
      target == from
      ? "here already"
      : distance == 0
        ? "\(target < from ? "back" : "on") in this minibatch"
        : "\(counted(abs(distance), "step")) \(distance < 0 ? "back" : "on")"
    return session.stopPage(reason: reason)
  }

  /// The point of time that is meant.
  private func instant(_ step: Int, _ words: [String], depth: Int) throws -> Int {
    let text = words.joined(separator: " ")
    if text.isEmpty || (text == "update" && step > 0) || (text == "start" && step == 0) {
      return Clock(step: step).instant(depth: depth)
    }
    let phases = Phase.all(depth: depth).dropLast()
    guard let phase = Phase(text), phases.contains(phase) else {
      throw CommandError(
        "After update \(step) there is no phase \"\(text)\". There are: "
          + "\(phases.map(\.description).joined(separator: ", ")).")
    }
    return Clock(step: step, phase: phase).instant(depth: depth)
  }

  private func goTo(checkpoint words: [String], in session: inout Session) throws -> Page {
    guard words.count == 1 else {
      throw CommandError(
        "\"goto \(words.joined(separator: " "))\" is not possible. Try: goto 12, goto 12 delta 2, "
          + "or goto and the name of a checkpoint")
    }
    let checkpoint = try session.checkpoint(named: words[0])
    session.previousStop = session.training
    let lost = session.takeUp(checkpoint)
    var page = Page()
    if !lost.isEmpty {
      page.append("dropped what was done since the ways parted: \(lost.inWords)")
    }
    let removed = session.removeUnfitStops()
    if !removed.isEmpty { page.append(.text(removed)) }
    return page + session.stopPage(reason: "checkpoint \(checkpoint.name)")
  }
}

extension Phase {
  /// The words that phases begin with: `forward`, `delta`.
  static func words(depth: Int) -> [String] {
    var words: [String] = []
    for phase in Phase.all(depth: depth) {
      let word = String(phase.description.prefix { $0 != " " })
      if !words.contains(word) { words.append(word) }
    }
    return words
  }
}
