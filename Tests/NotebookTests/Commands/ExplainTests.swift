import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct ExplainTests {
  /// Totals against what `print` shows, over the layers and kinds, on a finished minibatch.
  @Test(arguments: ["sigmoid", "tanh", "relu", "leaky-relu"], ["softmax", "sigmoid"])
  func totalsArePrintsNumbers(hidden: String, output: String) {
    for loss in ["cross-entropy", "squared-error"] {
      var bench = Bench(
        .tiny, "network 6-5-4-3 --hidden \(hidden) --output \(output)", "loss \(loss)",
        "optimizer adam", "set batch=7 l2=0.02", "step")
      for entry in [
        "z1[2, 3]", "a2[6, 0]", "h[5, 2]", "delta3[0, 1]", "delta2[1, 3]", "delta1[-1, -1]",
        "dW1[4, 2]", "dW3[-4, 1]", "db2[3]", "db1[-1]", "uW2[4, 0]", "ub3[2]", "z2[1][1]",
      ] {
        let facts = bench.page("explain \(entry)").facts
        let printed = bench.values(entry)[0]
        #expect(facts["total"] == .number(printed), "\(entry)")
        #expect(facts["value"] == .number(printed), "\(entry)")
      }
      let stop = bench.page("loss").facts
      #expect(bench.page("explain loss").facts["total"] == stop["loss"])
    }
  }

  @Test func aGradientForPeople() {
    var bench = Bench(
      .tiny, "network 6-3-3 --init zeros", "set shuffle=off batch=2 l2=0.5", "phase 7")
    // h = 1/3 everywhere and a1 = 1/2: dW2[1, 0] = (1/2 (1/3 - 1) + 1/2 · 1/3) / 2.
    #expect(
      bench.text("explain dW2[1, 0]") == """
        dW2[1, 0] = sum over n of a1[n, 1] delta2[n, 0] / 2 + l2 W2[1, 0]
        Nielsen ch. 2, BP4; Goodfellow et al., Deep Learning, §7.1.1 for l2
        n  digit  label  a1[n, 1]  delta2[n, 0]  product
        0      0      0       0.5       -0.6667  -0.3333
        1      1      1       0.5        0.3333   0.1667
        sum = -0.1667
        data = sum * (1/N) = -0.1667 * (1/2) = -0.08333
        regulariser = l2 * W2[1, 0] = 0.5 * 0 = 0
        dW2[1, 0] = data + regulariser = -0.08333 + 0 = -0.08333
        Sample 0 contributes most: digit 0 of the training set, label 0.

        """)
    #expect(
      bench.text("explain delta2[1, 2]") == """
        delta2[1, 2] = h[1, 2] - Y[1, 2]
        Nielsen ch. 3: cross-entropy cancels the f' of BP1
        sample 1 of the minibatch is digit 1 of the training set, label 1
        term      value
        h[1, 2]  0.3333
        Y[1, 2]       0
        delta2[1, 2] = h[1, 2] - Y[1, 2] = 0.3333 - 0 = 0.3333
        dh[1, 2]/dz2[1, 2] = h (1 - h) = 0.3333 * (1 - 0.3333) = 0.2222

        """)
  }

  @Test func peopleSeeTheLargestTermsAndProgramsAll() {
    var bench = Bench(.mnist, "network 784-30-10 --seed 7", "set batch=20", "step")
    let page = bench.page("explain z1[3, 4]")
    #expect(page.table.rows.count == 784 && page.table.shown == 8)
    let text = bench.text("explain z1[3, 4]").split(separator: "\n").map(String.init)
    let zeros = bench.values("X[3]").count { $0 == 0 }
    let rest = text.first { $0.hasPrefix("and 776 more, \(zeros) of them 0; their sum is ") }
    #expect(rest != nil)
    let products = page.table.rows.map { abs($0[3].number!) }
    #expect(products == products.sorted(by: >))
    // The shown ones and the rest make the sum.
    let terms = page.table.rows.map { $0[3].number! }
    #expect(abs(terms.reduce(0, +) - page.facts["sum"]!.number!) < 1e-12)
    #expect(text.contains { $0.hasPrefix("W and b are those of the pass, before the update;") })
    // A black corner: no sample has anything there.
    let black = bench.text("explain dW1[0, 4]")
    #expect(black.contains("\nand 19 more, all 0\n") && black.contains("No sample contributes"))
  }

  @Test func theOptimizersStateAndSettings() throws {
    var bench = Bench(.tiny, "network 6-4-3", "optimizer rmsprop", "set batch=5", "step 2")
    let page = bench.page("explain uW1[3, 2]")
    let rows = Dictionary(
      uniqueKeysWithValues: page.table.rows.map { ("\($0[0].line())", $0[1].number!) })
    #expect(Set(rows.keys) == ["g", "v", "rate", "decay", "epsilon"])
    let (g, v) = (rows["g"]!, rows["v"]!)
    #expect(g == bench.values("dW1[3, 2]")[0])
    let change = -0.01 * g / (v.squareRoot() + 1e-8)
    #expect(page.facts["total"] == .number(change))
    #expect(page.facts["after"] == .number(bench.values("W1[3, 2]")[0]))
    #expect(bench.text("explain uW1[3, 2]").contains("lecture 6e"))

    bench.run("optimizer adam")
    #expect(bench.failure("explain uW1[3, 2]").contains("the gradient it came from is gone"))
    bench.run("step")
    let adam = bench.page("explain ub2[1]").table.rows.map { "\($0[0].line())" }
    #expect(
      adam == [
        "g", "m", "v", "rate", "beta1", "beta2", "epsilon", "t", "1 - beta1^t", "sqrt(1 - beta2^t)",
      ])
  }

  @Test func theLossByItsSamples() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=5 l2=0.1", "phase 4")
    let page = bench.page("explain loss")
    let losses = page.table.rows.map { $0[4].number! }
    #expect(losses == losses.sorted(by: >) && losses.count == 5)
    let trace = bench.training.trace!
    #expect(page.facts["total"] == .number(trace.loss))
    #expect(page.facts["data_loss"] == .number(trace.dataLoss))
    #expect(page.facts["l2_loss"] == .number(trace.l2Loss))
    for row in page.table.rows {
      let n = Int(row[0].number!)
      #expect(row[1] == .integer(trace.batch.indices[n]))
      #expect(row[2] == .integer(trace.batch.labels![n]))
      #expect(row[4] == .number(trace.sampleLosses[n]))
    }
  }

  @Test func aSaturatedUnitAndTheRegulariser() {
    var bench = Bench(
      .tiny, "network 6-4-3 --output sigmoid", "optimizer sgd rate=3000",
      "set batch=10", "step 3", "phase 6")
    func saturated(_ layer: Int) -> String {
      let a = bench.values("a\(layer)")
      let j = a.firstIndex { $0 * (1 - $0) < 0.01 }!
      let columns = layer == 2 ? 3 : 4
      return "explain delta\(layer)[\(j / columns), \(j % columns)]"
    }
    #expect(bench.text(saturated(2)).contains("it is no factor: the error comes through whole."))
    bench.run("loss squared-error")
    let text = bench.text(saturated(2))
    #expect(
      text.contains("The unit is saturated: its slope is ") || text.contains("lets nothing through")
    )
    #expect(!text.contains("no factor"))

    bench = Bench(.tiny, "network 6-4-3", "set batch=10 l2=100", "step")
    #expect(bench.text("explain dW1[2, 2]").contains("The regulariser outweighs the data here: "))
  }

  /// At every phase, the start included, the numbers are those that the whole minibatch will have,
  /// and nothing moves.
  @Test(arguments: 0...9)
  func anIncompleteMinibatchIsCompletedOnACopy(phases: Int) {
    var whole = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.1", "step 2")
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.1", "step")
    if phases > 0 { bench.run("phase \(phases)") }
    for entry in ["z2[1, 1]", "delta1[3, 2]", "dW1[1, 1]", "uW1[1, 1]", "ub2[2]", "loss"] {
      let before = bench.session
      // After the first update what is there is the pass before.
      let other = phases == 0 ? bench.json("explain \(entry)") : whole.json("explain \(entry)")
      #expect(bench.json("explain \(entry)") == other, "\(entry)")
      #expect(bench.session == before)
    }
    let text = bench.text("explain uW1[0, 0]")
    #expect(text.contains("\nuW1[0, 0] is not computed yet: this is a ") == (1...8 ~= phases))
    // On a copy `print` shows the very weights that went in.
    let isPast = bench.text("explain z2[0, 0]").contains("W and b are those of the pass, before")
    #expect(isPast == (phases == 0 || phases == 9))
  }

  @Test func beforeTheFirstMinibatchItIsTheNext() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4")
    let text = bench.text("explain z1[0, 1]")
    #expect(
      text.contains(
        "\nz1[0, 1] is not computed yet: this is a copy of the next minibatch, completed; the clock "
          + "stays at start\n"))
    let total = bench.page("explain z1[0, 1]").facts["total"]
    bench.run("step")
    #expect(total == .number(bench.values("z1[0, 1]")[0]))
  }

  @Test(arguments: [
    (
      "explain dW1[6, 0]",
      "Index 6 is out of range for axis 0 of dW1, whose shape is (6, 4)."
    ),
    (
      "explain db2[-4]", "Index -4 is out of range for axis 0 of db2, whose shape is (3,)."
    ),
    (
      "explain dW1",
      "explain takes one entry: dW1 has the shape (6, 4), so an index for each axis and no slice. "
        + "Try: explain dW1[3, 3]"
    ),
    (
      "explain db1[:2]",
      "explain takes one entry: db1 has the shape (4,), so one index and no slice. "
        + "Try: explain db1[3]"
    ),
    (
      "explain delta2[0]  # one too few",
      "explain takes one entry: delta2 has the shape (5, 3), so an index for each axis and no slice. "
        + "Try: explain delta2[3, 2]"
    ),
    (
      "explain loss[0]", "The loss is one number and has no index. Try: explain loss"
    ),
    (
      "explain X[0, 0]", "X is given, not computed: it is the data of this minibatch."
    ),
    (
      "explain W1[3, 2]",
      "W1 is what the network has learned so far. What moves it can be explained: "
        + "explain dW1[3, 2], and after an update explain uW1[3, 2]"
    ),
  ])
  func errors(line: String, sentence: String) {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=5", "step")
    #expect(bench.failure(line) == sentence)
  }

  /// Upstream of the wrong formula and downstream of it, what is computed is explained; at the formula
  /// itself, what is right stands beside what is there.
  @Test func aMistakeIsToldApart() {
    var right = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.1", "step")
    var wrong = right
    wrong.run("mistake hidden-derivative-missing")
    for entry in ["z1[1, 1]", "delta2[1, 1]", "dW1[1, 1]", "db1[2]"] {
      let facts = wrong.page("explain \(entry)").facts
      #expect(facts["total"] == facts["value"] && facts["mistake"] == "hidden-derivative-missing")
    }
    let facts = wrong.page("explain delta1[1, 2]").facts
    #expect(facts["value"] == .number(wrong.values("delta1[1, 2]")[0]))
    #expect(facts["total"] == .number(right.values("delta1[1, 2]")[0]))
    #expect(facts["total"] != facts["value"])
    #expect(
      wrong.text("explain delta1[1, 2]").contains(
        "\nThis session computes it with the mistake hidden-derivative-missing (delta1 = "))
    #expect(wrong.text("compare losses").contains("with the mistake hidden-derivative-missing."))
    #expect(right.page("explain delta1[1, 2]").facts["mistake"] == .null)
  }

  @Test func needsANetworkAndAName() {
    var bench = Bench(.tiny)
    #expect(bench.failure("explain dW1[0, 0]").hasPrefix("There is no network yet."))
    bench.run("network 6-4-3")
    #expect(bench.failure("explain dW3[0, 0]").contains("this network has 2 layers"))
    #expect(bench.failure("explain q[0]").contains("There is no array \"q\""))
    #expect(
      bench.session.completions(of: "delta", after: "explain ") == .words([])
        && bench.session.completions(of: "W", after: "explain ") == .words(["W1", "W2"]))
  }
}
