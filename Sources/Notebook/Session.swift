import Backprop
import Datasets
import Page

/// Everything a person has built up: the data, the network in training, the settings. A value, so
/// that a command that fails leaves the one before it, and two can be compared.
public struct Session: Sendable {
  public internal(set) var data: LoadedData?
  public internal(set) var training: Training?
  /// How the network's weights were made.
  var recipe: Recipe?
  /// What a network will start with; once there is one, its `training` has them.
  var plan = Plan()
  /// The commands that led here.
  public internal(set) var journal = Journal()
  /// The way back, and what was undone.
  var timeline = Timeline()
  /// The points of time that have a name, in the order of their making.
  var checkpoints: [Checkpoint] = []
  /// What stops the clock, and what is shown when it stops.
  var stops = StopPoints()
  /// The training as it was where the last command that moved the clock set out: what `old` means.
  var previousStop: Training?
  /// The loss of every minibatch so far.
  public internal(set) var curve = Curve()
  /// Significant digits of the numbers on the screen.
  public internal(set) var precision = 4
  /// The prompt, with the parts of the clock in braces; nil for the usual one.
  public internal(set) var prompt: String?
  /// What becomes of an answer that is longer than the screen.
  public internal(set) var pager = Pager.short
  /// Where it stood when it was saved or restored; nil when it never was.
  var savedPlace: Place?
  /// What was typed, with what failed and what changed nothing.
  public internal(set) var history: SharedList<String> = []
  /// The same with what it came to: the notebook that this session is.
  var transcript: SharedList<TranscriptItem> = []
  /// The file that the transcript goes to while it grows.
  var recording: Recording?

  public init() {}

  struct Plan: Equatable, Sendable {
    var optimizer = Optimizer(.sgd)
    var l2 = 0.0
    var mistake: Mistake?
    var batchSize = 100
    var isShuffled = true
  }

  struct Recipe: Equatable, Sendable {
    let initializer: Initializer
    let seed: UInt64
    /// The generator as it was when the last weight had been drawn.
    let random: Random
  }
}

/// By bits; how a session came to be what it is does not count.
extension Session: Equatable {
  public static func == (left: Session, right: Session) -> Bool {
    left.data == right.data && left.training == right.training && left.recipe == right.recipe
      && left.currentPlan == right.currentPlan && left.precision == right.precision
      && left.prompt == right.prompt && left.stops == right.stops
      && left.checkpoints == right.checkpoints
  }
}

// MARK: - Settings, which a network in training holds, or else the plan

extension Session {
  var currentPlan: Plan {
    guard let training else { return plan }
    return Plan(
      optimizer: training.optimizer, l2: training.objective.l2,
      mistake: training.objective.mistake, batchSize: training.minibatches.size,
      isShuffled: training.minibatches.isShuffled)
  }

  mutating func setOptimizer(_ optimizer: Optimizer) {
    plan.optimizer = optimizer
    training?.setOptimizer(optimizer)
  }

  mutating func setOptimizerSetting(_ name: String, to value: Double) throws {
    try plan.optimizer.set(name, to: value)
    try training?.setOptimizerSetting(name, to: value)
  }

  mutating func setL2(_ l2: Double) {
    plan.l2 = l2
    training?.setL2(l2)
  }

  mutating func setMistake(_ mistake: Mistake?) {
    plan.mistake = mistake
    training?.setMistake(mistake)
  }

  mutating func setBatchSize(_ size: Int) {
    plan.batchSize = size
    training?.minibatches.size = size
  }

  mutating func setShuffle(_ isShuffled: Bool) {
    plan.isShuffled = isShuffled
    training?.minibatches.isShuffled = isShuffled
  }
}

/// A data set with its two parts in the form that training takes.
public struct LoadedData: Sendable {
  public let dataset: Dataset
  public let train: Samples
  public let test: Samples
  /// The checksum of the data set, once somebody has asked for it.
  var sha256: String?

  init(_ dataset: Dataset) {
    self.dataset = dataset
    func samples(_ set: SampleSet) -> Samples {
      let features: Samples.Features =
        switch set.features {
        case .bytes(let bytes): .bytes(bytes)
        case .numbers(let numbers): .numbers(numbers)
        }
      let content: Samples.Content =
        switch set.targets {
        case .labels(let labels): .classes(labels.map(UInt16.init), count: dataset.outputs)
        case .values(let values, let outputs): .values(values, outputs: outputs)
        }
      return Samples(inputs: dataset.inputs, features: features, targets: content)
    }
    train = samples(dataset.train)
    test = samples(dataset.test)
  }
}

extension LoadedData {
  /// Whether a network with a loss can work on it.
  func fits(_ network: Network, _ loss: Loss) -> Bool {
    train.inputs == network.inputs && train.outputs == network.outputs
      && [train, test].allSatisfy {
        (try? loss.requireFit(to: $0, output: network.output, set: "")) != nil
      }
  }
}

extension LoadedData: Equatable {
  public static func == (left: LoadedData, right: LoadedData) -> Bool {
    left.dataset == right.dataset
  }
}

extension Session {
  /// The training set; without data a minibatch that came from elsewhere is all there is, or nothing.
  var samples: Samples {
    if let data { return data.train }
    if let batch = training?.trace?.batch, batch.isGiven { return Samples(batch) }
    return Samples(
      inputs: training?.network.inputs ?? 1, classes: training?.network.outputs ?? 1, bytes: [],
      labels: [])
  }

  /// What there is to train on and to measure on; both are the same where one minibatch from elsewhere
  /// is all there is.
  ///
  /// - Throws: when there is neither.
  func requireSamples() throws -> (train: Samples, test: Samples) {
    let train = samples
    guard train.isGiven else {
      let data = try requireData()
      return (data.train, data.test)
    }
    return (train, train)
  }

  /// The pass at hand with all its gradients, completed in a copy where it is not.
  ///
  /// - Throws: when there is neither a minibatch nor data to take one from.
  func completePass() throws -> Training {
    let training = try requireTraining()
    if training.trace == nil { _ = try requireSamples() }
    return training.withCompletePass(over: samples)
  }

  /// The data, or a sentence that says how to load some.
  func requireData() throws -> LoadedData {
    if let data { return data }
    guard let network = training?.network, (network.inputs, network.outputs) != (784, 10) else {
      throw CommandError("There is no data yet. Try: load mnist")
    }
    throw CommandError(
      "There is no data yet. Try: load mnist FOLDER, with images of \(network.inputs) pixels in "
        + "\(network.outputs) classes")
  }

  /// - Throws: when the targets there are, are not such as a loss takes.
  func requireTargets(of loss: Loss, output: Activation, in data: LoadedData? = nil) throws {
    if let data = data ?? self.data {
      try loss.requireFit(to: data.train, output: output, set: "the training set")
      try loss.requireFit(to: data.test, output: output, set: "the test set")
    }
    if let batch = training?.trace?.batch, batch.isGiven {
      try loss.requireFit(to: batch, output: output)
    }
  }

  /// The network in training, or a sentence that says how to build one.
  func requireTraining() throws -> Training {
    guard let training else {
      let sizes = data.map { $0.dataset.suggestedNetwork } ?? "784-300-10"
      throw CommandError("There is no network yet. Try: network \(sizes)")
    }
    return training
  }

  /// Both, for whatever runs the network on the data.
  mutating func withTraining<Result>(
    _ body: (inout Training, LoadedData) throws -> Result
  ) throws -> Result {
    let data = try requireData()
    _ = try requireTraining()
    return try body(&training!, data)
  }

  /// - Parameters:
  ///   - sizes: units, the inputs first.
  ///   - batch: what is set; a minibatch is no larger than the training set.
  ///   - given: the samples of a minibatch that comes from no set.
  /// - Throws: when the arrays of such a network would not fit into a computer's memory.
  func requireMemory(sizes: [Int], batch: Int, given: Int = 0) throws {
    guard sizes.count <= Network.deepest + 1 else {
      throw CommandError(
        "A network of \(sizes.count - 1) layers is not possible: \(Network.deepest) are the limit.")
    }
    let batch = max(min(batch, data?.train.count ?? batch), given)
    let units = sizes.reduce(0.0) { $0 + Double($1) }
    let parameters = zip(sizes, sizes.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let gigabytes = 8 * (6 * parameters + 3 * Double(batch) * units) / 1e9
    guard gigabytes <= 8 else {
      throw CommandError(
        "A network \(sizes.map(String.init).joined(separator: "-")) with minibatches of \(batch) "
          + "needs some \(NumberFormat.significant(2).text(gigabytes)) GB, and 8 are the limit. "
          + "Take fewer units or a smaller batch.")
    }
  }

  /// - Throws: when a network of these sizes cannot work on that data.
  static func requireFit(sizes: [Int], _ dataset: Dataset, wayOut: String? = nil) throws {
    let fitting = [dataset.inputs] + sizes.dropFirst().dropLast() + [dataset.outputs]
    let network = fitting.map(String.init).joined(separator: "-")
    let suggestion = wayOut ?? "Try: network \(network)"
    guard sizes[0] == dataset.inputs else {
      throw CommandError(
        "A network with \(sizes[0]) inputs does not fit this data, whose "
          + (dataset.isOfImages
            ? "images have \(dataset.inputs) pixels"
            : "samples have \(counted(dataset.inputs, "number"))")
          + ". \(suggestion)")
    }
    guard sizes[sizes.count - 1] == dataset.outputs else {
      throw CommandError(
        "A network with \(sizes[sizes.count - 1]) outputs does not fit this data, which has "
          + (dataset.classes.map { "\($0) classes" } ?? counted(dataset.outputs, "target"))
          + ". \(suggestion)")
    }
  }
}
