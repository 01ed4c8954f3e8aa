import Backprop
import Datasets
import Testing

@testable import Notebook

/// A file of arrays is a stranger's: `diagnose` and `import` answer, or say in a sentence what does
/// not fit, whatever is in it and whatever the session holds. Nothing traps.
@Suite struct ForeignShapesTests {
  let scratch: Scratch
  let file: String
  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/mine.npz"
  }

  /// Units of the networks that files speak of, the inputs first.
  static let networks = [
    [6, 3, 3], [6, 2, 3], [6, 3, 2], [6, 3], [4, 3, 3, 2], [1, 1], [3, 6, 6],
  ]

  static let sessions: [Session] = [
    Session(), .tiny, Bench(.tiny, "network 6-3-3").session,
    Bench(.tiny, "network 6-3-3", "set batch=4", "step 2").session,
    Bench(.tiny, "network 6-2-3 --output sigmoid", "set batch=3", "step", "phase 3").session,
    Bench(.tiny, "network 6-3", "mistake gradient-accumulated", "step 3").session,
  ]

  /// Arrays that a file may hold, with the shape that fits.
  static func shapes(_ sizes: [Int], count: Int) -> [(name: String, shape: [Int])] {
    var shapes = [
      ("X", [count, sizes[0]]), ("Y", [count, sizes.last!]), ("labels", [count]), ("l2", []),
      ("cost", []), ("loss", []),
      ("gradient", [zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }]),
    ]
    for l in 1..<sizes.count {
      let (inputs, outputs) = (sizes[l - 1], sizes[l])
      shapes += [
        ("W\(l)", [inputs, outputs]), ("b\(l)", [outputs]), ("dW\(l)", [inputs, outputs]),
        ("db\(l)", [outputs]), ("delta\(l)", [count, outputs]), ("z\(l)", [count, outputs]),
        ("a\(l)", [count, outputs]), ("previous_dW\(l)", [inputs, outputs]),
        ("previous_db\(l)", [outputs]),
      ]
    }
    return shapes
  }

  /// A file with some of them; about every sixth is not as it should be.
  static func archive(_ dice: inout Dice) -> NPZ {
    let (sizes, count) = (
      networks.randomElement(using: &dice)!, Int.random(in: 1...4, using: &dice)
    )
    let isTransposed = Int.random(in: 0..<4, using: &dice) == 0
    // What most files have in common, so that some get far.
    let isWhole = Bool.random(using: &dice)
    var archive = NPZ()
    for (name, fitting) in shapes(sizes, count: count) {
      let isNeeded = isWhole && (["X", "Y"].contains(name) || "Wb".contains(name.first!))
      guard isNeeded || Int.random(in: 0..<4, using: &dice) == 0 else { continue }
      var shape = fitting
      if isTransposed, name.contains("W") { shape.reverse() }
      switch Int.random(in: 0..<24, using: &dice) {
      case 0: shape = []
      case 1: shape.append(2)
      case 2 where !shape.isEmpty: shape[shape.indices.randomElement(using: &dice)!] += 1
      case 3 where !shape.isEmpty: shape[shape.indices.randomElement(using: &dice)!] = 0
      default: break
      }
      let strange: [Double] = [
        .nan, .infinity, -.infinity, -1, 0.5, 3, 0x1p53, 1e308, -0.0, 1e-300,
      ]
      let isStrange = Int.random(in: 0..<8, using: &dice) == 0
      var values = (0..<shape.reduce(1, *)).map { _ in
        isStrange && Int.random(in: 0..<3, using: &dice) == 0
          ? strange.randomElement(using: &dice)! : Double.random(in: -1...1, using: &dice)
      }
      if !isStrange, name == "labels" {
        values = values.map { _ in Double(Int.random(in: 0..<sizes.last!, using: &dice)) }
      }
      if !isStrange, name == "Y", shape == fitting {
        values = values.map { _ in 0 }
        for row in 0..<count {
          values[row * shape[1] + Int.random(in: 0..<shape[1], using: &dice)] = 1
        }
      }
      if name == "l2", !isStrange { values = values.map(abs) }
      if name == "loss", Bool.random(using: &dice) {
        archive.add(
          name, shape: [], .text((Loss.all.map(\.name) + [""]).randomElement(using: &dice)!))
      } else if name != "loss" || isStrange {
        archive.add(name, shape: shape, .doubles(values))
      }
    }
    return archive
  }

  @Test(arguments: UInt64(1)...4)
  func anyArraysAreAnswered(seed: UInt64) throws {
    var dice = Dice(seed)
    let options = [[], ["--hidden", "tanh"], ["--output", "sigmoid"], ["--output", "relu"]]
    let commands: [any Command] = try options.flatMap { options -> [any Command] in
      [try Diagnose.parse([file] + options), try Import.parse([file] + options)]
    }
    var answered = 0
    for number in 1...100 {
      try scratch.renew("mine.npz", try Self.archive(&dice).bytes())
      var session = Self.sessions.randomElement(using: &dice)!
      let command = commands.randomElement(using: &dice)!
      let host = RecordingHost()
      do {
        let page = try command.run(in: &session, host: host)
        #expect(!page.blocks.isEmpty)
        answered += 1
        // What was imported can be trained, or says what it lacks.
        _ = try? PhaseCommand.parse([]).run(in: &session, host: host)
      } catch {
        let sentence = (error as? Failure)?.message ?? "\(error)"
        #expect(sentence.contains(" ") && sentence.count < 1000, "\(seed), \(number): \(sentence)")
      }
    }
    #expect(answered > 6, "\(answered)")
  }

  /// Weights of the file with other outputs than the session's classes, without X and Y.
  @Test func otherClassesAreNamed() throws {
    var archive = NPZ()
    archive.add("W1", shape: [6, 2], .doubles(Array(repeating: 0.5, count: 12)))
    archive.add("dW1", shape: [6, 2], .doubles(Array(repeating: 0.5, count: 12)))
    try scratch.write("mine.npz", try archive.bytes())
    var bench = Bench(.tiny, "network 6-4-3", "step")
    for command in ["diagnose", "import"] {
      #expect(
        bench.failure("\(command) \(file)")
          == "\(file): the session's samples have 3 classes, and this network has 2 outputs. "
          + "Put Y or labels into the file.")
    }
  }

  /// Of no class: neither beyond them nor between them.
  @Test(arguments: [-1, 3, 0.5, 0x1p53, 1e300, Double.nan, .infinity])
  func labelsOfNoClassAreNamed(label: Double) throws {
    var archive = NPZ()
    archive.add("X", shape: [1, 6], .doubles(Array(repeating: 0.5, count: 6)))
    archive.add("labels", shape: [1], .doubles([label]))
    try scratch.write("mine.npz", try archive.bytes())
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.failure("import \(file)").hasPrefix("\(file): labels[0] is "))
  }

  /// A column of ones compresses well, and a wide layer makes much of it.
  @Test func passesBeyondMemoryAreRefused() throws {
    var archive = NPZ()
    archive.add("W1", shape: [1, 10_000], .doubles(Array(repeating: 0.5, count: 10_000)))
    archive.add("X", shape: [1_000_000, 1], .doubles(Array(repeating: 0.5, count: 1_000_000)))
    archive.add("labels", shape: [1_000_000], .doubles(Array(repeating: 0, count: 1_000_000)))
    try scratch.write("mine.npz", try archive.bytes())
    var bench = Bench()
    for command in ["diagnose", "import"] {
      #expect(
        bench.failure("\(command) \(file)").hasPrefix(
          "A network 1-10000 with minibatches of 1000000 needs some "))
    }
  }
}
