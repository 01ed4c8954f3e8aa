import Page
import Testing

@testable import Notebook

@Suite struct EpochTests {
  /// Ten samples in minibatches of four: 4, 4 and 2, and the means weigh them so.
  @Test func theLastMinibatchIsSmaller() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    var steps = bench
    let page = bench.page("epoch")
    #expect(page.facts["step"] == 3)
    #expect(page.facts["epoch"] == 1)
    #expect(page.facts["phase"] == "update")
    #expect(page.facts["reason"] == "end of epoch 1")
    #expect(bench.host.reports.map(\.done) == [1, 2, 3])
    #expect(bench.host.reports.allSatisfy { $0.total == 3 })

    var indices: [Value] = []
    var (loss, accuracy) = (0.0, 0.0)
    for size in [4.0, 4, 2] {
      let facts = steps.page("step").facts
      loss += size * facts["loss"]!.number!
      accuracy += size * facts["accuracy"]!.number!
      let batch = steps.page("show batch").facts
      #expect(batch["size"]?.number == size)
      if case .list(let items) = batch["indices"]! { indices += items }
    }
    #expect(steps.session == bench.session)
    #expect(indices.compactMap(\.number).sorted() == (0..<10).map(Double.init))

    #expect(page.table.name == "epochs")
    #expect(page.table.columns.map(\.name) == ["epoch", "minibatches", "loss", "accuracy"])
    #expect(page.table.rows.count == 1)
    #expect(page.table.rows[0][0] == 1)
    #expect(page.table.rows[0][1] == 3)
    // Three products and sums, in the same order.
    #expect(abs(page.table.rows[0][2].number! - loss / 10) < 1e-15)
    #expect(abs(page.table.rows[0][3].number! - accuracy / 10) < 1e-15)
  }

  @Test func severalEpochsHaveARowEach() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    let page = bench.page("epoch 3")
    #expect(page.table.rows.map(\.[0]) == [1, 2, 3])
    #expect(page.facts["step"] == 9)
    #expect(page.facts["epoch"] == 3)
    #expect(bench.host.reports.map(\.done) == Array(1...9))
    #expect(bench.host.reports.allSatisfy { $0.total == 9 })
    #expect(bench.page("epoch").table.rows.map(\.[0]) == [4])
  }

  @Test(arguments: ["step", "phase 3", "step 2", "step 2;phase"])
  func runsToTheEndOfTheCurrentEpoch(start: String) {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    for line in start.split(separator: ";") { bench.run(String(line)) }
    #expect(bench.page("epoch").facts["reason"] == "end of epoch 1")
    #expect(bench.training.clock.description == "step 3 epoch 1 update")
    #expect(bench.training.minibatches.position == 0)
  }

  /// Two epochs take the samples in different orders, the same ones for the same seed.
  @Test func theOrderFollowsSeedAndEpoch() {
    func labels(_ network: String, _ settings: String, epoch: Int) -> String {
      var bench = Bench(.tiny, network, settings)
      if epoch > 1 { bench.run("epoch \(epoch - 1)") }
      bench.run("phase")
      return bench.page("show batch").facts["indices"]!.line().description
    }
    let first = labels("network 6-4-3", "set rate=0.1", epoch: 1)
    #expect(labels("network 6-9-3 --init he", "set rate=9", epoch: 1) == first)
    #expect(labels("network 6-4-3", "set rate=0.1", epoch: 2) != first)
    #expect(labels("network 6-4-3 --seed 2", "set rate=0.1", epoch: 1) != first)
    #expect(labels("network 6-4-3", "set shuffle=off", epoch: 1) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
    #expect(labels("network 6-4-3", "set shuffle=off", epoch: 2) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
  }

  @Test func anInterruptedEpochHasNoRow() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    bench.host.reportsBeforeInterrupt = 4
    #expect(bench.run("epoch 5") == .failed(status: 130))
    let page = bench.host.commands.last!.page
    #expect(page.table.rows.map(\.[0]) == [1])
    #expect(page.facts["reason"] == "interrupted")
    #expect(bench.training.clock.description == "step 4 epoch 1 update")
    #expect(bench.host.reports.last?.total == 15)
  }

  @Test func countsStartAtOne() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(bench.failure("epoch 0") == "epoch 0 is not possible: count from 1. Try: epoch 1")
  }
}
