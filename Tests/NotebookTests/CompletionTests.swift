import Testing

@testable import Notebook

@Suite struct CompletionTests {
  @Test func commandsAtTheBeginning() {
    let session = Session()
    #expect(session.completions(of: "re", after: "") == .words(["restore", "replay", "record"]))
    #expect(session.completions(of: "", after: " ") == .words(commands.flatMap { $0.names }))
    #expect(session.completions(of: "x", after: "") == .words([]))
    #expect(session.completions(of: "x", after: "stpe ") == .words([]))
  }

  /// Every option of every command is offered, and none twice.
  @Test func optionsOfEveryCommand() {
    for type in commands where type.reading == .words {
      guard case .words(let options) = Session().completions(of: "--", after: "\(type.name) ")
      else { continue }
      for option in options {
        #expect(type.usage.contains(option), "\(type.name) \(option)")
        #expect(
          Session().completions(of: option, after: "\(type.name) \(option) ") != .words([option]))
      }
      #expect(options.count == type.usage.split(separator: "--").count - 1, "\(type.name)")
    }
  }

  @Test(
    arguments: [
      ("network 784-10 --hidden ", "s", ["sigmoid", "softplus"]),
      ("network 784-10 --output ", "so", ["softmax", "softplus"]),
      ("network 784-10 --init ", "", ["zeros", "lecun", "he", "xavier"]),
      ("loss ", "c", ["cross-entropy"]), ("optimizer ", "r", ["rmsprop"]),
      ("optimizer rmsprop ", "", ["rate=", "decay=", "epsilon="]), ("show ", "gr", ["gradients"]),
      ("load ", "", ["mnist", "xor", "spiral", "sine"]), ("set ", "b", ["batch="]),
      ("set batch=1 ", "l", ["l2="]),
      ("help ", "phas", ["phase", "phases"]), ("step 1 ", "", []), ("quit 1 ", "", []),
      ("mistake ", "l1", ["l1-instead-of-l2"]), ("check ", "d", ["deltas"]),
      ("check --method ", "comp", ["complex-step"]),
    ] as [(String, String, [String])])
  func valuesFromTheDeclarations(before: String, word: String, expected: [String]) {
    #expect(Session().completions(of: word, after: before) == .words(expected))
  }

  /// The arrays that are computed, and no others.
  @Test func arraysThatAreThere() {
    var bench = Bench(.mnist, "network 784-6-10", "set batch=5")
    func session() -> Session { bench.session }
    #expect(session().completions(of: "", after: "explain ") == .words(["W1", "W2", "b1", "b2"]))
    #expect(
      session().completions(of: "", after: "print ")
        == .words(["W1", "W2", "b1", "b2"] + Expression.words))
    bench.run("phase 5")
    #expect(session().completions(of: "delta", after: "print ") == .words(["delta2"]))
    #expect(session().completions(of: "z", after: "explain ") == .words(["z1", "z2"]))
    #expect(session().completions(of: "", after: "show weights ") == .words(["1", "2"]))
  }

  /// A function goes on with its parenthesis.
  @Test(
    arguments: [
      ("print ", "no", ["norm(", "nonfinite(", "not"]), ("print max(ab", "abs", ["abs("]),
      ("print loss < ", "l", ["loss", "l2_loss", "l2_share("]), ("expect ", "acc", ["accuracy"]),
      ("expect loss == 2 ", "w", ["within"]), ("print ", "w", []),
      ("print ", "s", ["step", "sum(", "std(", "saturated("]),
      ("print --", "x", []), ("expect 'x' ", "an", ["and"]),
    ] as [(String, String, [String])])
  func wordsOfExpressions(before: String, word: String, expected: [String]) {
    #expect(Session().completions(of: word, after: before) == .words(expected))
  }

  /// Where a word ends at an operator, and where an option does not.
  @Test(arguments: [
    ("print norm(dW1) - W", true), ("explain W1", true), ("step 3", false), ("print --ep", false),
    ("print", true), ("help pri", false),
  ])
  func whereExpressionsStand(line: String, expected: Bool) {
    #expect(Interpreter.endsInExpression(line) == expected)
  }

  @Test(arguments: ["run ", "restore ", "save ", "export ", "load mnist x"])
  func filesWhereFilesAreMeant(line: String) {
    let (before, word) = line == "load mnist x" ? ("load mnist ", "x") : (line, "se")
    #expect(Session().completions(of: word, after: before) == .files)
  }

  @Test(
    arguments: [
      ("break ", "forw", ["forward"]), ("break ", "de", ["dead(", "delta"]),
      ("break ", "lo", ["loss"]), ("break delta ", "2", ["2"]), ("break delta 2 ", "i", ["if"]),
      ("break update ", "i", ["if"]), ("break loss > 1 ", "i", []),
      ("watch norm(W1) ", "b", ["b1", "b2", "by"]),
      ("back ", "un", ["until"]), ("back ", "--", ["--phase"]),
      ("back until ", "acc", ["accuracy"]),
      ("catch ", "d", ["dead"]), ("delete ", "", ["1", "here", "all"]), ("goto ", "h", ["here"]),
      ("goto 12 ", "de", ["delta"]), ("goto 12 delta ", "", ["1", "2"]),
      ("compare here ", "n", ["now"]), ("set ", "p", ["precision=", "prompt=", "pager="]),
    ] as [(String, String, [String])])
  func timeAndStops(before: String, word: String, expected: [String]) {
    let bench = Bench(.tiny, "network 6-4-3", "checkpoint here", "break update")
    #expect(bench.session.completions(of: word, after: before) == .words(expected))
  }
}
