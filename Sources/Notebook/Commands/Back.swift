import ArgumentParser
import Backprop
import Page

struct Back: Command {
  static let configuration = CommandConfiguration(
    commandName: "back",
    abstract: "Go back in time: minibatches, phases, or to where something held.",
    discussion: """
      In the middle of a minibatch, the first step back is to its beginning. What was typed on the way \
      (loss, set, mistake, ...) is undone, and done again on the way forward, which gives the same \
      bits; a command that changes something else there drops what was undone. "back until CONDITION" \
      goes to the last update before this one after which the condition held.
      """)
  static let group = CommandGroup.step
  static let examples = ["step 3\nback", "phase 5\nback --phase 2", "step 9\nback until step <= 4"]
  static let seeAlso = ["goto", "step", "checkpoint", "help"]
  static let reading = Reading.expression

  @Flag(help: "Count phases instead of minibatches.")
  var phase = false

  @Argument(help: "How many, 1 when absent; or \"until\" and a condition.")
  var way: String = "1"

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? { typed.isEmpty ? ["until"] : [] }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let before = try session.requireTraining()
    session.previousStop = before
    let way = String(way.prefix { $0 != "#" }.trimmed)
    let text = TypedLine(way)
    if text.word == "until" {
      guard !phase else {
        throw CommandError("--phase counts phases: it does not go with \"until\".")
      }
      return try back(until: String(text.rest), in: &session, host: host)
    }
    guard let count = way.isEmpty ? 1 : Int(way) else {
      throw CommandError(
        "\"back \(way)\" is not possible. Try: back 3, back --phase, or back until accuracy > 0.9")
    }
    try requirePositive(count, "back")
    return try back(count, from: before, in: &session, host: host)
  }

  private func back(
    _ count: Int, from before: Training, in session: inout Session, host: any Host
  ) throws -> Page {
    let origin = try session.origin()
    let start = origin.instant(depth: before.network.depth)
    guard session.now > start else {
      throw CommandError("This is the beginning: nothing was done before step \(origin.step).")
    }
    let step = before.clock.step + (before.isInMinibatch ? 1 : 0) - count
    let target = phase ? session.now - count : session.instant(afterUpdate: step)
    try session.travel(to: max(target, start), host: host)
    if target < start {
      return session.stopPage(reason: "the beginning: nothing was done before")
    }
    return session.stopPage(reason: "back \(counted(count, phase ? "phase" : "step"))")
  }

  private func back(
    until text: String, in session: inout Session, host: any Host
  ) throws -> Page {
    let training = try session.requireTraining()
    let condition = try Expression(condition: text, depth: training.network.depth)
    guard let step = try session.lastStep(where: condition, host: host) else {
      throw CommandError(
        "There was no update before this one after which \(condition.text). The session is where it was."
      )
    }
    try session.travel(to: session.instant(afterUpdate: step), host: host)
    return session.stopPage(reason: "back until \(condition.text)")
  }
}
