import Testing

@testable import Backprop

@Suite struct GradientCheckTests {
  /// A pass of the small network of the references, complete, with L2.
  private func trace(_ combination: Combination) throws -> (Trace, Objective) {
    let objective = Objective(loss: combination.loss, l2: 1e-3)
    var trace = try SmallNetwork.shared.get().trace(combination)
    trace.recompute(objective)
    return (trace, objective)
  }

  private func check(
    _ trace: Trace, _ objective: Objective, _ method: DifferenceMethod, step: Double? = nil
  ) -> GradientCheck {
    var check = GradientCheck(method: method, step: step)
    for layer in (1...trace.depth).reversed() {
      trace.check(ArrayName(.weightGradient, layer), objective, into: &check)
      trace.check(ArrayName(.biasGradient, layer), objective, into: &check)
    }
    return check
  }

  /// No false alarm: every pair of activations and loss.
  @Test(arguments: Combination.all)
  func rightGradientsAreRight(combination: Combination) throws {
    let (trace, objective) = try trace(combination)
    let method = DifferenceMethod.standard(for: Network(layers: trace.layers))
    let result = check(trace, objective, method)
    #expect(result.verdict == .same, "\(result.worstRelativeError)")
    // The complex step leaves rounding only; central differences lose half of the digits.
    #expect(result.worstRelativeError < (method == .complexStep ? 1e-14 : 1e-8))
    let count = trace.layers.reduce(0) { $0 + $1.weights.count + $1.biases.count }
    #expect(result.data.reduce(0) { $0 + $1.entries + $1.kinks } == count)

    var others = GradientCheck(method: method, step: nil)
    for layer in 1...trace.depth { trace.checkDelta(layer: layer, objective, into: &others) }
    trace.checkInputs(objective, into: &others)
    #expect(others.verdict == .same, "\(others.worstRelativeError)")
  }

  /// The numeric gradient by the plainest way there is: the whole loss anew for each weight.
  @Test(arguments: Combination.all)
  func theShortWayIsTheLongWay(combination: Combination) throws {
    let (trace, objective) = try trace(combination)
    let step = 1e-5
    for layer in 1...trace.depth {
      let short = trace.numericGradient(.weights(layer), objective.loss, .central, step: step)
      var long: [Double] = []
      for k in trace.layers[layer - 1].weights.values.indices {
        func loss(_ change: Double) -> Double {
          var layers = trace.layers
          layers[layer - 1].weights.values[k] += change
          var moved = Trace(batch: trace.batch, network: Network(layers: layers))
          moved.complete(Objective(loss: objective.loss))
          return moved.dataLoss
        }
        long.append((loss(step) - loss(-step)) / (2 * step))
      }
      // Both cancel some ten of sixteen digits.
      #expect(relativeError(short.values.values, long) < 1e-8)
    }
  }

  @Test func complexStepAtSaturation() throws {
    var random = Random(seed: 2)
    for (output, loss) in [
      (Activation.sigmoid, Loss.crossEntropy), (.softmax, .crossEntropy), (.sigmoid, .squaredError),
      (.tanh, .squaredError),
    ] {
      var network = Network(
        sizes: [6, 4, 3], hidden: .tanh, output: output, initializer: .xavier, random: &random)
      network.layers[1].weights.withMutableValues { for k in $0.indices { $0[k] *= 2000 } }
      var trace = Trace(
        batch: Batch(Array(0..<12), of: Samples.small(count: 12)), network: network)
      let objective = Objective(loss: loss)
      trace.complete(objective)
      #expect(trace.z[1].values.contains { $0.magnitude > 800 })
      let result = check(trace, objective, .complexStep)
      // Where every output is saturated, h (1 - h) and 1 - a² cancel digits that the numeric
      // derivative has; cross-entropy's delta has no such factor.
      let limit = loss == .crossEntropy ? 1e-13 : 1e-2
      #expect(result.worstRelativeError < limit, "\(output) \(loss)")
    }
  }

  /// The relative error against the step: truncation falls with h², cancellation grows with 1/h.
  @Test func centralDifferencesHaveTheirV() throws {
    let combination = try #require(
      Combination.all.first { $0.hidden == .sigmoid && $0.output == .softmax })
    let (trace, objective) = try trace(combination)
    func error(_ step: Double) -> Double {
      check(trace, objective, .central, step: step).worstRelativeError
    }
    #expect(error(1e-2) > 50 * error(1e-3) && error(1e-3) > 50 * error(1e-4))
    #expect(error(1e-10) > 100 * error(1e-6))
  }

  /// With a large step some entries cross a kink; they are counted and left out.
  @Test func kinksAreLeftOut() throws {
    let combination = try #require(
      Combination.all.first { $0.hidden == .relu && $0.output == .identity })
    let (trace, objective) = try trace(combination)
    let result = check(trace, objective, .central, step: 0.3)
    #expect(result.data.reduce(0) { $0 + $1.kinks } > 0)
    // Between kinks the loss is quadratic, and a central difference exact.
    #expect(result.verdict == .same, "\(result.worstRelativeError)")
  }

  @Test func wrongGradientsDifferAndAreNamed() throws {
    let combination = try #require(
      Combination.all.first { $0.hidden == .sigmoid && $0.output == .softmax })
    var (trace, objective) = try trace(combination)
    func verdict(_ mistake: String, l2: Double) -> GradientCheck {
      objective.l2 = l2
      objective.mistake = Mistake(mistake)
      trace.recompute(objective)
      return check(trace, objective, .complexStep)
    }
    #expect(
      verdict("hidden-derivative-missing", l2: 0).wrongArrays == ["dW2", "db2", "dW1", "db1"])
    #expect(verdict("bias-zero", l2: 1e-3).wrongArrays == ["db3", "db2", "db1"])
    // However small the regulariser is.
    #expect(verdict("l2-doubled", l2: 1e-9).wrongArrays == ["dW3", "dW2", "dW1"])
    #expect(verdict("biases-regularised", l2: 1e-9).l2.map(\.relativeError).max() != nil)
  }

  /// Whatever the step: a right gradient is never called wrong, nor a wrong one right, and where the
  /// step spoils the numeric gradient, nothing is said of either.
  @Test(arguments: Combination.all)
  func aStepThatCannotTellSaysSo(combination: Combination) throws {
    let (right, objective) = try trace(combination)
    var mistaken = objective
    mistaken.mistake = Mistake("factor-two")
    var wrong = right
    wrong.recompute(mistaken)
    let standard = DifferenceMethod.standard(for: Network(layers: right.layers))
    for method in Set([.central, .forward, standard]) {
      for step in [1e-300, 1e-100, 1e-18, 1e-15, 1e-12, 1e-8, 1e-3, 1, 1e3, 1e300] {
        let verdict = check(right, objective, method, step: step).verdict
        #expect(verdict != .differs, "\(method) \(step)")
        let other = check(wrong, mistaken, method, step: step).verdict
        #expect(other == .differs || other == .unsuitable, "\(method) \(step)")
        if method != .complexStep, step == 1e-300 || step == 1e-15 {
          #expect(verdict == .unsuitable, "\(method) \(step)")
        }
      }
      #expect(check(wrong, mistaken, method).verdict == .differs)
    }
  }

  /// No number is no agreement, on either side.
  @Test func whatIsNotFiniteDiffers() throws {
    let (whole, objective) = try trace(Combination.all[0])
    var layers = whole.layers
    layers[0].weights.withMutableValues { $0[0] = .nan }
    var trace = Trace(batch: whole.batch, network: Network(layers: layers))
    trace.complete(objective)
    #expect(check(trace, objective, .central).verdict == .differs)
  }

  @Test func anInterruptionLeavesWhatIsDone() throws {
    let (trace, objective) = try trace(Combination.all[0])
    var asked = 0
    let part = trace.numericGradient(
      .weights(1), objective.loss, .central,
      isInterrupted: {
        asked += 1
        return asked > 1
      })
    let all = trace.numericGradient(.weights(1), objective.loss, .central)
    #expect(part.entries <= all.entries && all.entries == trace.layers[0].weights.count)
  }

  @Test func verdictsByTheirLimits() {
    #expect(Verdict(9e-10, .complexStep) == .same && Verdict(2e-9, .complexStep) == .rounding)
    #expect(Verdict(9e-8, .central) == .same && Verdict(2e-7, .central) == .rounding)
    #expect(Verdict(1e-5, .complexStep) == .rounding && Verdict(1.1e-5, .complexStep) == .differs)
    #expect(Verdict(.nan, .complexStep) == .differs)
  }
}
