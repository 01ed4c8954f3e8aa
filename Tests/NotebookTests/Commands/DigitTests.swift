import Page
import Testing

@testable import Notebook

@Suite struct DigitTests {
  @Test func theFirstTrainingDigitIsAFive() {
    var bench = Bench(.mnist)
    let page = bench.page("digit 0")
    #expect(page.facts["label"] == 5)
    #expect(page.facts["set"] == "train")
    #expect(page.facts["prediction"] == nil)
    guard case .image(let picture) = page.blocks[0] else { return #expect(Bool(false)) }
    #expect(picture.shape == [28, 28])
    #expect(picture.values.max() == 1)
    #expect(bench.page("digit 0 --test").facts["label"] == 7)
  }

  @Test func whatTheNetworkSays() {
    var bench = Bench(.tiny, "network 6-4-3 --init zeros")
    let right = bench.page("digit 0").facts
    #expect(right.names == ["number", "set", "label", "prediction", "outputs"])
    #expect(right["prediction"] == 0)
    #expect(bench.text("digit 0").hasSuffix(", then 1 (0.3333): right\n"))
    #expect(bench.text("digit 1").hasSuffix(": wrong\n"))
    bench.run("step 2")
    guard case .list(let outputs) = bench.page("digit 3").facts["outputs"]! else {
      return #expect(Bool(false))
    }
    #expect(outputs.count == 3)
    #expect(abs(outputs.compactMap(\.number).reduce(0, +) - 1) < 1e-15)
  }

  @Test func withoutANetworkOfItsSize() {
    var bench = Bench(.tiny)
    #expect(bench.text("digit 1").hasSuffix("label 1\n"))
  }

  @Test func outOfRange() {
    var bench = Bench(.tiny)
    #expect(
      bench.failure("digit 10")
        == "There is no digit 10 in the training set: it has 10, counted from 0.")
    #expect(
      bench.failure("digit 4 --test")
        == "There is no digit 4 in the test set: it has 4, counted from 0.")
    #expect(bench.failure("digit 9223372036854775807").hasPrefix("There is no digit 922"))
    #expect(
      bench.failure("digit -1")
        == "There is no digit -1 in the training set: it has 10, counted from 0.")
  }
}
