import Datasets
import Page
import Testing

@testable import Notebook

/// The small sets that are built in, from loading to replay.
@Suite struct SmallSetTests {
  @Test func whatTheyAre() throws {
    let xor = try #require(Dataset.small("xor"))
    #expect((0..<4).map { xor.train.values($0)[0] } == [0, 1, 1, 0])
    #expect(xor.test == xor.train && xor.classes == nil && xor.outputs == 1)
    let spiral = try #require(Dataset.small("spiral"))
    #expect(spiral.train.count == 300 && spiral.classes == 3 && spiral.inputs == 2)
    #expect(spiral.train != spiral.test)
    // Each arm goes from the centre to the unit circle: x² + y² = r².
    for arm in 0..<3 {
      for i in [0, 40, 99] {
        let point = spiral.train.numbers(100 * arm + i)
        let r = Double(i) / 99
        #expect(abs(point[0] * point[0] + point[1] * point[1] - r * r) < 1e-14)
      }
    }
    let sine = try #require(Dataset.small("sine"))
    // math.sin in Python.
    #expect(abs(sine.train.values(0)[0] - -0.1411200080598672) < 1e-15)
    #expect(sine.train.numbers(59) == [3] && sine.test.count == 59)
    #expect(Dataset.small("mnist") == nil)
  }

  /// The script of the manual: every array on the screen, right, learned, and the same after all ways
  /// of coming back.
  @Test func xorIsLearned() throws {
    let scratch = try Scratch()
    var bench = Bench(
      Session(), "load xor", "network 2-2-1 --hidden tanh --output sigmoid --seed 2")
    #expect(
      bench.text("load xor").hasPrefix(
        "xor: 4 training and 4 test samples, 2 inputs, 1 target"))
    for line in ["set batch=4", "optimizer adam rate=0.1", "phase 8"] { bench.page(line) }
    #expect(bench.values("Y").count == 4 && bench.values("delta1").count == 8)
    #expect(bench.page("check").facts["verdict"] == "same")
    bench.page("epoch 300")
    #expect(bench.page("evaluate").facts["accuracy"]?.number == 1)
    #expect(bench.text("evaluate").contains("(0 of 4)"))
    #expect(bench.text("sample 1").contains("sample 1 of the training set: X [0, 1]"))
    #expect(bench.text("sample 1").contains("right"))
    bench.page("save \(scratch.path)/xor.json")
    let failures = try JSONSchema.session.failures(in: try scratch.text("xor.json"))
    #expect(failures == [])
    var restored = Bench(Session(), "restore \(scratch.path)/xor.json")
    #expect(restored.session == bench.session)
    for line in ["back 3", "step 2", "goto 10 delta 2", "step 5"] {
      #expect(restored.json(line) == bench.json(line))
    }
    #expect(restored.session == bench.session)
    restored.page("replay \(scratch.path)/xor.json")
  }

  @Test func regressionHasNoAccuracy() {
    var bench = Bench(
      Session(), "load sine", "network 1-8-1 --hidden tanh --output identity", "set batch=10")
    #expect(bench.training.objective.loss == .squaredError)
    #expect(bench.page("epoch 2").facts["accuracy"] == .null)
    #expect(!bench.text("step").contains("accuracy"))
    #expect(bench.text("evaluate").contains("root mean square error"))
    #expect(bench.failure("plot accuracy").contains("Try: plot loss"))
    #expect(bench.page("check").facts["verdict"] == "same")
    for line in ["health", "explain loss", "show batch", "sample 3 --test", "compare losses"] {
      bench.page(line)
    }
    #expect(bench.text("sample 3").contains("the network says"))
    #expect(bench.failure("network 1-3-2 --output identity").contains("has 1 target. Try"))
    #expect(bench.failure("network 2-3-1").contains("samples have 1 number. Try"))
    // The sine goes below 0, where cross-entropy takes nothing.
    bench.page("network 1-3-1 --output sigmoid")
    #expect(bench.training.objective.loss == .squaredError)
    #expect(
      bench.failure("loss cross-entropy").contains("needs targets from 0 to 1: Y[0, 0] is -0.14"))
  }

  @Test func theSpiralHasClasses() {
    var bench = Bench(
      Session(), "load spiral", "network 2-30-3 --hidden relu --init he", "set batch=30",
      "optimizer adam rate=0.02", "epoch 40")
    #expect(bench.page("evaluate").facts["accuracy"]!.number! > 0.8)
    #expect(bench.run("check") == .done)
    #expect(bench.failure("digit 300").hasPrefix("There is no sample 300 in the training set"))
  }

  @Test func whatIsNotThere() {
    var bench = Bench()
    #expect(bench.failure("load xro").contains("Did you mean \"xor\"?"))
    #expect(bench.failure("load xor full").contains("takes nothing else"))
  }
}
