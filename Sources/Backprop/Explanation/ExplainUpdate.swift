extension Training {
  /// Where an entry of the pass at hand comes from.
  ///
  /// - Parameters:
  ///   - name: an array that a pass computes, and that has been computed.
  ///   - index: within the array's shape.
  /// - Throws: when the array is not there, is no result of a computation, or is an update whose
  ///   gradient is gone.
  public func explanation(of name: ArrayName, at index: [Int]) throws -> Explanation {
    let array = try array(name)
    precondition(index.count == array.shape.count, "an index for each axis of \(array.shape)")
    let entry = Entry(array: name, index: index)
    // There is no pass at the start, where weights and biases are.
    guard let trace, name.madeBy(depth: network.depth) != nil else {
      throw BackpropError(
        "\(name) is what the network has learned so far. What moves it can be explained: "
          + "explain d\(entry.text), and after an update explain u\(entry.text)")
    }
    var explanation =
      switch name.kind {
      case .preactivation: trace.explainPreactivation(entry)
      case .activation, .output: trace.explainActivation(entry)
      case .delta: trace.explainDelta(entry, objective)
      case .weightGradient: trace.explainWeightGradient(entry, objective)
      case .biasGradient: trace.explainBiasGradient(entry)
      case .weightUpdate, .biasUpdate: try explainUpdate(entry)
      case .inputs, .targets, .labels, .weights, .biases:
        throw BackpropError("\(name) is given, not computed: it is the data of this minibatch.")
      }
    let offset = zip(index, array.shape).reduce(0) { $0 * $1.1 + $1.0 }
    explanation.value = array.values[offset]
    return explanation
  }

  /// Where the loss of the pass at hand comes from: the samples' losses.
  ///
  /// - Precondition: it has been computed.
  public var lossExplanation: Explanation {
    precondition(trace?.has(.loss) ?? false, "the loss is not computed yet")
    var explanation = trace!.explainLoss(objective)
    explanation.value = trace!.loss
    return explanation
  }

  /// u of one parameter, from its gradient and what the optimizer remembers *after* the update.
  private func explainUpdate(_ entry: Entry) throws -> Explanation {
    let (l, isWeight) = (entry.array.layer - 1, entry.array.kind == .weightUpdate)
    let (old, new) = (trace!.layers[l], network.layers[l])
    let offset = isWeight ? entry.index[0] * old.outputs + entry.index[1] : entry.index[0]
    func pick(_ layer: Layer) -> Double {
      isWeight ? layer.weights.values[offset] : layer.biases[offset]
    }
    guard case .recomputable(let optimizer, let updates) = update else {
      throw BackpropError(
        "\(entry.text) was applied before the loss, l2 or the optimizer was changed, and the "
          + "gradient it came from is gone: print shows what is left. The next update can be "
          + "explained again.")
    }
    let gradients = trace!.gradients[l]
    let gradient = isWeight ? gradients.weights.values[offset] : gradients.biases[offset]
    let remembered = isWeight ? optimizerState.weights[l] : optimizerState.biases[l]
    let state = remembered.map { $0[offset] }
    let total = optimizer.changes(
      gradient: [gradient], state: state.map { [$0] }, atUpdate: updates)[0]

    let rule = optimizer.rule
    var operands = [("g", gradient)] + zip(rule.stateNames, state).map { ($0, $1) }
    operands += rule.settings.map { ($0.name, optimizer[$0.name]) }
    let parameters = optimizer.parameters(atUpdate: updates)
    let isCorrected = rule.settings.contains { $0.name == "beta1" }
    if isCorrected { operands.append(("t", Double(updates))) }
    let values = Dictionary(uniqueKeysWithValues: operands)
    if isCorrected {
      operands.append(("1 - beta1^t", parameters.correction1))
      operands.append(("sqrt(1 - beta2^t)", parameters.correction2))
    }
    // What a rule says of u stands last in its formula, after what becomes of its state.
    var parts = rule.formula.split(separator: ";  ").map(String.init)
    let change = String(parts.removeLast().dropFirst("u = ".count))
    let symbol = entry.text.dropFirst()
    let given = ([change] + parts + ["g = d\(symbol)"]).joined(separator: ", ")
    let names = rule.stateNames.joined(separator: " and ")
    var explanation = Explanation(
      entry.text,
      formula: given + (names.isEmpty ? "" : "; \(names) as update \(updates) left it"),
      source: rule.source, terms: .operands(operands), result: Formula(change, values), total)
    explanation.asides = [
      .init("before", "\(symbol) before", pick(old)),
      .init(
        "after", "\(symbol) after", "\("before", pick(old)) + \(entry.text, total)", pick(new)),
    ]
    return explanation
  }
}
