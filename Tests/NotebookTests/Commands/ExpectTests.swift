import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct ExpectTests {
  static let session = Bench(.tiny, "network 6-4-3 --seed 2", "set batch=5", "step 3").session

  @Test(arguments: [
    "loss > 0", "step == 3", "1 < step <= 3", "delta2 == h - Y within 1e-12",
    "not step == 2 and (rate < 1% or accuracy >= 0)", "W1 == W1", "step == 3.04 within 5%",
    "step < 2.999 within 0.01 # close", "step != 3.5 within 0.1", "nonfinite(dW1) == 0",
  ])
  func isSilentWhenItHolds(condition: String) {
    var bench = Bench(Self.session)
    let before = bench.session
    #expect(bench.page("expect \(condition)") == .empty)
    #expect(bench.session == before)
    #expect(bench.session.journal.count == before.journal.count)
  }

  @Test(arguments: [
    ("step < 2", "step is 3, not below 2"),
    ("2 > step", "2 is not above step, which is 3"),
    ("step == 4 within 5%", "step is 3, not equal to 4 within 5%"),
    ("step == epoch + 7 within 1e-6", "step is 3, not equal to epoch + 7, which is 8, within 1e-6"),
    ("step >= 5 or epoch > 7", "step is 3, not at least 5; epoch is 1, not above 7"),
    ("step == 3 and epoch <= 0", "epoch is 1, not at most 0"),
    ("not step == 3", "step is 3, equal to 3"),
    ("not (step > 1 and epoch < 2)", "step is 3, above 1; epoch is 1, below 2"),
    ("0 < step < 3 < 9", "step is 3, not below 3"),
    ("step != 3", "step is 3, not different from 3"),
    ("step == 3.00000001", "step is 3, not equal to 3.00000001"),
    ("step / 3 < -1", "step / 3 is 1, not below -1"),
    ("1 + 1e-9 == step / 3", "1 + 1e-9 is 1.000000001, not equal to step / 3, which is 1"),
    (
      "b1 * 0 == 1",
      "b1 * 0 is not equal to 1 in 4 of 4 entries, most at [0], where b1 * 0 is 0: a difference of 1"
    ),
    ("not b1 == b1", "b1 is equal to b1 in every entry"),
  ])
  func saysBothSidesOfWhatDecides(condition: String, account: String) {
    var bench = Bench(Self.session)
    #expect(bench.run("expect \(condition)") == .failed(status: 2))
    let failure = bench.host.commands.last?.failure
    #expect(failure?.kind == .verification)
    #expect(failure?.message == "expect \(condition) does not hold: \(account).")
  }

  /// The entry furthest apart, with its index, among those that fail.
  @Test func arrays() throws {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let delta = try bench.training.array(ArrayName(.delta, 2)).values
    let worst = delta.indices.max { abs(delta[$0]) < abs(delta[$1]) }!
    #expect(bench.run("expect delta2 == 0 within 1e-9") == .failed(status: 2))
    let report = try #require(bench.host.commands.last)
    let index = "[\(worst / 3), \(worst % 3)]"
    let message = report.failure?.message ?? ""
    #expect(message.contains("in 30 of 30 entries, most at \(index), where delta2 is "))
    #expect(report.page.facts["index"] == .shape([worst / 3, worst % 3]))
    #expect(report.page.facts["left"] == .number(delta[worst]))
    #expect(report.page.facts["within"] == .number(1e-9))
  }

  @Test func nan() {
    var bench = Bench(Self.session)
    #expect(bench.run("expect b1 / 0 * 0 == b1 within 1e9") == .failed(status: 2))
    #expect(bench.run("expect 0 / 0 < 1 within 1e9") == .failed(status: 2))
    #expect(
      bench.host.commands.last?.failure?.message.hasSuffix("0 / 0 is nan, not below 1 within 1e9.")
        == true)
  }

  /// Programs get both sides; people have the sentence.
  @Test func forPrograms() throws {
    var bench = Bench(Self.session)
    bench.run("expect step < 2")
    var page = try #require(bench.host.commands.last?.page)
    #expect(
      JSONRenderer.json(page)
        == #"[{"kind":"facts","name":"expect","values":"#
        + #"{"condition":"step < 2","left":3.0,"right":2.0}}]"#)
    #expect(TextRenderer().render(page) == "")
    bench.run("expect step < 2 or step > 7")
    page = try #require(bench.host.commands.last?.page)
    #expect(
      JSONRenderer.json(page)
        == #"[{"kind":"table","name":"comparisons","columns":["left","comparison","right","holds"],"#
        + #""rows":[[3.0,"<",2.0,false],[3.0,">",7.0,false]]},"#
        + #"{"kind":"facts","name":"expect","values":"#
        + #"{"condition":"step < 2 or step > 7","left":3.0,"right":2.0}}]"#)
    #expect(TextRenderer().render(page) == "")
  }

  @Test func theSessionStaysAsItWas() {
    var bench = Bench(Self.session)
    let before = bench.session
    bench.run("expect step < 2")
    #expect(bench.session == before && bench.session.journal.count == before.journal.count)
  }

  @Test(arguments: [
    ("loss", "\"loss\" is a number, not a condition."),
    ("h - Y", "\"h - Y\" is an array, not a condition."),
    ("loss <", "After \"<\" there can stand a number"),
    ("loss < 2 within", "\"within \" is not possible: within takes a number above 0"),
    ("loss < 2 within 0", "\"within 0\" is not possible"),
    ("loss < 2 within -1", "\"within -1\" is not possible"),
    ("loss < 2 within loss", "\"within loss\" is not possible"),
    ("within 3", "There is no expression."),
    ("old(loss) > 0", "loss was not computed at the previous stop"),
  ])
  func whatIsNoConditionIsAFailedCommand(text: String, sentence: String) {
    var bench = Bench(Self.session)
    #expect(bench.failure("expect \(text)").hasPrefix(sentence))
  }

  @Test func needsANetwork() {
    var bench = Bench()
    #expect(bench.failure("expect loss < 1").hasPrefix("There is no network yet."))
  }
}
