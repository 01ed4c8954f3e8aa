import Backprop
import Testing

@testable import Notebook

@Suite struct SessionTests {
  @Test(arguments: [
    ("digit 0", "There is no data yet. Try: load mnist"),
    ("step", "There is no data yet. Try: load mnist"),
    ("evaluate", "There is no data yet. Try: load mnist"),
    ("show weights", "There is no network yet. Try: network 784-300-10"),
    ("print W1", "There is no network yet. Try: network 784-300-10"),
    ("loss", "There is no network yet. Try: network 784-300-10"),
  ])
  func whatIsMissingSaysWhatToType(line: String, sentence: String) {
    var bench = Bench()
    #expect(bench.failure(line) == sentence)
  }

  @Test func theNetworkToTryFitsTheData() {
    var bench = Bench(.tiny)
    for line in ["step", "phase", "epoch", "finish", "evaluate", "show network", "print W1"] {
      #expect(bench.failure(line) == "There is no network yet. Try: network 6-300-3")
    }
    bench = Bench(Session(), "network 6-4-3")
    let sentence = bench.failure("step")
    #expect(sentence.contains("load mnist FOLDER, with images of 6 pixels in 3 classes"))
  }

  // MARK: Data and network in either order

  @Test func networkAndDataInEitherOrderAreTheSameSession() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("tiny")
    var dataFirst = Bench()
    dataFirst.page("load mnist \(scratch.path)/tiny")
    dataFirst.page("network 6-4-3 --seed 5")
    var networkFirst = Bench()
    networkFirst.page("network 6-4-3 --seed 5")
    networkFirst.page("load mnist \(scratch.path)/tiny")
    #expect(dataFirst.session == networkFirst.session)
    #expect(dataFirst.json("step 3") == networkFirst.json("step 3"))
  }

  @Test func theLaterOneFailsWhereSizesDoNotFit() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("tiny")
    let load = "load mnist \(scratch.path)/tiny"
    var bench = Bench(.tiny)
    #expect(
      bench.failure("network 784-30-3")
        == "A network with 784 inputs does not fit this data, whose images have 6 pixels. "
        + "Try: network 6-30-3")
    #expect(
      bench.failure("network 6-30-20-10")
        == "A network with 10 outputs does not fit this data, which has 3 classes. "
        + "Try: network 6-30-20-3")

    bench = Bench(Session(), "network 784-30-10")
    #expect(
      bench.failure(load)
        == "A network with 784 inputs does not fit this data, whose images have 6 pixels. "
        + "Try: network 6-30-3")
    bench = Bench(Session(), "network 6-10")
    #expect(
      bench.failure(load)
        == "A network with 10 outputs does not fit this data, which has 3 classes. "
        + "Try: network 6-3")
  }

  @Test func bothSetTheClockToTheStart() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("tiny")
    for line in ["load mnist \(scratch.path)/tiny", "network 6-4-3"] {
      var bench = Bench(
        .tiny, "network 6-4-3", "set batch=3", "optimizer adam", "step 5", "phase 2")
      bench.page(line)
      #expect(bench.training.clock == Clock())
      #expect(bench.training.optimizerState == OptimizerState())
      #expect(bench.training.minibatches.position == 0)
      #expect(bench.failure("print X").hasPrefix("X is not computed yet"))
      #expect(bench.session.currentPlan.batchSize == 3)
      #expect(bench.session.currentPlan.optimizer.name == "adam")
    }
  }

  @Test func loadKeepsTheWeights() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("tiny")
    var bench = Bench(.tiny, "network 6-4-3", "step 2")
    let weights = bench.values("W1")
    bench.page("load mnist \(scratch.path)/tiny")
    #expect(bench.values("W1") == weights)
  }

  // MARK: Settings before and after the network

  @Test func settingsMadeBeforeTheNetworkAreThere() {
    let settings = "batch=3 l2=0.25 shuffle=off precision=6"
    let before = Bench(
      .tiny, "set \(settings)", "optimizer rmsprop rate=0.02", "set decay=0.8", "network 6-4-3")
    let after = Bench(
      .tiny, "network 6-4-3", "optimizer rmsprop rate=0.02", "set \(settings) decay=0.8")
    #expect(before.session == after.session)
    #expect(before.training.objective.l2 == 0.25)
    #expect(before.training.optimizer["decay"] == 0.8)
  }

  @Test func aNewNetworkKeepsTheSettings() {
    var bench = Bench(
      .tiny, "network 6-4-3", "set batch=3 l2=0.25", "optimizer momentum rate=0.3", "step 3")
    bench.run("network 6-5-3")
    #expect(bench.training.objective.l2 == 0.25)
    #expect(bench.training.minibatches.size == 3)
    #expect(bench.training.optimizer.name == "momentum")
    #expect(bench.training.optimizer["rate"] == 0.3)
    #expect(bench.training.optimizerState == OptimizerState())
  }

  // MARK: Memory

  @Test(arguments: [
    "network 784-1000000000-10", "network 784-30000-30000-10",
    "network 9223372036854775807-9223372036854775807", "network 784-9223372036854775807-10",
  ])
  func aNetworkThatDoesNotFitIntoMemoryIsRefused(line: String) {
    var bench = Bench()
    let sentence = bench.failure(line)
    #expect(
      sentence.hasPrefix("A network \(line.dropFirst(8)) with minibatches of 100 needs some "))
    #expect(sentence.hasSuffix(" GB, and 8 are the limit. Take fewer units or a smaller batch."))
  }

  @Test func aBatchThatDoesNotFitIntoMemoryIsRefused() {
    var bench = Bench(Session(), "network 784-300-10")
    // 3 · 10⁶ · (784 + 300 + 10) numbers of 8 bytes are 26 GB.
    #expect(
      bench.failure("set batch=1000000")
        == "A network 784-300-10 with minibatches of 1000000 needs some 26 GB, and 8 are the limit. "
        + "Take fewer units or a smaller batch.")
    bench = Bench(Session(), "set batch=1000000")
    #expect(bench.failure("network 784-300-10").contains("needs some 26 GB"))
    #expect(bench.run("network 6-4-3") == .done)
  }

  /// A batch larger than the data is the whole of it.
  @Test func aBatchBeyondTheDataIsAllOfIt() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=1000000")
    #expect(bench.page("step").facts["epoch"] == 1)
    #expect(bench.page("print labels").grid.shape == [10])
  }
}
