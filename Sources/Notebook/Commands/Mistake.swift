import ArgumentParser
import Backprop
import Page

struct MistakeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "mistake", abstract: "Compute with a mistake of the catalogue, or right again.",
    discussion: """
      Deltas and gradients have the mistake from now on, until "mistake off"; the loss stays right. \
      Those of the minibatch at hand are computed again, on the weights it was made with; an update \
      that has been applied stays. "help mistakes" lists them all, "help mistake sum-not-mean" \
      explains one. "check" finds them.
      """)
  static let group = CommandGroup.verify
  static let examples = ["mistake hidden-derivative-missing", "mistake sum-not-mean\nmistake off"]
  static let seeAlso = ["check", "phase", "help"]

  @Argument(help: "A mistake's id, or \"off\"; shows what is on when absent.")
  var id: String?

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    let setting = session.training?.setting
    return Mistake.all.filter { mistake in setting.map(mistake.applies) ?? true }.map(\.name)
      + ["off"]
  }

  var isOfJournal: Bool { id != nil }

  func journal(from before: Session, to after: Session) -> String? {
    id == nil ? nil : "mistake \(after.currentPlan.mistake?.name ?? "off")"
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    guard let id else { return page(session, change: nil) }
    let old = session.currentPlan.mistake
    if id == "off" {
      session.setMistake(nil)
    } else {
      let mistake = try Mistake(typed: id)
      let training = try session.requireTraining()
      if let objection = mistake.objection(in: training.setting) {
        throw CommandError("\(objection) Here there is \(training.situation).")
      }
      session.setMistake(mistake)
    }
    return page(session, change: old?.name ?? "off")
  }

  /// - Parameter change: what was on before; nil when nothing has changed.
  private func page(_ session: Session, change: String?) -> Page {
    let mistake = session.currentPlan.mistake
    let name = mistake?.name ?? "off"
    var lines: [Line] = ["mistake: \(change.map { "\($0) -> " } ?? "")\(name, .strong)"]
    var facts = Facts("mistake", ["id": Value(mistake?.name), "wrong": .null, "right": .null])
    if let mistake, let training = session.training {
      let setting = mistake.shown(in: training.setting)
      facts["wrong"] = .string(mistake.wrong(in: setting))
      facts["right"] = .string(mistake.right(in: setting))
      lines.append("  wrong: \(Line(text: mistake.wrong(in: setting), .bad))")
      lines.append("  right: \(Line(text: mistake.right(in: setting)))")
      if let objection = mistake.objection(in: training.setting) {
        lines.append("It changes nothing now. \(objection)")
      } else if mistake.needsPreviousGradients, training.trace?.previousGradients == nil {
        lines.append("It begins with the next minibatch that has one before it.")
      }
    }
    facts.lines = lines
    return Page(.facts(facts))
  }
}

extension Training {
  /// What is said after a command that may change what the mistake at hand does.
  var mistakeReminder: [Line] {
    guard let mistake = objective.mistake else { return [] }
    let rest = mistake.objection(in: setting)?.replacing("The mistake \(mistake.name)", with: "it")
    return [
      "The mistake \(mistake.name, .bad) stays on."
        + Line(text: rest.map { " It changes nothing now: \($0)" } ?? "")
    ]
  }

  /// `784-30-10 with a softmax output, the loss cross-entropy and l2=0`
  fileprivate var situation: String {
    let hidden = network.depth > 1 ? "\(network[layer: 1].activation) hidden layers, " : ""
    return "\(network.sizesText) with \(hidden)a \(network.output) output, the loss "
      + "\(objective.loss) and l2=\(short(objective.l2))"
  }
}

// MARK: - Help

extension Mistake {
  /// The one that a person means by an id.
  init(typed id: String) throws {
    guard let mistake = Mistake(id) else {
      throw CommandError(
        noSuch("mistake", id, among: Mistake.all.map(\.name))
          + " Type \"help mistakes\" for the list.")
    }
    self = mistake
  }

  /// The network at hand where it can be made there, else an example.
  func shown(in setting: Setting?) -> Setting {
    guard var setting, applies(to: setting) else { return example }
    setting.count = "N"
    return setting
  }

  /// All of them by group, one a line with its formula; faint where it does not apply.
  static func list(_ setting: Setting?) -> [Line] {
    let width = all.map(\.name.count).max()! + 2
    var lines: [Line] = [
      "\("mistakes", .strong) in hand-written backpropagation; \"mistake ID\" computes with one:"
    ]
    for group in Group.allCases {
      lines += ["", Line(text: group.rawValue, .strong)]
      for mistake in all where mistake.group == group {
        let applies = setting.map(mistake.applies) ?? true
        let formula = mistake.wrong(in: mistake.shown(in: setting))
        lines.append(
          "  \(mistake.name.padded(to: width), applies ? .name : .faint)"
            + Line(text: formula, applies ? .plain : .faint))
      }
    }
    if setting != nil, !all.allSatisfy({ $0.applies(to: setting!) }) {
      lines += ["", "The faint ones need another network, loss or l2."]
    }
    return lines + ["", "\"help mistake \(all[0].name)\" explains one."]
  }

  /// What `help mistake ID` says.
  func helpFacts(_ setting: Setting?) -> Facts {
    let shown = shown(in: setting)
    var lines: [Line] = [
      "\(name, .strong): \(group.rawValue.lowercased())", "",
      "  wrong   \(Line(text: wrong(in: shown), .bad))",
      "  right   \(Line(text: right(in: shown)))",
      "  NumPy   \(Line(text: numpy(in: shown), .name))", "",
    ]
    lines += paragraph(effect)
    if effect.contains("%") { lines.append(Line(text: "(\(Mistake.measurement))", .faint)) }
    if let setting, let objection = objection(in: setting) {
      lines += ["", Line(text: objection)]
    } else {
      lines += ["", "try: \("mistake \(name)", .name)"]
    }
    return Facts(
      "mistake",
      [
        "id": .string(name), "group": .string(group.rawValue), "wrong": .string(wrong(in: shown)),
        "right": .string(right(in: shown)), "numpy": .string(numpy(in: shown)),
        "effect": .string(effect),
      ], lines: lines)
  }
}
