import ArgumentParser
import Backprop
import Page

struct LossCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "Show the loss, or switch it on the same weights and minibatch.",
    discussion: """
      Loss, deltas and gradients of the minibatch at hand are computed again under the new loss, on \
      the weights it was made with. An update that has been applied stays.
      """)
  static let group = CommandGroup.network
  static let examples = ["loss", "loss squared-error"]
  static let seeAlso = ["network", "show"]

  @Argument(help: "The new loss; shows the present one when absent.")
  var name: Choice<Loss>?

  var isOfJournal: Bool { name != nil }

  func journal(from before: Session, to after: Session) -> String? {
    name.map { "loss \($0.value)" }
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    var training = try session.requireTraining()
    let old = training.objective.loss
    if let name {
      try session.requireTargets(of: name.value, output: training.network.output)
      try training.setLoss(name.value)
    }
    session.training = training
    let new = training.objective.loss
    var lines: [Line] = [
      name == nil ? "loss: \(new.name, .strong)" : "loss: \(old.name) -> \(new.name, .strong)",
      "of one sample: \(new.formula(training.network.output))",
      Line(text: training.deltaFormula),
    ]
    let trace = training.trace.flatMap { $0.has(.loss) ? $0 : nil }
    lines += training.mistakeReminder
    if let trace { lines.append("of this minibatch: \(trace.loss)") }
    return Page(
      .facts(
        Facts(
          "loss",
          [
            "name": .string(new.name), "delta": .string(training.deltaFormula),
            "formula": .string(new.formula(training.network.output)),
            "loss": Value(trace?.loss),
          ], lines: lines)))
  }
}
