// Mistakes in delta_L that put something else in place of h - Y. The f′(z) of squared error stays.

extension Mistake {
  static let crossEntropyPositiveTermOnly = error(
    "cross-entropy-positive-term-only",
    at: Site("the loss cross-entropy with a sigmoid output") { setting, _ in
      setting.loss == .crossEntropy && setting.output == .sigmoid
    },
    effect: """
      Nothing ever pushes an output down: all of them go to 1, and 87 % of the test digits are \
      wrong.
      """,
    { _ in "-Y * (1 - h)" }, { point in point.y.mapping(point.a) { y, h in -y * (1 - h) } })

  static let lossDerivativeByOutput = error(
    "loss-derivative-by-output", at: shares,
    effect: """
      No delta is above 0, so outputs only rise, and -Y / h is huge where h is small: 87 to 92 % \
      test error, with softmax a loss of NaN.
      """,
    { _ in "-Y / h" }, { point in point.y.mapping(point.a) { y, h in -y / h } })

  static let outputSigmoidForSoftmax = error(
    "output-sigmoid-for-softmax",
    at: Site("the loss cross-entropy with a softmax output") { setting, _ in
      setting.loss == .crossEntropy && setting.output == .softmax
    },
    effect: """
      Trains separate sigmoids and reads them as a softmax: the digits come out right, 9.7 % \
      test error (right: 9.5 %), the probabilities do not, a loss of 0.60 (right: 0.48).
      """,
    { _ in "sigmoid(z) - Y" }, { point in Activation.sigmoid(point.z).minus(point.y) })

  static let outputSoftmaxForSigmoid = error(
    "output-softmax-for-sigmoid",
    at: Site("a sigmoid output") { setting, _ in setting.output == .sigmoid },
    effect: """
      Trains a softmax and reads it as sigmoids: the digits come out right, 9.5 % test error \
      (right: 9.7 %, cross-entropy), the probabilities do not, a loss of 7.4 (right: 0.92).
      """,
    { _ in "softmax(z) - Y" }, { point in Activation.softmax(point.z).minus(point.y) })

  static let targetMissing = targets(
    "target-missing", at: .anywhere,
    effect: """
      Every output is pushed towards 0 whatever the label: 88 to 89 % of the test digits are \
      wrong.
      """,
    "0", { Matrix(rows: $0.y.rows, columns: $0.y.columns) })

  static let targetRowsRolled = targets(
    "target-rows-rolled", at: .anywhere,
    effect: """
      The images get the labels of others, that is, none: the outputs go to the class \
      frequencies, and 86 to 92 % of the test digits are wrong.
      """,
    "roll(Y, 1, axis=0)",
    { point in point.y.withRows { $0 - point.constants.shift } },
    open: .oneOf(eitherShift),
    numpy: { _, _ in "rows = order[start:start + N]; X, Y = images[rows], targets[rows]" })

  /// In an order that is always the same: any other would be as wrong.
  static let targetRowsShuffled = targets(
    "target-rows-shuffled", at: .anywhere,
    effect: """
      The images get the labels of others, that is, none: 84 to 87 % of the test digits are \
      wrong, and with softmax the loss stays at ln 10, that of guessing.
      """,
    "shuffled(Y)",
    { point in
      var random = Random(seed: 1)
      let order = point.constants.order ?? random.permutation(of: point.count).map { Int($0) }
      return point.y.withRows { order[$0] }
    },
    open: .targetOrder,
    numpy: { _, _ in "order = rng.permutation(len(X)); X, Y = X[order], Y[order]" })

  static let targetClassesRolled = targets(
    "target-classes-rolled",
    at: Site("at least two classes") { setting, _ in setting.classes > 1 },
    effect: """
      It learns well, and the wrong thing: a digit k is called k + 1, and 99 % of the test \
      digits are wrong.
      """,
    "roll(Y, 1, axis=1)",
    { point in
      let (y, shift) = (point.y, point.constants.shift)
      var rolled = y
      for (i, value) in y.values.enumerated() {
        rolled[i / y.columns, wrapped(i % y.columns + shift, y.columns)] = value
      }
      return rolled
    },
    open: .oneOf(eitherShift),
    numpy: { setting, _ in "Y = np.eye(\(setting.classes))[labels]" })

  static let predictionRounded = error(
    "prediction-rounded",
    at: Site("at least two outputs") { setting, _ in setting.classes > 1 },
    effect: """
      A sample that is classified right has no error, however unsure the outputs are: 19.1 % \
      test error with softmax (right: 9.5 %) and a loss of 2.2 (right: 0.48).
      """,
    { loss in loss.errorFormula("onehot(argmax h)", "Y") },
    { point in
      var rounded = Matrix(rows: point.a.rows, columns: point.a.columns)
      for (sample, winner) in point.a.argmaxOfRows.enumerated() { rounded[sample, winner] = 1 }
      return point.objective.loss.error(rounded, point.y)
    })

  static let errorSignOnly = error(
    "error-sign-only",
    at: Site("a loss other than absolute-error") { setting, _ in setting.loss != .absoluteError },
    effect: """
      However small its error, every output is pushed with full force until it saturates: 79 to \
      87 % of the test digits are wrong.
      """,
    { loss in "sign(\(loss.errorFormula("h", "Y")))" },
    { point in point.error(point.y).mapping(\.direction) })
}

// MARK: - How they are declared

extension Mistake {
  /// In place of h - Y; squared error's derivative stays on it.
  private static func error(
    _ name: String, at site: Site, effect: String,
    _ text: @escaping @Sendable (_ loss: Loss) -> String,
    _ compute: @escaping @Sendable (_ point: Point) -> Matrix, open: OpenConstant? = nil,
    numpy: (@Sendable (_ setting: Setting, _ layer: Int) -> String)? = nil
  ) -> Mistake {
    Mistake(
      name, .outputDelta, at: site,
      Rules(
        outputDelta: Rule(
          { setting, layer in
            setting.loss.deltaFormula(setting.output, layer, text(setting.loss))
          },
          { point in
            let error = compute(point)
            guard !point.cancelsDerivative else { return error }
            return point.activation.slope(error, z: point.z, a: point.a)
          })),
      open: open, effect: effect, numpy: numpy)
  }

  /// Other targets in place of Y.
  private static func targets(
    _ name: String, at site: Site, effect: String, _ text: String,
    _ compute: @escaping @Sendable (_ point: Point) -> Matrix, open: OpenConstant? = nil,
    numpy: (@Sendable (_ setting: Setting, _ layer: Int) -> String)? = nil
  ) -> Mistake {
    error(
      name, at: site, effect: effect, { loss in loss.errorFormula("h", text) },
      { point in point.error(compute(point)) }, open: open, numpy: numpy)
  }

  private static let eitherShift = [1, -1].map { shift in
    var constants = Constants()
    constants.shift = shift
    return constants
  }
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
