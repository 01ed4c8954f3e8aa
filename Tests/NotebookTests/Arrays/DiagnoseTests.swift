import Backprop
import Foundation
import Page
import Testing

@testable import Notebook

@Suite struct DiagnoseTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// 784-16-10 after 12 steps with l2 = 1e-3.
  private func bench(output: String = "softmax", loss: String = "cross-entropy") -> Bench {
    let bench = Bench(
      .mnist, "network 784-16-10 --output \(output)", "loss \(loss)", "set batch=50 l2=0.001",
      "optimizer momentum rate=0.1", "step 12")
    bench.host.folder = scratch.path + "/"
    return bench
  }

  /// The pass as JSON, with some arrays changed.
  private func write(
    _ bench: inout Bench, _ names: [String], adding: [String: Any] = [:],
    change: (String, [Double]) -> [Double] = { $1 }
  ) throws {
    var object: [String: Any] = adding
    for name in names {
      let grid = bench.page("print \(name)").grid
      let values = change(name, grid.values)
      object[name] =
        grid.shape.count == 2
        ? stride(from: 0, to: values.count, by: grid.shape[1]).map {
          Array(values[$0..<$0 + grid.shape[1]])
        } as Any : values
    }
    try scratch.write(
      "mine.json",
      String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
  }

  private func verdicts(_ page: Page) -> [String: String] {
    var result: [String: String] = [:]
    for row in page.table.rows {
      if case .string(let name) = row[0], case .string(let verdict) = row[1] {
        result[name] = verdict
      }
    }
    return result
  }

  @Test(arguments: [
    ("softmax", "cross-entropy"), ("sigmoid", "cross-entropy"), ("sigmoid", "squared-error"),
  ])
  func whatThisProgramComputesIsRight(output: String, loss: String) {
    var bench = bench(output: output, loss: loss)
    bench.page("export mine.npz")
    let page = bench.page("diagnose mine.npz")
    #expect(Set(verdicts(page).values) == ["right"])
    #expect(verdicts(page).count == 6)
    #expect(page.facts(named: "summary")?["verdict"] == "right")
    #expect(page.facts(named: "summary")?["first_wrong"] == .null)
  }

  /// A session that computes with a mistake exports it, and another finds it.
  @Test(arguments: [
    "output-derivative-extra", "target-missing", "hidden-derivative-missing",
    "hidden-delta-averaged",
    "sum-not-mean", "sign-flipped", "outer-product-of-means", "bias-zero", "l2-missing",
    "l2-doubled",
    "input-is-preactivation",
  ])
  func aPlantedMistakeIsNamed(id: String) throws {
    var bench = bench()
    bench.page("mistake \(id)")
    bench.page("export mine.npz")
    let page = bench.page("diagnose mine.npz")
    let mistakes = try #require(page.facts(named: "summary")?["mistakes"])
    var alternatives: [Value] = []
    for row in page.table.rows {
      if case .list(let others) = row[3] { alternatives += others }
    }
    let isNamed =
      mistakes == .list([.string(id)]) || alternatives.contains(.list([.string(id)]))
    #expect(isNamed, "\(page.table.rows)")
    // The session is as it was, its mistake on.
    #expect(bench.training.objective.mistake?.name == id)
  }

  @Test func arraysInJSONAndGradientsAlone() throws {
    var bench = bench()
    try write(&bench, ["dW2", "db2", "dW1", "db1"])
    #expect(Set(verdicts(bench.page("diagnose mine.json")).values) == ["right"])
    try write(&bench, ["db1", "db2"]) { name, values in
      name == "db1" ? values.map { 3 * $0 } : values
    }
    let page = bench.page("diagnose mine.json")
    #expect(verdicts(page) == ["db2": "right", "db1": "mistake"])
    #expect(page.facts(named: "summary")?["first_wrong"] == "db1")
  }

  @Test func noiseIsUnknownAndNeverAName() throws {
    var bench = bench()
    var random = Random(seed: 3)
    try write(&bench, ["dW2", "dW1"]) { name, values in
      name == "dW1" ? values.map { _ in Double(random.next() % 2001) / 1000 - 1 } : values
    }
    let page = bench.page("diagnose mine.json")
    #expect(verdicts(page) == ["dW2": "right", "dW1": "unknown"])
    #expect(page.facts(named: "summary")?["mistakes"] == .list([]))
    let text = bench.text("diagnose mine.json")
    #expect(text.contains("The file has no W1 and no X: the session's were taken"))
  }

  @Test func anUnknownArrayHasAWorstEntry() throws {
    var bench = bench()
    try write(&bench, ["dW1"]) { _, values in
      values.enumerated().map { i, x in i == 9 ? x + 1 : x }
    }
    #expect(bench.text("diagnose mine.json").contains("; most at dW1[0, 9]: "))
  }

  @Test func aFactorOfOneArrayIsShown() throws {
    var bench = bench()
    try write(&bench, ["dW2", "db2", "dW1"]) { name, values in
      name == "db2" ? values.map { $0 * 1.25 } : values
    }
    let text = bench.text("diagnose mine.json")
    #expect(text.contains("db2 = 1.25 * (mean of delta2 over the batch)"))
  }

  @Test func weightsStoredTheOtherWayAreRecognised() throws {
    var bench = bench()
    var object: [String: Any] = [:]
    for name in ["W1", "W2", "dW1", "dW2"] {
      let grid = bench.page("print \(name)").grid
      let (rows, columns) = (grid.shape[0], grid.shape[1])
      object[name] = (0..<columns).map { j in (0..<rows).map { grid.values[$0 * columns + j] } }
    }
    // The weights of the pass are those before the update.
    bench.page("back")
    bench.page("phase 8")
    for name in ["W1", "W2"] {
      let grid = bench.page("print \(name)").grid
      let (rows, columns) = (grid.shape[0], grid.shape[1])
      object[name] = (0..<columns).map { j in (0..<rows).map { grid.values[$0 * columns + j] } }
    }
    for name in ["b1", "b2"] { object[name] = bench.values(name) }
    try scratch.write(
      "t.json", String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self))
    let page = bench.page("diagnose t.json")
    #expect(page.facts(named: "summary")?["transposed"] == true)
    #expect(Set(verdicts(page).values).isSubset(of: ["right", "rounding"]))
  }

  @Test func theCostIsLookedAtFirst() throws {
    var bench = bench(output: "sigmoid", loss: "squared-error")
    let loss = bench.training.trace!.dataLoss
    try write(&bench, ["db2"], adding: ["cost": 2 * loss])
    #expect(
      bench.text("diagnose mine.json").hasPrefix("Your cost is squared-error without the 1/2"))
  }

  @Test(arguments: [
    ("{\"cats\": 3}", "has none of"), ("{}", "has none of"), ("[1]", "an object is needed"),
    ("{\"dW1\": [[1, 2], [3]]}", "mine.json"), ("{\"dW1\": [[1, 2]]}", "shape (1, 2)"),
    ("{\"gradient\": [1, 2, 3]}", "gradient has 3 numbers"), ("{\"dW1\": \"x\"", "damaged"),
    ("{\"db1\": [1], \"loss\": \"hinge\"}", "There is no loss \"hinge\""),
    ("{\"db1\": [1], \"l2\": -1}", "l2 has to be one number from 0 up"),
    ("{\"db1\": [1], \"labels\": [77]}", "labels"),
  ])
  func whatDoesNotFit(text: String, part: String) throws {
    try scratch.write("mine.json", text)
    var bench = bench()
    #expect(bench.failure("diagnose mine.json").contains(part))
  }

  @Test func withoutANetworkTheFileHasToHaveOne() throws {
    try scratch.write("mine.json", "{\"dW1\": [[1, 2]]}")
    var bench = Bench(Session())
    bench.host.folder = scratch.path + "/"
    #expect(bench.failure("diagnose mine.json").contains("no W1, and there is no network yet"))
    #expect(bench.failure("diagnose none.npz").hasPrefix("Cannot read none.npz"))
  }

  @Test func aStubIsAProgramWithoutItsBackwardPass() throws {
    var bench = bench()
    #expect(bench.text("export --stub numpy mine").contains("diagnose mine/mine.npz"))
    let program = try String(contentsOfFile: scratch.path + "/mine/backprop.py", encoding: .utf8)
    #expect(program.contains("raise NotImplementedError"))
    #expect(FileManager.default.fileExists(atPath: scratch.path + "/mine/pass.npz"))
    #expect(bench.failure("export --stub numpy mine").contains("is there already"))
  }

  /// From whatever folder it is started, it reads and writes where it lies.
  @Test(.enabled(if: Python.hasNumPy))
  func aStubWorksFromAnyFolder() throws {
    var bench = bench()
    bench.page("export --stub numpy mine")
    let program = scratch.path + "/mine/backprop.py"
    let filled = try String(contentsOfFile: program, encoding: .utf8)
      .replacingOccurrences(of: "raise NotImplementedError(\"fill in backward()\")", with: "pass")
    try filled.write(toFile: program, atomically: true, encoding: .utf8)
    // By its absolute path, from the working folder of these tests.
    let output = try Python.run(
      "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')", program)
    let result = scratch.path + "/mine/mine.npz"
    #expect(output.hasPrefix("wrote \(result): W1 "))
    #expect(FileManager.default.fileExists(atPath: result))
  }
}

extension Page {
  func facts(named name: String) -> Facts? {
    for case .facts(let facts) in blocks where facts.name == name { return facts }
    return nil
  }
}
