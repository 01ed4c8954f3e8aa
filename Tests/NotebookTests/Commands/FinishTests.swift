import Testing

@testable import Notebook

@Suite struct FinishTests {
  @Test(arguments: 1...9)
  func runsTheRestOfTheMinibatch(phases: Int) {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "step", "phase \(phases)")
    guard phases < 9 else {
      #expect(
        bench.failure("finish")
          == "There is no minibatch in progress: the clock is at update. Try: step")
      return
    }
    let facts = bench.page("finish").facts
    #expect(facts["step"] == 2)
    #expect(facts["phase"] == "update")
    #expect(facts["reason"] == "minibatch finished")
  }

  @Test func thereMustBeOne() {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.failure("finish")
        == "There is no minibatch in progress: the clock is at start. Try: step")
  }
}
