import ArgumentParser
import Backprop
import Page

struct Compare: Command {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set side by side: the losses on one minibatch, or two checkpoints.",
    discussion: """
      compare losses sets the losses that fit the output side by side: loss, norm of each layer's \
      delta and dW, share of output units whose slope f' is below 0.01 (for softmax h (1 - h)). The \
      session stays as it is; an incomplete minibatch is completed on a copy. compare NAME NAME sets two \
      checkpoints side by side, "now" being the present: losses and errors, on the minibatch of each \
      and on the test set, and the norms of weights, biases and gradients with the distance between them.
      """)
  static let group = CommandGroup.verify
  static let examples = ["compare losses", "checkpoint before\nstep 20\ncompare before now"]
  static let seeAlso = ["loss", "explain", "show"]

  @Argument(help: "\"losses\", or two names of checkpoints or \"now\".")
  var what: [String]

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    (typed.isEmpty ? ["losses"] : []) + session.checkpoints.map(\.name) + [Checkpoint.now]
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    if what.count == 2 {
      let states = try what.map { name in
        try name == Checkpoint.now ? Checkpoint(name, session) : session.checkpoint(named: name)
      }
      return try comparison(of: states[0], with: states[1], host: host)
    }
    guard what == ["losses"] else {
      throw CommandError(
        "There is no comparison of \"\(what.joined(separator: " "))\". Try: compare losses, or two "
          + "names: compare before now")
    }
    let pass = try session.completePass()
    return try pass.comparisonOfLosses()
  }
}

extension Training {
  /// The complete pass under each loss that fits the output, a row a loss.
  fileprivate func comparisonOfLosses() throws -> Page {
    let output = network.output
    let losses = Loss.all.filter { loss in
      loss.outputs.contains(output) && (!loss.isForValues || loss == objective.loss)
    }
    let traces = try losses.map { loss in
      var other = self
      try other.setLoss(loss)
      return other.trace!
    }
    let layers = 1...network.depth
    let share = traces[0].saturatedOutputs
    let table = Table(
      "losses",
      columns: [Column("name", heading: "loss"), Column("loss", heading: "value")]
        + layers.reversed().map { Column("delta\($0)_norm", heading: "‖delta\($0)‖") }
        + layers.reversed().map { Column("dW\($0)_norm", heading: "‖dW\($0)‖") }
        + [Column("saturated", heading: "f' < \(saturatedSlope)")],
      rows: zip(losses, traces).map { loss, trace in
        [.string(loss.name), .number(trace.loss)]
          + layers.reversed().map { .number(trace.delta[$0 - 1].norm) }
          + layers.reversed().map { .number(trace.gradients[$0 - 1].weights.norm) }
          + [.percent(share)]
      })
    func norm(where cancels: Bool) -> Double? {
      zip(losses, traces).first { $0.0.cancelsDerivative == cancels }
        .map { $0.1.delta[network.depth - 1].norm }
    }
    let (whole, shrunk) = (norm(where: true), norm(where: false))
    let ratio = whole.flatMap { whole in shrunk.map { whole / $0 } }
    let facts = Facts(
      "compare",
      [
        "in_force": .string(objective.loss.name), "saturated": .percent(share),
        "delta_ratio": Value(ratio),
      ], lines: sentences(share, whole, shrunk))
    return Page(.table(table), .facts(facts))
  }

  /// Why the rows differ.
  private func sentences(_ share: Double, _ whole: Double?, _ shrunk: Double?) -> [Line] {
    let (layer, output) = (network.depth, network.output)
    var inForce: Line = "In force: \(objective.loss.name). \(deltaFormula)."
    if let mistake = objective.mistake {
      inForce += " Every row is computed with the mistake \(mistake.name, .bad)."
    }
    guard let whole, let shrunk else {
      return [inForce, "No other loss fits a \(output.name) output."]
    }
    let factor =
      output.isElementwise
      ? "multiplies h - Y by the slope f'(z\(layer))"
      : "sends h - Y through the softmax's Jacobian, whose diagonal is h (1 - h)"
    let comparison: Line =
      shrunk == 0 || !whole.isFinite || !shrunk.isFinite
      ? "‖delta\(layer)‖ is \(shrunk) under squared-error and \(whole) under cross-entropy"
      : """
      squared-error's ‖delta\(layer)‖ is \(whole / shrunk) times smaller than cross-entropy's \
      (\(shrunk) against \(whole))
      """
    return [
      inForce,
      comparison
        + """
        : it \(factor), which is below \(saturatedSlope) at \(percent: share) of the output units, \
        where the network is sure, rightly or wrongly. In cross-entropy's delta f' cancels and \
        h - Y is left (Nielsen ch. 3).
        """,
    ]
  }
}

extension Trace {
  /// The share of output units where f′ is small; for softmax h (1 - h).
  fileprivate var saturatedOutputs: Double {
    let (z, h, output) = (z[depth - 1], a[depth - 1], layers[depth - 1].activation)
    let slopes =
      output.isElementwise
      ? output.derivative(z: z, a: h).values : h.values.map { $0 * (1 - $0) }
    return Double(slopes.count { $0 < saturatedSlope }) / Double(max(slopes.count, 1))
  }
}
