import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct HealthCommandTests {
  /// What is said of all samples needs more than a minibatch of ten.
  @Test func aSmallMinibatchHidesNothing() {
    var bench = Bench(
      .mnist, "set batch=10", "network 784-8-10 --init zeros", "optimizer sgd rate=3", "step 20")
    #expect(bench.text("health").contains("same-units, layer 1: 100.0% of the 8 units"))
  }

  @Test func silenceIsOneLine() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "step 2")
    #expect(
      bench.text("health") == """
        no finding: \(Symptom.all.count) symptoms looked for, in 4 samples of the minibatch, 10 of \
        the training set and 4 of the test set

        """)
    let page = bench.page("health")
    #expect(page.facts["findings"] == 0)
    #expect(page.table.rows.isEmpty)
  }

  /// One unit for three classes, whose means span two dimensions.
  @Test func aFindingHasNumberLimitSourceAndWayOut() throws {
    var bench = Bench(.tiny, "network 6-1-3")
    let page = bench.page("health")
    #expect(page.facts.name == "health" && page.facts["findings"] == 1)
    #expect(
      page.table.columns.map(\.name)
        == ["finding", "subject", "value", "threshold", "source", "sentence"])
    let row = try #require(page.table.rows.first)
    #expect(row[0] == "narrow" && row[1] == "layer 1" && row[2] == .number(1))
    #expect(row[3] == .number(2))
    let sentence =
      "Layer 1 has 1 unit for 3 classes, whose centres span 2 dimensions. "
      + "Way out: a wider layer, several times the number of classes."
    #expect(row[5] == .string(sentence))
    let text = bench.text("health")
    #expect(text.hasPrefix("1 finding\nnarrow, layer 1: Layer 1 has 1 unit"))
    #expect(text.contains("\n  way out: a wider layer"))
    #expect(text.contains("\n  limit 2: Papyan, Han and Donoho"))
    #expect(!text.contains("threshold"), "the table is for programs")
  }

  /// The founding question's settings with ten times its l2, so that some steps are enough.
  @Test func theRegulariserIsNamedWithItsShare() throws {
    var bench = Bench(
      .mnist, "network 784-20-10 --output sigmoid", "loss squared-error",
      "optimizer rmsprop rate=0.001 decay=0.9", "set l2=0.01", "step 60")
    let row = try #require(bench.page("health").table.rows.first { $0[0] == "regulariser" })
    #expect(row[1] == "W1")
    // Counted again from what `print` shows: reached are the entries whose data gradient is not 0.
    let (gradient, updates) = (bench.values("dW1"), bench.values("uW1"))
    let weights = zip(bench.values("W1"), updates).map { $0 - $1 }
    let parts = zip(gradient, weights).map { (data: $0 - 0.01 * $1, l2: 0.01 * $1) }
    // Subtracting λW again leaves its rounding where the data part was 0.
    let reached = parts.filter { abs($0.data) > 1e-15 }
    let share = Double(reached.count { abs($0.l2) > abs($0.data) }) / Double(reached.count)
    #expect(abs(row[2].number! - share) < 1e-3)
    #expect(share > 0.1)
    bench.page("set l2=0")
    #expect(bench.page("health").table.rows.filter { $0[0] == "regulariser" }.isEmpty)
  }

  @Test func theSessionDoesNotChange() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    for _ in 0...10 {
      let before = bench.session
      bench.page("health")
      #expect(bench.session == before && bench.session.journal.count == before.journal.count)
      bench.page("phase")
    }
  }

  @Test func whatItNeeds() {
    var bench = Bench()
    #expect(bench.failure("health").contains("Try: load mnist"))
    var empty = Bench(.tiny)
    #expect(empty.failure("health").contains("Try: network"))
  }

  @Test func anInterruptEndsItWithoutAResult() {
    var bench = Bench(.tiny, "network 6-4-3")
    let before = bench.session
    bench.host.reportsBeforeInterrupt = 0
    #expect(bench.run("health") == .failed(status: 130))
    #expect(bench.session == before)
  }

  @Test func helpNamesEverySymptom() {
    var bench = Bench()
    let help = bench.text("help health")
    for symptom in Symptom.all { #expect(help.contains(symptom.name), "\(symptom)") }
  }
}
