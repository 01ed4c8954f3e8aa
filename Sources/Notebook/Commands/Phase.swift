import ArgumentParser
import Backprop
import Page

struct PhaseCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "phase", abstract: "Run one phase of a minibatch and show its formula.",
    discussion: """
      A minibatch is batch, forward 1 … forward L, loss, delta L … delta 1, gradient L … gradient 1, \
      update. What the phases so far have made can be shown and printed. See "help phases".
      """)
  static let group = CommandGroup.step
  static let examples = ["phase", "phase 3"]
  static let seeAlso = ["step", "finish", "back", "show", "print"]

  @Argument(help: "How many.")
  var count: Int = 1

  var isOfJournal: Bool { count > 0 }

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(count, "phase")
    // The formulas of one minibatch are enough to read.
    let shown = Phase.all(depth: try session.requireTraining().network.depth).count
    var lines: [Line] = []
    let motion = try session.move(.phases(count), host: host) { training in
      lines.append(training.formulaOfPhase)
      if lines.count > shown { lines.removeFirst() }
    }
    return Page(.text(lines)) + session.stopPage(motion, whenThere: "\(counted(count, "phase"))")
  }
}

extension Training {
  /// What the last phase computed, with the names that `print` knows.
  var formulaOfPhase: Line {
    let depth = network.depth
    let l2 = objective.l2 != 0
    let text: String
    switch clock.phase {
    case .start: text = "nothing yet"
    case .batch:
      let batch = trace!.batch
      text =
        "X \(NamedArray.text(of: [batch.x.rows, batch.x.columns])), "
        + "Y \(NamedArray.text(of: [batch.y.rows, batch.y.columns]))"
    case .forward(let l):
      text =
        "z\(l) = a\(l - 1) W\(l) + b\(l), a\(l) = \(network[layer: l].activation)(z\(l))"
        + (l == depth ? ", h = a\(l)" : "") + (l == 1 ? ", a0 = X" : "")
    case .loss:
      text =
        "mean over the batch of \(objective.loss.formula(network.output))"
        + (l2 ? " + l2/2 sum(W^2)" : "")
    case .delta(depth): text = deltaFormula
    case .delta(let l):
      let formula = setting.formula(deltaOf: l, with: objective.mistake)
      // Only where f' is in the formula, and of this layer.
      let isUsed = formula.contains("f'(z\(l))")
      text =
        formula + (isUsed ? ", f' = \(network[layer: l].activation.derivativeFormula)" : "")
    case .gradient(let l): text = setting.formula(gradientOf: l, with: objective.mistake)
    case .update: text = "W = W + uW, b = b + ub: \(optimizer.rule.formula)"
    }
    return "\(clock.phase.description, .name): \(text)"
  }
}
