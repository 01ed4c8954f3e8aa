import Page
import Testing

@testable import Notebook

@Suite struct EvaluateTests {
  /// Weights of 0 answer class 0, with a loss of ln 3; the test labels are 1, 2, 0, 1.
  @Test func theTestSet() {
    var bench = Bench(.tiny, "network 6-4-3 --init zeros")
    let page = bench.page("evaluate")
    let facts = page.facts
    #expect(facts.name == "evaluate")
    #expect(Array(facts.names.prefix(3)) == ["loss", "accuracy", "error_rate"])
    // A few roundings of a sum and a division.
    #expect(abs(facts["loss"]!.number! - 1.0986122886681098) < 1e-14)
    #expect(facts["accuracy"] == 0.25)
    #expect(facts["error_rate"] == 0.75)
    #expect(facts["samples"] == 4)
    #expect(facts["set"] == "test")
    #expect(facts["first_errors"] == [0, 1, 3])
    #expect(
      JSONRenderer.json(Page(.table(page.table)))
        == #"[{"kind":"table","name":"confusion","columns":["label","0","1","2"],"#
        + #""rows":[[0,1,0,0],[1,2,0,0],[2,1,0,0]]}]"#)
    #expect(
      bench.text("evaluate").hasPrefix(
        """
        test set: loss 1.099  accuracy 25.0%  error rate 75.0% (3 of 4)
        the first it gets wrong: 0 1 3  (try: digit 0 --test)

        """))
  }

  @Test func theTrainingSet() {
    var bench = Bench(.tiny, "network 6-4-3 --init zeros")
    let facts = bench.page("evaluate --train").facts
    #expect(facts["accuracy"] == 0.4)
    #expect(facts["set"] == "train")
    #expect(bench.text("evaluate --train").contains("(try: digit 1)"))
  }

  @Test func theLossWithL2() {
    var bench = Bench(.tiny, "network 6-4-3", "set l2=0.5")
    let weights = bench.values("W1") + bench.values("W2")
    let facts = bench.page("evaluate").facts
    let expected = 0.25 * weights.reduce(0) { $0 + $1 * $1 }
    #expect(abs(facts["l2_loss"]!.number! - expected) < 1e-14 * expected)
    #expect(facts["loss"]!.number! == facts["data_loss"]!.number! + facts["l2_loss"]!.number!)
    #expect(bench.text("evaluate").contains("loss is data "))
  }

  @Test func anInterruptEndsItWithoutAResult() {
    var bench = Bench(.tiny, "network 6-4-3")
    let before = bench.session
    bench.host.reportsBeforeInterrupt = 1
    #expect(bench.run("evaluate") == .failed(status: 130))
    #expect(
      bench.host.commands.last?.failure?.message
        == "The evaluation was interrupted. The session is as it was.")
    #expect(bench.session == before)
  }

  @Test func theClockStaysWhereItIs() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "phase 5")
    let before = bench.session
    bench.run("evaluate")
    bench.run("evaluate --train")
    #expect(bench.session == before)
  }
}
