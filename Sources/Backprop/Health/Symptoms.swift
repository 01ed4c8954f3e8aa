// The symptoms of the network and of its training; those of the data are in `DataSymptoms.swift`.

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
    let (l2, ratio) = (it.objective.l2, it.trace.l2Loss / it.trace.dataLoss)
    guard l2 > 0, it.updatesBefore >= Enough.updates,
      it.train.errorRate >= Threshold.heldBack.value
    else { return [] }
    return (1...it.depth).compactMap { l in
      let entries = it.trace.regularised(layer: l, l2: l2)
      guard entries.share >= Threshold.regulariser.value,
        ratio >= Threshold.penalty.value || entries.pull >= Threshold.pull.value
      else { return nil }
      let unreached = entries.all - entries.reached
      let all = Double(entries.outweighed + unreached) / Double(entries.all)
      return Finding(
        "regulariser", "W\(l)", entries.share, .regulariser,
        """
        The regulariser holds layer \(count: l) back: |l2 W| is larger than the data's gradient in \
        \(percent: entries.share) of the entries that this minibatch reaches, which with those that \
        it does not reach (inputs or deltas of 0) makes \(percent: all) of W\(l). The l2 loss is \
        \(percent: ratio) of the data loss, norm(l2 W) \(percent: entries.pull) of the data's, and \
        the training error \(percent: it.train.errorRate).
        """, wayOut: "set l2=\(l2 / 100), or set l2=0, and train on")
    }
  }

  static let initialLoss = Symptom(
    name: "initial-loss", measure: "first cross-entropy over that of equal outputs",
    thresholds: [.initialLoss]
  ) { it in
    guard it.objective.loss == .crossEntropy, it.updatesBefore == 0, it.isLargeEnough else {
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
    guard it.isLargeEnough else { return [] }
    return it.hiddenLayers.compactMap { l in
      let share = it.trace.dead(layer: l)
      guard share >= Threshold.dead.value else { return nil }
      let layer = it.trace.layers[l - 1]
      return Finding(
        "dead", "layer \(l)", share, .dead,
        """
        \(percent: share) of the \(count: layer.outputs) units of layer \(count: l) have one value \
        for all \(count: it.trace.batch.count) samples: they tell nothing apart, and no gradient \
        that depends on the sample goes through them.
        """,
        wayOut: layer.weights.values.allSatisfy { $0 == 0 }
          ? "weights of 0 cannot be told apart: --init xavier"
          : "a smaller learning rate, --init he, or --hidden leaky-relu")
    }
  }

  static let sameUnits = Symptom(
    name: "same-units", measure: "share of a hidden layer's units that do what another does",
    thresholds: [.sameUnits]
  ) { it in
    guard it.isLargeEnough else { return [] }
    return it.hiddenLayers.compactMap { l in
      let share = it.trace.same(layer: l)
      guard share >= Threshold.sameUnits.value else { return nil }
      return Finding(
        "same-units", "layer \(l)", share, .sameUnits,
        """
        \(percent: share) of the \(count: it.trace.layers[l - 1].outputs) units of layer \(count: l) \
        give the same values as another for all \(count: it.trace.batch.count) samples, get the \
        same gradient, and stay the same.
        """, wayOut: "random first weights: --init xavier")
    }
  }

  static let saturated = Symptom(
    name: "saturated", measure: "share of (sample, unit) with f' < 0.01",
    thresholds: [.saturated, .saturatedOutput]
  ) { it in
    guard it.isLargeEnough else { return [] }
    var findings: [Finding] = it.hiddenLayers.compactMap { l in
      let share = it.trace.saturated(layer: l)
      guard share >= Threshold.saturated.value else { return nil }
      return Finding(
        "saturated", "layer \(l)", share, .saturated,
        """
        Layer \(count: l) is saturated: f' is below 0.01 for \(percent: share) of its units and \
        samples, and multiplies the delta that comes back.
        """, wayOut: "smaller first weights (--init xavier), a smaller learning rate, or relu")
    }
    let stuck = it.trace.stuckOutputs(it.objective.loss)
    if stuck >= Threshold.saturatedOutput.value {
      findings.append(
        Finding(
          "saturated", "layer \(it.depth)", stuck, .saturatedOutput,
          """
          \(percent: stuck) of the outputs are wrong by more than one half where f' is below 0.01: \
          squared error learns slowest where it is most wrong.
          """, wayOut: "loss cross-entropy, whose delta is h - Y"))
    }
    return findings
  }

  static let vanishing = Symptom(
    name: "vanishing", measure: "rms(delta1) / rms(deltaL)", thresholds: [.vanishing]
  ) { it in
    guard let ratio = it.trace.deltaRatio(1, it.depth), ratio <= Threshold.vanishing.value else {
      return []
    }
    return [
      Finding(
        "vanishing", "delta1", ratio, .vanishing,
        """
        delta1 is \(ratio) times as large as delta\(it.depth): the gradient vanishes on its way back, \
        and layer 1 hardly learns.
        """, wayOut: "relu with --init he, or fewer layers")
    ]
  }

  static let exploding = Symptom(
    name: "exploding", measure: "rms(delta1) / rms(deltaL)", thresholds: [.exploding]
  ) { it in
    guard let ratio = it.trace.deltaRatio(1, it.depth), ratio >= Threshold.exploding.value else {
      return []
    }
    return [
      Finding(
        "exploding", "delta1", ratio, .exploding,
        """
        delta1 is \(ratio) times as large as delta\(it.depth): on its way back the gradient explodes.
        """, wayOut: "smaller first weights (--init xavier) and a smaller learning rate")
    ]
  }

  /// After some updates, and for a small one only where much is left to learn.
  static let updateRatio = Symptom(
    name: "update-ratio", measure: "norm(uW) / norm(W), after an update",
    thresholds: [.smallUpdate, .largeUpdate]
  ) { it in
    guard it.updatesBefore >= Enough.updates else { return [] }
    return (1...it.depth).compactMap { l in
      guard let ratio = it.training.updateRatio(layer: l) else { return nil }
      let isLarge = ratio >= Threshold.largeUpdate.value
      let isSmall = ratio <= Threshold.smallUpdate.value
      guard isLarge || (isSmall && it.train.errorRate >= Threshold.highError.value) else {
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
    guard it.train.errorRate >= Threshold.highError.value else { return [] }
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
