// How the formulas of the backward pass read, right and with a mistake, in the names that `print`
// knows: `delta1 = (delta2 W2^T) * f'(z1)`.

/// The right-hand sides of one layer's gradient.
struct GradientText: Equatable {
  /// The data's part of dW: `a0^T delta1 / N`.
  var weights: String
  /// The regulariser's, with its sign: `+ l2 W1`; empty when there is none.
  var penalty: String
  var biases: String
}

extension Setting {
  /// `delta1 = (delta2 W2^T) * f'(z1)`, as it is computed with `mistake`.
  public func formula(deltaOf layer: Int, with mistake: Mistake? = nil) -> String {
    let rules = rules(of: mistake, layer)
    if layer == depth {
      let text = rules.outputDelta.map { "delta\(layer) = " + $0.text(self, layer) }
      return text ?? loss.deltaFormula(output: output, layer: layer)
    }
    let next = layer + 1
    let sent = rules.sentBack?.text(self, next) ?? "delta\(next)"
    let product = rules.product?.text(self, layer) ?? "\(sent) W\(next)^T"
    let slope = rules.slope?.text(self, layer) ?? " * f'(z\(layer))"
    return "delta\(layer) = " + (slope.isEmpty || product == "0" ? product : "(\(product))\(slope)")
  }

  /// `dW1 = a0^T delta1 / N + l2 W1, db1 = mean of delta1 over the batch`, with `mistake`.
  public func formula(gradientOf layer: Int, with mistake: Mistake? = nil) -> String {
    let sides = gradientSides(layer, mistake)
    return "dW\(layer) = \(sides.weights), db\(layer) = \(sides.biases)"
  }

  /// The right-hand sides of dW and db.
  fileprivate func gradientSides(
    _ layer: Int, _ mistake: Mistake?
  ) -> (weights: String, biases: String) {
    let rules = rules(of: mistake, layer)
    var text = GradientText(
      weights: "a\(layer - 1)^T delta\(layer) / \(count)",
      penalty: l2 == 0 ? "" : "+ l2 W\(layer)", biases: "mean of delta\(layer) over the batch")
    var setting = self
    if let mistake { setting.constants = mistake.constants }
    if let scale = rules.scale { text = scale.text(text, setting, layer) }
    if let rule = rules.weights { text.weights = rule.text(self, layer) }
    if let rule = rules.biases { text.biases = rule.text(self, layer) }
    if let rule = rules.penalty { text.penalty = rule.text(self, layer) }
    if let rule = rules.biasPenalty { text.biases += " " + rule.text(self, layer) }
    let weights = text.penalty.isEmpty ? text.weights : "\(text.weights) \(text.penalty)"
    let wrapper = rules.array?.text(self, layer) ?? rules.whole?.text(self, layer)
    guard let wrapper else { return (weights, text.biases) }
    func wrap(_ side: String) -> String {
      wrapper.split(separator: "$", omittingEmptySubsequences: false).joined(separator: side)
    }
    return (wrap(weights), wrap(text.biases))
  }

  /// What the mistake changes in a layer. What goes back from the last one counts for the one before.
  private func rules(of mistake: Mistake?, _ layer: Int) -> Rules {
    guard let mistake, mistake.layers(in: self).contains(layer) else { return Rules() }
    return mistake.rules
  }
}

extension Mistake {
  /// What it computes, in the layer nearest to the output where it differs: `delta1 = delta2 W2^T`.
  public func wrong(in setting: Setting) -> String {
    formula(in: setting, with: self)
  }

  /// The right formula in the same place: `delta1 = (delta2 W2^T) * f'(z1)`.
  public func right(in setting: Setting) -> String { formula(in: setting, with: nil) }

  /// Of a gradient only the arrays that it changes.
  private func formula(in setting: Setting, with mistake: Mistake?) -> String {
    let layer = shownLayer(in: setting)
    switch group {
    case .outputDelta, .hiddenDelta: return setting.formula(deltaOf: layer, with: mistake)
    case .gradient, .regulariser:
      let (right, wrong) = (setting.gradientSides(layer, nil), setting.gradientSides(layer, self))
      let shown = mistake == nil ? right : wrong
      var sides: [String] = []
      let isWhole = rules.array != nil || rules.whole != nil
      if right.weights != wrong.weights { sides.append("dW\(layer) = \(shown.weights)") }
      if isWhole {
        sides.append("db\(layer) likewise")
      } else if right.biases != wrong.biases {
        sides.append("db\(layer) = \(shown.biases)")
      }
      return sides.joined(separator: ", ")
    }
  }

  private func shownLayer(in setting: Setting) -> Int {
    layers(in: setting).last ?? setting.depth
  }

  /// NumPy that does it right: `delta1 = (delta2 @ W2.T) * a1 * (1 - a1)`.
  public func numpy(in setting: Setting) -> String {
    let layer = shownLayer(in: setting)
    if let numpyLine { return numpyLine(setting, layer) }
    switch group {
    case .outputDelta, .hiddenDelta: return setting.numpy(deltaOf: layer)
    case .gradient, .regulariser:
      let (right, wrong) = (setting.gradientSides(layer, nil), setting.gradientSides(layer, self))
      var lines: [String] = []
      if right.weights != wrong.weights { lines.append(setting.numpy(weightGradientOf: layer)) }
      if right.biases != wrong.biases { lines.append(setting.numpy(biasGradientOf: layer)) }
      return lines.joined(separator: "; ")
    }
  }

  /// A small network with a loss where it applies, for a page of help before there is any network.
  public var example: Setting {
    let settings: [Setting] = [[5, 4, 3], [5, 4, 4, 3]].flatMap { sizes in
      [
        (Activation.sigmoid, Loss.squaredError), (.sigmoid, .crossEntropy),
        (.softmax, .crossEntropy),
      ]
      .map { Setting(sizes: sizes, output: $0.0, loss: $0.1) }
    }
    return settings.first(where: applies) ?? settings[0]
  }
}

// MARK: - NumPy

extension Setting {
  func numpy(deltaOf layer: Int) -> String {
    guard layer < depth else { return loss.deltaNumPy(output: output, layer: layer) }
    return "delta\(layer) = (delta\(layer + 1) @ W\(layer + 1).T)"
      + activation(layer).numpyFactor("a\(layer)", "z\(layer)")
  }

  func numpy(weightGradientOf layer: Int) -> String {
    let input = layer == 1 ? "X" : "a\(layer - 1)"
    return "dW\(layer) = \(input).T @ delta\(layer) / len(X)"
      + (l2 == 0 ? "" : " + l2 * W\(layer)")
  }

  func numpy(biasGradientOf layer: Int) -> String { "db\(layer) = delta\(layer).mean(axis=0)" }
}
