import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct CheckpointTests {
  private func bench(_ lines: String...) -> Bench {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.01")
    for line in lines { bench.page(line) }
    return bench
  }

  @Test func itIsNamedShownMovedAndDeleted() {
    var bench = bench("step 2")
    #expect(bench.text("checkpoint a") == "checkpoint a: step 2, update\n")
    bench.page("phase 2")
    #expect(bench.text("checkpoint b-2.x") == "checkpoint b-2.x: step 2, forward 1\n")
    let table = bench.page("show checkpoints").table
    #expect(table.columns.map(\.name) == ["name", "step", "epoch", "phase", "loss"])
    #expect(
      table.rows[1] == [.string("b-2.x"), .integer(2), .integer(0), .string("forward 1"), .null])
    #expect(bench.text("checkpoint a") == "checkpoint a: step 2, update -> step 2, forward 1\n")
    #expect(bench.text("delete a") == "deleted the checkpoint a\n")
    #expect(bench.failure("goto a") == "There is no checkpoint \"a\". There are: b-2.x.")
    bench.page("delete b-2.x")
    #expect(bench.text("show checkpoints") == "none yet; try: checkpoint before\n")
    for name in ["now", "12", "a:b", "-", "''", "forward_1", "x y"] where name != "forward_1" {
      #expect(bench.run("checkpoint \(name)") == .failed(status: 1), "\(name)")
    }
    #expect(bench.session.journal.map(\.command).allSatisfy { !$0.hasPrefix("checkpoint") })
    var empty = Bench()
    #expect(empty.failure("checkpoint a") == "There is no data yet. Try: load mnist")
  }

  @Test func itIsPinned() {
    var bench = bench("set history=1MB", "step 30", "checkpoint early")
    bench.session.timeline.setBudget(1)
    let early = bench.training
    bench.page("step 500")
    #expect(bench.session.timeline.snapshots.count == 2)
    bench.page("goto early")
    #expect(bench.training == early)
  }

  /// Time does not lead through the beginning of another network.
  @Test func anotherNetworkIsAnotherTime() throws {
    // The way back begins with the data.
    let scratch = try Scratch()
    var bench = try Bench.small(
      scratch, "network 6-4-3", "step 3", "checkpoint first", "network 6-3", "step 5",
      "checkpoint second")
    let text = bench.text("goto first")
    #expect(text.hasPrefix("dropped what was done since the ways parted: network 6-3 "), "\(text)")
    #expect(bench.session.timeline.ahead.isEmpty)
    bench.page("step 2")
    bench.page("back 4")
    #expect(bench.training.network.sizes == [6, 4, 3])
    #expect(bench.session.journal.map(\.command).last == "step 1")
    bench.page("goto second")
    bench.page("back 2")
    var fresh = Session()
    for entry in bench.session.journal {
      try fresh.perform(entry.command, host: RecordingHost())
      #expect(fresh.digest == entry.digest)
    }
    #expect(fresh.training == bench.training)
    #expect(bench.training.network.sizes == [6, 3])
  }

  // MARK: compare

  @Test func twoAreSetSideBySide() throws {
    var bench = bench("step 3", "checkpoint a", "loss squared-error", "set rate=0.5", "step 5")
    let page = bench.page("compare a now")
    let tables = page.blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    #expect(tables.map(\.name) == ["states", "arrays"])
    #expect(tables[0].columns.map(\.name) == ["measure", "first", "second"])
    func row(_ table: Table, _ name: String) throws -> [Value] {
      try #require(table.rows.first { $0[0] == .string(name) })
    }
    #expect(try row(tables[0], "step") == [.string("step"), 3, 8])
    #expect(try row(tables[0], "rate").suffix(1) == [.number(0.5)])
    #expect(try row(tables[0], "objective")[1] == .string("cross-entropy, l2 0.01"))
    #expect(try row(tables[0], "minibatch loss")[2].number == bench.training.trace?.loss)
    let names = tables[1].rows.map { $0[0] }
    #expect(names == ["W1", "W2", "b1", "b2", "dW1", "dW2", "db1", "db2"].map(Value.string))
    // ‖A‖ of both, and ‖A - B‖ / max(‖A‖, ‖B‖), from what print shows.
    for name in ["W2", "dW1"] {
      let now = bench.values(name)
      var other = bench
      other.page("goto a")
      let then = other.values(name)
      func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      let cells = try row(tables[1], name).compactMap(\.number)
      let expected = [
        norm(then), norm(now),
        norm(zip(then, now).map { $0 - $1 }) / max(norm(then), norm(now)),
      ]
      // Another order of summation.
      for (cell, value) in zip(cells, expected) { #expect(abs(cell - value) < 1e-12) }
    }
    #expect(bench.text("compare a a").contains("0\n"))
    #expect(bench.text("compare a now").contains("‖now‖"))
  }

  @Test func anIncompletePassIsCompletedInACopy() {
    var bench = bench("step", "phase 2", "checkpoint inside")
    let before = bench.training
    bench.page("compare inside now")
    #expect(bench.training == before)
    bench.page("back 9")
    bench.page("compare inside now")
    #expect(bench.training.clock == Clock())
  }

  @Test(arguments: [
    ("compare a b", "There is no checkpoint \"b\". Did you mean \"a\"? There are: a."),
    ("compare a", "There is no comparison of \"a\". Try: compare losses, or two names"),
    ("compare a now a", "There is no comparison of \"a now a\"."),
    ("compare", "Usage: compare"),
  ])
  func whatCannotBeCompared(command: String, sentence: String) {
    var bench = bench("checkpoint a")
    let failure = bench.failure(command)
    #expect(failure.contains(sentence), "\(failure)")
    bench.page("network 6-3")
    #expect(
      bench.failure("compare a now")
        == "a is a network 6-4-3 and now one of 6-3: they have no arrays in common.")
  }
}
