import Backprop
import Datasets
import Page

// A saved session becomes a session again. Every figure is held against every other before anything
// is built: an index, a shape, a phase.

extension Session {
  /// - Parameters:
  ///   - file: the whole of it.
  ///   - data: finds the data set that a state names, or another that the person has asked for.
  /// - Throws: a sentence with the place: `network.layers[1].weights: 29 rows where 30 are needed`.
  init(_ file: SavedField, data: (SavedField) throws -> LoadedData?) throws {
    try self.init(state: file, data: try data(file), SavedBeginnings())
    if try file.has("ahead") { try timeline.setAhead(try file["ahead"], journal, training) }
    let settings = try file["settings"]
    precision = try settings["precision"].whole(1...17)
    if let format = try settings["prompt"].nullable {
      do { prompt = try PromptFormat.checked(try format.text()) } catch let error as CommandError {
        throw format.damage(error.description)
      }
    }
    timeline.setBudget(try settings["history"].whole(1_000_000...64_000_000_000))
    for field in try file["breakpoints"].list() {
      stops.add(try StopPoint(field, after: stops.all.last?.number ?? 0, training))
    }
    if try file.has("next_breakpoint") {
      stops.goOn(
        with: try file["next_breakpoint"].whole(from: stops.next, to: StopPoint.largestNumber + 1))
    }
    var beginnings = SavedBeginnings(journals: [nil: way], curves: [nil: curve])
    for field in try file["checkpoints"].list() {
      let (name, state) = (try field["name"], try field["state"])
      try state["network"].require(
        try state["network"].nullable != nil, "a checkpoint has a network.")
      try state["data"].require(try state["data"].nullable != nil, "a checkpoint has data.")
      let checkpoint = try Checkpoint(
        try name.checked(Checkpoint.requireName),
        Session(state: state, data: try data(state), beginnings))
      try name.require(
        beginnings.journals[checkpoint.name] == nil, "there are two of this name.")
      checkpoints.append(checkpoint)
      beginnings.journals[checkpoint.name] = checkpoint.journal
      beginnings.curves[checkpoint.name] = checkpoint.curve
    }
  }

  /// - Parameter data: the data set it was made with.
  private init(
    state file: SavedField, data: LoadedData?, _ beginnings: SavedBeginnings
  ) throws {
    self.data = data
    plan = try Plan(file)
    journal = try Journal(try file["journal"], beginnings)
    guard let network = try file["network"].nullable else {
      try file["mistake"].require(plan.mistake == nil, "there is no network for it.")
      try file["pass"].require(try file["pass"].nullable == nil, "there is no network for it.")
      return
    }
    recipe = try Recipe(network, try file["random"])
    training = try SavedTraining(file, self).training()
    curve = try Curve(try file["curve"], beginnings, upTo: training!.clock.step)
  }
}

extension SavedField {
  /// A text that a person could have typed.
  fileprivate func checked(_ check: (String) throws -> Void) throws -> String {
    let text = try text()
    do { try check(text) } catch let error as CommandError { throw damage(error.description) }
    return text
  }
}

extension Curve {
  fileprivate init(_ field: SavedField, _ beginnings: SavedBeginnings, upTo step: Int) throws {
    self.init()
    if try field.has("as_in") {
      let (owner, count) = try SavedBeginnings.owner(
        in: field, among: beginnings.curves, count: \.count)
      self = owner
      cut(after: owner.first + count - 1)
    } else {
      self.init(first: try field["first"].whole(from: 1, to: max(1, step + 1)))
    }
    let loss = try field["loss"].vector()
    try field["loss"].require(
      last + loss.count <= step, "\(loss.count) from \(last + 1) on go beyond step \(step).")
    append(loss: loss, accuracy: try field["accuracy"].vector(count: loss.count))
  }
}

extension StopPoint {
  /// - Parameter last: the number of the one before it.
  fileprivate init(_ field: SavedField, after last: Int, _ training: Training?) throws {
    let command = try field["command"]
    let depth = training?.network.depth
    let number = try field["number"].whole(from: last + 1, to: StopPoint.largestNumber)
    do {
      self.init(number: number, try Kind(command: try command.text(), depth: depth ?? 0))
    } catch let error as BadFile {
      throw error
    } catch {
      throw command.damage("\(error)")
    }
    try command.require(depth != nil, "there is no network for it.")
    hits = try field["hits"].whole(0...JSONTree.largestWhole)
    self.last = try field["last"].nullable?.number()
    let known = try field["known"]
    for phase in try known.object().keys.sorted() {
      let step = try known[phase].whole(Clock.steps)
      self.known[try SavedField(.string(phase), known.path).phase(depth: depth)] = step
    }
  }
}

extension Session.Plan {
  fileprivate init(_ file: SavedField) throws {
    optimizer = try Optimizer(besideNameIn: try file["optimizer"])
    l2 = try file["l2"].number()
    try file["l2"].require(
      l2.isFinite && l2 >= 0, "\(short(l2)) is not possible, it goes from 0 up.")
    mistake = try file["mistake"].nullable?.named(Mistake.self)
    batchSize = try file["batch"]["size"].whole(1...1_000_000)
    isShuffled = try file["batch"]["shuffle"].flag()
  }
}

extension Session.Recipe {
  fileprivate init(_ network: SavedField, _ random: SavedField) throws {
    initializer = try network["init"].named(Initializer.self)
    seed = try random["seed"].word()
    let state = try random["state"]
    guard let generator = Random(state: try state.list().map { try $0.word() }) else {
      throw state.damage("four words are needed, not all 0.")
    }
    self.random = generator
  }
}

extension Optimizer {
  /// From an object with its name and, beside it, its settings.
  fileprivate init(besideNameIn field: SavedField) throws {
    self.init(try field["name"].named(Optimizer.Rule.self))
    for setting in rule.settings {
      let value = try field[setting.name]
      do {
        try set(setting.name, to: try value.number())
      } catch let error as BackpropError {
        throw value.damage(error.description)
      }
    }
  }
}

extension JournalEntry {
  /// - Parameter admitted: commands that a journal can hold; most come often.
  fileprivate init(_ entry: SavedField, _ admitted: inout Set<String>) throws {
    command = try entry["command"].checked { command in
      if !admitted.contains(command) { _ = try journalCommand(command) }
    }
    admitted.insert(command)
    clock = Clock(
      step: try entry["step"].whole(Clock.steps), epoch: try entry["epoch"].whole(Clock.steps),
      phase: try entry["phase"].phase())
    loss = try entry["loss"].nullable?.number()
    digest = try entry["digest"].text()
    let norms = try entry["norms"]
    self.norms = try norms.object().keys.reduce(into: [:]) { $0[$1] = try norms[$1].number() }
  }
}

extension Journal {
  init(_ field: SavedField, _ beginnings: SavedBeginnings = SavedBeginnings()) throws {
    self.init()
    var entries = field
    if case .object = field.tree {
      let (owner, count) = try SavedBeginnings.owner(
        in: field, among: beginnings.journals, count: \.count)
      self = owner
      cut(to: count)
      entries = try field["then"]
    }
    var admitted: Set<String> = []
    for entry in try entries.list() { append(try JournalEntry(entry, &admitted)) }
  }
}

extension Timeline {
  /// What lies ahead. It goes on from a journal, move by move.
  fileprivate mutating func setAhead(
    _ field: SavedField, _ journal: Journal, _ training: Training?
  ) throws {
    let isInsideMove = try field["inside_move"].flag()
    let fields = try field["journal"].list()
    var admitted: Set<String> = []
    let entries = try fields.map { try JournalEntry($0, &admitted) }
    guard let training else {
      return try field["journal"].require(entries.isEmpty, "there is no network for it.")
    }
    let depth = training.network.depth
    var before = training.clock
    if isInsideMove {
      let whole = journal.dropLast().last
      try field["inside_move"].require(
        journal.origin ?? 0 < journal.count - 1 && whole.map { $0.clock != before } == true
          && entries.first.map { $0.clock != before } == true,
        "the journal does not end with a part of a move that lies ahead.")
      before = whole!.clock
    }
    for (entry, field) in zip(entries, fields) {
      _ = try field["phase"].phase(depth: depth)
      try field["command"].require(
        !entry.startsTimeAnew && entry.leads(from: before, depth: depth),
        "\"\(entry.command)\" does not lead from \(before.inWords) to \(entry.clock.inWords).")
      before = entry.clock
    }
    if isInsideMove {
      try field["inside_move"].require(
        entries[0].clock.instant(depth: depth) > training.clock.instant(depth: depth),
        "what lies ahead begins before the present.")
    }
    setAhead(entries, isInsideMove: isInsideMove)
  }
}

extension Clock {
  fileprivate static let steps = 0...lastStep
}

extension SavedField {
  /// - Parameter depth: how many layers the network has, when that is known.
  fileprivate func phase(depth: Int? = nil) throws -> Phase {
    let text = try text()
    guard let phase = Phase(text), phase.description == text else {
      throw damage("there is no phase \"\(text)\".")
    }
    if let depth, phase != .start, !Phase.all(depth: depth).contains(phase) {
      throw damage("there is no phase \"\(text)\" in a network of \(depth) layers.")
    }
    return phase
  }
}

// MARK: - Training

/// The parts of the file that `Training` is made of, in the order in which they need each other.
private struct SavedTraining {
  let file: SavedField
  let session: Session
  let network: Network
  let clock: Clock
  let isInMinibatch: Bool
  /// How many training samples there are.
  let count: Int

  init(_ file: SavedField, _ session: Session) throws {
    (self.file, self.session) = (file, session)
    count = session.data?.train.count ?? 0
    network = try SavedTraining.network(try file["network"]["layers"])
    if let data = session.data { try Session.requireFit(sizes: network.sizes, data.dataset) }
    try session.requireMemory(sizes: network.sizes, batch: session.plan.batchSize)

    let clock = try file["clock"]
    let phase = try clock["phase"].phase(depth: network.depth)
    isInMinibatch = phase != .start && phase != .update
    let step = try clock["step"].whole(Clock.steps)
    try clock["phase"].require(
      (phase == .update) == (step > 0 && !isInMinibatch),
      "\(phase) is not possible at step \(step).")
    self.clock = Clock(step: step, epoch: try clock["epoch"].whole(from: 0, to: step), phase: phase)
    let isGiven = try file["batch"]["given"].nullable != nil
    try file["data"].require(
      phase == .start || count > 0 || isGiven, "there is a minibatch, and no data.")
  }

  func training() throws -> Training {
    try Training(
      network: network,
      objective: Objective(
        loss: try file["loss"].named(Loss.self), l2: session.plan.l2,
        mistake: session.plan.mistake),
      optimizer: session.plan.optimizer, optimizerState: try optimizerState(),
      clock: clock,
      minibatches: Minibatches(
        size: session.plan.batchSize, isShuffled: session.plan.isShuffled,
        seed: session.recipe!.seed,
        position: try file["batch"]["position"].whole(from: 0, to: max(0, count - 1))),
      frozen: try frozen(), pass: try pass(), samples: session.data?.train)
  }

  private static func network(_ field: SavedField) throws -> Network {
    let fields = try field.list()
    try field.require(!fields.isEmpty, "a network has at least one layer.")
    var layers: [Layer] = []
    for layer in fields {
      let activation = try layer["activation"].named(Activation.self)
      try layer["activation"].require(
        layers.count == fields.count - 1 || activation.isElementwise,
        "\(activation) is for the last layer.")
      let biases = try layer["biases"].vector()
      try layer["biases"].require(!biases.isEmpty, "a layer has at least one unit.")
      let weights = try layer["weights"].matrix(rows: layers.last?.outputs, columns: biases.count)
      layers.append(Layer(activation: activation, weights: weights, biases: biases))
    }
    return Network(layers: layers)
  }

  /// The arrays that updates leave alone.
  private func frozen() throws -> [ArrayName] {
    guard try file.has("freeze") else { return [] }
    return try file["freeze"].list().map { field in
      guard let name = try? ArrayName(try field.text(), depth: network.depth),
        name.kind == .weights || name.kind == .biases
      else { throw field.damage("it is not a layer's weights or biases.") }
      return name
    }
  }

  private func optimizerState() throws -> OptimizerState {
    var result = OptimizerState()
    guard let state = try file["optimizer"]["state"].nullable else { return result }
    result.updates = try state["updates"].whole(from: 1, to: max(1, clock.step))
    let names = session.plan.optimizer.rule.stateNames
    let layers = try state["layers"].list(count: network.depth)
    for (layer, arrays) in zip(network.layers, layers) {
      let (weights, biases) = (try arrays["weights"], try arrays["biases"])
      result.weights.append(
        try names.map {
          try weights[$0].matrix(rows: layer.inputs, columns: layer.outputs).values
        })
      result.biases.append(try names.map { try biases[$0].vector(count: layer.outputs) })
    }
    return result
  }

  /// The minibatch at hand; nil at the start.
  private func pass() throws -> Training.Pass? {
    let (pass, indices) = (try file["pass"], try file["batch"]["indices"])
    guard clock.phase != .start else {
      try pass.require(pass.nullable == nil, "there is none at the start.")
      try indices.require(try indices.list().isEmpty, "there are none at the start.")
      return nil
    }
    let (layers, update) = (try pass["layers"], try pass["update"])
    for field in [layers, update] where (field.nullable != nil) == isInMinibatch {
      throw field.damage("it goes with the phase \"update\" and no other.")
    }
    let given = try given(try file["batch"]["given"])
    try session.requireMemory(
      sizes: network.sizes, batch: session.plan.batchSize, given: given?.count ?? 0)
    return Training.Pass(
      indices: try given?.indices ?? self.indices(indices),
      layers: try layers.nullable.map(parameters),
      update: try update.nullable.map(applied),
      previousGradients: try previousGradients(try pass["previous_gradients"]), given: given)
  }

  /// The minibatch that came from elsewhere.
  private func given(_ field: SavedField) throws -> Batch? {
    guard field.nullable != nil else { return nil }
    let x = try field["X"].matrix(rows: nil, columns: network.inputs)
    if try field.has("Y") {
      let y = try field["Y"].matrix(rows: x.rows, columns: network.outputs)
      try field["Y"].require(y.values.allSatisfy(\.isFinite), "targets are finite numbers.")
      return Batch(x: x, y: y)
    }
    let labels = try field["labels"].list().map { try $0.whole(from: 0, to: network.outputs - 1) }
    try field["labels"].require(
      labels.count == x.rows, "\(labels.count) where \(x.rows) are needed.")
    return Batch(x: x, labels: labels, classes: network.outputs)
  }

  /// Those of the minibatch before, which one mistake adds to its own.
  private func previousGradients(_ field: SavedField) throws -> [Gradient]? {
    guard let gradients = field.nullable else { return nil }
    try field.require(
      session.plan.mistake?.needsPreviousGradients == true && clock.step > (isInMinibatch ? 0 : 1),
      "there are none with this mistake at this step.")
    return try self.gradients(gradients)
  }

  private func gradients(_ field: SavedField) throws -> [Gradient] {
    try parameters(field).map { Gradient(weights: $0.weights, biases: $0.biases) }
  }

  private func indices(_ field: SavedField) throws -> [Int] {
    try field.require(count > 0, "there is no data.")
    let indices = try field.list().map { try $0.whole(from: 0, to: count - 1) }
    try field.require(!indices.isEmpty, "a minibatch has at least one sample.")
    try field.require(
      Set(indices).count == indices.count, "a minibatch has no sample twice.")
    return indices
  }

  private func parameters(_ field: SavedField) throws -> [Layer] {
    try zip(network.layers, field.list(count: network.depth)).map { layer, arrays in
      Layer(
        activation: layer.activation,
        weights: try arrays["weights"].matrix(rows: layer.inputs, columns: layer.outputs),
        biases: try arrays["biases"].vector(count: layer.outputs))
    }
  }

  /// The changes of the update, or what it needs to be computed again: that is possible only from
  /// the state that it left.
  private func applied(_ field: SavedField) throws -> AppliedUpdate {
    if try field.has("changes") {
      return .kept(try gradients(try field["changes"]))
    }
    let optimizer = try Optimizer(besideNameIn: field)
    let updates = try field["updates"].whole(from: 1, to: max(1, clock.step))
    let state = try file["optimizer"]["state"].nullable
    try field.require(
      optimizer.name == session.plan.optimizer.name
        && updates == (try state?["updates"].whole(from: 0, to: clock.step)),
      "it does not belong to the optimizer's state.")
    return .recomputable(optimizer, updates: updates)
  }
}
