import Page
import Testing

@testable import Backprop
@testable import Notebook

/// An activation and a loss are values that carry all that any command asks of them: these stand in
/// no list, and every command works with them.
@Suite struct UnlistedTests {
  /// log(1 + e^z) by other loops than the listed one.
  static let activation = Activation(
    name: "unlisted-softplus", formula: "log(1 + exp(z))", derivativeFormula: "1 - exp(-a)",
    source: "this test", isElementwise: true, kinks: [], hasSlope: true, isCurved: false,
    numpy: { "np.log1p(np.exp(\($0)))" }, numpyFactor: { a, _ in " * (1 - np.exp(-\(a)))" },
    apply: { z, a in a.setEntries(of: z) { log(1 + exp($0)) } },
    timesDerivative: { _, a, delta in delta = delta.mapping(a) { $0 * (1 - exp(-$1)) } },
    complex: { $0.softplus() })

  /// Σ 2 |h - y|, so that nothing that takes another loss for it goes unseen.
  static let loss = Loss(
    name: "unlisted-error", source: "this test", deltaSource: "this test too",
    formula: { _ in "sum(2 |h - Y|)" }, errorFormula: { "2 * sign(\($0) - \($1))" },
    errorNumPy: "2 * np.sign(h - Y)", cancelsDerivative: false, isForValues: true, factors: [],
    outputs: Activation.all, targets: { _ in .any },
    values: { _, h, y, _ in
      (0..<h.rows).map { n in 2 * zip(h.row(n), y.row(n)).reduce(0) { $0 + abs($1.0 - $1.1) } }
    },
    error: { h, y, error in error = h.mapping(y) { 2 * ($0 - $1).direction } },
    complexValues: { _, h, y, _ in
      h().sums(with: y) { e, _ in
        e.re < 0 ? Complex(re: -2 * e.re, im: -2 * e.im) : Complex(re: 2 * e.re, im: 2 * e.im)
      }
    },
    sides: { h, y in zip(h, y).map { $0 > $1 } },
    explanation: { entry in
      let (h, y) = (entry.h, entry.y)
      return (entry.operands, "2 * sign(\(h.name, h.value) - \(y.name, y.value))")
    })

  static func bench(l2: Double = 0) throws -> Bench {
    var bench = Bench(.tiny, "network 6-5-4-3", "set batch=7 l2=\(l2)")
    var network = bench.training.network
    for l in 0..<2 { network.layers[l].activation = activation }
    network.layers[2].activation = .sigmoid
    bench.session.training = try Training(
      network: network, loss: loss, l2: l2, minibatches: Minibatches(size: 7))
    bench.page("step 3")
    return bench
  }

  @Test(arguments: [0, 0.05])
  func isCheckedAsWhatItIs(l2: Double) throws {
    var bench = try Self.bench(l2: l2)
    #expect(bench.page("check").facts["verdict"] == "same")
    #expect(bench.page("check --method central").facts["verdict"] == "same")
    #expect(bench.page("check deltas").facts["verdict"] == "same")
  }

  @Test func isExplainedAsWhatItIs() throws {
    var bench = try Self.bench(l2: 0.05)
    for entry in ["h[1, 2]", "a1[0, 3]", "delta3[2, 1]", "delta1[3, 4]", "dW2[1, 1]", "loss"] {
      let facts = bench.page("explain \(entry)").facts
      #expect(facts["total"] == facts["value"], "\(entry)")
    }
    let text = bench.text("explain delta3[2, 1]")
    #expect(text.contains("2 * sign(h[2, 1] - Y[2, 1])") && text.contains("this test too"))
    #expect(bench.text("explain a1[0, 3]").contains("unlisted-softplus = log(1 + exp(z))"))
    #expect(bench.text("loss").contains("delta3 = (2 * sign(h - Y)) * f'(z3)"))
  }

  @Test func everyOtherCommandWorks() throws {
    var bench = try Self.bench(l2: 0.05)
    for line in [
      "show network", "compare losses", "health", "evaluate", "phase 9", "show deltas", "plot a1",
      "mistake hidden-derivative-missing", "mistake off", "back", "step", "check --sweep",
    ] {
      bench.page(line)
    }
    #expect(bench.text("compare losses").contains("unlisted-error"))
  }

  /// Arrays that one pass of it gives are right, and with a mistake in them that mistake is named.
  @Test(arguments: [nil, "hidden-derivative-missing", "hidden-derivative-twice", "target-missing"])
  func isDiagnosed(id: String?) throws {
    let bench = try Self.bench(l2: 0.05)
    var training = bench.training
    training.setMistake(id.flatMap { Mistake($0) })
    let trace = training.trace!
    let arrays = try (1...3).flatMap { l in
      try [ArrayName(.delta, l), ArrayName(.weightGradient, l), ArrayName(.biasGradient, l)]
        .map(training.array)
    }
    let foreign = try ForeignArrays(arrays, sizes: [6, 5, 4, 3], count: trace.batch.count)
    let diagnosis = try #require(
      diagnose(foreign, in: bench.training.trace!, bench.training.objective))
    #expect(diagnosis.mistakes.map(\.name) == [id].compactMap { $0 })
    #expect(diagnosis.verdict == (id == nil ? .right : .mistake))
  }
}
