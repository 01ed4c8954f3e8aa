import ArgumentParser
import Backprop
import Page

struct OptimizerCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "optimizer", abstract: "Show the optimizer, or choose one.",
    discussion: """
      The settings are those of PyTorch: rate, momentum, decay (RMSprop's alpha), epsilon, beta1, \
      beta2. Choosing an optimizer clears what the one before remembered; to change a setting and \
      go on, use "set rate=0.01".
      """)
  static let group = CommandGroup.network
  static let examples = [
    "optimizer rmsprop rate=0.001", "optimizer momentum rate=0.1 momentum=0.9",
  ]
  static let seeAlso = ["set", "show"]

  @Argument(help: "The new one; shows the present one when absent.")
  var name: Choice<Optimizer.Rule>?

  @Argument(
    help: "Settings as name=value: rate=0.001 decay=0.9.", transform: Assignment.init(argument:))
  var settings: [Assignment] = []

  var isOfJournal: Bool { name != nil }

  func journal(from before: Session, to after: Session) -> String? {
    name == nil ? nil : after.currentPlan.optimizer.command
  }

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    Optimizer.Rule(typed.first ?? "")?.settings.map { $0.name + "=" }
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    if let name {
      var optimizer = Optimizer(name.value)
      for setting in settings { try optimizer.set(setting.name, to: try setting.number()) }
      session.setOptimizer(optimizer)
    }
    let optimizer = session.currentPlan.optimizer
    let line: Line = "\(optimizer.name, .strong) \(optimizer.assignments)"
    var facts = Facts(
      "optimizer", ["name": .string(optimizer.name)],
      lines: [line, Line(text: optimizer.rule.formula, .faint)])
    for setting in optimizer.rule.settings {
      facts[setting.name] = .number(optimizer[setting.name])
    }
    return Page(.facts(facts))
  }
}

extension Optimizer {
  /// `rate=0.001 decay=0.99 epsilon=1e-08`
  var assignments: String {
    rule.settings.map { "\($0.name)=\(short(self[$0.name]))" }.joined(separator: " ")
  }

  /// The command that chooses it, with every setting written out.
  var command: String { "optimizer \(name) \(assignments)" }
}

/// `name=value` as an argument.
struct Assignment {
  let name: String
  let value: String

  init(argument: String) throws {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw ValidationError("a setting is written name=value, such as rate=0.01")
    }
    name = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
  }

  /// - Throws: when the value is no finite number.
  func number() throws -> Double {
    guard let number = Double(value), number.isFinite else {
      throw CommandError("\(name)=\(value): \"\(value)\" is no number. Write, for example, 0.001")
    }
    // Nobody means -0, which would not come back from its text.
    return number == 0 ? 0 : number
  }

  /// - Throws: when the value is no whole number in the range.
  func integer(in range: ClosedRange<Int>) throws -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw CommandError(
        "\(name)=\(value) is not possible: \(name) is a whole number from \(range.lowerBound) "
          + "to \(range.upperBound).")
    }
    return number
  }
}

/// A number as people type it, exact: 0.001, 1e-08, 100.
func short(_ value: Double) -> String {
  value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : "\(value)"
}
