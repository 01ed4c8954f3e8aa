import ArgumentParser
import Backprop
import Page

struct Expect: Command {
  static let configuration = CommandConfiguration(
    commandName: "expect", abstract: "Verify a condition: silent when it holds.",
    discussion: """
      One that does not hold is a failed verification (status 2), whose sentence gives both sides of \
      the comparisons that decide. With "within T" behind it, T above 0, every comparison gives way \
      by T: a == b holds when |a - b| is at most T, a < b when a is below b + T. Arrays are compared \
      entry by entry. "help conditions" explains what can be written. The session does not change.
      """)
  static let group = CommandGroup.verify
  static let examples = [
    "step\nexpect loss < 3", "step\nexpect delta2 == h - Y within 1e-12",
    "step\nexpect nonfinite(dW1) == 0 and norm(db1) > 0",
  ]
  static let seeAlso = ["print", "check"]
  static let reading = Reading.expression

  @Argument(help: "A condition, and \"within\" and how much it gives way: loss < 2 within 1e-6.")
  var condition: String

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? { ["within"] }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let typed = condition.prefix { $0 != "#" }.trimmed
    let (text, slack) = try Expect.withinSplitOff(typed)
    let expression = try Expression(text, depth: session.training?.network.depth)
    var scope = try session.scope(for: expression)
    scope.slack = slack?.value ?? 0
    let verdict = try expression.verdict(in: &scope)
    guard !verdict.holds else { return .empty }
    let account = Account(
      decisions: verdict.decisions, slack: slack, precision: session.precision)
    throw Failure(
      .verification, "expect \(typed) does not hold: \(account.sentence).",
      page: account.page(of: String(typed)))
  }

  /// `loss < 2 within 1e-6` in two.
  private static func withinSplitOff(
    _ typed: Substring
  ) throws -> (condition: Substring, slack: Account.Slack?) {
    let words = typed.split(whereSeparator: \.isWhitespace)
    guard let within = words.last(where: { $0 == "within" }) else { return (typed, nil) }
    let text = typed[within.endIndex...].trimmed
    guard case .number(let slack)? = (try? Expression(text, depth: nil))?.root, slack > 0 else {
      throw CommandError(
        "\"within \(text)\" is not possible: within takes a number above 0, as in within 1e-6 or "
          + "within 5%.")
    }
    return (typed[..<within.startIndex], Account.Slack(value: slack, text: text))
  }
}

/// Why a condition does not hold, for people and for programs.
struct Account {
  let decisions: [Decision]
  let slack: Slack?
  let precision: Int

  /// How much comparisons give way, as typed too.
  struct Slack {
    let value: Double
    let text: Substring
  }

  /// `loss is 2.303, not below 2`
  var sentence: String { decisions.map { words(of: $0) }.joined(separator: "; ") }

  private func words(of decision: Decision) -> String {
    decision.isOfArrays ? words(ofArrays: decision) : words(ofNumbers: decision)
  }

  private func words(ofNumbers decision: Decision) -> String {
    let (left, right) = distinct(decision.values.left.entries[0], decision.values.right.entries[0])
    let subject = decision.left.isLiteral ? "is" : "is \(left),"
    var sentence = "\(decision.left.text) \(subject) \(relation(decision)) \(decision.right.text)"
    if !decision.right.isLiteral { sentence += ", which is \(right)" }
    guard let slack else { return sentence }
    return sentence + (decision.right.isLiteral ? " within " : ", within ") + slack.text
  }

  private func words(ofArrays decision: Decision) -> String {
    let within = slack.map { " within \($0.text)" } ?? ""
    let claim = "\(decision.left.text) is \(relation(decision)) \(decision.right.text)\(within) in"
    let failing = decision.failing(slack: slack?.value ?? 0)
    guard let worst = decision.holds ? nil : decision.worst(of: failing) else {
      return "\(claim) every entry"
    }
    let (a, b) = decision.pairs[worst]
    let (left, right) = distinct(a, b)
    let sides = [(decision.left, left), (decision.right, right)].filter { !$0.0.isLiteral }
      .map { "\($0.0.text) is \($0.1)" }
    let place = "\(decision.index(of: worst)), where \(sides.joined(separator: " and "))"
    let share = "\(count(failing.count)) of \(count(decision.pairs.count)) entries"
    if decision.comparison == .notEqual { return "\(claim) \(share), first at \(place)" }
    return "\(claim) \(share), most at \(place): a difference of \(text(abs(a - b)))"
  }

  /// `not below`; what is denied by "not" holds, and is said so.
  private func relation(_ decision: Decision) -> String {
    "\(decision.holds ? "" : "not ")\(decision.comparison.words)"
  }

  private func text(_ value: Double) -> String {
    NumberFormat.standard.text(value, precision: precision)
  }

  private func count(_ number: Int) -> String { NumberFormat.grouped.text(Double(number)) }

  /// Two numbers with as many digits as tell them apart.
  private func distinct(_ a: Double, _ b: Double) -> (String, String) {
    let short = (text(a), text(b))
    guard a != b, Double(short.0) == Double(short.1) else { return short }
    let format = NumberFormat.significant(17)
    return (format.text(a), format.text(b))
  }

  /// Nothing of it is shown: the sentence says it all.
  func page(of condition: String) -> Page {
    var facts = Facts("expect", ["condition": .string(condition)])
    facts.isShown = false
    var table = Table("comparisons", columns: ["left", "comparison", "right", "holds"], shown: 0)
    for (i, decision) in decisions.enumerated() {
      let worst = decision.worst(of: decision.failing(slack: slack?.value ?? 0)) ?? 0
      guard worst < decision.pairs.count else { continue }
      let (left, right) = decision.pairs[worst]
      table.rows.append([
        .number(left), .string(decision.comparison.rawValue), .number(right), .bool(decision.holds),
      ])
      guard i == 0 else { continue }
      (facts["left"], facts["right"]) = (.number(left), .number(right))
      if decision.isOfArrays { facts["index"] = .shape(decision.indices(of: worst)) }
      if let slack { facts["within"] = .number(slack.value) }
    }
    return decisions.count > 1 ? Page(.table(table), .facts(facts)) : Page(.facts(facts))
  }
}

extension Node.Side {
  /// Whether it says its value itself.
  fileprivate var isLiteral: Bool {
    switch node {
    case .number, .minus(.number): true
    default: false
    }
  }
}

extension Decision {
  fileprivate var shape: [Int]? { values.left.shape ?? values.right.shape }
  fileprivate var isOfArrays: Bool { shape != nil }

  fileprivate var pairs: [(Double, Double)] {
    Array(ExpressionValue.pairs(values.left, values.right))
  }

  /// Where the comparison fails.
  fileprivate func failing(slack: Double) -> [Int] {
    let pairs = pairs
    return pairs.indices.filter { !comparison.holds(pairs[$0].0, pairs[$0].1, slack: slack) }
  }

  /// The entry whose sides are furthest apart; one with a NaN before all.
  fileprivate func worst(of entries: [Int]) -> Int? {
    let pairs = pairs
    func distance(_ i: Int) -> Double {
      let distance = abs(pairs[i].0 - pairs[i].1)
      return distance.isNaN ? .infinity : distance
    }
    var worst = entries.first
    for i in entries where worst.map({ distance(i) > distance($0) }) == true { worst = i }
    return worst
  }

  /// `[3, 1]`
  fileprivate func index(of entry: Int) -> String {
    "[\(indices(of: entry).map(String.init).joined(separator: ", "))]"
  }

  fileprivate func indices(of entry: Int) -> [Int] {
    guard let shape, let columns = shape.last else { return [] }
    return shape.count == 1 ? [entry] : [entry / columns, entry % columns]
  }
}
