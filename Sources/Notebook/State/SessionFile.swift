import Backprop
import Datasets
import Page

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A saved session as it stands in the file: format "backstep session", version 1. Its schema is
/// `session.schema.json`; what a reader may rely on is in there.
struct SessionFile: Decodable {
  static let format = "backstep session"
  static let version = 1

  let data: Data?
  let network: Network?
  let loss: Loss?
  let l2: Double
  let optimizer: Optimizer
  let batch: Batch
  let clock: Clock
  let random: Random?
  let pass: Pass?
  let settings: Settings
  let journal: [Entry]

  struct Data: Decodable {
    let name: String
    let source: String
    let train: Int
    let test: Int
    let sha256: String
  }

  struct Network: Decodable {
    let layers: [Layer]
    let initializer: Initializer

    enum CodingKeys: String, CodingKey {
      case layers
      case initializer = "init"
    }
  }

  struct Layer: Decodable {
    let activation: Activation
    let weights: [[Double]]
    let biases: [Double]
  }

  struct Optimizer: Decodable {
    let optimizer: Backprop.Optimizer
    let state: State?

    enum CodingKeys: CodingKey { case name, state }

    /// The settings stand beside the name: `{"name": "sgd", "rate": 0.1, "state": null}`.
    init(from decoder: any Decoder) throws {
      optimizer = try Backprop.Optimizer(besideNameIn: decoder)
      state = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
        State.self, forKey: .state)
    }

    struct State: Decodable {
      let updates: Int
      let layers: [Arrays]
    }

    /// The arrays that an optimizer keeps for one layer, by their names.
    struct Arrays: Decodable {
      let weights: [String: [[Double]]]
      let biases: [String: [Double]]
    }
  }

  struct Batch: Decodable {
    let size: Int
    let shuffle: Bool
    let position: Int
    let indices: [Int]
  }

  struct Clock: Decodable {
    let step: Int
    let epoch: Int
    let phase: String
  }

  struct Random: Decodable {
    let seed: String
    let state: [String]
  }

  struct Pass: Decodable {
    /// The parameters that the minibatch was made with, when an update has changed the network's.
    let layers: [Parameters]?
    let update: Update?

    struct Parameters: Decodable {
      let weights: [[Double]]
      let biases: [Double]
    }

    /// The update: what it needs to be computed again, or the changes themselves.
    enum Update: Decodable {
      case recomputable(Backprop.Optimizer, updates: Int)
      case changes([Parameters])

      enum CodingKeys: CodingKey { case updates, changes }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let changes = try container.decodeIfPresent([Parameters].self, forKey: .changes) {
          self = .changes(changes)
        } else {
          self = .recomputable(
            try Backprop.Optimizer(besideNameIn: decoder),
            updates: try container.decode(Int.self, forKey: .updates))
        }
      }
    }
  }

  struct Settings: Decodable {
    let precision: Int
  }

  struct Entry: Decodable {
    let command: String
    let step: Int
    let epoch: Int
    let phase: String
    let loss: Double?
    let digest: String
    let norms: [String: Double]
  }
}

extension Optimizer {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// From an object with a name and, beside it, the settings of that optimizer.
  fileprivate init(besideNameIn decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(try container.decode(Optimizer.Rule.self, forKey: Key(stringValue: "name")))
    for setting in rule.settings {
      let key = Key(stringValue: setting.name)
      do {
        try set(setting.name, to: try container.decode(Double.self, forKey: key))
      } catch let error as BackpropError {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: error.description)
      }
    }
  }
}

// MARK: - Reading the text

extension SessionFile {
  /// - Throws: a sentence that says what is wrong and where, after the name of the file.
  init(_ text: [UInt8], file: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      self = try decoder.decode(Versioned.self, from: FoundationData(text)).file
    } catch let stranger as Stranger {
      throw CommandError("\(file) \(stranger.sentence)")
    } catch let error as DecodingError {
      if let damage = JSONDamage(text) {
        throw CommandError("\(file) is damaged: it is no JSON, \(damage).")
      }
      throw CommandError("\(file) is damaged: \(error.sentence)")
    }
  }

  /// Looks at format and version before anything else, in one pass over the text.
  private struct Versioned: Decodable {
    let file: SessionFile

    enum CodingKeys: CodingKey { case format, version }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let format = try container.decodeIfPresent(String.self, forKey: .format)
      guard format == SessionFile.format else {
        throw Stranger(
          sentence:
            "is no saved session: its format is \(format.map { "\"\($0)\"" } ?? "not given").")
      }
      let version = try container.decode(Int.self, forKey: .version)
      guard version == SessionFile.version else {
        throw Stranger(
          sentence: "has version \(version) of the format, and this program reads version "
            + "\(SessionFile.version).\(version > 1 ? " A newer Backstep made it." : "")")
      }
      file = try SessionFile(from: decoder)
    }
  }

  /// A file of another kind, or of another time.
  private struct Stranger: Error {
    let sentence: String
  }
}

#if canImport(FoundationEssentials)
  private typealias FoundationData = FoundationEssentials.Data
#else
  private typealias FoundationData = Foundation.Data
#endif

extension DecodingError {
  /// `network.layers[1].biases[3]: a number is needed.`
  fileprivate var sentence: String {
    switch self {
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "\(path(context.codingPath)): \(SessionFile.name(of: type)) is needed."
    case .keyNotFound(let key, let context):
      "\(path(context.codingPath + [key])) is missing."
    case .dataCorrupted(let context):
      "\(path(context.codingPath)): \(context.debugDescription)"
    @unknown default: "it cannot be read."
    }
  }

  private func path(_ keys: [any CodingKey]) -> String {
    let text = keys.reduce("") { text, key in
      if let index = key.intValue { return "\(text)[\(index)]" }
      return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
    }
    return text.isEmpty ? "the whole" : text
  }

}

extension SessionFile {
  fileprivate static func name(of type: Any.Type) -> String {
    switch type {
    case is Double.Type: "a number"
    case is Int.Type: "a whole number"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any RandomAccessCollection.Type: "a list"
    default: "an object"
    }
  }
}

// MARK: - Writing the text

extension Session {
  /// The session as the text of a file, keys sorted.
  mutating func fileText() -> String {
    let plan = currentPlan
    let trace = training?.trace
    let file: [String: Value] = [
      "format": .string(SessionFile.format),
      "version": .integer(SessionFile.version),
      "generated_by": .string("backstep \(version)"),
      "data": dataValue(),
      "network": training.map { networkValue($0.network) } ?? .null,
      "loss": Value(training?.objective.loss.name),
      "l2": .number(plan.l2),
      "optimizer": optimizerValue(plan.optimizer, training?.optimizerState),
      "batch": .sorted([
        "size": .integer(plan.batchSize), "shuffle": .bool(plan.isShuffled),
        "position": .integer(training?.minibatches.position ?? 0),
        "indices": .list((trace?.batch.indices ?? []).map(Value.integer)),
      ]),
      "clock": .sorted((training?.clock ?? Clock()).values),
      "random": recipe.map { recipe in
        .sorted([
          "seed": .string(String(recipe.seed)),
          "state": .list(recipe.random.state.map { .string(String($0)) }),
        ])
      } ?? .null,
      "pass": training?.pass.map(passValue) ?? .null,
      "settings": .sorted(["precision": .integer(precision)]),
      "journal": .list(journal.map(\.value)),
    ]
    return JSON.value(.sorted(file)) + "\n"
  }

  private mutating func dataValue() -> Value {
    guard let data else { return .null }
    return .sorted([
      "name": .string(data.dataset.name), "source": .string(data.dataset.sourceName),
      "train": .integer(data.train.count), "test": .integer(data.test.count),
      "sha256": .string(checksum()!),
    ])
  }

  private func networkValue(_ network: Network) -> Value {
    .sorted([
      "init": .string(recipe?.initializer.name ?? "xavier"),
      "layers": .list(
        network.layers.map { layer in
          .sorted([
            "activation": .string(layer.activation.name), "weights": .array(layer.weights),
            "biases": .array(layer.biases),
          ])
        }),
    ])
  }

  private func optimizerValue(_ optimizer: Optimizer, _ state: OptimizerState?) -> Value {
    let names = optimizer.rule.stateNames
    var stateValue = Value.null
    if let state, state.updates > 0, let training {
      let layers = training.network.layers.enumerated().map { l, layer -> Value in
        let weights = zip(names, state.weights[l]).map {
          ($0, Value.array($1, shape: [layer.inputs, layer.outputs]))
        }
        let biases = zip(names, state.biases[l]).map { ($0, Value.array($1)) }
        return .sorted([
          "weights": .sorted(Dictionary(uniqueKeysWithValues: weights)),
          "biases": .sorted(Dictionary(uniqueKeysWithValues: biases)),
        ])
      }
      stateValue = .sorted(["updates": .integer(state.updates), "layers": .list(layers)])
    }
    return .sorted(optimizer.values.merging(["state": stateValue]) { $1 })
  }

  private func passValue(_ pass: Training.Pass) -> Value {
    let update: Value =
      switch pass.update {
      case nil: .null
      case .recomputable(let optimizer, let updates):
        .sorted(optimizer.values.merging(["updates": .integer(updates)]) { $1 })
      case .kept(let changes):
        .sorted(["changes": .list(changes.map { .parameters($0.weights, $0.biases) })])
      }
    let layers = pass.layers.map { layers in
      Value.list(layers.map { .parameters($0.weights, $0.biases) })
    }
    return .sorted(["layers": layers ?? .null, "update": update])
  }

  /// The SHA-256 of the data, computed once.
  mutating func checksum() -> String? {
    guard let dataset = data?.dataset else { return nil }
    if data?.sha256 == nil { data?.sha256 = dataset.sha256() }
    return data?.sha256
  }
}

extension Optimizer {
  /// Its name, and its settings beside it.
  fileprivate var values: [String: Value] {
    rule.settings.reduce(into: ["name": .string(name)]) { $0[$1.name] = .number(self[$1.name]) }
  }
}

extension Clock {
  fileprivate var values: [String: Value] {
    ["step": .integer(step), "epoch": .integer(epoch), "phase": .string(phase.description)]
  }
}

extension JournalEntry {
  /// The entry as it stands in the file.
  var value: Value {
    var values = clock.values
    values["command"] = .string(command)
    values["loss"] = Value(loss)
    values["digest"] = .string(digest)
    values["norms"] = .sorted(norms.mapValues(Value.number))
    return .sorted(values)
  }
}

extension Value {
  /// An object with its keys in order.
  fileprivate static func sorted(_ values: [String: Value]) -> Value {
    .object(values.sorted { $0.key < $1.key }.map { Fact($0.key, $0.value) })
  }

  fileprivate static func array(_ matrix: Matrix) -> Value {
    .array(matrix.values, shape: [matrix.rows, matrix.columns])
  }

  fileprivate static func array(_ vector: [Double]) -> Value {
    .array(vector, shape: [vector.count])
  }

  fileprivate static func parameters(_ weights: Matrix, _ biases: [Double]) -> Value {
    .sorted(["weights": .array(weights), "biases": .array(biases)])
  }
}
