// One entry of the backward pass: Nielsen's four equations, a number at a time.

extension Trace {
  /// delta_L from the loss (Nielsen ch. 2, BP1), every other from the one after it (BP2).
  func explainDelta(_ entry: Entry, _ objective: Objective) -> Explanation {
    var explanation =
      entry.array.layer < depth
      ? explainHiddenDelta(entry) : explainOutputDelta(entry, objective)
    explanation.sample = entry.index[0]
    return explanation
  }

  private func explainOutputDelta(_ entry: Entry, _ objective: Objective) -> Explanation {
    let (l, n, j) = (depth, entry.index[0], entry.index[1])
    let loss = objective.loss
    let error = loss.error(a[l - 1], batch.y)[n, j]
    let (terms, formula) = loss.explanation(outputEntry(n, j))
    if loss.cancelsDerivative {
      var explanation = Explanation(
        entry.text, formula: formula.description, source: loss.deltaSource, terms: terms,
        result: formula, error)
      explanation.asides = [slope(layer: l, n, j)]
      return explanation
    }
    guard layers[l - 1].activation.isElementwise else { return explainSoftmaxDelta(entry, loss) }
    let slope = slope(layer: l, n, j)
    return Explanation(
      entry.text,
      formula: "\(Loss.factor(formula.description)) f'(z\(l)[\(n), \(j)])",
      source: loss.deltaSource, terms: terms,
      steps: [.init("error", loss.errorFormula("h", "Y"), formula, error), slope],
      result: "\(loss.errorFactor, error) * \("f'", slope.value)", error * slope.value)
  }

  private func outputEntry(_ n: Int, _ j: Int) -> OutputEntry {
    OutputEntry(
      sample: n, unit: j, outputs: Array(a[depth - 1].row(n)), targets: Array(batch.y.row(n)))
  }

  /// Through the whole Jacobian of the softmax: h ⊙ (e - Σ_c e_c h_c), e being ∂loss/∂h.
  private func explainSoftmaxDelta(_ entry: Entry, _ loss: Loss) -> Explanation {
    let (l, n, j) = (depth, entry.index[0], entry.index[1])
    let h = Array(a[l - 1].row(n))
    let errors = Array(loss.error(a[l - 1], batch.y).row(n))
    let terms = Explanation.Terms.products("c", ("e[c]", errors), ("h[\(n), c]", h))
    let sum = terms.values.sum
    var explanation = Explanation(
      entry.text,
      formula: "h[\(n), \(j)] (e[\(j)] - sum over c of e[c] h[\(n), c]), e = "
        + loss.errorFormula("h", "Y"),
      source: loss.deltaSource + ", with the Jacobian of the softmax", terms: terms,
      steps: [
        .init("sum", "sum", sum),
        .init("error", "e[\(j)]", loss.explanation(outputEntry(n, j)).formula, errors[j]),
      ],
      result: "\("h[\(n), \(j)]", h[j]) * (\("e[\(j)]", errors[j]) - \("sum", sum))",
      h[j] * (errors[j] - sum))
    explanation.asides = [slope(layer: l, n, j)]
    return explanation
  }

  /// delta[n, j] = Σ_k delta_next[n, k] W_next[j, k] · f′(z[n, j]).
  private func explainHiddenDelta(_ entry: Entry) -> Explanation {
    let (l, n, j) = (entry.array.layer, entry.index[0], entry.index[1])
    let terms = Explanation.Terms.products(
      "k", ("delta\(l + 1)[\(n), k]", Array(delta[l].row(n))),
      ("W\(l + 1)[\(j), k]", Array(layers[l].weights.row(j))))
    let (sum, slope) = (terms.values.sum, slope(layer: l, n, j))
    var explanation = Explanation(
      entry.text,
      formula: "f'(z\(l)[\(n), \(j)]) sum over k of delta\(l + 1)[\(n), k] W\(l + 1)[\(j), k]",
      source: "Nielsen ch. 2, BP2; Goodfellow et al., Deep Learning, algorithm 6.4",
      terms: terms, steps: [.init("error", "sum", sum), slope],
      result: "\("sum", sum) * \("f'", slope.value)", sum * slope.value)
    explanation.readsParameters = true
    return explanation
  }

  /// dW[i, j] = Σ_n a_prev[n, i] delta[n, j] / N + λ W[i, j] (Nielsen ch. 2, BP4).
  func explainWeightGradient(_ entry: Entry, _ objective: Objective) -> Explanation {
    let (l, i, j) = (entry.array.layer, entry.index[0], entry.index[1])
    let (a, count) = (inputName(of: l), batch.count)
    let (inputs, deltas) = (input(of: l - 1).column(i), delta[l - 1].column(j))
    let terms = Explanation.Terms(
      columns: sampleColumns + [
        .init("a", "\(a)[n, \(i)]"), .init("delta", "delta\(l)[n, \(j)]"), .init("product"),
      ],
      rows: zip(inputs, deltas).enumerated().map { n, pair in
        sampleCells(n) + [.number(pair.0), .number(pair.1), .number(pair.0 * pair.1)]
      }, isSum: true)
    // Multiplied by 1 / N, as the loops do: a division would round otherwise.
    let sum = terms.values.sum
    let mean = sum * (1 / Double(count))
    let weight = layers[l - 1].weights[i, j]
    let (hasL2, penalty) = (objective.l2 != 0, objective.l2 * weight)
    var steps: [Explanation.Step] = [
      .init("sum", "sum", sum),
      .init("data", "data", "\("sum", sum) * (1/\("N", Double(count)))", mean),
    ]
    if hasL2 {
      steps.append(
        .init(
          "l2", "regulariser", "\("l2", objective.l2) * \("W\(l)[\(i), \(j)]", weight)", penalty))
    }
    var explanation = Explanation(
      entry.text,
      formula: "sum over n of \(a)[n, \(i)] delta\(l)[n, \(j)] / \(count)"
        + (hasL2 ? " + l2 W\(l)[\(i), \(j)]" : ""),
      source: "Nielsen ch. 2, BP4"
        + (hasL2 ? "; Goodfellow et al., Deep Learning, §7.1.1 for l2" : ""),
      terms: terms, steps: steps,
      result: hasL2 ? "\("data", mean) + \("regulariser", penalty)" : "\("data", mean)",
      hasL2 ? mean + penalty : mean)
    explanation.readsParameters = hasL2
    return explanation
  }

  /// db[j] = Σ_n delta[n, j] / N (Nielsen ch. 2, BP3).
  func explainBiasGradient(_ entry: Entry) -> Explanation {
    let (l, j) = (entry.array.layer, entry.index[0])
    let terms = Explanation.Terms(
      columns: sampleColumns + [.init("delta", "delta\(l)[n, \(j)]")],
      rows: delta[l - 1].column(j).enumerated().map { n, delta in
        sampleCells(n) + [.number(delta)]
      }, isSum: true)
    let sum = terms.values.sum
    return Explanation(
      entry.text, formula: "sum over n of delta\(l)[n, \(j)] / \(batch.count)",
      source: "Nielsen ch. 2, BP3", terms: terms, steps: [.init("sum", "sum", sum)],
      result: "\("sum", sum) * (1/\("N", Double(batch.count)))", sum * (1 / Double(batch.count)))
  }
}
