// The symptoms of the network and of its training; those of the data are in `DataSymptoms.swift`.
// What one layer has is judged in `LayerFindings.swift`, for `catch` as well.

extension Symptom {
  static let nonfinite = Symptom(
    name: "nan", measure: "entries that are NaN or infinite",
    thresholds: [.nonfinite]
  ) { it in
    guard let (array, count) = it.training.firstNonfinite() else { return [] }
    return [
      Finding(
        "nan", array, Double(count), .nonfinite,
        "\(count: count) entries of \(array) are NaN or infinite: nothing behind means a thing.",
        wayOut: "begin again with a tenth of the learning rate")
    ]
  }

  /// The regulariser against the data: entry by entry, and in the loss, and only where something is
  /// left to learn.
  static let regulariser = Symptom(
    name: "regulariser",
    measure: "share of W with |l2 W| > |data gradient|; l2 loss / data loss, or the norms' ratio; "
      + "training error",
    thresholds: [.regulariser, .penalty, .pull, .heldBack]
  ) { it in
    guard it.training.updatesBefore >= Enough.updates else { return [] }
    return (1...it.depth).compactMap {
      it.trace.heldBack(layer: $0, l2: it.objective.l2, error: it.train.error)
    }
  }

  static let initialLoss = Symptom(
    name: "initial-loss", measure: "first cross-entropy over that of equal outputs",
    thresholds: [.initialLoss]
  ) { it in
    guard it.objective.loss == .crossEntropy, it.training.updatesBefore == 0, it.trace.isLargeEnough
    else {
      return []
    }
    let classes = it.training.network.outputs
    let isSoftmax = it.training.network.output == .softmax
    let equal = isSoftmax ? log(Double(classes)) : Double(classes) * log(2)
    let ratio = it.trace.dataLoss / equal
    guard equal > 0, ratio >= Threshold.initialLoss.value else { return [] }
    return [
      Finding(
        "initial-loss", "loss", ratio, .initialLoss,
        """
        The first loss is \(it.trace.dataLoss), \(ratio) times the \(equal) of a network that \
        prefers no class (\(isSoftmax ? "ln \(classes)" : "\(classes) ln 2")): it is sure of wrong \
        answers before it has seen anything.
        """, wayOut: "smaller first weights: --init xavier, or he for relu")
    ]
  }

  static let dead = Symptom(
    name: "dead", measure: "share of a hidden layer's units with one value for the whole batch",
    thresholds: [.dead]
  ) { it in
    it.hiddenLayers.compactMap { it.manySamples.deadLayer($0) }
  }

  static let sameUnits = Symptom(
    name: "same-units", measure: "share of a hidden layer's units that do what another does",
    thresholds: [.sameUnits]
  ) { it in
    let trace = it.manySamples
    guard trace.isLargeEnough else { return [] }
    return it.hiddenLayers.compactMap { l in
      let share = trace.same(layer: l)
      guard share >= Threshold.sameUnits.value else { return nil }
      return Finding(
        "same-units", "layer \(l)", share, .sameUnits,
        """
        \(percent: share) of the \(count: trace.layers[l - 1].outputs) units of layer \(count: l) \
        give the same values as another for all \(count: trace.batch.count) samples, get the \
        same gradient, and stay the same.
        """, wayOut: "random first weights: --init xavier")
    }
  }

  static let saturated = Symptom(
    name: "saturated", measure: "share of (sample, unit) with f' < 0.01",
    thresholds: [.saturated, .saturatedOutput]
  ) { it in
    it.hiddenLayers.compactMap { it.manySamples.saturatedLayer($0) }
      + [it.manySamples.stuckOutput(it.objective.loss)].compactMap { $0 }
  }

  static let vanishing = Symptom(
    name: "vanishing", measure: "rms(delta1) / rms(deltaL)", thresholds: [.vanishing]
  ) { it in [it.trace.vanishingDelta(1)].compactMap { $0 } }

  static let exploding = Symptom(
    name: "exploding", measure: "rms(delta1) / rms(deltaL)", thresholds: [.exploding]
  ) { it in [it.trace.explodingDelta(1)].compactMap { $0 } }

  /// After some updates, and for a small one only where much is left to learn.
  static let updateRatio = Symptom(
    name: "update-ratio", measure: "norm(uW) / norm(W), after an update",
    thresholds: [.smallUpdate, .largeUpdate]
  ) { it in
    guard it.training.updatesBefore >= Enough.updates else { return [] }
    return (1...it.depth).compactMap { l in
      guard let ratio = it.training.updateRatio(layer: l) else { return nil }
      let isLarge = ratio >= Threshold.largeUpdate.value
      let isSmall = ratio <= Threshold.smallUpdate.value
      guard isLarge || (isSmall && it.train.error >= Threshold.highError.value) else {
        return nil
      }
      return Finding(
        "update-ratio", "uW\(l)", ratio, isLarge ? .largeUpdate : .smallUpdate,
        "The last update changed W\(l) by \(ratio) of its norm; about 0.001 is usual.",
        wayOut: isLarge ? "a smaller learning rate" : "a larger learning rate")
    }
  }

  /// The centres of C classes span C - 1 dimensions; a narrower layer cannot keep them apart as a
  /// linear output wants them. Not where the training error shows that it can.
  static let narrow = Symptom(
    name: "narrow",
    measure: "units of a hidden layer against classes - 1, where training error is left",
    thresholds: [.narrow(classes: 10), .highError]
  ) { it in
    let needed = it.training.network.outputs - 1
    guard case .classes = it.trace.batch.targets, it.train.error >= Threshold.highError.value else {
      return []
    }
    return it.hiddenLayers.compactMap { l in
      let units = it.trace.layers[l - 1].outputs
      guard units < needed else { return nil }
      return Finding(
        "narrow", "layer \(l)", Double(units), .narrow(classes: needed + 1),
        """
        Layer \(count: l) has \(count: units) unit\(units == 1 ? "" : "s") for \
        \(count: needed + 1) classes, whose centres span \(count: needed) dimensions.
        """, wayOut: "a wider layer, several times the number of classes")
    }
  }
}
