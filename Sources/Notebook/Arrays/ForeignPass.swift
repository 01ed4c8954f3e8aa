import Backprop
import Datasets

/// A minibatch on its way through a network, as a file has it; what is absent there is the session's.
struct ForeignPass {
  let layers: [Layer]
  let batch: Batch
  let objective: Objective
  /// Whether their weights were stored (outputs, inputs).
  let isTransposed: Bool
  /// The names of what came from the file.
  let taken: [String]
  /// Whether nothing said what the activations of the file's layers are.
  let assumesActivations: Bool

  var network: Network { Network(layers: layers) }

  /// The forward pass, and everything after it, right.
  var trace: Trace {
    var trace = Trace(batch: batch, network: network)
    trace.complete(objective)
    return trace
  }

  /// - Parameters:
  ///   - hidden: the activation of hidden layers that only the file knows.
  ///   - output: likewise.
  /// - Throws: when a shape does not fit, or something is in neither.
  init(
    _ file: ForeignFile, in session: Session, hidden: Activation?, output: Activation?
  ) throws {
    let complete = session.training.map { training in
      training.trace == nil && session.data == nil
        ? training : training.withCompletePass(over: session.samples)
    }
    let own = complete?.trace?.layers ?? complete?.network.layers
    var reader = PassReader(file: file)
    layers = try reader.layers(own: own, hidden: hidden, output: output)
    isTransposed = reader.isTransposed
    try session.requireMemory(
      sizes: Network(layers: layers).sizes, batch: 1, given: file.arrays["X"]?.shape.first ?? 0)
    batch = try reader.batch(own: complete?.trace?.batch, layers: layers)
    let outputs = layers[layers.count - 1].activation
    let loss = try reader.loss(own: complete?.objective.loss, output: outputs, batch: batch)
    objective = Objective(loss: loss, l2: try reader.l2(own: session.currentPlan.l2))
    taken = reader.taken
    assumesActivations = reader.assumesActivations
  }
}

/// Takes the parts of a pass from a file, one after another.
private struct PassReader {
  let file: ForeignFile
  var isTransposed = false
  var taken: [String] = []
  var assumesActivations = false

  init(file: ForeignFile) { self.file = file }

  private mutating func take(_ name: String) -> NamedArray? {
    guard let array = file.arrays[name] else { return nil }
    taken.append(name)
    return array
  }

  private func error(_ sentence: String) -> CommandError {
    CommandError("\(file.file): \(sentence)")
  }

  // MARK: Weights

  mutating func layers(
    own: [Layer]?, hidden: Activation?, output: Activation?
  ) throws -> [Layer] {
    let depth = (1...).prefix { file.arrays["W\($0)"] != nil }.count
    guard depth > 0 else {
      guard var layers = own else {
        throw error(
          "it has no W1, and there is no network yet. Put W1, b1, W2, b2, … into it, or try: "
            + "network 784-300-10")
      }
      for l in layers.indices {
        if let new = l == layers.count - 1 ? output : hidden { layers[l].activation = new }
      }
      return layers
    }
    let names = (1...depth).map { "W\($0)" }
    let weights = names.map { take($0)! }
    for array in weights where array.shape.count != 2 || array.values.isEmpty {
      throw error(
        "\(array.name) has shape \(NamedArray.text(of: array.shape)); a matrix is needed.")
    }
    let biases = (1...depth).map { take("b\($0)") }
    isTransposed = try isStoredByOutputs(weights, biases, own)
    return try weights.indices.map { l in
      let (array, bias) = (weights[l], biases[l])
      let matrix = Matrix(
        rows: array.shape[0], columns: array.shape[1], values: array.values)
      let weights = isTransposed ? Matrix(matrix.transposed) : matrix
      if let bias, bias.values.count != weights.columns {
        throw error(
          "\(bias.name) has shape \(NamedArray.text(of: bias.shape)) where \(array.name) has "
            + "\(weights.columns) outputs.")
      }
      let isLast = l == depth - 1
      let same = own.flatMap { $0.count == depth ? $0[l].activation : nil }
      let known = (isLast ? output : hidden) ?? activation(l + 1, isLast: isLast) ?? same
      if known == nil { assumesActivations = true }
      return Layer(
        activation: known ?? (isLast ? .softmax : .sigmoid), weights: weights,
        biases: bias?.values ?? Array(repeating: 0, count: weights.columns))
    }
  }

  /// The activation that makes a of z, where the file has both.
  private func activation(_ layer: Int, isLast: Bool) -> Activation? {
    guard let z = file.arrays["z\(layer)"], let a = file.arrays["a\(layer)"], z.shape == a.shape,
      z.shape.count == 2, !z.values.isEmpty
    else { return nil }
    let matrix = Matrix(rows: z.shape[0], columns: z.shape[1], values: z.values)
    return (isLast ? Activation.all : Activation.hidden).first { activation in
      zip(activation(matrix).values, a.values).allSatisfy { abs($0 - $1) <= 1e-5 }
    }
  }

  /// Whether weights are (outputs, inputs): the one way in which the layers, their biases, the images
  /// and the session's network fit together. Where both do, it is ours.
  private func isStoredByOutputs(
    _ weights: [NamedArray], _ biases: [NamedArray?], _ own: [Layer]?
  ) throws -> Bool {
    func fits(_ inputs: Int, _ outputs: Int) -> Bool {
      let isChain = zip(weights, weights.dropFirst()).allSatisfy {
        $0.shape[outputs] == $1.shape[inputs]
      }
      let hasBiases = zip(weights, biases).allSatisfy { array, bias in
        bias == nil || bias!.values.count == array.shape[outputs]
      }
      let pixels = file.arrays["X"].flatMap { $0.shape.count == 2 ? $0.shape[1] : nil }
      let first = pixels ?? (own?.count == weights.count ? own?[0].inputs : nil)
      return isChain && hasBiases && (first == nil || first == weights[0].shape[inputs])
    }
    if fits(0, 1) { return false }
    if fits(1, 0) { return true }
    let shapes = weights.map { "\($0.name) \(NamedArray.text(of: $0.shape))" }
    throw error(
      "\(shapes.joined(separator: ", ")) do not fit together, neither as (inputs, outputs) nor as "
        + "(outputs, inputs).")
  }

  // MARK: The minibatch

  mutating func batch(own: Batch?, layers: [Layer]) throws -> Batch {
    let (inputs, outputs) = (layers[0].inputs, layers[layers.count - 1].outputs)
    let x = take("X")
    guard x != nil || own != nil else {
      throw error("it has no X, and there is no minibatch yet. Put X and Y into it, or try: step")
    }
    if let x, x.shape.count != 2 || x.shape[1] != inputs || x.values.isEmpty {
      throw error(
        "X has shape \(NamedArray.text(of: x.shape)); it is (samples, \(inputs)) for this network.")
    }
    let matrix =
      x.map { Matrix(rows: $0.shape[0], columns: $0.shape[1], values: $0.values) } ?? own!.x
    guard matrix.columns == inputs else {
      throw error(
        "the session's images have \(matrix.columns) pixels, and this network takes \(inputs). Put "
          + "X and Y into the file.")
    }
    if let y = try targets(outputs, count: matrix.rows) { return Batch(x: matrix, y: y) }
    if let labels = try labels(outputs, count: matrix.rows) {
      return outputs == 1
        ? Batch(
          x: matrix, y: Matrix(rows: matrix.rows, columns: 1, values: labels.map(Double.init)))
        : Batch(x: matrix, labels: labels, classes: outputs)
    }
    guard x == nil, let own else {
      throw error(
        "X is there without Y or labels. Add Y, what each sample is to come to, or labels, its class."
      )
    }
    guard own.y.columns == outputs else {
      throw error(
        "the session's samples have \(own.y.columns) \(own.labels == nil ? "targets" : "classes"), and "
          + "this network has \(outputs) "
          + "output\(outputs == 1 ? "" : "s"). Put Y or labels into the file.")
    }
    return own
  }

  /// Y as it is, (samples, outputs); of one output also (samples).
  private mutating func targets(_ outputs: Int, count: Int) throws -> Matrix? {
    guard let y = take("Y") else { return nil }
    guard y.shape == [count, outputs] || (outputs == 1 && y.shape == [count]) else {
      throw error(
        "Y has shape \(NamedArray.text(of: y.shape)); it is (\(count), \(outputs)) here.")
    }
    if let place = y.values.firstIndex(where: { !$0.isFinite }) {
      throw error(
        "Y[\(place / outputs), \(place % outputs)] is \(y.values[place]); targets are finite numbers."
      )
    }
    return Matrix(rows: count, columns: outputs, values: y.values)
  }

  /// The class of each sample; of one output 0 or 1.
  private mutating func labels(_ outputs: Int, count: Int) throws -> [Int]? {
    guard let labels = take("labels") else { return nil }
    guard labels.values.count == count else {
      throw error("labels has \(labels.values.count) entries, and there are \(count) samples.")
    }
    let classes = max(outputs, 2)
    return try labels.values.enumerated().map { index, value in
      guard let label = Int(exactly: value), (0..<classes).contains(label) else {
        throw error(
          "labels[\(index)] is \(short(value)); classes go from 0 to \(classes - 1) here.")
      }
      return label
    }
  }

  // MARK: Loss and λ

  /// The file's, the session's, or the one that goes with the output and the targets.
  mutating func loss(own: Loss?, output: Activation, batch: Batch) throws -> Loss {
    guard let name = file.texts["loss"] else {
      if file.arrays["loss"] != nil {
        throw error("loss is a number; it is the name of the loss. The number goes into cost.")
      }
      if let own, own.outputs.contains(output),
        (try? own.requireFit(to: batch, output: output)) != nil
      {
        return own
      }
      return .standard(for: output, targets: Samples(batch))
    }
    taken.append("loss")
    guard let loss = Loss(name) else {
      throw error(
        noSuch("loss", name, among: Loss.all.map(\.name))
          + " There are: \(Loss.all.map(\.name).joined(separator: ", ")).")
    }
    try loss.requireFit(to: output)
    try loss.requireFit(to: batch, output: output)
    return loss
  }

  mutating func l2(own: Double) throws -> Double {
    guard let l2 = take("l2") else { return own }
    guard l2.values.count == 1, l2.values[0] >= 0, l2.values[0].isFinite else {
      throw error("l2 has to be one number from 0 up.")
    }
    return l2.values[0]
  }
}
