import Backprop
import Datasets
import Page

// A saved session becomes a session again. Every figure is held against every other before anything
// is built, and nothing is taken on trust: an index, a shape, a phase.

extension SessionFile {
  /// - Parameters:
  ///   - data: the data set that the file names, or another that the person has asked for.
  ///   - recipe: nothing of it is computed; it is what `show settings` and the journal say.
  /// - Throws: a sentence with the place: `network.layers[1].weights: 29 rows where 30 are needed`.
  func session(with data: LoadedData?) throws -> Session {
    var session = Session()
    session.data = data
    session.plan = try plan()
    session.precision = try whole(settings.precision, 1...17, "settings.precision")
    session.journal = try journal.enumerated().map { try entry($1, "journal[\($0)]") }
    guard let network else {
      try require(clock.phase == "start" && pass == nil, "pass: there is no network for it.")
      return session
    }
    session.recipe = try recipe(network.initializer)
    session.training = try training(network, data, session.recipe!.seed)
    return session
  }

  private func plan() throws -> Session.Plan {
    try require(l2.isFinite && l2 >= 0, "l2: \(short(l2)) is no weight of a regulariser.")
    return Session.Plan(
      optimizer: optimizer.optimizer, l2: l2,
      batchSize: try whole(batch.size, 1...1_000_000, "batch.size"), isShuffled: batch.shuffle)
  }

  private func recipe(_ initializer: Initializer) throws -> Session.Recipe {
    guard let random else { throw BadFile("random is missing.") }
    guard let seed = UInt64(random.seed) else {
      throw BadFile("random.seed: \"\(random.seed)\" is no seed.")
    }
    guard let generator = Backprop.Random(state: random.state.compactMap { UInt64($0) }) else {
      throw BadFile("random.state: four numbers are needed, not all 0.")
    }
    return Session.Recipe(initializer: initializer, seed: seed, random: generator)
  }

  private func training(_ file: Network, _ data: LoadedData?, _ seed: UInt64) throws -> Training {
    let network = Backprop.Network(layers: try layers(file))
    guard let loss else { throw BadFile("loss is missing.") }
    let sizes = network.sizes
    if let data { try Session.requireFit(sizes: sizes, data.dataset) }
    var known = Session()
    known.data = data
    try known.requireMemory(sizes: sizes, batch: max(batch.size, batch.indices.count))
    let count = data?.train.count ?? 0
    return try Training(
      network: network, objective: Objective(loss: loss, l2: l2), optimizer: optimizer.optimizer,
      optimizerState: try optimizerState(network),
      clock: try clock(network),
      minibatches: Minibatches(
        size: batch.size, isShuffled: batch.shuffle, seed: seed,
        position: try whole(batch.position, 0...max(0, count - 1), "batch.position")),
      pass: try trainingPass(network, count), samples: data?.train)
  }

  private func layers(_ file: Network) throws -> [Backprop.Layer] {
    try require(!file.layers.isEmpty, "network.layers: a network has at least one layer.")
    var inputs: Int?
    return try file.layers.enumerated().map { l, layer in
      let path = "network.layers[\(l)]"
      let isLast = l == file.layers.count - 1
      try require(
        isLast || layer.activation.isElementwise,
        "\(path).activation: \(layer.activation) is for the last layer.")
      let rows = inputs ?? layer.weights.count
      let weights = try matrix(
        layer.weights, rows: rows, columns: layer.biases.count, "\(path).weights")
      inputs = layer.biases.count
      return Backprop.Layer(
        activation: layer.activation, weights: weights, biases: layer.biases)
    }
  }

  private func clock(_ network: Backprop.Network) throws -> Backprop.Clock {
    let phase = try phase(clock.phase, depth: network.depth, "clock.phase")
    let (step, epoch) = (clock.step, clock.epoch)
    try require(step >= 0 && step < 1 << 53, "clock.step: \(step) is no count of updates.")
    try require(
      epoch >= 0 && epoch <= step, "clock.epoch: \(epoch) epochs do not fit in \(step) steps.")
    try require(
      (phase == .update) == (step > 0 && !isInMinibatch), "clock.phase: \(phase) is not possible.")
    return Backprop.Clock(step: step, epoch: epoch, phase: phase)
  }

  private var isInMinibatch: Bool { clock.phase != "start" && clock.phase != "update" }

  private func phase(_ text: String, depth: Int, _ path: String) throws -> Phase {
    guard let phase = Phase(text), phase == .start || Phase.all(depth: depth).contains(phase) else {
      throw BadFile("\(path): there is no phase \"\(text)\" in a network of \(depth) layers.")
    }
    return phase
  }

  private func optimizerState(_ network: Backprop.Network) throws -> OptimizerState {
    var result = OptimizerState()
    guard let state = optimizer.state else { return result }
    let path = "optimizer.state"
    result.updates = try whole(state.updates, 1...max(1, clock.step), "\(path).updates")
    try require(
      state.layers.count == network.depth,
      "\(path).layers: \(state.layers.count) where \(network.depth) are needed.")
    let names = optimizer.optimizer.rule.stateNames
    for (l, arrays) in state.layers.enumerated() {
      let (layer, path) = (network.layers[l], "\(path).layers[\(l)]")
      result.weights.append(
        try names.map { name in
          guard let rows = arrays.weights[name] else {
            throw BadFile("\(path).weights.\(name) is missing.")
          }
          return try matrix(
            rows, rows: layer.inputs, columns: layer.outputs, "\(path).weights.\(name)"
          ).values
        })
      result.biases.append(
        try names.map { name in
          guard let values = arrays.biases[name] else {
            throw BadFile("\(path).biases.\(name) is missing.")
          }
          return try vector(values, count: layer.outputs, "\(path).biases.\(name)")
        })
    }
    return result
  }

  private func trainingPass(_ network: Backprop.Network, _ count: Int) throws -> Training.Pass? {
    guard clock.phase != "start" else {
      try require(pass == nil, "pass: the clock is at the start, before any minibatch.")
      try require(batch.indices.isEmpty, "batch.indices: the clock is at the start.")
      return nil
    }
    guard let pass else { throw BadFile("pass is missing.") }
    try require(count > 0, "data is missing.")
    try require(!batch.indices.isEmpty, "batch.indices: a minibatch has at least one sample.")
    if let wrong = batch.indices.firstIndex(where: { !(0..<count).contains($0) }) {
      throw BadFile(
        "batch.indices[\(wrong)]: there is no sample \(batch.indices[wrong]) among \(count).")
    }
    try require(
      Set(batch.indices).count == batch.indices.count,
      "batch.indices: a minibatch has no sample twice.")
    let isUpdated = clock.phase == "update"
    try require(
      isUpdated == (pass.layers != nil) && isUpdated == (pass.update != nil),
      "pass: its layers and its update go with the phase \"update\".")
    let old = try pass.layers.map { try parameters($0, network, "pass.layers") }
    let update: AppliedUpdate? =
      switch pass.update {
      case nil: nil
      case .recomputable(let optimizer, let updates):
        .recomputable(
          optimizer, updates: try matching(optimizer, updates, "pass.update"))
      case .changes(let changes):
        .kept(
          try parameters(changes, network, "pass.update.changes").map {
            Gradient(weights: $0.weights, biases: $0.biases)
          })
      }
    return Training.Pass(indices: batch.indices, layers: old, update: update)
  }

  /// An update can be computed again only from the state that it left.
  private func matching(
    _ optimizer: Backprop.Optimizer, _ updates: Int, _ path: String
  ) throws -> Int {
    try require(
      optimizer.name == self.optimizer.optimizer.name && updates == self.optimizer.state?.updates,
      "\(path): it does not belong to the optimizer's state.")
    return updates
  }

  private func parameters(
    _ file: [Pass.Parameters], _ network: Backprop.Network, _ path: String
  ) throws -> [Backprop.Layer] {
    try require(
      file.count == network.depth, "\(path): \(file.count) where \(network.depth) are needed.")
    return try zip(network.layers, file).enumerated().map { l, pair in
      let (layer, arrays) = pair
      return Backprop.Layer(
        activation: layer.activation,
        weights: try matrix(
          arrays.weights, rows: layer.inputs, columns: layer.outputs, "\(path)[\(l)].weights"),
        biases: try vector(arrays.biases, count: layer.outputs, "\(path)[\(l)].biases"))
    }
  }

  private func entry(_ entry: Entry, _ path: String) throws -> JournalEntry {
    guard let phase = Phase(entry.phase) else {
      throw BadFile("\(path).phase: there is no phase \"\(entry.phase)\".")
    }
    return JournalEntry(
      command: entry.command,
      clock: Backprop.Clock(step: entry.step, epoch: entry.epoch, phase: phase), loss: entry.loss,
      digest: entry.digest, norms: entry.norms)
  }
}

// MARK: - Small checks

/// What is wrong in a file, after its name.
struct BadFile: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

private func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
  if !condition { throw BadFile(sentence()) }
}

private func whole(_ value: Int, _ range: ClosedRange<Int>, _ path: String) throws -> Int {
  try require(
    range.contains(value),
    "\(path): \(value) is not possible, it goes from \(range.lowerBound) to \(range.upperBound).")
  return value
}

private func matrix(
  _ values: [[Double]], rows: Int, columns: Int, _ path: String
) throws -> Matrix {
  try require(
    values.count == rows && rows > 0, "\(path): \(values.count) rows where \(rows) are needed.")
  var entries: [Double] = []
  entries.reserveCapacity(values.count * (values.first?.count ?? 0))
  for (i, row) in values.enumerated() {
    try require(
      row.count == columns && columns > 0,
      "\(path)[\(i)]: \(row.count) numbers where \(columns) are needed.")
    entries += row
  }
  return Matrix(rows: rows, columns: columns, values: entries)
}

private func vector(_ values: [Double], count: Int, _ path: String) throws -> [Double] {
  try require(values.count == count, "\(path): \(values.count) numbers where \(count) are needed.")
  return values
}
