import Backprop
import Page

/// Something that stops the clock, or that is shown when it stops: a line of `show breakpoints`.
struct StopPoint: Sendable {
  enum Kind: Equatable, Sendable {
    /// After a phase, after an update where a condition holds, or after a phase where it does.
    case breakpoint(Phase?, condition: Expression?)
    /// When a number has changed by at least this share of its size.
    case watch(Expression, by: Double)
    /// Stops nothing; is shown at each stop.
    case display(Expression)
    /// The first phase at which something goes wrong.
    case trouble(Trouble)
  }

  let number: Int
  let kind: Kind
  /// How often it has stopped the clock.
  var hits = 0
  /// The number that a watch compares with, or what a display last showed.
  var last: Double?
  /// The phases at which a trouble has been found, with the step where that was last: one that stays,
  /// or that comes and goes at its limit, stops the clock once.
  var known: [Phase: Int] = [:]
  /// How many minibatches a trouble must be gone to stop the clock again.
  static let memory = 100
  /// What a file may have as a number.
  static let largestNumber = 1_000_000_000

  init(number: Int, _ kind: Kind) {
    (self.number, self.kind) = (number, kind)
  }

  /// The command that makes it.
  var command: String {
    switch kind {
    case .breakpoint(let phase, let condition):
      let words = [
        phase?.description, phase != nil && condition != nil ? "if" : nil, condition?.text,
      ]
      return "break " + words.compactMap { $0 }.joined(separator: " ")
    case .watch(let expression, let share):
      return "watch \(expression.text)" + (share > 0 ? " by \(short(share * 100))%" : "")
    case .display(let expression): return "display \(expression.text)"
    case .trouble(let trouble): return "catch \(trouble.name)"
    }
  }

  /// Whether it has to be looked at after a phase.
  func isJudged(at phase: Phase, depth: Int) -> Bool {
    switch kind {
    case .breakpoint(let own, _): phase == own ?? .update
    case .watch: phase == .update
    case .display: false
    case .trouble(let trouble): trouble.isJudged(at: phase, depth: depth)
    }
  }
}

extension StopPoint.Kind {
  /// From the command that makes it.
  init(command line: String, depth: Int) throws {
    let typed = TypedLine(line)
    switch typed.word {
    case "break": try self.init(breakpoint: String(typed.rest), depth: depth)
    case "watch": try self.init(watch: String(typed.rest), depth: depth)
    case "display": self = .display(try Expression(typed.rest, depth: depth))
    case "catch":
      guard let trouble = Trouble(String(typed.rest)) else { fallthrough }
      self = .trouble(trouble)
    default: throw CommandError("\"\(line)\" sets nothing that stops the clock.")
    }
  }
}

/// By what stops; how often it did does not count.
extension StopPoint: Equatable {
  static func == (left: StopPoint, right: StopPoint) -> Bool {
    left.number == right.number && left.kind == right.kind
  }
}

/// All that a person has set, in the order of their numbers.
struct StopPoints: Sendable {
  private(set) var all: [StopPoint] = []
  /// The highest number so far. As in gdb, one that was deleted does not come again.
  private var last = 0

  /// - Returns: its number: one more than the last.
  mutating func add(_ kind: StopPoint.Kind) -> Int {
    add(StopPoint(number: last + 1, kind))
    return last
  }

  /// Gives the last one the number that it compares with.
  mutating func start(from value: Double?) { all[all.count - 1].last = value }

  /// One that was saved, with a number above all others.
  mutating func add(_ point: StopPoint) {
    all.append(point)
    last = point.number
  }

  /// The number that the next one gets.
  var next: Int { last + 1 }

  /// - Parameter next: above all numbers so far.
  mutating func goOn(with next: Int) { last = next - 1 }

  mutating func remove(_ number: Int) -> StopPoint? {
    all.firstIndex { $0.number == number }.map { all.remove(at: $0) }
  }

  mutating func removeAll() { all = [] }

  /// Removes what asks for layers that a network of `depth` layers does not have.
  ///
  /// - Returns: those.
  mutating func removeUnfit(depth: Int) -> [StopPoint] {
    let unfit = all.filter { (try? StopPoint.Kind(command: $0.command, depth: depth)) == nil }
    all.removeAll(where: unfit.contains)
    return unfit
  }

  /// Whether phases before the update have to be looked at.
  func isJudgedBeforeUpdate(depth: Int) -> Bool {
    let phases = Phase.all(depth: depth).dropLast()
    return all.contains { point in phases.contains { point.isJudged(at: $0, depth: depth) } }
  }

  mutating func update(_ change: (inout StopPoint) -> Void) {
    for i in all.indices { change(&all[i]) }
  }

  /// The clock has been set back: what was seen on the way is to be seen again.
  mutating func forgetValues() {
    for i in all.indices {
      all[i].known = [:]
      if case .watch = all[i].kind { all[i].last = nil }
    }
  }
}

/// By what is set; what was deleted does not count.
extension StopPoints: Equatable {
  static func == (left: StopPoints, right: StopPoints) -> Bool { left.all == right.all }
}

/// Why something stopped the clock.
struct Hit: Equatable, Sendable {
  /// In a few words, for the line of the stop: `breakpoint 2: norm(dW1) > 3`.
  let reason: Line
  /// What a trouble has to say.
  var finding: Finding?
}
