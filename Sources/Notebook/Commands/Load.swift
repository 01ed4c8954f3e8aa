import ArgumentParser
import Backprop
import Datasets
import Page

struct Load: Command {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load handwritten digits, other images, or a small set of numbers.",
    discussion: """
      "load mnist" is the built-in sample: the first 5,000 training and 1,000 test digits. "load \
      mnist full" is all 70,000, from $BACKSTEP_DATA/mnist or $XDG_CACHE_HOME/backstep/mnist; with \
      --download it fetches into the latter, with curl, what is in neither. "load mnist FOLDER" \
      takes any four files in the IDX format with MNIST's names, gzipped or plain. Small enough to follow \
      every number: "load xor" (4 samples, 2 inputs, 1 output), "load spiral" (3 classes of 100 points in \
      the plane) and "load sine" (y = sin x, 60 points).
      """)
  static let group = CommandGroup.data
  static let examples = [
    "load mnist", "load mnist\ndigit 0", "load xor --drop-network\nnetwork 2-2-1 --output sigmoid",
  ]
  static let seeAlso = ["digit", "network"]
  static let startsTimeAnew = true

  @Argument(help: "What to load: mnist, xor, spiral or sine.")
  var name: String

  @Argument(
    help: "\"full\", or a folder; the built-in sample when absent.", completion: .directory)
  var source: String?

  @Flag(help: "Fetch full MNIST (12 MB) when it is not there yet.")
  var download = false

  @Option(
    help: ArgumentHelp(
      "Fetch from below this http, https or file URL, not from the public mirrors.",
      valueName: "url"))
  var mirror: String?

  @Flag(help: "Drop the network that is there, which need not fit then.")
  var dropNetwork = false

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    argument == "name" ? ["mnist"] + Dataset.smallNames : typed.first == "mnist" ? ["full"] : []
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let small = Dataset.small(name)
    guard name == "mnist" || small != nil else {
      throw CommandError(
        noSuch("data set", name, among: ["mnist"] + Dataset.smallNames)
          + " Try: load mnist, load mnist FOLDER, or load \(Dataset.smallNames.joined(separator: ", "))"
      )
    }
    if small != nil, source != nil || download || mirror != nil {
      throw CommandError("load \(name) is built in and takes nothing else. Try: load \(name)")
    }
    let data = LoadedData(try small ?? dataset(host))
    if dropNetwork { session.dropNetwork() }
    try session.replaceData(data)
    var lines = [Line(data.dataset)]
    if session.training != nil {
      lines.append("The clock is back at the start; the network keeps its weights.")
    }
    return Page(.facts(Facts("data", data.dataset.facts, lines: lines)))
  }

  var isOfJournal: Bool { !download && mirror == nil }

  func journal(from before: Session, to after: Session) -> String? {
    after.data.map { $0.dataset.loadCommand + (dropNetwork ? " --drop-network" : "") }
  }

  private func dataset(_ host: any Host) throws -> Dataset {
    if mirror != nil, !download {
      throw CommandError("--mirror goes with --download. Try: load mnist full --download")
    }
    if download, source != "full" {
      throw CommandError("--download fetches full MNIST alone. Try: load mnist full --download")
    }
    return switch source {
    case nil: try Dataset.sample()
    case "full" where download: try fetched(host)
    case "full": try Dataset.full(environment: host.environment)
    case .some(let folder): try Dataset.folder(host.locate(folder))
    }
  }

  private func fetched(_ host: any Host) throws -> Dataset {
    if host.isInNotebook, mirror != nil {
      throw CommandError(
        "A notebook fetches from the public mirrors only. To fetch from elsewhere, type the command "
          + "yourself.")
    }
    do {
      return try Dataset.downloaded(
        environment: host.environment, mirror: mirror, isInterrupted: { host.isInterrupted },
        report: {
          host.progress(Progress(.bytes(file: $0.file), done: $0.done, total: $0.total))
        })
    } catch is DownloadInterrupted {
      throw Failure(
        .interrupted,
        "Interrupted: no data has been loaded. Files that were complete are kept, and load mnist full "
          + "--download goes on after them.")
    }
  }
}

extension Session {
  /// Forgets the network; what a next one starts with stays as it is set.
  fileprivate mutating func dropNetwork() {
    plan = currentPlan
    plan.mistake = nil
    (training, recipe) = (nil, nil)
    stops.removeAll()
  }

  /// Puts other data under the network, which starts again from its present weights.
  fileprivate mutating func replaceData(_ data: LoadedData) throws {
    if let training {
      try Session.requireFit(
        sizes: training.network.sizes, data.dataset,
        // Where other data are loaded no network that fits these could be built first.
        wayOut: self.data == nil ? nil : "Try: \(data.dataset.loadCommand) --drop-network")
      try requireTargets(
        of: training.objective.loss, output: training.network.output, in: data)
      self.training = try training.restarted()
    }
    self.data = data
  }
}

extension Dataset {
  /// The one that a saved session names: `sample`, `full`, or a folder.
  init(source: String, environment: [String: String]) throws {
    switch source {
    case "sample": self = try Dataset.sample()
    case "full": self = try Dataset.full(environment: environment)
    default: self = try Dataset.small(source) ?? Dataset.folder(source)
    }
  }

  /// What people call it: `MNIST sample`, or the folder.
  var title: String {
    switch source {
    case .sample: "MNIST sample"
    case .full: "MNIST full"
    case .folder(let path): path
    case .small(let name): name
    }
  }

  /// Whether its samples are images of one byte a pixel.
  var isOfImages: Bool { if case .bytes = train.features { true } else { false } }

  /// A network that would fit, in the size that people take.
  var suggestedNetwork: String { "\(inputs)-\(isOfImages ? 300 : 10)-\(outputs)" }

  /// The command that loads it.
  var loadCommand: String {
    switch source {
    case .sample: "load mnist"
    case .full: "load mnist full"
    case .folder(let path): "load mnist \(quotedWord(path))"
    case .small(let name): "load \(name)"
    }
  }

  var facts: KeyValuePairs<String, Value> {
    [
      "name": .string(name), "source": .string(sourceName), "train": .integer(train.count),
      "test": .integer(test.count), "shape": .shape(train.shape), "classes": Value(classes),
    ]
  }

  /// `sample`, `full` or the folder's absolute path.
  var sourceName: String {
    switch source {
    case .sample: "sample"
    case .full: "full"
    case .folder(let path): path
    case .small(let name): name
    }
  }
}

extension Line {
  init(_ data: Dataset) {
    guard data.isOfImages else {
      self = """
        \(data.title): \(count: data.train.count) training and \(count: data.test.count) test samples, \
        \(counted(data.inputs, "input")), \
        \(data.classes.map { "\($0) classes" } ?? counted(data.outputs, "target"))
        """
      return
    }
    self = """
      \(data.title): \(count: data.train.count) training and \(count: data.test.count) test digits, \
      \(data.train.rows)×\(data.train.columns), \(data.outputs) classes
      """
  }
}
