import ArgumentParser
import Backprop
import Datasets
import Page

struct Export: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the arrays of the minibatch at hand for NumPy.",
    discussion: """
      \(ExportFormat.all.map { "A file ending in .\($0.ending) is \($0.purpose)." }
        .joined(separator: " ")) W and b are those that the minibatch was made with. One that is not \
      complete is completed in a copy; uW and ub are there after an update only.
      """)
  static let group = CommandGroup.session
  static let examples = ["export pass.npz", "step 5\nexport pass.npz"]
  static let seeAlso = ["save", "print"]

  @Argument(
    help: "The file; its ending says what is written.",
    completion: .file(extensions: ExportFormat.all.map(\.ending)))
  var file: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    let endings = ExportFormat.all.map { "." + $0.ending }.joined(separator: ", ")
    guard let format = ExportFormat.all.first(where: { file.hasSuffix("." + $0.ending) }) else {
      throw CommandError(
        "What \(file) should hold does not show from its ending. Endings there are: \(endings)")
    }
    let data = try session.requireData()
    let training = try session.requireTraining()
    let complete = training.withCompletePass(over: data.train)
    let bytes = try format.bytes(complete)
    try host.write(file, bytes)
    let isCopy = complete.clock != training.clock
    let line: Line = """
      exported \(file, .strong): the pass at step \(training.clock.step)\
      \(isCopy ? ", completed in a copy" : ""), \(count: bytes.count) bytes
      """
    return Page(
      .facts(
        Facts(
          "export",
          [
            "file": .string(file), "bytes": .integer(bytes.count), "completed": .bool(isCopy),
          ], lines: [line])))
  }
}

/// A kind of file that `export` writes.
///
/// To add one: write it as a value below and put its name into `all`.
struct ExportFormat: Sendable {
  /// Without its point.
  let ending: String
  let purpose: String
  /// The whole file, for a training whose pass is complete.
  let bytes: @Sendable (Training) throws -> [UInt8]

  static let all = [npz]

  static let npz = ExportFormat(
    ending: "npz", purpose: "read with numpy.load, and has the names of \"help names\", l2 and loss"
  ) { training in
    var file = NPZ()
    for array in training.passArrays {
      file.add(
        array.name, shape: array.shape,
        array.isInteger ? .integers(array.values.map { Int($0) }) : .doubles(array.values))
    }
    file.add("l2", shape: [], .doubles([training.objective.l2]))
    file.add("loss", shape: [], .text(training.objective.loss.name))
    return try file.bytes()
  }
}

extension Training {
  /// Every array of the pass at hand, with the weights that it was made with; those of the update
  /// once there is one.
  var passArrays: [NamedArray] {
    let layers = trace?.layers ?? network.layers
    return ArrayName.all(depth: network.depth).filter { $0.kind != .output && has($0) }
      .compactMap { name in
        switch name.kind {
        case .weights:
          let weights = layers[name.layer - 1].weights
          return NamedArray(
            name.description, shape: [weights.rows, weights.columns], values: weights.values)
        case .biases:
          let biases = layers[name.layer - 1].biases
          return NamedArray(name.description, shape: [biases.count], values: biases)
        default: return try? array(name)
        }
      }
  }
}
