import ArgumentParser
import Backprop
import Page

struct Check: Command {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Verify the whole gradient against a numeric one.",
    discussion: """
      Every parameter is itself moved, and the loss computed anew; nothing of the backward pass is \
      used. The complex step is exact to rounding; with relu and leaky-relu central differences are \
      taken, and entries whose step crosses a kink are left out. An array is the same below a \
      relative error of 1e-9 in norm (central 1e-7), rounding up to 1e-5, and differs above, which is \
      a failed verification (status 2). A step by which the numeric gradient itself is off by as much \
      is unsuitable: nothing is wrong then and nothing verified (status 1). The data's part and the \
      regulariser's are judged each for itself.
      """)
  static let group = CommandGroup.verify
  static let examples = ["check --array db2", "check deltas"]
  static let seeAlso = ["explain", "mistake", "health"]

  enum What: String, ExpressibleByArgument, CaseIterable {
    case gradients, deltas, inputs
  }

  @Argument(help: "What to verify.")
  var what = What.gradients

  @Option(help: "How to differentiate; the complex step where it can be taken.")
  var method: DifferenceMethod?

  @Option(help: "One array only: dW1, db2, delta1.")
  var array: String?

  @Option(help: "One sample of the minibatch only, from 0.")
  var sample: Int?

  @Option(help: "The step: 1e-20 for the complex step, 1e-5 central, 1e-7 forward.")
  var epsilon: Double?

  @Flag(help: "Show the error for steps from 1e-1 to 1e-12: truncation, then cancellation.")
  var sweep = false

  func run(in session: inout Session, host: any Host) throws -> Page {
    let training = try session.requireTraining()
    let method = try method(for: training.network)
    let trace = try trace(try session.completePass())
    let names = try arrays(training.network)
    if sweep { return try sweepPage(trace, training.objective, names, host) }
    var check = GradientCheck(method: method, step: epsilon)
    var work = Work(host: host, total: names.reduce(0) { $0 + entries($1, trace) })
    try run(names, trace, training.objective, &check, &work)
    return try page(check, work)
  }

  private func method(for network: Network) throws -> DifferenceMethod {
    if let epsilon, !(epsilon > 0 && epsilon.isFinite) {
      throw CommandError("--epsilon \(epsilon) is not possible: a step is above 0.")
    }
    guard let method else { return .standard(for: network) }
    if method == .complexStep, DifferenceMethod.standard(for: network) != .complexStep {
      throw CommandError(
        "The complex step needs analytic functions, and relu has a kink. Try: check --method central"
      )
    }
    return method
  }

  /// The minibatch at hand, or the next one, complete; or one sample of it.
  private func trace(_ complete: Training) throws -> Trace {
    var trace = complete.trace!
    if let sample {
      guard (0..<trace.batch.count).contains(sample) else {
        throw CommandError(
          "There is no sample \(sample) in this minibatch: it has \(trace.batch.count), counted "
            + "from 0.")
      }
      trace = Trace(batch: trace.batch.sample(sample), network: Network(layers: trace.layers))
      trace.complete(complete.objective)
    }
    return trace
  }

  /// The arrays to check, from the output back.
  private func arrays(_ network: Network) throws -> [ArrayName] {
    let layers = (1...network.depth).reversed()
    let all: [ArrayName] =
      switch what {
      case .gradients:
        layers.flatMap { [ArrayName(.weightGradient, $0), ArrayName(.biasGradient, $0)] }
      case .deltas: layers.map { ArrayName(.delta, $0) }
      case .inputs: [ArrayName(.inputs)]
      }
    guard let array else { return all }
    let name = try ArrayName(array, depth: network.depth)
    guard all.contains(name) else {
      let possible = all.map(\.description).joined(separator: ", ")
      throw CommandError("\(array) is not among what is checked here: \(possible).")
    }
    return [name]
  }

  private func entries(_ name: ArrayName, _ trace: Trace) -> Int {
    switch name.kind {
    case .weightGradient: trace.layers[name.layer - 1].weights.count
    case .biasGradient: trace.layers[name.layer - 1].biases.count
    case .delta: trace.delta[name.layer - 1].count
    default: trace.batch.x.count
    }
  }

  private func run(
    _ names: [ArrayName], _ trace: Trace, _ objective: Objective, _ check: inout GradientCheck,
    _ work: inout Work
  ) throws {
    let host = work.host
    for name in names where !host.isInterrupted {
      let (before, total) = (work.done, work.total)
      let progress = { host.progress(Progress(.entries, done: before + $0, total: total)) }
      let isInterrupted = { host.isInterrupted }
      switch name.kind {
      case .delta:
        trace.checkDelta(
          layer: name.layer, objective, into: &check, isInterrupted: isInterrupted,
          progress: progress)
      case .inputs:
        trace.checkInputs(
          objective, into: &check, isInterrupted: isInterrupted, progress: progress)
      default:
        trace.check(
          name, objective, into: &check, isInterrupted: isInterrupted, progress: progress)
      }
      work.done += entries(name, trace)
    }
  }
}

extension Check {
  /// How far the check is.
  fileprivate struct Work {
    let host: any Host
    let total: Int
    var done = 0
  }

  private func page(_ check: GradientCheck, _ work: Work) throws -> Page {
    let checked = check.data.reduce(0) { $0 + $1.entries }
    var facts = Facts(
      "check",
      [
        "parameters": .integer(checked),
        "worst_relative_error": .number(check.worstRelativeError),
        "verdict": .string(check.verdict.rawValue), "method": .string(check.method.rawValue),
        "epsilon": .number(check.step),
        "wrong": .list(check.wrongArrays.map(Value.string)),
      ])
    let sentence = sentence(check, checked, work)
    facts.lines = [sentence]
    let page = Page(.table(table(check)), .facts(facts))
    if check.verdict == .differs {
      let wrong = check.wrongArrays.joined(separator: ", ")
      throw Failure(
        .verification, "The analytic gradient is not the numeric one: \(wrong).", page: page)
    }
    if check.verdict == .unsuitable {
      throw Failure(.command, unsuitable(check), page: page)
    }
    return page
  }

  /// Why nothing can be said, and the way out.
  private func unsuitable(_ check: GradientCheck) -> String {
    let arrays = check.arrays(.unsuitable)
    let names = arrays.joined(separator: ", ")
    let isDefault = check.step == check.method.standardStep
    if check.data.allSatisfy({ !arrays.contains($0.name) || $0.entries == 0 }) {
      return "Nothing of \(names) can be verified: every step of \(short(check.step)) crosses a "
        + "kink. "
        + (isDefault ? "Start from other weights, where z is not 0." : "Leave --epsilon out.")
    }
    let wayOut =
      isDefault
      ? "Try: check --sweep, which shows the error for other steps." : "Leave --epsilon out."
    return "A step of \(short(check.step)) is unsuitable for \(check.method.rawValue) differences "
      + "of \(names): \(check.step > check.method.standardStep ? "truncation" : "rounding") alone can "
      + "make the difference. \(wayOut)"
  }

  private func table(_ check: GradientCheck) -> Table {
    var columns: [Column] = [
      "array", Column("entries", format: .grouped, isExtra: true), Column("relative_error"),
      Column("worst_index"), Column("analytic", isExtra: true), Column("numeric", isExtra: true),
      Column("both_zero", format: .grouped, isExtra: true), Column("kinks", isExtra: true),
    ]
    let hasPenalty = !check.l2.isEmpty
    if hasPenalty { columns.insert(Column("l2_relative_error", heading: "l2 error"), at: 3) }
    columns.append(
      Column(
        "verdict",
        styles: ["same": .good, "rounding": .note, "unsuitable": .note, "differs": .bad]))
    let rows = check.data.enumerated().map { i, array -> [Value] in
      var row: [Value] = [
        .string(array.name), .integer(array.entries), .number(array.relativeError),
        .shape(array.worstIndex), .number(array.analytic), .number(array.numeric),
        .integer(array.bothZero), .integer(array.kinks),
      ]
      if hasPenalty { row.insert(.number(check.l2[i].relativeError), at: 3) }
      return row + [.string(check.verdict(of: array.name).rawValue)]
    }
    return Table("check", columns: columns, rows: rows)
  }

  /// What the verdict means, in words.
  private func sentence(_ check: GradientCheck, _ checked: Int, _ work: Work) -> Line {
    let kinks = check.data.reduce(0) { $0 + $1.kinks }
    var line: Line =
      "\(count: checked) \(what == .gradients ? "parameters" : "entries") by \(check.method.rawValue)"
    if work.host.isInterrupted { line += ", interrupted" }
    if kinks > 0 { line += ", \(count: kinks) at a kink left out" }
    line += ": worst relative error \(check.worstRelativeError), "
    switch check.verdict {
    case .same:
      let what = work.host.isInterrupted ? "what was checked" : "the analytic gradient"
      return line + "\("same", .good): \(what) is right"
    case .rounding:
      return line + "\("rounding", .note): right, up to rounding as in float32 or printed figures"
    case .unsuitable:
      return line + "\("unsuitable", .note): a step of \(check.step) cannot tell"
    case .differs:
      return line
        + "\("differs", .bad): \(check.wrongArrays.joined(separator: ", ")) \(check.wrongArrays.count == 1 ? "is" : "are") wrong"
    }
  }

  /// The error of one array for many steps: large ones truncate the series, small ones cancel digits.
  private func sweepPage(
    _ trace: Trace, _ objective: Objective, _ names: [ArrayName], _ host: any Host
  ) throws -> Page {
    // One array shows the V, and the last layer's is small.
    let name = names[0]
    var methods: [DifferenceMethod] = [.central, .forward]
    if DifferenceMethod.standard(for: Network(layers: trace.layers)) == .complexStep {
      methods.append(.complexStep)
    }
    let steps = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12]
    var rows: [[Value]] = []
    var work = Work(host: host, total: entries(name, trace) * steps.count * methods.count)
    for step in steps where !host.isInterrupted {
      var row: [Value] = [.number(step)]
      for method in methods {
        var check = GradientCheck(method: method, step: step)
        try run([name], trace, objective, &check, &work)
        row.append(Value(check.data.first?.relativeError))
      }
      rows.append(row)
    }
    let columns = [Column("epsilon")] + methods.map { Column($0.rawValue) }
    return Page(
      .table(
        Table(
          "sweep", columns: columns, rows: rows,
          caption: "relative error of \(name.description) against the step")))
  }
}

extension DifferenceMethod: ExpressibleByArgument {}
