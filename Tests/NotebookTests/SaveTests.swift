import Backprop
import Foundation
import Testing

@testable import Notebook

/// What is saved comes back by its bits, and goes on as if nothing had happened.
@Suite struct SaveTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(arguments: Optimizer.Rule.all)
  func everyPhaseComesBack(rule: Optimizer.Rule) throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "optimizer \(rule)")
    _ = try bench.savedAndRestored(scratch)
    bench.page("phase")
    _ = try bench.savedAndRestored(scratch)
    // To the end of the epoch, and into the next, three phases a time.
    bench.page("step 2")
    for _ in 0...(3 * Phase.all(depth: 2).count) {
      var restored = try bench.savedAndRestored(scratch)
      #expect(restored.json("phase 3") == bench.json("phase 3"))
      bench = restored
    }
    #expect(bench.training.clock.epoch > 1)
  }

  /// Each phase, then on to the same bits, with a network on MNIST's images.
  @Test(arguments: Optimizer.Rule.all)
  func goingOnGivesTheSameBits(rule: Optimizer.Rule) throws {
    var bench = Bench(
      .sample, "network 784-3-10 --seed 3", "set batch=20 l2=0.001", "optimizer \(rule)",
      "step 12")
    let phases = Phase.all(depth: 2).count
    for offset in [0, phases / 2, phases - 1] {
      if offset > 0 { bench.page("phase \(offset)") }
      var restored = try bench.savedAndRestored(scratch, in: .sample)
      var uninterrupted = bench
      #expect(restored.json("step 10") == uninterrupted.json("step 10"))
      #expect(restored.session == uninterrupted.session)
      #expect(restored.session.digest == uninterrupted.session.digest)
      if offset > 0 { bench.page("finish") }
    }
  }

  @Test func goingOnFor950StepsGivesTheSameBits() throws {
    var bench = Bench(
      .sample, "network 784-6-10", "set batch=20", "optimizer rmsprop rate=0.001", "step 50",
      "phase 6")
    var restored = try bench.savedAndRestored(scratch, in: .sample)
    bench.page("step 950")
    restored.page("step 950")
    #expect(restored.session == bench.session)
    #expect(restored.session.digest == bench.session.digest)
    #expect(restored.training.clock.step == 1000)
  }

  /// The data set is found again, not only taken from memory.
  @Test func theSampleIsLoadedAgain() throws {
    var bench = Bench(.sample, "network 784-3-10", "set batch=20", "step")
    _ = try bench.savedAndRestored(scratch)
  }

  // MARK: What a person may do between phases

  @Test(arguments: [
    ["step 2", "loss squared-error"],
    ["step 2", "loss squared-error", "loss cross-entropy"],
    ["step 2", "set l2=0.5"],
    ["step 2", "set rate=0.5"],
    ["step 2", "set rate=0.5", "loss squared-error"],
    ["step 2", "set decay=0.5 epsilon=1e-300", "phase 2"],
    ["step 2", "optimizer adam"],
    ["step 2", "optimizer adam", "step"],
    ["step 2", "optimizer rmsprop"],
    ["step 2", "optimizer sgd rate=1e-320", "phase 9"],
    ["step 2", "phase 3", "set batch=2"],
    ["step 2", "phase 3", "set batch=2", "finish"],
    ["step 2", "set batch=1000"],
    ["set shuffle=off", "step 2"],
    ["step 2", "phase 3", "set shuffle=off"],
    ["step 2", "set shuffle=off", "step 2", "set shuffle=on"],
    ["step 4"], ["epoch"], ["epoch 2", "phase"], ["step 3", "phase 8"], ["step 3"],
    ["set batch=1000", "step 2"],
    ["set precision=17"],
    [
      "step 3",
      "network 6-5-4-3 --hidden relu --output sigmoid --init he --seed 18446744073709551615",
    ],
    ["network 6-3 --output identity --init zeros", "step"],
    ["network 6-5-5-5-3 --hidden tanh --init lecun --seed 0", "phase 11"],
    ["network 6-4-3 --output sigmoid", "step", "loss squared-error", "phase 5"],
  ])
  func commandsBetweenPhases(lines: [String]) throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "optimizer rmsprop rate=0.02")
    for line in lines { bench.page(line) }
    var restored = try bench.savedAndRestored(scratch)
    for line in ["phase 2", "loss squared-error", "step 3", "set l2=0.25", "epoch"] {
      #expect(restored.json(line) == bench.json(line), "\(line)")
      #expect(restored.session == bench.session, "\(line)")
    }
    #expect(restored.session.digest == bench.session.digest)
  }

  /// One of them remembers the gradients of the minibatch before.
  @Test(arguments: Mistake.all)
  func aMistakeComesBack(mistake: Mistake) throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step 2")
    guard bench.run("mistake \(mistake)") == .done else { return }
    for line in ["finish", "phase 8"] {
      guard bench.run(line) == .done else { continue }
      var restored = try bench.savedAndRestored(scratch)
      var uninterrupted = bench
      #expect(restored.json("step 3") == uninterrupted.json("step 3"), "\(line)")
      #expect(restored.session == uninterrupted.session, "\(line)")
    }
  }

  /// Infinities, NaN, -0, and numbers next to 0 go through the text.
  @Test(arguments: ["optimizer sgd rate=1e200", "optimizer adam rate=1e307 epsilon=0"])
  func aDivergedNetworkComesBack(optimizer: String) throws {
    var bench = try Bench.small(
      scratch, "network 6-4-3 --hidden relu --output identity", optimizer)
    for _ in 1...12 {
      bench.page("phase 4")
      var restored = try bench.savedAndRestored(scratch)
      #expect(restored.json("step 3") == bench.json("step 3"))
    }
    let file = try scratch.text("session.json")
    #expect(bench.arrays.contains { $0.values.contains { !$0.isFinite } })
    #expect(file.contains("\"NaN\"") || file.contains("\"Infinity\""))
  }

  @Test(arguments: [
    0.0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
    .leastNormalMagnitude.nextDown, .pi, 0.1, 1e15, 1e16, 0x1p53, 1e300, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .infinity,
    -.infinity, .nan,
  ])
  func everyNumberComesBack(number: Double) throws {
    let layer = Layer(
      activation: .identity, weights: Matrix(rows: 6, columns: 3, repeating: number),
      biases: [number, number, number])
    var session = Session()
    session.training = try Training(network: Network(layers: [layer]))
    session.recipe = Session.Recipe(initializer: .xavier, seed: 1, random: Random(seed: 1))
    let file = try scratch.write("session.json", session.fileText())
    var restored = Bench()
    restored.page("restore \(file) --edited")
    #expect(restored.session == session)
  }

  // MARK: Less than everything

  @Test func anEmptySessionComesBack() throws {
    var bench = Bench()
    _ = try bench.savedAndRestored(scratch)
    bench.page("set batch=7 precision=9")
    bench.page("optimizer adam rate=0.5")
    #expect(try bench.savedAndRestored(scratch).session.currentPlan.batchSize == 7)
  }

  @Test func dataWithoutANetworkComesBack() throws {
    var bench = try Bench.small(scratch)
    var restored = try bench.savedAndRestored(scratch)
    #expect(restored.json("digit 3") == bench.json("digit 3"))
    #expect(restored.json("network 6-4-3") == bench.json("network 6-4-3"))
    #expect(restored.json("step 3") == bench.json("step 3"))
  }

  @Test func aNetworkWithoutDataComesBack() throws {
    try scratch.writeTinyData("tiny")
    var bench = Bench(Session(), "network 6-4-3 --seed 8")
    var restored = try bench.savedAndRestored(scratch)
    for line in ["load mnist \(scratch.path)/tiny", "step 2"] {
      #expect(restored.json(line) == bench.json(line))
    }
  }

  // MARK: The text

  @Test func theSameSessionIsTheSameText() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "optimizer adam", "phase 15")
    bench.page("save \(scratch.path)/first.json")
    var restored = Bench()
    restored.page("restore \(scratch.path)/first.json")
    restored.page("save \(scratch.path)/second.json")
    #expect(try scratch.text("first.json") == scratch.text("second.json"))
    #expect(try scratch.text("first.json").hasSuffix("}\n"))
  }

  @Test func keysAreSorted() throws {
    let bench = try Bench.small(scratch, "network 6-4-3", "optimizer adam", "step 3")
    var session = bench.session
    let text = session.fileText()
    func keys(_ value: Any) -> [String] {
      if let list = value as? [Any] { return list.flatMap(keys) }
      let object = value as? [String: Any] ?? [:]
      return object.keys.sorted().flatMap { [$0] + keys(object[$0]!) }
    }
    #expect(
      text.matches(of: /"([^"]*)":/).map { String($0.output.1) }
        == keys(try JSONSerialization.jsonObject(with: Data(text.utf8))))
  }

  @Test func savingSaysWhereAndHowMuch() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step 3")
    let file = "\(scratch.path)/session.json"
    let page = bench.page("save \(file)")
    let bytes = try scratch.text("session.json").utf8.count
    #expect(page.facts["bytes"]?.number == Double(bytes))
    #expect(page.facts["digest"] == .string(bench.session.digest))
    #expect(
      bench.text("save \(file)") == "saved \(file): step 3, update, \((bytes + 999) / 1000) kB\n")
  }

  /// Neither saving nor restoring is a step on the way.
  @Test func savingChangesNothing() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step 3")
    let (before, entries) = (bench.session, bench.session.journal)
    bench.page("save \(scratch.path)/session.json")
    bench.page("restore \(scratch.path)/session.json")
    #expect(bench.session == before)
    #expect(bench.session.journal == entries)
  }

  // MARK: The schema can fail

  @Test func theSchemaRefusesWhatIsNotInIt() throws {
    let bench = try Bench.small(scratch, "network 6-4-3", "optimizer adam", "step 3")
    var session = bench.session
    let text = session.fileText()
    #expect(try JSONSchema.session.failures(in: text) == [])
    for (old, new) in [
      ("\"version\":1", "\"version\":2"), ("\"l2\":0.01", "\"l2\":-0.01"),
      ("\"l2\":0.01", "\"l2\":\"0.01\""), ("\"shuffle\":true", "\"shuffle\":1"),
      ("\"precision\":4", "\"precision\":4.5"), ("\"precision\":4", "\"precision\":true"),
      ("\"precision\":4", "\"precision\":4,\"colour\":1"),
      ("\"name\":\"adam\"", "\"name\":\"sgd\""), ("\"beta1\":0.9", "\"beta1\":1"),
      ("\"phase\":\"update\"", "\"phase\":\"delta 0\""), ("\"m\":", "\"w\":"),
      ("\"W1\":", "\"V1\":"), ("\"loss\":\"cross-entropy\"", "\"loss\":\"hinge\""),
      ("\"seed\":\"1\"", "\"seed\":1"), ("\"biases\":[", "\"biases\":[\"nan\","),
      ("\"clock\":", "\"time\":"), ("\"command\":\"step 3\"", "\"command\":\"\""),
      ("\"indices\":[", "\"indices\":[7,7,"), ("\"random\":{", "\"random\":{\"more\":[],"),
    ] {
      let changed = text.replacingOccurrences(of: old, with: new)
      #expect(changed != text, "\(old)")
      #expect(try JSONSchema.session.failures(in: changed) != [], "\(new)")
    }
  }
}
