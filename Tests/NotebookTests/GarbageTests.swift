import Backprop
import Testing

@testable import Notebook

/// Whatever is typed: a sentence or a result, never a trap, and a failure changes nothing.
@Suite struct GarbageTests {
  /// All but those that would write files with names from below.
  static let names = commands.map { $0.name }.filter { !["save", "export", "record"].contains($0) }
  static let vocabulary =
    names + Optimizer.Rule.all.map(\.name) + Loss.all.map(\.name)
    + Activation.all.map(\.name) + Initializer.all.map(\.name)
    + ArrayName.all(depth: 3).map(\.description)
    + Array(abbreviations.keys)
    + [
      "mnist", "full", "/nowhere", "6-3", "6-4-3", "6-5-4-3", "784-10", "6-1-3", "6--3", "-1", "0",
      "1",
      "2", "3", "7", "10", "1e308", "-0", "9223372036854775807", "-9223372036854775808", "nan",
      "inf",
      "--test", "--train", "--hidden", "--output", "--init", "--seed", "--help", "-h", "--", "---",
      "---completion", "--generate-completion-script", "--experimental-dump-help", "--version",
      "--output=relu", "-x", "batch=3", "batch=0", "batch=1000000", "batch=", "l2=0.5", "l2=1e308",
      "l2=-1", "rate=0.1", "rate=1e200", "rate=nan", "momentum=0.5", "decay=0", "beta1=0.999999",
      "epsilon=0", "shuffle=on", "shuffle=off", "precision=17", "precision=1", "=", "==", "a=b=c",
      "deltas", "gradients", "weights", "biases", "activations", "preactivations", "updates",
      "network", "settings", "phases", "names", "[", "]", "[0]", "[-1]", "[::2]", "[::-1, 0]",
      "[9]",
      "[1:0]", "[,]", "[:, :, :]", "W1[0, -1]", "X[::0]", "dW1[0][0]", "h[-1:]", "'", "\"", "''",
      "#", "norm(dW1)", "loss", "max(abs(h - Y))", "old(", ")", "<", "0.5", "and", "not",
      "within 1e-6",
      "\\", ">", "> ", ";", "😀", "é", "\u{0}", "\u{1B}[31m", "\u{202E}", "%s%n", "../..", "~",
      "$HOME",
    ]
  static let characters = Array("abcdWXz019[]:,-+=.#'\"\\<>() \t%é😀\u{0}\u{7F}\u{301}\r")

  /// A fixed sequence of numbers: a failure can be run again.
  struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
    }
  }

  static func line(_ dice: inout Dice) -> String {
    if Int.random(in: 0..<8, using: &dice) == 0 {
      let count = Int.random(in: 0...30, using: &dice)
      return String((0..<count).map { _ in characters.randomElement(using: &dice)! })
    }
    // Half of the lines begin with a command, or hardly any would do something.
    var words: [String] = []
    if Bool.random(using: &dice) { words.append(names.randomElement(using: &dice)!) }
    for _ in 0..<Int.random(in: 0...4, using: &dice) {
      words.append(vocabulary.randomElement(using: &dice)!)
    }
    return words.joined(separator: Int.random(in: 0..<9, using: &dice) == 0 ? "" : " ")
  }

  @Test(arguments: UInt64(1)...4)
  func randomLines(seed: UInt64) {
    var dice = Dice(state: seed)
    var bench = Bench(.tiny, "network 6-4-3", isInteractive: seed % 2 == 0)
    var succeeded = 0
    for _ in 1...1000 {
      let line = Self.line(&dice)
      let before = bench.session
      bench.host.items = []
      bench.host.reports = []
      // A count of billions ends here.
      bench.host.reportsBeforeInterrupt = 20
      switch bench.run(line) {
      case .done: succeeded += 1
      case .quit(let status): #expect((0...255).contains(status ?? 0))
      case .failed(status: 130): #expect(!bench.host.reports.isEmpty)
      case .failed(let status):
        // A verification that fails is a result too.
        let report = bench.host.commands.last
        let isVerification = report?.failure?.kind == .verification
        #expect(status == (isVerification ? 2 : 1), "\(line)")
        // "until" that does not get there says so, and stays where it is.
        let stays = report?.command.hasPrefix("until ") != true
        #expect(bench.session == before || !stays, "\(line)")
        let sentence = bench.host.commands.last?.failure?.message ?? ""
        #expect(!sentence.isEmpty, "\(line)")
        #expect(!sentence.contains("Optional(") && !sentence.contains("CommandError"), "\(line)")
      }
      #expect(bench.session == bench.session)
    }
    #expect(succeeded > 100)
    bench.host.reportsBeforeInterrupt = nil
    bench.host.reports = []
    #expect(bench.run("network 6-4-3 --seed 1") == .done)
    #expect(bench.run("step") == .done)
  }
}
