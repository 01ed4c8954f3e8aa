import Page
import Testing

@testable import Notebook

@Suite struct CheckTests {
  @Test func theTableAndTheFacts() {
    var bench = Bench(.mnist, "network 784-6-10", "set batch=10 l2=0.001", "step 2")
    let before = bench.session
    let page = bench.page("check")
    #expect(bench.session == before)
    #expect(
      page.table.columns.map(\.name) == [
        "array", "entries", "relative_error", "l2_relative_error", "worst_index", "analytic",
        "numeric", "both_zero", "kinks", "verdict",
      ])
    #expect(page.table.rows.map { $0[0] } == ["dW2", "db2", "dW1", "db1"])
    #expect(page.facts.name == "check")
    #expect(page.facts["parameters"] == .integer(784 * 6 + 6 + 60 + 10))
    #expect(page.facts["verdict"] == "same")
    #expect(page.facts["method"] == "complex-step")
    #expect((page.facts["worst_relative_error"]?.number ?? 1) < 1e-14)
  }

  @Test func aWrongGradientIsAFailedVerification() throws {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=5", "mistake factor-two")
    #expect(bench.run("check") == .failed(status: 2))
    let report = try #require(bench.host.commands.last)
    #expect(report.page.facts["verdict"] == "differs")
    #expect(report.page.facts["wrong"] == .list(["dW2", "db2", "dW1", "db1"]))
    #expect(report.failure?.message.hasSuffix(": dW2, db2, dW1, db1.") == true)
  }

  /// Neither right nor wrong: the page is there, and the sentence names the way out.
  @Test func aStepThatCannotTell() throws {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=5", "step")
    #expect(bench.run("check --method central --epsilon 1e-14") == .failed(status: 1))
    let report = try #require(bench.host.commands.last)
    #expect(report.page.facts["verdict"] == "unsuitable" && report.page.facts["wrong"] == .list([]))
    #expect(
      report.failure?.message == "A step of 1e-14 is unsuitable for central differences of dW2, "
        + "db2, dW1, db1: rounding alone can make the difference. Leave --epsilon out.")
    #expect(bench.page("check --method central").facts["verdict"] == "same")
    bench.run("network 6-4-3 --hidden relu --init zeros")
    #expect(bench.run("check") == .failed(status: 1))
    #expect(bench.host.commands.last?.failure?.message.contains("crosses a kink") == true)
  }

  /// The verdict is what a check is for.
  @Test(arguments: 24...80) func theVerdictShowsAtEveryWidth(width: Int) {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=5 l2=0.01", "step")
    let lines = TextRenderer(width: width).lines(Page(.table(bench.page("check").table)))
    for line in lines.prefix(5) { #expect("\(line)".count <= width) }
    #expect("\(lines[0])".hasSuffix("verdict") && "\(lines[1])".contains("same"))
    #expect("\(lines[1])".hasPrefix("dW2"))
  }

  @Test func partsOfIt() {
    var bench = Bench(.tiny, "network 6-4-3 --hidden relu --output identity", "set batch=5")
    #expect(bench.page("check").facts["method"] == "central")
    #expect(bench.page("check --array db1").table.rows.count == 1)
    #expect(bench.page("check deltas --sample 2").facts["parameters"] == .integer(7))
    #expect(bench.page("check inputs").facts["parameters"] == .integer(30))
    let sweep = bench.page("check --sweep").table
    #expect(sweep.columns.map(\.name) == ["epsilon", "central", "forward"])
    #expect(sweep.rows.count == 12)
  }

  @Test func whatCannotBeChecked() {
    var bench = Bench(.tiny)
    #expect(bench.failure("check") == "There is no network yet. Try: network 6-300-3")
    bench.run("network 6-4-3 --hidden relu")
    #expect(bench.failure("check --method complex-step").contains("relu has a kink"))
    #expect(bench.failure("check --epsilon 0").contains("a step is above 0"))
    #expect(bench.failure("check --array W1").contains("dW2, db2, dW1, db1"))
    #expect(bench.failure("check --sample 10").contains("it has 10, counted from 0"))
  }
}
