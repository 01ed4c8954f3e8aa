import ArgumentParser
import Backprop
import Page

struct Break: Command {
  static let configuration = CommandConfiguration(
    commandName: "break", abstract: "Stop the clock at a phase, or where a condition holds.",
    discussion: """
      break delta 2 stops after that phase of every minibatch; break dead(1) > 20% after each update \
      where the condition holds; break forward 1 if max(z1) > 50 after that phase where it does. \
      Everything that moves the clock on stops there, but goto. See "help conditions", "help phases".
      """)
  static let group = CommandGroup.stop
  static let examples = [
    "break delta 2", "break norm(dW1) > 0.1\ncontinue", "break forward 1 if max(z1) > 3",
  ]
  static let seeAlso = ["continue", "watch", "catch", "delete", "show"]
  static let reading = Reading.expression

  @Argument(help: "A phase, a condition, or a phase, \"if\" and a condition.")
  var place: String

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    guard let depth = session.training?.network.depth else { return [] }
    if typed.isEmpty { return Phase.words(depth: depth) }
    if Phase(typed.joined(separator: " ")) != nil { return ["if"] }
    return typed.count == 1 && Phase("\(typed[0]) 1") != nil ? (1...depth).map(String.init) : []
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let training = try session.requireTraining()
    let kind = try StopPoint.Kind(breakpoint: place, depth: training.network.depth)
    if case .breakpoint(_, let condition?) = kind { try condition.requireEntries(in: training) }
    return session.addStop(kind)
  }
}

extension StopPoint.Kind {
  /// What follows `break`.
  ///
  /// - Throws: when it is neither a phase nor a condition, or when the condition needs what a later
  ///   phase makes.
  init(breakpoint text: String, depth: Int) throws {
    let words = text.prefix { $0 != "#" }.split { $0.isWhitespace }.map(String.init)
    let ifIndex = words.firstIndex(of: "if") ?? words.count
    let phaseText = words[..<ifIndex].joined(separator: " ")
    let phase = Phase(phaseText).flatMap { Phase.all(depth: depth).contains($0) ? $0 : nil }
    if phase == nil, ifIndex < words.count || Phase(phaseText) != nil {
      guard ifIndex > 0 else {
        throw CommandError(
          "\"if\" comes after a phase. Try: break forward 1 if max(z1) > 3, or break loss < 2")
      }
      throw CommandError(
        "There is no phase \"\(phaseText)\" here. There are: "
          + "\(Phase.all(depth: depth).map(\.description).joined(separator: ", ")).")
    }
    guard let phase else {
      self = .breakpoint(nil, condition: try Expression(condition: text, depth: depth))
      return
    }
    guard ifIndex < words.count else {
      self = .breakpoint(phase, condition: nil)
      return
    }
    let condition = try Expression(
      condition: words[(ifIndex + 1)...].joined(separator: " "), depth: depth)
    if let needed = condition.neededPhase(depth: depth),
      needed.position(depth: depth) > phase.position(depth: depth)
    {
      throw CommandError(
        "At \(phase), \(condition.text) cannot be judged: it needs what the later phase \(needed) "
          + "makes. Try: break \(needed) if \(condition.text)")
    }
    self = .breakpoint(phase, condition: condition)
  }
}

extension Session {
  /// Sets something that stops or is shown, and says its number.
  mutating func addStop(_ kind: StopPoint.Kind) -> Page {
    let number = stops.add(kind)
    let command = stops.all.last!.command
    return Page(
      .facts(
        Facts(
          "breakpoint", ["number": .integer(number), "command": .string(command)],
          lines: ["\(number): \(command, .strong)"])))
  }
}
