import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct MistakeTests {
  // MARK: On and off

  @Test func saysWhatItComputesFromNowOn() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(bench.text("mistake") == "mistake: off\n")
    #expect(
      bench.text("mistake hidden-derivative-missing")
        == "mistake: off -> hidden-derivative-missing\n  wrong: delta1 = delta2 W2^T\n"
        + "  right: delta1 = (delta2 W2^T) * f'(z1)\n")
    #expect(
      bench.json("mistake")
        == #"[{"kind":"facts","name":"mistake","values":{"id":"hidden-derivative-missing","#
        + #""wrong":"delta1 = delta2 W2^T","right":"delta1 = (delta2 W2^T) * f'(z1)"}}]"#)
    #expect(
      bench.text("mistake sum-not-mean").hasPrefix(
        "mistake: hidden-derivative-missing -> sum-not-mean\n"))
    #expect(bench.text("mistake off") == "mistake: sum-not-mean -> off\n")
    #expect(
      bench.json("mistake off")
        == #"[{"kind":"facts","name":"mistake","values":{"id":null,"wrong":null,"right":null}}]"#)
  }

  @Test func refusesWhatChangesNothingHere() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.failure("mistake output-derivative-missing")
        == "The mistake output-derivative-missing needs squared-error and an output other than "
        + "identity. Here there is 6-4-3 with sigmoid hidden layers, a softmax output, the loss "
        + "cross-entropy and l2=0.")
    #expect(bench.failure("mistake l2-doubled").contains("needs an l2 above 0 (try: set l2=0.001)"))
    #expect(
      bench.failure("mistake hidden-derivativ-missing")
        == "There is no mistake \"hidden-derivativ-missing\". Did you mean "
        + "\"hidden-derivative-missing\"? Type \"help mistakes\" for the list.")
    #expect(bench.failure("mistake sum not mean").contains("Usage: mistake [<id>]"))
    bench = Bench(.tiny)
    #expect(
      bench.failure("mistake sum-not-mean") == "There is no network yet. Try: network 6-300-3")
    #expect(bench.text("mistake off") == "mistake: off -> off\n")
  }

  /// Every id that applies can be switched on, and every other says why not.
  @Test(arguments: ["--output softmax", "--output sigmoid", "--output tanh --hidden relu"])
  func everyId(network: String) {
    for loss in Loss.all {
      var bench = Bench(.tiny, "network 6-4-4-3 \(network)", "set batch=4 l2=0.01", "step")
      guard bench.run("loss \(loss)") == .done else { continue }
      for mistake in Mistake.all {
        let line = "mistake \(mistake)"
        guard mistake.applies(to: bench.training.setting) else {
          #expect(bench.failure(line).hasPrefix("The mistake \(mistake) needs "))
          continue
        }
        let facts = bench.page(line).facts
        #expect(facts["id"] == .string(mistake.name))
        #expect(facts["wrong"] != facts["right"])
        bench.page("step 2")
        #expect(bench.session.journal.suffix(2).first?.command == line)
        bench.page("mistake off")
        #expect(bench.session.journal.last?.command == "mistake off")
      }
    }
  }

  /// The pass at hand follows on its own weights, and the update that has been made stays.
  @Test func recomputesThePass() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "step 2")
    let before = bench.session
    bench.page("mistake hidden-derivative-missing")
    #expect(bench.training.network == before.training?.network)
    #expect(bench.training.changes == before.training?.changes)
    #expect(bench.values("dW2") == before.training!.trace!.gradients[1].weights.values)
    #expect(bench.values("dW1") != before.training!.trace!.gradients[0].weights.values)
    bench.page("mistake off")
    #expect(bench.session == before)
  }

  @Test func staysThroughOtherCommands() {
    var bench = Bench(.tiny, "network 6-4-3", "set l2=0.1", "mistake l2-doubled")
    #expect(bench.text("network 6-5-3").hasSuffix("The mistake l2-doubled stays on.\n"))
    #expect(bench.training.objective.mistake == .init("l2-doubled"))
    bench.page("set l2=0")
    let idle = bench.text("mistake")
    #expect(idle.contains("It changes nothing now. The mistake l2-doubled needs an l2 above 0"))
    #expect(bench.text("show settings").contains("# mistake l2-doubled  (changes nothing)\n"))
    #expect(bench.text("loss squared-error").contains("The mistake l2-doubled stays on."))
    bench.page("set l2=0.1")
    #expect(bench.text("show settings").hasSuffix("\nmistake l2-doubled\n"))
    #expect(bench.page("show settings").facts["mistake"] == .string("l2-doubled"))
  }

  // MARK: Where it shows

  @Test func phasesShowTheWrongFormula() {
    var bench = Bench(
      .tiny, "network 6-4-3", "set batch=4 l2=0.1", "mistake hidden-activation-only")
    let text = bench.text("phase 8")
    #expect(text.contains("delta 2: delta2 = h - Y\n"))
    #expect(text.contains("delta 1: delta1 = (delta2 W2^T) * a1\n"))
    #expect(
      text.contains(
        "gradient 1: dW1 = a0^T delta1 / 4 + l2 W1, db1 = mean of delta1 over the batch\n"))
    bench = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.1", "mistake sum-not-mean")
    #expect(
      bench.text("phase 8").contains(
        "gradient 1: dW1 = a0^T delta1 + l2 W1, db1 = sum of delta1 over the batch\n"))
    bench = Bench(.tiny, "network 6-4-3", "mistake target-missing")
    #expect(bench.page("loss").facts["delta"] == .string("delta2 = h"))
  }

  @Test func normsShowThePartsAsTheyAreComputed() throws {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.1", "phase 8")
    func norms() -> [[Double]] {
      let table = bench.page("show gradients").table
      return table.rows.map { row in row.suffix(2).map { $0.number! } }
    }
    let right = norms()
    bench.page("mistake l2-doubled")
    let wrong = norms()
    for (wrong, right) in zip(wrong, right) {
      #expect(wrong[0] == right[0])
      #expect(abs(wrong[1] - 2 * right[1]) <= 1e-15)
    }
  }

  // MARK: Saving

  @Test(arguments: Mistake.all.map(\.name))
  func comesBackFromAFile(id: String) throws {
    let scratch = try Scratch()
    for output in ["sigmoid", "softmax"] {
      for loss in Loss.all {
        var bench = try Bench.small(
          scratch, "network 6-4-4-3 --output \(output)", "loss \(loss)", "step")
        guard bench.run("mistake \(id)") == .done else { continue }
        bench.page("step 2")
        bench.page("phase 9")
        var restored = try bench.savedAndRestored(scratch)
        #expect(restored.session.training?.objective.mistake?.name == id)
        for line in ["finish", "step 2", "mistake off", "step"] {
          #expect(restored.json(line) == bench.json(line), "\(line)")
        }
        #expect(restored.session == bench.session)
      }
    }
  }

  @Test func damagedFilesAreRefused() throws {
    let scratch = try Scratch()
    var bench = try Bench.small(scratch, "network 6-4-3", "mistake gradient-accumulated", "step 3")
    bench.page("save \(scratch.path)/session.json")
    let text = try scratch.text("session.json")
    #expect(text.contains("\"mistake\":\"gradient-accumulated\""))
    for (old, new, place) in [
      ("\"mistake\":\"gradient-accumulated\"", "\"mistake\":\"gradient\"", "mistake: "),
      ("\"mistake\":\"gradient-accumulated\"", "\"mistake\":7", "mistake: a text is needed."),
      (
        "\"mistake\":\"gradient-accumulated\"", "\"mistake\":null",
        "pass.previous_gradients: there are none with this mistake at this step."
      ),
      ("\"previous_gradients\":[", "\"previous_gradients\":[7,", "pass.previous_gradients"),
    ] {
      try scratch.write("damaged.json", text.replacing(old, with: new))
      let sentence = bench.failure("restore \(scratch.path)/damaged.json")
      #expect(sentence.contains("damaged.json is damaged: \(place)"), "\(sentence)")
    }
  }

  // MARK: Help

  @Test func listsThemAll() {
    var bench = Bench()
    let lines = bench.text("help mistakes").split(separator: "\n")
    for mistake in Mistake.all {
      #expect(lines.count { $0.hasPrefix("  \(mistake.name) ") } == 1)
    }
    for group in Mistake.Group.allCases { #expect(lines.contains(Substring(group.rawValue))) }
    #expect(lines.allSatisfy { $0.count <= 120 })
    bench = Bench(.tiny, "network 6-4-3")
    #expect(bench.text("help mistakes").contains("The faint ones need another network"))
  }

  @Test(arguments: Mistake.all)
  func explainsOne(mistake: Mistake) {
    for lines in [[], ["network 6-4-3"], ["network 6-4-4-3 --output sigmoid", "set l2=0.1"]] {
      var bench = Bench(.tiny)
      for line in lines { bench.page(line) }
      let text = bench.text("help mistake \(mistake)")
      #expect(text.hasPrefix("\(mistake): \(mistake.group.rawValue.lowercased())\n"))
      for word in ["\n  wrong   ", "\n  right   ", "\n  NumPy   "] { #expect(text.contains(word)) }
      let setting = bench.session.training?.setting
      #expect(
        text.contains("try: mistake \(mistake)\n")
          == (setting.map { mistake.applies(to: $0) } ?? true))
      #expect(bench.page("help mistake \(mistake)").facts["effect"] == .string(mistake.effect))
    }
  }

  @Test func helpTakesTwoWordsForAMistakeOnly() {
    var bench = Bench()
    #expect(bench.failure("help mistake sum-not-men").contains("Did you mean \"sum-not-mean\"?"))
    #expect(bench.failure("help phase s").contains("only a mistake takes two words"))
    #expect(bench.text("help mistake").contains("usage: mistake [<id>]"))
  }

  @Test func completesIds() {
    let session = Bench(.tiny, "network 6-4-3").session
    #expect(
      session.completions(of: "hidden-derivative-of", after: "mistake ")
        == .words(["hidden-derivative-of-tanh", "hidden-derivative-of-relu"]))
    #expect(session.completions(of: "o", after: "mistake ") != .words([]))
    #expect(session.completions(of: "of", after: "mistake ") == .words(["off"]))
    #expect(
      Session().completions(of: "l1", after: "help mistake ") == .words(["l1-instead-of-l2"]))
    #expect(Session().completions(of: "mistakes", after: "help ") == .words(["mistakes"]))
  }
}
