import ArgumentParser
import Backprop
import Page

struct Watch: Command {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Stop the clock when a number changes.",
    discussion: """
      Judged after each update. With "by 1%" it stops when the number differs by at least so much \
      from what it was when the watch was set or last stopped the clock; else at every change.
      """)
  static let group = CommandGroup.stop
  static let examples = [
    "watch norm(W1) by 1%\ncontinue", "watch accuracy\nstep 3",
  ]
  static let seeAlso = ["break", "display", "delete", "show"]
  static let reading = Reading.expression

  @Argument(help: "An expression, and \"by\" and a share if you like: norm(W1) by 1%.")
  var expression: String

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? { typed.isEmpty ? [] : ["by"] }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let training = try session.requireTraining()
    let kind = try StopPoint.Kind(watch: expression, depth: training.network.depth)
    guard case .watch(let watched, _) = kind else { return .empty }
    try watched.requireEntries(in: training)
    var scope = Scope(training, previous: session.previousStop)
    let value = try? watched.value(in: &scope)
    if case .array = value {
      throw CommandError("watch compares numbers. Try: watch norm(\(watched.text))")
    }
    var page = session.addStop(kind)
    session.stops.start(from: value?.scalar)
    if let value { page.append("\(watched.text, .name) = \(value.line)") }
    return page
  }
}

extension StopPoint.Kind {
  /// What follows `watch`.
  init(watch text: String, depth: Int) throws {
    let words = text.prefix { $0 != "#" }.split { $0.isWhitespace }.map(String.init)
    guard let by = words.lastIndex(of: "by") else {
      self = .watch(try Expression(text, depth: depth), by: 0)
      return
    }
    let share = words[(by + 1)...].joined()
    let number = share.hasSuffix("%") ? Double(share.dropLast()).map { $0 / 100 } : Double(share)
    guard let number, number > 0, number.isFinite else {
      throw CommandError("\"by \(share)\" is no share. Try: by 1%, or by 0.01")
    }
    self = .watch(
      try Expression(words[..<by].joined(separator: " "), depth: depth), by: number)
  }
}
