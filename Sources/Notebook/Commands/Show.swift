import ArgumentParser
import Backprop
import Page

struct Show: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what has been computed, layer by layer, or what is set.",
    discussion: """
      Without a layer, a row an array: shape, norm ‖A‖, mean, smallest and largest entry, share of \
      zeros, and how many entries are not finite. With a layer, the arrays themselves.
      """)
  static let group = CommandGroup.look
  static let examples = ["show weights", "show network"]
  static let seeAlso = ["print", "phase", "set"]

  @Argument(help: "What to show.")
  var what: Topic

  @Argument(help: "A layer, from 1: shows its arrays in full.")
  var layer: Int?

  enum Topic: String, ExpressibleByArgument, CaseIterable {
    case deltas, gradients, weights, biases, activations, preactivations, updates
    case network, batch, settings, breakpoints, checkpoints

    /// The arrays of a layer that it shows; none where it shows something else.
    var kinds: [ArrayName.Kind] {
      switch self {
      case .deltas: [.delta]
      case .gradients: [.weightGradient, .biasGradient]
      case .weights: [.weights]
      case .biases: [.biases]
      case .activations: [.activation]
      case .preactivations: [.preactivation]
      case .updates: [.weightUpdate, .biasUpdate]
      case .network, .batch, .settings, .breakpoints, .checkpoints: []
      }
    }
  }

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    session.training.map { (1...$0.network.depth).map(String.init) }
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    if let layer, what.kinds.isEmpty {
      throw CommandError("show \(what.rawValue) takes no layer, so \(layer) has no place here.")
    }
    switch what {
    case .settings: return session.settingsPage
    case .network: return Page(.table(try session.requireTraining().networkTable))
    case .batch: return try session.batchPage()
    case .breakpoints: return session.breakpointsPage
    case .checkpoints: return session.checkpointsPage
    default: break
    }
    let training = try session.requireTraining()
    if let layer { try training.network.requireLayer(layer) }
    return try layer.map { try arrays(of: $0, training) } ?? Page(.table(try table(training)))
  }

  private func arrays(of layer: Int, _ training: Training) throws -> Page {
    Page(blocks: try what.kinds.map { try training.array(ArrayName($0, layer)).block })
  }

  /// A row an array, those of all layers that are computed; none at all is an error.
  private func table(_ training: Training) throws -> Table {
    var names = (1...training.network.depth).flatMap { l in what.kinds.map { ArrayName($0, l) } }
    let there = names.filter(training.has)
    if there.isEmpty {
      // Those made first, so that the sentence names the nearest phase.
      if what == .deltas || what == .gradients { names.reverse() }
      _ = try training.array(names[0])
    }
    return Table(
      what.rawValue, columns: NamedArray.summaryColumns + extraColumns,
      rows: try there.map { name in
        let array = try training.array(name)
        return array.summary + extraCells(name, array, training)
      })
  }

  private var extraColumns: [Column] {
    switch what {
    case .gradients: [Column("data_norm"), Column("l2_norm")]
    case .updates: [Column("ratio", heading: "‖u‖/‖W‖")]
    default: []
    }
  }

  /// What a gradient owes to the data and to the regulariser; how large an update is beside what it
  /// changed.
  private func extraCells(
    _ name: ArrayName, _ array: NamedArray, _ training: Training
  ) -> [Value] {
    guard let trace = training.trace else { return [] }
    let layer = trace.layers[name.layer - 1]
    switch name.kind {
    case .weightGradient:
      return [
        .number(trace.dataGradient(layer: name.layer).norm),
        .number(training.l2Norm(of: name)),
      ]
    case .biasGradient:
      return [
        .number(norm(trace.dataBiasGradient(layer: name.layer))),
        .number(training.l2Norm(of: name)),
      ]
    case .weightUpdate: return [.number(norm(array.values) / layer.weights.norm)]
    case .biasUpdate: return [.number(norm(array.values) / norm(layer.biases))]
    default: return []
    }
  }

  private func norm(_ vector: [Double]) -> Double {
    Matrix(rows: 1, columns: vector.count, values: vector).norm
  }
}

extension Training {
  /// ‖·‖ of the regulariser's part of a gradient: λ‖W‖ and 0 when there is no mistake.
  fileprivate func l2Norm(of name: ArrayName) -> Double {
    let isWeights = name.kind == .weightGradient
    guard objective.mistake != nil, let trace else {
      return isWeights ? objective.l2 * trace!.layers[name.layer - 1].weights.norm : 0
    }
    let part = trace.l2Gradient(layer: name.layer)
    return isWeights ? part.weights.norm : Matrix([part.biases]).norm
  }

  fileprivate var networkTable: Table {
    Table(
      "network",
      columns: [
        Column("layer"), Column("inputs"), Column("outputs"), Column("activation"),
        Column("parameters", format: .grouped),
      ],
      rows: (1...network.depth).map { number in
        let layer = network[layer: number]
        return [
          .integer(number), .integer(layer.inputs), .integer(layer.outputs),
          .string(layer.activation.name),
          .integer(layer.weights.count + layer.biases.count),
        ]
      },
      caption: """
        \(Line(text: network.sizesText, .strong)): \
        \(count: network.parameterCount) parameters, loss \(objective.loss.name), \
        optimizer \(optimizer.name)
        """)
  }
}

extension Session {
  fileprivate func batchPage() throws -> Page {
    let training = try requireTraining()
    if training.trace == nil { _ = try requireData() }
    guard let batch = training.trace?.batch else {
      throw CommandError("There is no minibatch yet: the phase \"batch\" takes one. Try: phase")
    }
    let indices = batch.indices.prefix(12).map(String.init).joined(separator: " ")
    let rest = batch.count > 12 ? " ..." : ""
    let line: Line =
      batch.isGiven
      ? "\(count: batch.count) samples from a file: \(indices)\(rest)"
      : "\(count: batch.count) of \(count: samples.count) training samples: \(indices)\(rest)"
    var facts = Facts(
      "batch",
      ["size": .integer(batch.count), "indices": .list(batch.indices.map(Value.integer))],
      lines: [line])
    guard let labels = batch.labels, let classes = batch.targets.classCount else {
      return Page(.facts(facts))
    }
    facts["labels"] = .list(labels.map(Value.integer))
    let counts = (0..<classes).map { label in labels.count { $0 == label } }
    let table = Table(
      "classes",
      columns: [Column("label")] + counts.indices.map { Column("\($0)", alignment: .right) },
      rows: [[.string("samples")] + counts.map(Value.integer)])
    return Page(.facts(facts), .table(table))
  }

  fileprivate var breakpointsPage: Page {
    let table = Table(
      "breakpoints",
      columns: ["number", Column("command", alignment: .left), Column("hits"), Column("value")],
      rows: stops.all.map { point in
        let isDisplay = if case .display = point.kind { true } else { false }
        return [
          .integer(point.number), .string(point.command), isDisplay ? .null : .integer(point.hits),
          Value(point.last),
        ]
      }, shown: stops.all.isEmpty ? 0 : nil)
    guard stops.all.isEmpty else { return Page(.table(table)) }
    return Page(.table(table), "nothing is set; try: break norm(dW1) > 1")
  }

  fileprivate var checkpointsPage: Page {
    let table = Table(
      "checkpoints",
      columns: ["name", "step", "epoch", Column("phase", alignment: .left), "loss"],
      rows: checkpoints.map { checkpoint in
        let (clock, trace) = (checkpoint.training.clock, checkpoint.training.trace)
        return [
          .string(checkpoint.name), .integer(clock.step), .integer(clock.epoch),
          .string(clock.phase.description),
          Value(trace.flatMap { $0.has(.loss) ? $0.loss : nil }),
        ]
      }, shown: checkpoints.isEmpty ? 0 : nil)
    guard checkpoints.isEmpty else { return Page(.table(table)) }
    return Page(.table(table), "none yet; try: checkpoint before")
  }

  /// Everything that is set, as commands that set it.
  fileprivate var settingsPage: Page {
    var lines: [String] = []
    var facts = Facts("settings", [:])
    if let data {
      lines.append(data.dataset.loadCommand)
      facts["data"] = .string(data.dataset.sourceName)
    }
    if let training, let command = networkCommand {
      lines.append(command)
      lines.append("loss \(training.objective.loss)")
      facts["network"] = .string(training.network.sizesText)
      facts["loss"] = .string(training.objective.loss.name)
      facts["mistake"] = Value(training.objective.mistake?.name)
    }
    let optimizer = currentPlan.optimizer
    lines.append(optimizer.command)
    facts["optimizer"] = .string(optimizer.name)
    // What is as it is for everybody is not worth a word.
    let hidden =
      (pager == .short ? ["pager"] : []) + (training?.frozen.isEmpty == false ? [] : ["freeze"])
    for name in settingNames where !hidden.contains(name) { facts[name] = setting(name)!.value }
    let general = Session.generalSettings.filter { !hidden.contains($0) }.map {
      "\($0)=\(quotedWord(setting($0)!.text))"
    }
    lines.append("set \(general.joined(separator: " "))")
    // Last, for it is refused where it cannot be made with the settings above.
    if let training, let mistake = training.objective.mistake {
      let isIdle = !mistake.applies(to: training.setting)
      lines.append(
        (isIdle ? "# " : "") + "mistake \(mistake)" + (isIdle ? "  (changes nothing)" : ""))
    }
    facts.lines = lines.map { Line(text: $0) }
    return Page(.facts(facts))
  }
}
