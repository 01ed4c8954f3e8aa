import ArgumentParser
import Backprop
import Datasets
import Page

struct Export: Command {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the arrays of the pass at hand, or the session as a page.",
    discussion: """
      \(ExportFormat.all.map { "A file ending in .\($0.ending) is \($0.purpose)." }
        .joined(separator: " ")) W and b are those that the minibatch was made with. One that is not \
      complete is completed in a copy; uW and ub are there after an update only. --stub numpy FOLDER \
      writes such a file and a Python program in which only the backward pass is left to write; its \
      result is for "diagnose".
      """)
  static let group = CommandGroup.session
  static let examples = ["export pass.npz", "step 5\nplot loss\nexport session.html"]
  static let seeAlso = ["save", "print", "record"]

  @Option(help: "Write a folder with a pass and a program that lacks the backward pass.")
  var stub: Stub?

  enum Stub: String, ExpressibleByArgument, CaseIterable { case numpy }

  @Argument(
    help: "The file; its ending says what is written. With --stub, the folder.",
    completion: .file(extensions: ExportFormat.all.map(\.ending)))
  var file: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    if stub != nil { return try writeStub(session, host) }
    let endings = ExportFormat.all.map { "." + $0.ending }.joined(separator: ", ")
    guard let format = ExportFormat.all.first(where: { file.hasSuffix("." + $0.ending) }) else {
      throw CommandError(
        "What \(file) should hold does not show from its ending. Endings there are: \(endings)")
    }
    let (bytes, facts, line) = try format.content(session, title, host)
    try host.write(file, bytes)
    return Page(
      .facts(
        Facts(
          "export",
          values: [Fact("file", .string(file)), Fact("bytes", .integer(bytes.count))] + facts,
          lines: ["exported \(file, .strong): \(line), \(count: bytes.count) bytes"])))
  }

  /// The pass, and a Python file to fill in; one that is there is somebody's work and stays.
  private func writeStub(_ session: Session, _ host: any Host) throws -> Page {
    let complete = try session.completePass()
    let folder = file.hasSuffix("/") ? String(file.dropLast()) : file
    let program = "\(folder)/\(NumPyStub.program)"
    guard !fileExists(host.path(program)) else {
      throw CommandError("\(program) is there already. Name another folder.")
    }
    try makeFolder(try host.target(folder), called: folder)
    try host.write("\(folder)/\(NumPyStub.arrays)", try complete.npz())
    try host.write(program, Array(NumPyStub(training: complete).text.utf8))
    return Page(
      .facts(
        Facts(
          "export", ["file": .string(program)],
          lines: [
            "exported \(folder, .strong): \(NumPyStub.arrays), a pass at step \(complete.clock.step), "
              + "and \(NumPyStub.program), which lacks its backward pass",
            "fill in backward(), run python3 \(program), and: "
              + "\("diagnose \(folder)/\(NumPyStub.result)", .name)",
          ])))
  }

  /// The file's name without its ending.
  private var title: String {
    let name = file.split(separator: "/").last ?? ""
    return String(name.prefix { $0 != "." })
  }
}

/// A kind of file that `export` writes.
///
/// To add one: write it as a value below and put its name into `all`.
struct ExportFormat: Sendable {
  /// The whole file, and what is said of it: to programs and to people.
  typealias Content = (bytes: [UInt8], facts: [Fact], line: Line)

  /// Without its point.
  let ending: String
  let purpose: String
  /// - Throws: when there is nothing to write.
  let content: @Sendable (_ session: Session, _ title: String, any Host) throws -> Content

  static let all = [npz, html, ipynb]

  static let npz = ExportFormat(
    ending: "npz", purpose: "read with numpy.load, and has the names of \"help names\", l2 and loss"
  ) { session, _, _ in
    let training = try session.requireTraining()
    let complete = try session.completePass()
    let isCopy = complete.clock != training.clock
    let copy = isCopy ? ", completed in a copy" : ""
    return (
      try complete.npz(), [Fact("completed", .bool(isCopy))],
      "the pass at step \(training.clock.step)\(copy)"
    )
  }

  static let html = document("html", "a page to read, in one piece") { document, precision in
    HTMLRenderer(precision: precision).html(document)
  }

  static let ipynb = document("ipynb", "a Jupyter notebook") { document, precision in
    JupyterRenderer(precision: precision).json(document)
  }

  /// What was typed, with its outputs.
  private static func document(
    _ ending: String, _ purpose: String,
    _ text: @escaping @Sendable (_ document: Document, _ precision: Int) -> String
  ) -> ExportFormat {
    ExportFormat(
      ending: ending, purpose: "what was typed in this session, with its outputs: \(purpose)"
    ) { session, title, host in
      guard let document = session.document(title: title, host: host) else {
        throw CommandError("Nothing has been typed yet that could be shown. Try: load mnist")
      }
      let commands = document.items.count { if case .command = $0 { true } else { false } }
      return (
        Array(text(document, session.precision).utf8), [Fact("commands", .integer(commands))],
        "\(counted(commands, "command"))"
      )
    }
  }
}

extension Training {
  /// The arrays of the pass at hand as `numpy.savez` writes them.
  fileprivate func npz() throws -> [UInt8] {
    var file = NPZ()
    for array in passArrays {
      file.add(
        array.name, shape: array.shape,
        array.isInteger ? .integers(array.values.map { Int($0) }) : .doubles(array.values))
    }
    file.add("l2", shape: [], .doubles([objective.l2]))
    file.add("loss", shape: [], .text(objective.loss.name))
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
