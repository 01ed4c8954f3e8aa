/// An array that a phase has made, or what the optimizer remembers for one.
private struct MadeArray {
  let name: ArrayName
  let values: [Double]
  /// nil for a vector.
  let columns: Int?
  /// Where the array stands among those that the optimizer keeps for `name`.
  var state: Int?

  init(_ name: ArrayName, _ matrix: Matrix) {
    (self.name, values, columns) = (name, matrix.values, matrix.columns)
  }

  init(_ name: ArrayName, _ values: [Double], columns: Int? = nil, state: Int? = nil) {
    (self.name, self.values, self.columns, self.state) = (name, values, columns, state)
  }

  /// The first entry that is not finite, as an offset.
  var nonfinite: Int? {
    Engine.current.isFinite(values) ? nil : values.firstIndex { !$0.isFinite }
  }

  func entry(at offset: Int) -> Entry {
    Entry(array: name, index: columns.map { [offset / $0, offset % $0] } ?? [offset])
  }
}

extension Training {
  /// The first entry that is not finite of what the last phase made, and the term that made it so.
  var nonfiniteEntry: Finding? {
    guard let trace else { return nil }
    if clock.phase == .loss { return trace.loss.isFinite ? nil : nonfiniteLoss(trace) }
    for array in arraysMade(trace) {
      if let offset = array.nonfinite { return nonfinite(array, at: offset) }
    }
    return nil
  }

  /// X is bytes / 255 and is always finite. An infinite v, which stops a weight for good and shows
  /// in no other array, comes last.
  private func arraysMade(_ trace: Trace) -> [MadeArray] {
    switch clock.phase {
    case .start, .batch, .loss: []
    case .forward(let l):
      [
        MadeArray(ArrayName(.preactivation, l), trace.z[l - 1]),
        MadeArray(ArrayName(.activation, l), trace.a[l - 1]),
      ]
    case .delta(let l): [MadeArray(ArrayName(.delta, l), trace.delta[l - 1])]
    case .gradient(let l):
      [
        MadeArray(ArrayName(.weightGradient, l), trace.gradients[l - 1].weights),
        MadeArray(ArrayName(.biasGradient, l), trace.gradients[l - 1].biases),
      ]
    case .update:
      network.layers.enumerated().flatMap { l, layer in
        [
          MadeArray(ArrayName(.weights, l + 1), layer.weights),
          MadeArray(ArrayName(.biases, l + 1), layer.biases),
        ]
      }
        + optimizerState.weights.enumerated().flatMap { l, state in
          state.enumerated().map {
            MadeArray(
              ArrayName(.weights, l + 1), $1, columns: network.layers[l].outputs, state: $0)
          }
        }
        + optimizerState.biases.enumerated().flatMap { l, state in
          state.enumerated().map { MadeArray(ArrayName(.biases, l + 1), $1, state: $0) }
        }
    }
  }

  private func nonfinite(_ array: MadeArray, at offset: Int) -> Finding {
    let entry = array.entry(at: offset)
    let owner = array.state.map { "\(optimizer.rule.stateNames[$0]) of " } ?? ""
    let (subject, value) = ("\(owner)\(array.name)", array.values[offset])
    let count = array.values.count { !$0.isFinite }
    let others: Sentence =
      count == 1 ? "the only such entry" : "the first of \(count: count) such entries"
    var finding = Finding(
      "nan", subject, value, .nonfinite,
      "\(owner)\(entry.text) is \(value), \(others) of \(subject).", wayOut: Self.smallerRate)
    finding.index = entry.index
    if let state = array.state { return finding.because(stateTerm(of: entry, state)) }
    switch array.name.kind {
    case .weights, .biases: return finding.because(updateTerm(of: entry))
    default:
      return finding.because(try? explanation(of: array.name, at: entry.index).nonfiniteTerm)
    }
  }

  private func nonfiniteLoss(_ trace: Trace) -> Finding {
    Finding(
      "nan", "loss", trace.loss, .nonfinite, "The loss is \(trace.loss).",
      wayOut: Self.smallerRate
    ).because(lossExplanation.nonfiniteTerm)
  }

  private static let smallerRate: Sentence = "go back, and on with a tenth of the learning rate"

  /// W_new = W_old + u, and u by the optimizer's formula.
  private func updateTerm(of entry: Entry) -> Sentence? {
    let kind: ArrayName.Kind = entry.array.kind == .weights ? .weightUpdate : .biasUpdate
    guard
      let explanation = try? explanation(
        of: ArrayName(kind, entry.array.layer), at: entry.index),
      let before = explanation["before"]
    else { return nil }
    let change = explanation.total
    let sum: Sentence = "\(entry.text) = \(before) + \(change), what it was and u\(entry.text)"
    guard before.isFinite else { return "\(sum): it was not finite before." }
    guard !change.isFinite, let term = explanation.nonfiniteTerm else {
      return "\(sum): the sum overflows."
    }
    return "\(sum). \(term)"
  }

  /// The formula of what the optimizer remembers, and the gradient that went in.
  private func stateTerm(of entry: Entry, _ state: Int) -> Sentence? {
    let kind: ArrayName.Kind = entry.array.kind == .weights ? .weightGradient : .biasGradient
    let name = ArrayName(kind, entry.array.layer)
    guard let gradient = try? explanation(of: name, at: entry.index).value else { return nil }
    let formula = String(optimizer.rule.formula.split(separator: ";  ")[state])
    return "\(formula), with g = d\(entry.text) = \(gradient)."
  }
}
