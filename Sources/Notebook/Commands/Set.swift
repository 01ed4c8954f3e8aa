import ArgumentParser
import Backprop
import Page

struct SetCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change settings: batch, l2, shuffle, precision, rate and others.",
    discussion: """
      batch=N samples a minibatch, from the next one on. l2=X the weight λ of λ/2 Σ‖W‖²; what is \
      computed of the minibatch at hand follows. shuffle=on|off the order of the digits. precision=N \
      significant digits on the screen. freeze=b1,b2 the weights and biases that the update leaves \
      alone, freeze=none. history=256MB the memory for going back. prompt='{step} \
      {phase}' the prompt, with {step} {epoch} {phase} {loss} {accuracy} {mistake} filled in; \
      prompt=standard the usual one. pager=short|on|off what becomes of an answer longer than the \
      screen: shortened, through the program that $PAGER names (less by default), or all at once. The \
      optimizer's settings (rate=X and others) change without clearing what it remembers. "show settings" shows them all.
      """)
  static let group = CommandGroup.network
  static let examples = ["set batch=100 l2=0.001", "set rate=0.05"]
  static let seeAlso = ["show", "optimizer"]

  @Argument(
    help: "Settings as name=value: batch=50 l2=0.001.", transform: Assignment.init(argument:))
  var settings: [Assignment]

  var isOfJournal: Bool {
    settings.allSatisfy { !Session.screenSettings.contains($0.name) }
  }

  func journal(from before: Session, to after: Session) -> String? {
    // What is on the screen, and what is kept for it, is no part of the state.
    let changes = settings.filter { !Session.screenSettings.contains($0.name) }
    guard !changes.isEmpty else { return nil }
    return "set "
      + changes.map { "\($0.name)=\(after.setting($0.name)!.text)" }.joined(separator: " ")
  }

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    session.settingNames.map { $0 + "=" }
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    var facts = Facts("set", [:])
    for setting in settings {
      let old = session.setting(setting.name)
      try session.change(setting)
      let new = session.setting(setting.name)!
      facts[setting.name] = new.value
      facts.lines.append("\(setting.name, .name): \(old?.text ?? "-") -> \(new.text, .strong)")
    }
    return Page(.facts(facts))
  }
}

extension Session {
  static let screenSettings = ["precision", "prompt", "history", "pager"]
  static let generalSettings = ["batch", "l2", "shuffle", "freeze"] + screenSettings

  /// The names of all settings that can be set now.
  var settingNames: [String] {
    Session.generalSettings + currentPlan.optimizer.rule.settings.map(\.name)
  }

  /// A setting as text that can be typed, and as a value.
  func setting(_ name: String) -> (text: String, value: Value)? {
    let plan = currentPlan
    switch name {
    case "batch": return ("\(plan.batchSize)", .integer(plan.batchSize))
    case "l2": return (short(plan.l2), .number(plan.l2))
    case "shuffle": return plan.isShuffled ? ("on", true) : ("off", false)
    case "freeze":
      let names = training?.frozen.map(\.description) ?? []
      return (
        names.isEmpty ? "none" : names.joined(separator: ","), .list(names.map(Value.string))
      )
    case "precision": return ("\(precision)", .integer(precision))
    case "prompt": return (prompt ?? PromptFormat.standardName, Value(prompt))
    case "pager": return (pager.rawValue, .string(pager.rawValue))
    case "history": return (ByteCount(timeline.budget).description, .integer(timeline.budget))
    default:
      guard plan.optimizer.rule.settings.contains(where: { $0.name == name }) else { return nil }
      return (short(plan.optimizer[name]), .number(plan.optimizer[name]))
    }
  }

  fileprivate mutating func change(_ setting: Assignment) throws {
    switch setting.name {
    case "batch":
      let size = try setting.integer(in: 1...1_000_000)
      if let training {
        try requireMemory(sizes: training.network.sizes, batch: size)
      }
      setBatchSize(size)
    case "l2":
      let l2 = try setting.number()
      guard l2 >= 0 else {
        throw CommandError("l2=\(setting.value) is not possible: l2 goes from 0 up.")
      }
      setL2(l2)
    case "shuffle":
      guard ["on", "off"].contains(setting.value) else {
        throw CommandError("shuffle=\(setting.value) is not possible: shuffle is on or off.")
      }
      setShuffle(setting.value == "on")
    case "freeze":
      var training = try requireTraining()
      let names = setting.value == "none" ? [] : setting.value.split(separator: ",")
      try training.setFrozen(
        try names.map { try ArrayName(String($0), depth: training.network.depth) })
      self.training = training
    case "precision": precision = try setting.integer(in: 1...17)
    case "prompt": prompt = try PromptFormat.checked(setting.value)
    case "pager":
      guard let wanted = Pager(rawValue: setting.value) else {
        throw CommandError("pager=\(setting.value) is not possible: pager is short, on or off.")
      }
      pager = wanted
    case "history":
      guard let bytes = ByteCount(setting.value) else {
        throw CommandError(
          "history=\(setting.value) is not possible: it is a size from 1MB to 64GB. Try: history=256MB"
        )
      }
      timeline.setBudget(bytes.count)
    default:
      guard settingNames.contains(setting.name) else {
        throw CommandError(
          noSuch("setting", setting.name, among: settingNames)
            + " There are: \(settingNames.joined(separator: ", ")).")
      }
      try setOptimizerSetting(setting.name, to: try setting.number())
    }
  }
}

/// What becomes of an answer that is longer than the screen; where there is no screen, nothing does.
public enum Pager: String, Sendable {
  /// It is shortened, with a line that says so.
  case short
  /// It goes through the program that `$PAGER` names.
  case on
  /// All of it is printed.
  case off
}
