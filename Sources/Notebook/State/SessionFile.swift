import Backprop
import Datasets
import Page

/// A saved session as it stands in the file. Its schema is `session.schema.json`; what a reader may
/// rely on is in there.
enum SessionFile {
  static let format = "backstep session"
  static let version = 1

  /// The whole of a file of this format and version.
  ///
  /// - Throws: a sentence that says what is wrong and where, after the name of the file.
  static func whole(_ text: [UInt8], file: String) throws -> SavedField {
    let whole: SavedField
    do {
      whole = SavedField(try JSONTree(text: text))
    } catch {
      throw CommandError("\(file) is damaged: \(error).")
    }
    guard try whole.has("format"), try whole["format"].text() == format else {
      throw CommandError("\(file) is no saved session: its format is not \"\(format)\".")
    }
    let version = try whole["version"].whole(1...Int(Int32.max))
    guard version == SessionFile.version else {
      throw CommandError(
        "\(file) has version \(version) of the format, and this program reads version "
          + "\(SessionFile.version). A newer Backstep made it.")
    }
    return whole
  }

  /// Which data set a session was made with.
  struct DataIdentity {
    let source: String
    let sha256: String

    init?(_ file: SavedField) throws {
      guard let data = try file["data"].nullable else { return nil }
      _ = try data["name"].text()
      for count in ["train", "test"] { _ = try data[count].whole(0...Int(Int32.max)) }
      source = try data["source"].text()
      sha256 = try data["sha256"].text()
    }
  }
}

// MARK: - Writing the text

extension Session {
  /// The session as the text of a file, keys sorted.
  mutating func fileText() -> String {
    var file = stateValues()
    file["journal"] = .list(journal.map(\.value))
    file["ahead"] = .sorted([
      "inside_move": .bool(timeline.isInsideMove),
      "journal": .list(timeline.ahead.map(\.value)),
    ])
    file["curve"] = .sorted(
      curve.values(from: 0).merging(["first": .integer(curve.first)]) { $1 })
    file["format"] = .string(SessionFile.format)
    file["version"] = .integer(SessionFile.version)
    file["generated_by"] = .string("backstep \(version)")
    file["settings"] = .sorted([
      "precision": .integer(precision), "prompt": Value(prompt),
      "history": .integer(timeline.budget),
    ])
    file["breakpoints"] = .list(stops.all.map(\.value))
    file["next_breakpoint"] = .integer(stops.next)
    file["checkpoints"] = .list(checkpointValues())
    return JSON.value(.sorted(file)) + "\n"
  }

  private mutating func checkpointValues() -> [Value] {
    if checkpoints.isEmpty { return [] }
    var (journals, curves) = (
      SharedBeginnings<Journal, String>(), SharedBeginnings<Curve, UInt64>()
    )
    _ = (journals.add(way, of: nil), curves.add(curve, of: nil))
    return checkpoints.map { checkpoint in
      var state = checkpoint.session
      state.data?.sha256 = checkpoint.data == data ? checksum() : checkpoint.data.sha256
      var values = state.stateValues()
      let (journal, curve) = (checkpoint.journal, checkpoint.curve)
      let (way, points) = (
        journals.add(journal, of: checkpoint.name), curves.add(curve, of: checkpoint.name)
      )
      let rest = Value.list(journal.dropFirst(way.count).map(\.value))
      values["journal"] =
        way.count == 0
        ? rest
        : .sorted(["as_in": Value(way.owner), "count": .integer(way.count), "then": rest])
      values["curve"] = .sorted(
        curve.values(from: points.count).merging(
          points.count == 0
            ? ["first": .integer(curve.first)]
            : ["as_in": Value(points.owner), "count": .integer(points.count)]
        ) { $1 })
      return .sorted(["name": .string(checkpoint.name), "state": .sorted(values)])
    }
  }

  /// What decides what comes next and what can be printed, without the way there.
  private mutating func stateValues() -> [String: Value] {
    let plan = currentPlan
    let trace = training?.trace
    var values: [String: Value] = [
      "data": dataValue(),
      "network": training.map { networkValue($0.network) } ?? .null,
      "loss": Value(training?.objective.loss.name),
      "l2": .number(plan.l2),
      "mistake": Value(plan.mistake?.name),
      "optimizer": optimizerValue(plan.optimizer, training?.optimizerState),
      "batch": .sorted([
        "size": .integer(plan.batchSize), "shuffle": .bool(plan.isShuffled),
        "position": .integer(training?.minibatches.position ?? 0),
        "indices": .list((trace?.batch.indices ?? []).map(Value.integer)),
        "given": training?.pass?.given.map { given -> Value in
          if case .classes = given.targets, let labels = given.labels {
            return .sorted(["X": .array(given.x), "labels": .list(labels.map(Value.integer))])
          }
          return .sorted(["X": .array(given.x), "Y": .array(given.y)])
        } ?? .null,
      ]),
      "clock": .sorted((training?.clock ?? Clock()).values),
      "random": recipe.map { recipe in
        .sorted([
          "seed": .string(String(recipe.seed)),
          "state": .list(recipe.random.state.map { .string(String($0)) }),
        ])
      } ?? .null,
      "pass": training?.pass.map(passValue) ?? .null,
    ]
    if let frozen = training?.frozen, !frozen.isEmpty {
      values["freeze"] = .list(frozen.map { .string($0.description) })
    }
    return values
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
    let previous = pass.previousGradients.map { gradients in
      Value.list(gradients.map { .parameters($0.weights, $0.biases) })
    }
    return .sorted([
      "layers": layers ?? .null, "update": update, "previous_gradients": previous ?? .null,
    ])
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

extension Curve {
  /// Its entries from an index on.
  fileprivate func values(from index: Int) -> [String: Value] {
    [
      "loss": .array(Array(loss.dropFirst(index))),
      "accuracy": .array(Array(accuracy.dropFirst(index))),
    ]
  }
}

extension StopPoint {
  /// Numbers that are compared with are kept, so that a watch goes on where it was.
  fileprivate var value: Value {
    .sorted([
      "number": .integer(number), "command": .string(command), "hits": .integer(hits),
      "last": Value(last),
      "known": .sorted(
        Dictionary(uniqueKeysWithValues: known.map { ("\($0)", Value.integer($1)) })),
    ])
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
