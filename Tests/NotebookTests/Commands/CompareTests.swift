import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct CompareTests {
  /// Each row is what `loss` followed by `show` would give.
  @Test(arguments: ["softmax", "sigmoid"], ["phase 3", "step 2"])
  func aRowIsThePassUnderThatLoss(output: String, state: String) {
    var bench = Bench(
      .tiny, "network 6-5-4-3 --output \(output)", "set batch=4 l2=0.1", state)
    let before = bench.session
    let page = bench.page("compare losses")
    #expect(bench.session == before)
    #expect(bench.session.journal.count == before.journal.count)
    if state == "phase 3" { bench.run("phase 8") }
    #expect(page.table.rows.count == 2)
    #expect(
      page.table.columns.map(\.name) == [
        "name", "loss", "delta3_norm", "delta2_norm", "delta1_norm", "dW3_norm", "dW2_norm",
        "dW1_norm", "saturated",
      ])
    for (row, loss) in zip(page.table.rows, Loss.all) {
      #expect(row[0] == .string(loss.name))
      bench.run("loss \(loss)")
      #expect(row[1] == bench.page("loss").facts["loss"])
      for (column, name) in zip(2..., ["delta3", "delta2", "delta1", "dW3", "dW2", "dW1"]) {
        let values = bench.values(name)
        let norm = Matrix(rows: 1, columns: values.count, values: values).norm
        #expect(row[column] == .number(norm), "\(name)")
      }
    }
    let ratio = page.table.rows[1][2].number! / page.table.rows[0][2].number!
    #expect(page.facts["delta_ratio"] == .number(ratio) && ratio > 1)
    #expect(page.facts["in_force"] == "cross-entropy")
  }

  @Test func saysWhy() {
    // Every output is 1/2, and h - Y is ±1/2: f' = 1/4 shrinks it four times.
    var bench = Bench(.tiny, "network 6-4-3 --output sigmoid --init zeros", "set batch=4")
    #expect(
      bench.text("compare losses").hasSuffix(
        """
        In force: cross-entropy. delta2 = h - Y.
        squared-error's ‖delta2‖ is 4 times smaller than cross-entropy's (0.4330 against 1.732): it \
        multiplies h - Y by the slope f'(z2), which is below 0.01 at 0.0% of the output units, where \
        the network is sure, rightly or wrongly. In cross-entropy's delta f' cancels and h - Y is \
        left (Nielsen ch. 3).

        """))
    // Driven far to one side, the outputs saturate.
    bench = Bench(
      .tiny, "network 6-4-3 --output sigmoid", "optimizer sgd rate=3000", "set batch=10", "step 3")
    let h = bench.values("h")
    let share = Double(h.count { $0 * (1 - $0) < 0.01 }) / Double(h.count)
    #expect(share > 0.3)
    #expect(bench.page("compare losses").facts["saturated"] == .percent(share))
  }

  @Test(arguments: ["identity", "relu", "tanh"])
  func anOutputThatOneLossFits(output: String) {
    var bench = Bench(.tiny, "network 6-4-3 --output \(output)", "set batch=4", "step")
    #expect(bench.page("compare losses").table.rows.count == 1)
    #expect(bench.text("compare losses").hasSuffix("No other loss fits a \(output) output.\n"))
    #expect(bench.page("compare losses").facts["delta_ratio"] == .null)
  }

  @Test func saysWhatCanBeCompared() {
    var bench = Bench(.tiny)
    #expect(
      bench.failure("compare apples")
        == "There is no comparison of \"apples\". Try: compare losses, or two names: compare before now"
    )
    #expect(
      bench.failure("compare apples oranges")
        == "There is no checkpoint \"apples\". Try: checkpoint apples")
    #expect(bench.failure("compare losses").hasPrefix("There is no network yet."))
    #expect(bench.failure("compare").contains("Usage: compare <what> ..."))
    #expect(bench.session.completions(of: "l", after: "compare ") == .words(["losses"]))
  }
}
