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
      !setting.loss.cancelsDerivative && setting.output != .identity
    },
    effect: """
      Trains as with cross-entropy while the cost says squared error: saturated outputs learn \
      faster, and 9.7 % of the test digits are wrong (right: 12.5 %). Only a check shows it.
      """,
    { setting, _ in setting.loss.errorFormula("h", "Y") }, { _, error in error })

  /// Under squared error the derivative twice; under cross-entropy one that does not belong there, of
  /// a softmax only its Jacobian's diagonal.
  static let outputDerivativeExtra = derivative(
    "output-derivative-extra",
    at: Site("an output whose derivative is not just 0 or 1") { setting, _ in
      setting.output.hasSlope
    },
    effect: """
      Outputs that are confidently wrong hardly learn: 24.9 % test error with softmax (right: \
      9.5 %), 55.3 % with squared error (right: 12.5 %).
      """,
    { setting, l in
      let error = setting.loss.errorFactor
      if setting.loss.cancelsDerivative { return "\(error) * h * (1 - h)" }
      return setting.output.isElementwise ? "\(error) * f'(z\(l))^2" : "J(h) J(h) \(error)"
    },
    { point, error in
      let f = point.slopeOfOutput
      let once = f.slope(error, z: point.z, a: point.a)
      return point.cancelsDerivative ? once : f.slope(once, z: point.z, a: point.a)
    })

  static let softmaxJacobianExtra = derivative(
    "softmax-jacobian-extra",
    at: Site("the loss cross-entropy") { setting, _ in setting.loss.cancelsDerivative },
    effect: """
      With softmax it learns more slowly, 11.9 % test error (right: 9.5 %); on sigmoid outputs, \
      which do not sum to 1, the loss grows without end.
      """,
    { setting, _ in "h * (e - sum(e * h)) with e = \(setting.loss.errorFormula("h", "Y"))" },
    { point, error in Activation.softmax.slope(error, z: point.z, a: point.a) })

  static let outputDerivativeAtActivation = derivative(
    "output-derivative-at-activation", at: curvedOutput,
    effect: """
      f'(h) is between 0.20 and 0.25 whatever z is. With cross-entropy it only slows training, \
      11.7 % test error with softmax (right: 9.5 %); with squared error saturated outputs even \
      learn faster.
      """,
    { setting, _ in
      let error = setting.loss.errorFactor
      return setting.output.isElementwise || setting.loss.cancelsDerivative
        ? "\(error) * f'(h)" : "J(softmax(h)) \(error)"
    },
    { point, error in
      let f = point.slopeOfOutput
      return f.slope(error, z: point.a, a: f(point.a))
    })

  static let outputDerivativeRaw = derivative(
    "output-derivative-raw", at: curvedOutput,
    effect: """
      z (1 - z) has no bound and is negative outside 0 to 1: the loss is NaN within five epochs.
      """,
    { setting, l in
      let error = setting.loss.errorFactor
      if !setting.loss.cancelsDerivative {
        if setting.output == .tanh { return "\(error) * (1 - z\(l)^2)" }
        if !setting.output.isElementwise {
          return "z\(l) * (e - sum(e * z\(l))) with e = \(setting.loss.errorFormula("h", "Y"))"
        }
      }
      return "\(error) * z\(l) * (1 - z\(l))"
    },
    { point, error in point.slopeOfOutput.slope(error, z: point.z, a: point.z) })

  static let outputDerivativeOfTanh = derivative(
    "output-derivative-of-tanh",
    at: Site("an output other than tanh") { setting, _ in setting.output != .tanh },
    effect: """
      1 - h² is near 1 for small outputs and 0 where h is 1. With sigmoid outputs it does not \
      show in training, 8.9 % test error (right: 9.7 %, cross-entropy); with softmax it ends at \
      12.8 % (right: 9.5 %).
      """,
    { setting, _ in "\(setting.loss.errorFactor) * (1 - h^2)" },
    { point, error in Activation.tanh.slope(error, z: point.z, a: point.a) })

  static let outputActivationOnly = derivative(
    "output-activation-only", at: shares,
    effect: """
      An output near 0 that should be 1 hardly learns: half of the test digits are wrong after \
      five epochs of sigmoid outputs, 28.4 % after twenty of softmax (right: 9.5 %).
      """,
    { setting, _ in "\(setting.loss.errorFactor) * h" }, { point, error in error.times(point.a) })
}

// MARK: - How they are declared

extension Mistake {
  static let curvedOutput = Site("a sigmoid, tanh or softmax output") { setting, _ in
    setting.output.isCurved
  }
  static let shares = Site("a sigmoid or softmax output") { setting, _ in
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
      Rules(outputDelta: Rule(text) { compute($0, $0.error($0.y)) }), effect: effect)
  }
}

extension Point {
  var cancelsDerivative: Bool { objective.loss.cancelsDerivative }

  /// What the loss makes of h and some targets: h - Y, (N, outputs).
  func error(_ targets: Matrix) -> Matrix { objective.loss.error(a, targets) }

  /// The output's own under squared error. Under cross-entropy the right delta has none, and who puts
  /// one there puts the sigmoid's.
  fileprivate var slopeOfOutput: Activation { cancelsDerivative ? .sigmoid : activation }
}
