import Backprop
import Datasets
import Page

@testable import Notebook

/// A host that keeps what it is told, and is interrupted when a test says so.
final class RecordingHost: Host {
  var items: [Item] = []
  var reports: [Progress] = []
  var environment: [String: String] = [:]
  var scriptFolder: String?
  var isInNotebook = false
  /// Where relative paths begin.
  var folder: String?
  var workingFolder: String? { folder }
  /// How many reports of progress arrive before Ctrl-C; nil for never.
  var reportsBeforeInterrupt: Int?

  var isInterrupted: Bool { reportsBeforeInterrupt.map { reports.count >= $0 } ?? false }
  func progress(_ progress: Progress) { reports.append(progress) }
  func show(_ item: Item) { items.append(item) }

  /// The commands reported, and what each came to.
  var commands: [Report] {
    items.compactMap { if case .report(let report) = $0 { report } else { nil } }
  }
}

/// A session, and lines to type into it.
struct Bench {
  var session: Session
  var interpreter: Interpreter
  let host = RecordingHost()

  init(_ session: Session = Session(), _ lines: String..., isInteractive: Bool = false) {
    self.session = session
    interpreter = Interpreter(host: host)
    interpreter.isInteractive = isInteractive
    for line in lines { run(line) }
  }

  var training: Training { session.training! }

  @discardableResult
  mutating func run(_ line: String) -> Interpreter.Outcome {
    interpreter.run(line, in: &session)
  }

  /// The page of a command that must succeed.
  @discardableResult
  mutating func page(_ line: String) -> Page {
    guard run(line) == .done, let report = host.commands.last else {
      fatalError("\(line): \(host.commands.last?.failure?.message ?? "no report")")
    }
    return report.page
  }

  /// What a command that must succeed shows in a notebook.
  mutating func text(_ line: String) -> String {
    let page = page(line)
    return TextRenderer.notebook(precision: session.precision).render(page)
  }

  mutating func json(_ line: String) -> String { JSONRenderer.json(page(line)) }

  /// The sentence of a command that must fail, and leave the session as it was.
  mutating func failure(_ line: String) -> String {
    let before = session
    let outcome = run(line)
    guard outcome == .failed(status: 1), let failure = host.commands.last?.failure else {
      return "\(line) did not fail: \(outcome)"
    }
    return session == before ? failure.message : "\(line) failed and changed the session"
  }

  /// The values of an array, printed.
  mutating func values(_ name: String) -> [Double] { page("print \(name)").grid.values }

  mutating func play(_ text: String, name: String = "test.backstep") -> Interpreter.Outcome {
    interpreter.play(Script(text, name: name), in: &session)
  }
}

extension Page {
  /// The only block of its kind.
  var grid: Grid { blocks.compactMap { if case .matrix(let it) = $0 { it } else { nil } }.first! }
  var table: Table { blocks.compactMap { if case .table(let it) = $0 { it } else { nil } }.first! }
  /// The last facts block.
  var facts: Facts { blocks.compactMap { if case .facts(let it) = $0 { it } else { nil } }.last! }
}

extension Facts {
  var names: [String] { values.map(\.name) }
}

extension Value {
  var number: Double? {
    switch self {
    case .number(let value), .percent(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

extension Session {
  /// Ten training and four test images of 2 by 3 pixels, in three classes.
  static let tiny: Session = {
    var session = Session()
    session.data = LoadedData(
      Dataset(
        name: "mnist", source: .folder("/data/tiny"), train: images(10, firstLabel: 0),
        test: images(4, firstLabel: 1)))
    return session
  }()

  /// MNIST's sample, read once.
  static let mnist: Session = {
    var session = Session()
    session.data = LoadedData(try! Dataset.sample())
    return session
  }()

  /// Images whose pixels come from a multiplicative generator; labels 0, 1, 2, 0, …, or 1, 2, ….
  private static func images(_ count: Int, firstLabel: Int) -> SampleSet {
    var state: UInt64 = 88_172_645_463_325_252
    let pixels = (0..<6 * count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 60 < 6 ? 0 : UInt8(truncatingIfNeeded: state >> 40)
    }
    return SampleSet(
      rows: 2, columns: 3, pixels: pixels, labels: (0..<count).map { UInt8(($0 + firstLabel) % 3) })
  }
}
