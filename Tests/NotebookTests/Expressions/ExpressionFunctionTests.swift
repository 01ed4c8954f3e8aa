import Backprop
import Testing

@testable import Notebook

/// Every word of the language against what it stands for.
@Suite struct ExpressionFunctionTests {
  static let training = Bench(
    .tiny, "network 6-5-4-3 --seed 3", "optimizer adam rate=0.02", "set batch=7 l2=0.3", "step 2"
  ).training

  @Test func scalars() throws {
    let training = Self.training
    let trace = try #require(training.trace)
    let expected: [String: Double] = [
      "loss": trace.loss, "data_loss": trace.dataLoss, "l2_loss": trace.l2Loss,
      "accuracy": trace.accuracy!, "step": 2, "epoch": 1, "rate": 0.02,
    ]
    #expect(Set(expected.keys) == Set(Scalar.all.map(\.name)))
    for (name, value) in expected { #expect(try number(name, training) == value, "\(name)") }
    #expect(try number("data_loss + l2_loss", training) == trace.loss)
  }

  @Test func ratiosFromTheArrays() throws {
    let training = Self.training
    let trace = try #require(training.trace)
    let norms = trace.gradients.map(\.weights.norm)
    #expect(try number("gradient_ratio(1, 3)", training) == norms[0] / norms[2])
    #expect(try number("gradient_ratio(2, 1)", training) == norms[1] / norms[0])
    for l in 1...3 {
      let change = try training.array(ArrayName(.weightUpdate, l)).values
      let before = trace.layers[l - 1].weights
      let expected = Measure.norm.value(change) / before.norm
      #expect(try number("update_ratio(\(l))", training) == expected)
      #expect(try number("norm(uW\(l))", training) == Measure.norm.value(change))
    }
  }

  /// |l2 W| > |data gradient|, from what `print` shows: the data gradient is dW - l2 W.
  @Test func l2Share() throws {
    let training = Self.training
    let trace = try #require(training.trace)
    for l in 1...3 {
      let weights = trace.layers[l - 1].weights.values
      let data = Matrix(trace.aBefore(l).transposed * trace.delta[l - 1] / trace.batch.count)
      let count = zip(weights, data.values).count { abs(0.3 * $0) > abs($1) }
      let expected = Double(count) / Double(weights.count)
      #expect(try number("l2_share(\(l))", training) == expected)
      #expect(expected > 0)
    }
    // Without a regulariser nothing is pulled.
    let free = Bench(.tiny, "network 6-4-3", "step").training
    #expect(try number("l2_share(1)", free) == 0)
  }

  /// Inputs that are 0 in the whole minibatch have a data gradient of 0: the regulariser has them.
  @Test func l2ShareCountsWhatTheMinibatchDoesNotReach() throws {
    let training = Bench(.mnist, "network 784-4-10", "set batch=5 l2=1e-9", "step").training
    let trace = try #require(training.trace)
    let unreached = (0..<784).count { j in trace.batch.x.column(j).allSatisfy { $0 == 0 } }
    #expect(unreached > 300)
    #expect(try number("l2_share(1)", training) >= Double(unreached) / 784)
  }

  @Test func deadAndSaturatedUnits() throws {
    // Zero weights: every unit of layer 1 has one value; weights times 1000: sigmoids are flat.
    let zeros = Bench(.tiny, "network 6-4-3 --init zeros", "step").training
    #expect(try number("dead(1)", zeros) == 1)
    #expect(try number("saturated(1)", zeros) == 0)
    let layers = Bench(.tiny, "network 6-4-3").training.network.layers.map {
      Layer(
        activation: $0.activation,
        weights: Matrix(
          rows: $0.weights.rows, columns: $0.weights.columns,
          values: $0.weights.values.map { 1000 * $0 }), biases: $0.biases)
    }
    var bench = Bench(.tiny, "network 6-4-3")
    bench.session.training = try Training(network: Network(layers: layers))
    bench.run("phase 2")
    let a = try #require(bench.training.trace).a[0].values
    let flat = a.count { $0 * (1 - $0) < 0.01 }
    #expect(try number("saturated(1)", bench.training) == Double(flat) / Double(a.count))
    #expect(flat > a.count / 2)
  }

  // MARK: - The previous stop

  @Test func oldAndChange() throws {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let before = bench.training
    bench.run("step")
    let now = bench.training
    let (old, new) = (before.trace!.loss, now.trace!.loss)
    #expect(old != new)
    #expect(try number("old(loss)", now, before) == old)
    #expect(try number("change(loss)", now, before) == new - old)
    #expect(try number("loss - old(loss) - change(loss)", now, before) == 0)
    #expect(try number("change(step)", now, before) == 1)
    #expect(try number("norm(change(W1) - uW1)", now, before) < 1e-15)
    #expect(try number("norm(W1) - old(norm(W1))", now, before) != 0)
    var scope = Scope(now, previous: before)
    let better = try Expression("loss < old(loss) and not old(loss < 0)", depth: 2)
    #expect(better.usesOld)
    #expect(try better.condition(in: &scope) == (new < old))
    #expect(try !Expression("loss < 1", depth: 2).usesOld)
  }

  @Test func withoutAPreviousStop() throws {
    let training = Self.training
    #expect(
      sentence("old(loss)", training).hasPrefix("There is no previous stop to compare with"))
    let start = Bench(.tiny, "network 6-5-4-3").training
    #expect(
      sentence("change(loss)", training, start)
        == "loss was not computed at the previous stop, \"start\" of step 0: the phase \"loss\" "
        + "makes it.")
    #expect(sentence("old(dW1)", training, start).hasPrefix("dW1 was not computed at the previous"))
  }

  // MARK: - Phases

  @Test(
    arguments: [
      ("1 + 1", nil), ("W1", nil), ("step > 3 and rate < 1", nil), ("X", .batch), ("a0", .batch),
      ("norm(z1)", .forward(1)), ("h - Y", .forward(3)), ("loss", .loss), ("delta2", .delta(2)),
      ("norm(delta1) < loss", .delta(1)), ("dW2 + W2", .gradient(2)), ("uW1", .update),
      ("dead(2)", .forward(2)), ("saturated(1)", .forward(1)), ("l2_share(2)", .delta(2)),
      ("gradient_ratio(3, 2)", .gradient(2)), ("update_ratio(3)", .update), ("old(loss)", nil),
      ("change(loss)", .loss), ("old(uW1) == dW3", .gradient(3)), ("(h - Y)[0, 1]", .forward(3)),
    ] as [(String, Phase?)])
  func neededPhase(text: String, phase: Phase?) throws {
    let expression = try Expression(text, depth: 3)
    #expect(expression.neededPhase(depth: 3) == phase)
    #expect(try Expression(text, depth: nil).neededPhase(depth: 3) == phase)
    // It is there from that phase on, and not before.
    var bench = Bench(.tiny, "network 6-5-4-3", "set l2=0.1", "step", "phase")
    let previous = bench.training
    guard let phase, !expression.usesOld, phase != .batch else { return }
    bench.run("phase \(phase.position(depth: 3) - 2)")
    var scope = Scope(bench.training, previous: previous)
    #expect(throws: (any Error).self) { try expression.value(in: &scope) }
    bench.run("phase")
    var next = Scope(bench.training, previous: previous)
    #expect(throws: Never.self) { try expression.value(in: &next) }
  }

  @Test func whatIsNotComputedYet() {
    let start = Bench(.tiny, "network 6-5-4-3").training
    func yet(_ name: String, _ phase: String, _ count: Int) -> String {
      "\(name) is not computed yet: the phase \"\(phase)\" makes it. Try: phase \(count)"
    }
    #expect(sentence("loss", start) == yet("loss", "loss", 5))
    #expect(sentence("accuracy > 1", start) == yet("accuracy", "loss", 5))
    #expect(sentence("norm(dW3)", start) == yet("dW3", "gradient 3", 9))
    #expect(sentence("dead(2)", start) == yet("dead(2)", "forward 2", 3))
    #expect(
      sentence("gradient_ratio(1, 2)", start) == yet("gradient_ratio(1, 2)", "gradient 1", 11))
    #expect(sentence("update_ratio(1)", start) == yet("update_ratio(1)", "update", 12))
  }

  @Test func divisionsWithoutAResult() {
    let training = Bench(.tiny, "network 6-4-3 --init zeros", "step").training
    #expect(
      sentence("update_ratio(1)", training)
        == "update_ratio(1) has no value: it is norm(uW) / norm(W before the update), and the latter "
        + "is 0.")
    #expect(
      sentence("max(W1[0:0])", training)
        == "max of nothing has no value: the slice selects no entry. Widen it.")
  }

  /// A network with fewer layers than the one the expression was read for.
  @Test func aLayerThatIsGone() throws {
    var scope = Scope(Bench(.tiny, "network 6-4-3", "step").training, previous: nil)
    for text in ["norm(W3)", "dead(3)"] {
      let expression = try Expression(text, depth: nil)
      #expect(throws: BackpropError.self) { try expression.value(in: &scope) }
    }
  }

  /// Arrays of the training are read where they are: nothing of their size is copied.
  @Test func functionsAreComputedOnce() throws {
    var scope = Scope(Self.training, previous: nil)
    let expression = try Expression("norm(uW1) + norm(uW1) + norm(uW1)", depth: 3)
    let first = try expression.value(in: &scope)
    #expect(try expression.value(in: &scope) == first)
    let array = try scope.array(ArrayName(.weights, 1), [])
    let same = array.values.withUnsafeBufferPointer { a in
      Self.training.network.layers[0].weights.values.withUnsafeBufferPointer {
        a.baseAddress == $0.baseAddress
      }
    }
    #expect(same)
  }

  private func number(
    _ text: String, _ training: Training, _ previous: Training? = nil
  ) throws -> Double {
    var scope = Scope(training, previous: previous)
    let value = try Expression(text, depth: training.network.depth).value(in: &scope)
    return value.entries[0]
  }

  private func sentence(
    _ text: String, _ training: Training, _ previous: Training? = nil
  ) -> String {
    var scope = Scope(training, previous: previous)
    do {
      return "\(try Expression(text, depth: training.network.depth).value(in: &scope))"
    } catch { return "\(error)" }
  }
}

extension Trace {
  /// a of the layer before, X before the first.
  fileprivate func aBefore(_ layer: Int) -> Matrix { layer == 1 ? batch.x : a[layer - 2] }
}
