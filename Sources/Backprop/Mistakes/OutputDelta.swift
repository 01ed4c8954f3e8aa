// Mistakes in delta_L. Right is (h - Y) ⊙ f′(z) with squared error and h - Y with cross-entropy. One
// sort puts something else where the derivative should be, or where none should be; the other puts
// something else in place of h - Y and keeps the f′(z) of squared error.

extension Mistake {
  static let outputDeltas: [Mistake] = [
    outputDerivativeMissing, outputDerivativeExtra, softmaxJacobianExtra,
    outputDerivativeAtActivation, outputDerivativeRaw, outputDerivativeOfTanh,
    outputActivationOnly, crossEntropyPositiveTermOnly, lossDerivativeByOutput,
    outputSigmoidForSoftmax, outputSoftmaxForSigmoid, targetMissing, targetRowsRolled,
    targetRowsShuffled, targetClassesRolled, predictionRounded, errorSignOnly,
  ]
}

// MARK: - The derivative

extension Mistake {
  static let outputDerivativeMissing = derivative(
    "output-derivative-missing",
    at: Site("squared-error and an output other than identity") { setting, _ in
      setting.loss == .squaredError && setting.output != .identity
    },
    effect: "EFFECT",
    { _, _ in "h - Y" }, { _, error in error })

  /// Under squared error the derivative twice; under cross-entropy one that does not belong there, of
  /// a softmax only its Jacobian's diagonal.
  static let outputDerivativeExtra = derivative(
    "output-derivative-extra",
    at: Site("an output whose derivative is not just 0 or 1") { setting, _ in
      setting.output.hasSlope
    },
    effect: "EFFECT",
    { setting, l in
      if setting.loss == .crossEntropy { return "(h - Y) * h * (1 - h)" }
      return setting.output == .softmax ? "J(h) J(h) (h - Y)" : "(h - Y) * f'(z\(l))^2"
    },
    { point, error in
      let f = point.slopeOfOutput
      let once = f.slope(error, z: point.z, a: point.a)
      return point.isCrossEntropy ? once : f.slope(once, z: point.z, a: point.a)
    })

  static let softmaxJacobianExtra = derivative(
    "softmax-jacobian-extra",
    at: Site("the loss cross-entropy") { setting, _ in setting.loss == .crossEntropy },
    effect: "EFFECT",
    { _, _ in "h * (e - sum(e * h)) with e = h - Y" },
    { point, error in Activation.softmax.slope(error, z: point.z, a: point.a) })

  static let outputDerivativeAtActivation = derivative(
    "output-derivative-at-activation", at: curvedOutput,
    effect: "EFFECT",
    { setting, _ in
      setting.output == .softmax && setting.loss == .squaredError
        ? "J(softmax(h)) (h - Y)" : "(h - Y) * f'(h)"
    },
    { point, error in
      let f = point.slopeOfOutput
      return f.slope(error, z: point.a, a: f(point.a))
    })

  static let outputDerivativeRaw = derivative(
    "output-derivative-raw", at: curvedOutput,
    effect: "EFFECT",
    { setting, l in
      if setting.loss == .crossEntropy { return "(h - Y) * z\(l) * (1 - z\(l))" }
      switch setting.output {
      case .tanh: return "(h - Y) * (1 - z\(l)^2)"
      case .softmax: return "z\(l) * (e - sum(e * z\(l))) with e = h - Y"
      default: return "(h - Y) * z\(l) * (1 - z\(l))"
      }
    },
    { point, error in point.slopeOfOutput.slope(error, z: point.z, a: point.z) })

  static let outputDerivativeOfTanh = derivative(
    "output-derivative-of-tanh",
    at: Site("an output other than tanh") { setting, _ in setting.output != .tanh },
    effect: "EFFECT",
    { _, _ in "(h - Y) * (1 - h^2)" },
    { point, error in Activation.tanh.slope(error, z: point.z, a: point.a) })

  static let outputActivationOnly = derivative(
    "output-activation-only", at: shares,
    effect: "EFFECT",
    { _, _ in "(h - Y) * h" }, { point, error in error.times(point.a) })
}

// MARK: - h - Y

extension Mistake {
  static let crossEntropyPositiveTermOnly = error(
    "cross-entropy-positive-term-only",
    at: Site("the loss cross-entropy with a sigmoid output") { setting, _ in
      setting.loss == .crossEntropy && setting.output == .sigmoid
    },
    effect: "EFFECT",
    "-Y * (1 - h)", { point in point.y.mapping(point.a) { y, h in -y * (1 - h) } })

  static let lossDerivativeByOutput = error(
    "loss-derivative-by-output", at: shares,
    effect: "EFFECT",
    "-Y / h", { point in point.y.mapping(point.a) { y, h in -y / h } })

  static let outputSigmoidForSoftmax = error(
    "output-sigmoid-for-softmax",
    at: Site("the loss cross-entropy with a softmax output") { setting, _ in
      setting.loss == .crossEntropy && setting.output == .softmax
    },
    effect: "EFFECT",
    "sigmoid(z) - Y", { point in Activation.sigmoid(point.z).minus(point.y) })

  static let outputSoftmaxForSigmoid = error(
    "output-softmax-for-sigmoid",
    at: Site("a sigmoid output") { setting, _ in setting.output == .sigmoid },
    effect: "EFFECT",
    "softmax(z) - Y", { point in Activation.softmax(point.z).minus(point.y) })

  static let targetMissing = error(
    "target-missing", at: .anywhere,
    effect: "EFFECT",
    "h", { $0.a })

  static let targetRowsRolled = error(
    "target-rows-rolled", at: .anywhere,
    effect: "EFFECT",
    "h - roll(Y, 1, axis=0)",
    { point in point.a.minus(point.y.withRows { $0 - point.constants.shift }) },
    numpy: { _, _ in "rows = order[start:start + N]; X, Y = images[rows], targets[rows]" })

  /// In an order that is always the same: any other would be as wrong.
  static let targetRowsShuffled = error(
    "target-rows-shuffled", at: .anywhere,
    effect: "EFFECT",
    "h - shuffled(Y)",
    { point in
      var random = Random(seed: 1)
      let order = random.permutation(of: point.count)
      return point.a.minus(point.y.withRows { Int(order[$0]) })
    },
    numpy: { _, _ in "order = rng.permutation(len(X)); X, Y = X[order], Y[order]" })

  static let targetClassesRolled = error(
    "target-classes-rolled",
    at: Site("at least two classes") { setting, _ in setting.classes > 1 },
    effect: "EFFECT",
    "h - roll(Y, 1, axis=1)",
    { point in
      let (y, shift) = (point.y, point.constants.shift)
      var rolled = y
      for (i, value) in y.values.enumerated() {
        rolled[i / y.columns, wrapped(i % y.columns + shift, y.columns)] = value
      }
      return point.a.minus(rolled)
    },
    numpy: { setting, _ in "Y = np.eye(\(setting.classes))[labels]" })

  static let predictionRounded = error(
    "prediction-rounded", at: .anywhere,
    effect: "EFFECT",
    "onehot(argmax h) - Y",
    { point in
      var error = point.y.mapping { -$0 }
      for (sample, winner) in point.a.argmaxOfRows.enumerated() { error[sample, winner] += 1 }
      return error
    })

  static let errorSignOnly = error(
    "error-sign-only", at: .anywhere,
    effect: "EFFECT",
    "sign(h - Y)", { point in point.a.minus(point.y).mapping(\.direction) })
}

// MARK: - How they are declared

extension Mistake {
  private static let curvedOutput = Site("a sigmoid, tanh or softmax output") { setting, _ in
    setting.output.isCurved
  }
  private static let shares = Site("a sigmoid or softmax output") { setting, _ in
    setting.output == .sigmoid || setting.output == .softmax
  }

  /// From h - Y to delta_L, in place of what the loss does.
  private static func derivative(
    _ name: String, at site: Site, effect: String,
    _ text: @escaping @Sendable (_ setting: Setting, _ layer: Int) -> String,
    _ compute: @escaping @Sendable (_ point: Point, _ error: Matrix) -> Matrix
  ) -> Mistake {
    Mistake(
      name, .outputDelta, at: site,
      Rules(outputDelta: Rule(text) { compute($0, $0.a.minus($0.y)) }), effect: effect)
  }

  /// In place of h - Y; squared error's derivative stays on it.
  private static func error(
    _ name: String, at site: Site, effect: String, _ text: String,
    _ compute: @escaping @Sendable (_ point: Point) -> Matrix,
    numpy: (@Sendable (_ setting: Setting, _ layer: Int) -> String)? = nil
  ) -> Mistake {
    Mistake(
      name, .outputDelta, at: site,
      Rules(
        outputDelta: Rule(
          { setting, layer in setting.loss.deltaFormula(setting.output, layer, text) },
          { point in
            let error = compute(point)
            guard !point.isCrossEntropy else { return error }
            return point.activation.slope(error, z: point.z, a: point.a)
          })),
      effect: effect, numpy: numpy)
  }
}

extension Point {
  fileprivate var isCrossEntropy: Bool { objective.loss == .crossEntropy }

  /// The output's own under squared error. Under cross-entropy the right delta has none, and who puts
  /// one there puts the sigmoid's.
  fileprivate var slopeOfOutput: Activation { isCrossEntropy ? .sigmoid : activation }
}

extension Matrix {
  /// self - other.
  func minus(_ other: Matrix) -> Matrix { mapping(other) { $0 - $1 } }

  /// Row i is row `source(i)` of this one, which may be counted round.
  fileprivate func withRows(_ source: (Int) -> Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      values: (0..<rows).flatMap { row(wrapped(source($0), rows)) })
  }
}

extension Double {
  /// The sign, 0 of 0, as `np.sign`.
  var direction: Double { self > 0 ? 1 : self < 0 ? -1 : self }
}

/// An index that goes round: -1 is the last of `count`.
private func wrapped(_ index: Int, _ count: Int) -> Int { (index % count + count) % count }
