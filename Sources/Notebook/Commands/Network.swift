import ArgumentParser
import Backprop
import Page

struct NetworkCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Build a network with random weights and set the clock to 0.",
    discussion: """
      A number after = is leaky-relu's slope or elu's alpha: --hidden leaky-relu=0.3. The loss follows \
      the output: cross-entropy for softmax and sigmoid where the targets are such \
      as it takes, else squared-error. Batch \
      size, L2, optimizer and a mistake stay as they are set; the optimizer forgets what it remembered.
      """)
  static let group = CommandGroup.network
  static let examples = ["network 784-30-10", "network 784-100-100-10 --hidden relu --init he"]
  static let seeAlso = ["loss", "optimizer", "set", "show"]
  static let startsTimeAnew = true

  @Argument(
    help: "Units of each layer, the inputs first: 784-300-10.", transform: Sizes.init(argument:))
  var sizes: Sizes

  @Option(help: "Activation of the hidden layers.")
  var hidden = HiddenChoice(value: .sigmoid)

  @Option(help: "Activation of the output layer.")
  var output: Choice<Activation> = Choice(.softmax)

  @Option(name: .customLong("init"), help: "How the weights start; biases start at 0.")
  var initializer: Choice<Initializer> = Choice(.xavier)

  @Option(
    parsing: .unconditional,
    help: "Where the random numbers start: the weights, and the order of the minibatches.")
  var seed: UInt64 = 1

  func run(in session: inout Session, host: any Host) throws -> Page {
    let sizes = sizes.values
    if let data = session.data { try Session.requireFit(sizes: sizes, data.dataset) }
    let plan = session.currentPlan
    try session.requireMemory(sizes: sizes, batch: plan.batchSize)
    var random = Random(seed: seed)
    let network = Network(
      sizes: sizes, hidden: hidden.value, output: output.value, initializer: initializer.value,
      random: &random)
    let loss = Loss.standard(for: output.value, targets: session.data?.train)
    let training = try Training(
      network: network, loss: loss, l2: plan.l2, mistake: plan.mistake, optimizer: plan.optimizer,
      minibatches: Minibatches(size: plan.batchSize, isShuffled: plan.isShuffled, seed: seed))
    session.training = training
    session.recipe = Session.Recipe(
      initializer: initializer.value, seed: seed, random: random)
    return Page(
      .facts(
        Facts(
          "network",
          [
            "sizes": .list(sizes.map(Value.integer)),
            "parameters": .integer(network.parameterCount),
            "hidden": .string(hidden.value.name), "output": .string(output.value.name),
            "init": .string(initializer.value.name), "seed": .string(String(seed)),
            "loss": .string(training.objective.loss.name),
          ], lines: [training.title] + training.mistakeReminder + session.removeUnfitStops())))
  }
}

extension NetworkCommand {
  var isOfJournal: Bool { true }

  func journal(from before: Session, to after: Session) -> String? { after.networkCommand }
}

extension Session {
  /// The command that builds the network, with every option written out.
  var networkCommand: String? {
    guard let network = training?.network, let recipe else { return nil }
    let hidden = network.depth > 1 ? " --hidden \(network[layer: 1].activation)" : ""
    return "network \(network.sizesText)\(hidden) --output \(network.output) "
      + "--init \(recipe.initializer) --seed \(recipe.seed)"
  }
}

extension Network {
  /// `784-300-10`
  var sizesText: String { sizes.map(String.init).joined(separator: "-") }
}

extension Training {
  /// `784-30-10: 23,860 parameters; hidden sigmoid, output softmax, loss cross-entropy`
  var title: Line {
    var line: Line =
      "\(Line(text: network.sizesText)): \(count: network.parameterCount) parameters; "
    if network.depth > 1 { line += "hidden \(network[layer: 1].activation.name), " }
    return line + "output \(network.output.name), loss \(objective.loss.name)"
  }
}

/// `784-300-10` as an argument.
struct Sizes {
  let values: [Int]

  init(argument: String) throws {
    values = argument.split(separator: "-", omittingEmptySubsequences: false)
      .compactMap { Int($0) }.filter { $0 > 0 }
    guard values.count >= 2, values.map(String.init).joined(separator: "-") == argument else {
      throw ValidationError("sizes are whole numbers with - between them, such as 784-300-10")
    }
  }
}

/// An activation that a hidden layer can have, by its name.
struct HiddenChoice: ExpressibleByArgument, Sendable {
  let value: Activation

  init(value: Activation) { self.value = value }

  init?(argument: String) {
    guard let value = Activation(argument), value.isElementwise else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.name }
  static var allValueStrings: [String] { Activation.hidden.map(\.name) }
}

/// One of the values of a list, by its name.
struct Choice<Option: Named & Sendable>: ExpressibleByArgument, Sendable {
  let value: Option

  init(_ value: Option) { self.value = value }

  init?(argument: String) {
    guard let value = Option(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.name }
  static var allValueStrings: [String] { Option.all.map(\.name) }
}
