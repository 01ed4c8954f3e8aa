import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct SetTests {
  @Test(arguments: [
    ("batch=50", "batch: 100 -> 50", #""batch":50"#),
    ("l2=0.001", "l2: 0 -> 0.001", #""l2":0.001"#),
    ("l2=1", "l2: 0 -> 1", #""l2":1.0"#),
    ("shuffle=off", "shuffle: on -> off", #""shuffle":false"#),
    ("precision=7", "precision: 4 -> 7", #""precision":7"#),
    ("rate=1e-08", "rate: 0.1 -> 1e-08", #""rate":1e-08"#),
    ("rate=0", "rate: 0.1 -> 0", #""rate":0.0"#),
    ("batch=50 l2=0.5", "batch: 100 -> 50\nl2: 0 -> 0.5", #""batch":50,"l2":0.5"#),
    ("batch=50 batch=60", "batch: 100 -> 50\nbatch: 50 -> 60", #""batch":60"#),
  ])
  func confirms(settings: String, text: String, values: String) {
    for lines in [[], ["network 6-4-3"], ["network 6-4-3", "phase 4"], ["network 6-4-3", "step"]] {
      var bench = Bench(.tiny)
      for line in lines { bench.run(line) }
      var other = bench
      #expect(bench.text("set \(settings)") == text + "\n")
      #expect(
        other.json("set \(settings)") == #"[{"kind":"facts","name":"set","values":{"# + values
          + "}}]")
    }
  }

  /// Each optimizer has its own settings, and no others.
  @Test(arguments: Optimizer.Rule.all)
  func theSettingsOfAnOptimizer(rule: Optimizer.Rule) {
    var bench = Bench(.tiny, "network 6-4-3", "optimizer \(rule)", "step")
    for setting in rule.settings {
      #expect(bench.page("set \(setting.name)=0.625").facts[setting.name] == 0.625)
      #expect(bench.training.optimizer[setting.name] == 0.625)
    }
    // It goes on with what it remembers.
    #expect(bench.training.optimizerState.updates == 1)
    let mine = Set(rule.settings.map(\.name))
    let names =
      ["batch", "l2", "shuffle", "freeze", "precision", "prompt", "history", "pager"]
      + rule.settings.map(\.name)
    for name in ["rate", "momentum", "decay", "epsilon", "beta1", "beta2"]
    where !mine.contains(name) {
      let sentence = bench.failure("set \(name)=0.5")
      #expect(sentence.hasPrefix("There is no setting \"\(name)\"."))
      #expect(sentence.hasSuffix("There are: \(names.joined(separator: ", "))."))
    }
  }

  @Test(arguments: [
    ("batch=0", "batch=0 is not possible: batch is a whole number from 1 to 1000000."),
    ("batch=1000001", "batch=1000001 is not possible: batch is a whole number from 1 to 1000000."),
    ("batch=-5", "batch=-5 is not possible: batch is a whole number from 1 to 1000000."),
    ("batch=1.5", "batch=1.5 is not possible: batch is a whole number from 1 to 1000000."),
    ("batch=", "batch= is not possible: batch is a whole number from 1 to 1000000."),
    ("precision=0", "precision=0 is not possible: precision is a whole number from 1 to 17."),
    ("precision=18", "precision=18 is not possible: precision is a whole number from 1 to 17."),
    ("l2=-0.1", "l2=-0.1 is not possible: l2 goes from 0 up."),
    ("l2=small", "l2=small: \"small\" is no number. Write, for example, 0.001"),
    ("l2=nan", "l2=nan: \"nan\" is no number. Write, for example, 0.001"),
    ("l2=inf", "l2=inf: \"inf\" is no number. Write, for example, 0.001"),
    ("l2=1e999", "l2=1e999: \"1e999\" is no number. Write, for example, 0.001"),
    ("shuffle=yes", "shuffle=yes is not possible: shuffle is on or off."),
    ("rate=fast", "rate=fast: \"fast\" is no number. Write, for example, 0.001"),
    ("rate=-1", "rate=-1.0 is not possible: rate goes from 0 up."),
    (
      "bacth=3",
      "There is no setting \"bacth\". Did you mean \"batch\"? "
        + "There are: batch, l2, shuffle, freeze, precision, prompt, history, pager, rate."
    ),
    (
      "seed=3",
      "There is no setting \"seed\". "
        + "There are: batch, l2, shuffle, freeze, precision, prompt, history, pager, rate."
    ),
  ])
  func refuses(setting: String, sentence: String) {
    for network in ["", "network 6-4-3"] {
      var bench = Bench(.tiny, network)
      #expect(bench.failure("set \(setting)") == sentence)
      #expect(bench.failure("set l2=0.5 \(setting)") == sentence)
    }
  }

  @Test func theBatchSizeActsFromTheNextMinibatch() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "phase 3", "set batch=3")
    #expect(bench.page("print X").grid.shape == [4, 6])
    bench.run("finish")
    #expect(bench.page("print X").grid.shape == [4, 6])
    #expect(bench.page("step").facts["epoch"] == 0)
    #expect(bench.page("print X").grid.shape == [3, 6])
    #expect(bench.page("step").facts["epoch"] == 1)
    #expect(bench.page("print X").grid.shape == [3, 6])
  }

  /// l2 recomputes loss and gradients of the pass at hand: as if it had been set from the start.
  @Test(arguments: 0...8)
  func l2RecomputesThePass(phases: Int) {
    var switched = Bench(.tiny, "network 6-4-3", "set batch=4")
    var fromTheStart = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.5")
    if phases > 0 {
      switched.run("phase \(phases)")
      fromTheStart.run("phase \(phases)")
    }
    #expect(switched.session != fromTheStart.session)
    switched.run("set l2=0.5")
    #expect(switched.session == fromTheStart.session)
    switched.run("set l2=0")
    fromTheStart.run("set l2=0")
    #expect(switched.session == fromTheStart.session)
  }

  /// After an update it works on the finished pass with its weights, and undoes nothing.
  @Test func l2AfterTheUpdate() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "optimizer adam", "step")
    let before = ["W1", "W2", "b1", "b2", "uW1", "ub2", "delta1"].map { bench.values($0) }
    let gradient = bench.values("dW2")
    let old = zip(bench.values("W2"), bench.values("uW2")).map { $0 - $1 }
    bench.run("set l2=0.5")
    #expect(["W1", "W2", "b1", "b2", "uW1", "ub2", "delta1"].map { bench.values($0) } == before)
    for ((new, gradient), weight) in zip(zip(bench.values("dW2"), gradient), old) {
      // Differences of numbers below 1.
      #expect(abs(new - (gradient + 0.5 * weight)) < 1e-14)
    }
    #expect(bench.training.trace!.l2Loss > 0)
  }

  /// Saved, restored, gone back, replayed: what is frozen stands still in each.
  @Test func frozenArrays() throws {
    let scratch = try Scratch()
    var bench = try Bench.small(scratch, "network 6-4-3", "set freeze=b2,W1", "step 2")
    #expect(bench.text("set freeze=b2,W1") == "freeze: W1,b2 -> W1,b2\n")
    #expect(bench.text("show settings").contains("freeze=W1,b2"))
    #expect(bench.values("uW1").allSatisfy { $0 == 0 } && bench.values("uW2").contains { $0 != 0 })
    #expect(bench.run("check") == .done)
    bench.page("save \(scratch.path)/session.json")
    var restored = try bench.savedAndRestored(scratch)
    restored.page("step")
    bench.page("step")
    #expect(restored.session == bench.session)
    bench.page("back 3")
    #expect(bench.text("set freeze=none").contains("W1,b2 -> none"))
    bench.page("step")
    #expect(bench.values("uW1").contains { $0 != 0 })
    #expect(!bench.text("show settings").contains("freeze"))
    #expect(bench.failure("set freeze=W9").contains("There is no W9"))
    #expect(bench.failure("set freeze=delta1").contains("cannot be frozen"))
    bench.page("replay \(scratch.path)/session.json")
  }
}
