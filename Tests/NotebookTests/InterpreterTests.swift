import Testing

@testable import Notebook

@Suite struct InterpreterTests {
  @Test(arguments: ["", "   ", "\t", "# a remark", "   # another"])
  func blankLinesAndCommentsDoNothing(line: String) {
    var bench = Bench()
    #expect(bench.run(line) == .done)
    #expect(bench.host.items.isEmpty)
  }

  @Test(arguments: [
    ("stpe", "There is no command \"stpe\". Did you mean \"step\"? Type \"help\" for the list."),
    (
      "fnish", "There is no command \"fnish\". Did you mean \"finish\"? Type \"help\" for the list."
    ),
    ("Step", "There is no command \"Step\". Did you mean \"step\"? Type \"help\" for the list."),
    (
      "optimiser",
      "There is no command \"optimiser\". Did you mean \"optimizer\"? "
        + "Type \"help\" for the list."
    ),
    ("gibberish", "There is no command \"gibberish\". Type \"help\" for the list."),
    ("0", "There is no command \"0\". Type \"help\" for the list."),
  ])
  func didYouMean(line: String, sentence: String) {
    for isInteractive in [false, true] {
      var bench = Bench(isInteractive: isInteractive)
      #expect(bench.failure(line) == sentence)
    }
  }

  /// Every single typing error in a command of four letters or more leads back to it.
  @Test func everyCommandIsSuggested() {
    for name in commands.map({ $0.name }) where name.count >= 4 {
      var swapped = Array(name)
      swapped.swapAt(1, 2)
      // "setp" is as near to "set" as to "step".
      for wrong in [String(name.dropLast()) + "_", "x" + name, String(swapped)]
      where wrong != name && wrong != "setp" {
        #expect(nearest(to: wrong, among: commands.map { $0.name }) == name, "\(wrong)")
      }
    }
  }

  @Test func aVeryLongWordIsNoCommand() {
    var bench = Bench()
    let word = String(repeating: "step", count: 10_000)
    #expect(bench.failure(word).hasPrefix("There is no command \"stepstep"))
  }

  // MARK: Abbreviations

  @Test(arguments: [
    ("s", "step"), ("ste", "step"), ("ph", "phase"), ("ep", "epoch"), ("ne 6-4-3", "network 6-4-3"),
    ("dig 3", "digit 3"), ("h", "help"),
  ])
  func uniquePrefixesWorkAtThePrompt(line: String, full: String) {
    var bench = Bench(.tiny, "network 6-4-3", isInteractive: true)
    #expect(bench.run(line) == .done)
    #expect(bench.host.commands.last?.command == full)
    #expect(
      bench.interpreter.fullName(of: line) == full.split(separator: " ").first.map(String.init))
  }

  @Test func theShortWordForPrintAndQuit() {
    var bench = Bench(.tiny, "network 6-4-3", isInteractive: true)
    #expect(bench.run("p b1") == .done)
    #expect(bench.host.commands.last?.command == "print b1")
    #expect(bench.run("q 4") == .quit(status: 4))
  }

  @Test(arguments: [
    ("se x", "There is no command \"se\". Scripts use full names: \"set\"."),
    ("s", "There is no command \"s\". Scripts use full names: \"step\"."),
  ])
  func scriptsUseFullNames(line: String, sentence: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(bench.failure(line) == sentence)
    #expect(bench.interpreter.fullName(of: line) == nil)
  }

  @Test func anAmbiguousPrefixListsTheCandidates() {
    var bench = Bench(.tiny, "network 6-4-3", isInteractive: true)
    for word in ["l", "e", "st", "f", "se", "sh"] {
      let candidates = commands.map { $0.name }.filter { $0.hasPrefix(word) }
      guard candidates.count > 1 else { continue }
      #expect(bench.failure(word) == "\"\(word)\" could be \(candidates.joined(separator: ", ")).")
    }
  }

  // MARK: Reports

  @Test func theReportHasTheCommandInFullWordsAndAsTyped() {
    var bench = Bench(.tiny, "network 6-4-3", isInteractive: true)
    bench.run("   se   batch=3   # three")
    #expect(bench.host.commands.last?.command == "set batch=3   # three")
    #expect(bench.host.commands.last?.place == nil)
    bench.run("stpe  3")
    #expect(bench.host.commands.last?.command == "stpe  3")
  }

  @Test func theReportCarriesThePrecisionInForce() {
    var bench = Bench()
    bench.run("set precision=9")
    #expect(bench.host.commands.last?.precision == 9)
  }

  /// Wrong arguments: one sentence, with how the command is written.
  @Test(arguments: [
    ("step x", "Usage: step [<count>]"), ("step 1 2", "Usage: step [<count>]"),
    ("step 1.5", "Usage: step [<count>]"), ("step --fast", "Usage: step [<count>]"),
    ("digit", "Usage: digit <number> [--test]"), ("set", "Usage: set <settings> ..."),
    ("set batch", "Usage: set <settings> ..."), ("set =3", "Usage: set <settings> ..."),
    ("print", "Usage: print <expression>"), ("expect", "Usage: expect <condition>"),
    ("show", "Usage: show <what> [<layer>]"),
    ("finish 3", "Usage: finish"), ("step 99999999999999999999", "Usage: step [<count>]"),
  ])
  func wrongArguments(line: String, usage: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    let sentence = bench.failure(line)
    #expect(sentence.hasSuffix(" \(usage)"), "\(sentence)")
    #expect(!sentence.contains("\n"))
    #expect(!sentence.contains("OVERVIEW"))
  }

  @Test func aWrongValueListsTheRightOnes() {
    var bench = Bench(.tiny, "network 6-4-3")
    for (line, names) in [
      ("network 6-4-3 --hidden sigmoidal", ["identity", "relu", "leaky-relu", "sigmoid", "tanh"]),
      ("network 6-4-3 --init random", ["zeros", "lecun", "he", "xavier"]),
      ("loss hinge", ["squared-error", "cross-entropy"]),
      ("optimizer lbfgs", ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]),
      ("show everything", ["deltas", "gradients", "weights", "settings"]),
    ] {
      let sentence = bench.failure(line)
      for name in names { #expect(sentence.contains(name), "\(line): \(sentence)") }
    }
  }

  @Test(arguments: ["step --help", "step -h", "show --help", "set batch=3 --help"])
  func helpAsAnOption(line: String) {
    var bench = Bench()
    let name = line.split(separator: " ")[0]
    #expect(bench.text(line) == bench.text("help \(name)"))
  }

  // MARK: A failure changes nothing

  @Test(arguments: [
    "load mnist /nowhere", "digit 10", "network 784-10", "network 6-4-3 --output relu --seed x",
    "loss squared", "optimizer sgd rate=0.5 decay=0.9", "optimizer rmsprop rate=0.5 decay=2",
    "set batch=3 l2=0.5 precision=0", "set l2=0.5 shuffle=maybe", "set rate=0.5 beta1=0.1",
    "step 0", "step -1", "epoch 0", "phase -3", "finish", "show deltas 9", "print q",
    "help nothing", "quit 256", "run /nowhere",
  ])
  func aFailedCommandLeavesTheSessionAsItWas(line: String) {
    for state in ["phase 1", "step", "optimizer momentum"] {
      var bench = Bench(.tiny, "network 6-4-3", "set batch=4", state)
      // "finish" fails between minibatches only.
      if line == "finish", state == "phase 1" { continue }
      #expect(!bench.failure(line).isEmpty)
      #expect(!bench.failure(line).contains("did not fail"))
      #expect(!bench.failure(line).contains("changed the session"))
    }
  }

  // MARK: Interrupts

  @Test(arguments: [("step 5", "interrupted"), ("epoch", "interrupted")])
  func anInterruptStopsAtTheEndOfAMinibatch(line: String, reason: String) {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=1")
    bench.host.reportsBeforeInterrupt = 2
    #expect(bench.run(line) == .failed(status: 130))
    let report = bench.host.commands.last!
    #expect(report.failure == nil)
    #expect(report.page.facts["reason"] == .string(reason))
    #expect(bench.training.clock.description == "step 2 epoch 0 update")

    bench.host.reportsBeforeInterrupt = nil
    var whole = Bench(.tiny, "network 6-4-3", "set batch=1", "step 2")
    #expect(bench.session == whole.session)
    #expect(bench.json("step") == whole.json("step"))
  }

  @Test func anInterruptStopsBetweenPhases() {
    var bench = Bench(.tiny, "network 6-4-3")
    bench.host.reportsBeforeInterrupt = 3
    #expect(bench.run("phase 9") == .failed(status: 130))
    #expect(
      bench.host.commands.last?.page.facts["reason"] == "interrupted")
    #expect(bench.training.clock.phase == .forward(2))
  }

  /// The sums behind a count must not overflow.
  @Test(arguments: ["step", "epoch", "phase"], [0, 1])
  func theLargestCount(command: String, epochsBefore: Int) {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=1")
    if epochsBefore > 0 { bench.run("epoch \(epochsBefore)") }
    bench.host.reports = []
    bench.host.reportsBeforeInterrupt = 2
    #expect(bench.run("\(command) 1000000000") == .failed(status: 130))
    for count in [1_000_000_001, Int.max / 10, Int.max / 3 + 1, Int.max] {
      #expect(
        bench.failure("\(command) \(count)")
          == "\(command) \(count) is not possible: count from 1 to 1000000000.")
    }
  }
}
