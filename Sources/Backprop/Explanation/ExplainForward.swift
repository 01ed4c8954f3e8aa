// One entry of the forward pass. Layers are counted from 1 here, as in the names of the arrays.

/// An entry of an array: `dW1[3, 7]`.
struct Entry {
  let array: ArrayName
  let index: [Int]

  var text: String { "\(array)[\(index.map(String.init).joined(separator: ", "))]" }
}

extension Trace {
  /// What a layer's input is called: X, or the activation of the layer before.
  func inputName(of layer: Int) -> String { layer == 1 ? "X" : "a\(layer - 1)" }

  /// z[n, j] = Σ_i a_prev[n, i] W[i, j] + b[j] (Nielsen ch. 2).
  func explainPreactivation(_ entry: Entry) -> Explanation {
    let (l, n, j) = (entry.array.layer, entry.index[0], entry.index[1])
    let (a, layer) = (inputName(of: l), layers[l - 1])
    let terms = Explanation.Terms.products(
      "i", ("\(a)[\(n), i]", Array(input(of: l - 1).row(n))),
      ("W\(l)[i, \(j)]", layer.weights.column(j)))
    let (sum, bias) = (terms.values.sum, layer.biases[j])
    var explanation = Explanation(
      entry.text, formula: "sum over i of \(a)[\(n), i] W\(l)[i, \(j)] + b\(l)[\(j)]",
      source: "Nielsen ch. 2; Goodfellow et al., Deep Learning, algorithm 6.3", terms: terms,
      steps: [
        .init("sum", "sum", sum), .init("bias", "b\(l)[\(j)]", bias),
      ],
      result: "\("sum", sum) + \("b\(l)[\(j)]", bias)", sum + bias)
    explanation.sample = n
    explanation.readsParameters = true
    return explanation
  }

  /// a[n, j] = f(z[n, j]), and the slope f′ there.
  ///
  /// - Parameter entry: of a layer's `a`, or of `h`.
  func explainActivation(_ entry: Entry) -> Explanation {
    let l = entry.array.kind == .output ? depth : entry.array.layer
    let (n, j) = (entry.index[0], entry.index[1])
    let activation = layers[l - 1].activation
    guard activation.isElementwise else { return explainSoftmax(entry, layer: l) }
    let z = z[l - 1][n, j]
    let a = activation(Matrix([[z]]))[0, 0]
    var explanation = Explanation(
      entry.text,
      formula: "\(activation)(z\(l)[\(n), \(j)]), \(activation) = \(activation.formula)",
      source: activation.source,
      terms: .operands([("z\(l)[\(n), \(j)]", z)]),
      steps: [.init("z", "z\(l)[\(n), \(j)]", z)],
      result: Formula(activation.formula, ["z": z]), a)
    explanation.asides = [slope(layer: l, n, j)]
    explanation.sample = n
    return explanation
  }

  /// h[n, j] = exp(z[n, j] - max z) / Σ_c exp(z[n, c] - max z): the shift changes nothing.
  private func explainSoftmax(_ entry: Entry, layer l: Int) -> Explanation {
    let (n, j) = (entry.index[0], entry.index[1])
    let z = z[l - 1].row(n)
    let largest = z.largest
    let exponentials = z.map { exp($0 - largest) }
    let sum = exponentials.sum
    let power = exponentials[j]
    var explanation = Explanation(
      entry.text, formula: "exp(z\(l)[\(n), \(j)]) / sum over c of exp(z\(l)[\(n), c])",
      source: layers[l - 1].activation.source,
      terms: Explanation.Terms(
        columns: [.init("class", "c"), .init("z", "z\(l)[\(n), c]"), .init("exp", "exp(z - max)")],
        rows: zip(z, exponentials).enumerated().map { c, pair in
          [.integer(c), .number(pair.0), .number(pair.1)]
        }, isSum: true),
      steps: [
        .init("max", "max", largest),
        .init(
          "exp", "exp(z - max)",
          "exp(\("z\(l)[\(n), \(j)]", z[z.startIndex + j]) - \("max", largest))", power),
        .init("sum", "sum", sum),
      ],
      result: "\("exp(z - max)", power) / \("sum", sum)", power / sum)
    explanation.asides = [slope(layer: l, n, j)]
    explanation.sample = n
    return explanation
  }

  /// f′ at a unit; for softmax the diagonal of its Jacobian, a (1 - a).
  func slope(layer l: Int, _ n: Int, _ j: Int) -> Explanation.Step {
    let (activation, z, a) = (layers[l - 1].activation, z[l - 1][n, j], a[l - 1][n, j])
    let isElementwise = activation.isElementwise
    let at = "[\(n), \(j)]"
    return .init(
      "slope", isElementwise ? "f'(z\(l)\(at))" : "dh\(at)/dz\(l)\(at)",
      isElementwise
        ? Formula(activation.derivativeFormula, ["z": z, "a": a])
        : Formula("h (1 - h)", ["h": a]),
      isElementwise
        ? activation.derivative(z: Matrix([[z]]), a: Matrix([[a]]))[0, 0] : a * (1 - a))
  }

  /// The mean of the samples' losses + λ/2 Σ‖W‖².
  func explainLoss(_ objective: Objective) -> Explanation {
    let (output, z, h) = (layers[depth - 1].activation, z[depth - 1], a[depth - 1])
    let losses = objective.loss.values(z, h, batch.y, output)
    let count = Double(batch.count)
    let (sum, penalty) = (losses.sum, objective.penalty(of: layers))
    let mean = sum / count
    let hasPenalty = objective.l2 != 0
    var steps: [Explanation.Step] = [
      .init("sum", "sum", sum),
      .init("data_loss", "data", "\("sum", sum) / \("N", count)", mean),
    ]
    if hasPenalty {
      let squares = layers.map(\.weights.sumOfSquares)
      for (l, squares) in squares.enumerated() {
        steps.append(.init("squares_W\(l + 1)", "sum(W\(l + 1)^2)", squares))
      }
      let all = squares.reduce(0, +)
      steps.append(
        .init("l2_loss", "regulariser", "\("l2", objective.l2) / 2 * \("sum(W^2)", all)", penalty))
    }
    let formula = objective.loss.formula(output)
    var explanation = Explanation(
      "loss",
      formula: "mean over n of \(formula)" + (hasPenalty ? " + l2/2 sum(W^2)" : ""),
      source: objective.loss.source
        + (hasPenalty ? "; Goodfellow et al., Deep Learning, §7.1.1" : ""),
      terms: Explanation.Terms(
        columns: sampleColumns + outputColumns + [.init("loss")],
        rows: losses.enumerated().map { n, loss in
          sampleCells(n) + outputCells(n, h) + [.number(loss)]
        }, isSum: true),
      steps: steps,
      result: hasPenalty ? "\("data", mean) + \("regulariser", penalty)" : "\("data", mean)",
      mean + penalty)
    explanation.readsParameters = hasPenalty
    return explanation
  }

  /// A sample of the minibatch: its row, its place in the data set, its class where it has one.
  var sampleColumns: [Explanation.Terms.Column] {
    [.init("sample", "n"), .init("index", batch.noun)]
      + (batch.labels == nil ? [] : [.init("label")])
  }

  func sampleCells(_ n: Int) -> [Explanation.Terms.Cell] {
    [.integer(n), .integer(batch.indices[n])] + (batch.labels.map { [.integer($0[n])] } ?? [])
  }

  /// What the loss is about: the output of the sample's class, or of one output what it is and is to
  /// be; of several values nothing, there would be too many.
  private var outputColumns: [Explanation.Terms.Column] {
    if case .classes = batch.targets { return [.init("output", "h[n, label]")] }
    return batch.y.columns == 1 ? [.init("output", "h[n, 0]"), .init("target", "Y[n, 0]")] : []
  }

  private func outputCells(_ n: Int, _ h: Matrix) -> [Explanation.Terms.Cell] {
    if case .classes = batch.targets { return [.number(h[n, batch.labels![n]])] }
    return batch.y.columns == 1 ? [.number(h[n, 0]), .number(batch.y[n, 0])] : []
  }
}
