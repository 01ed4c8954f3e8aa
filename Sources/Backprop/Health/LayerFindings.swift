// What can be found in one layer of a pass as soon as the phase that shows it is done: `health`
// asks for all layers of a complete pass, `catch` for the one at hand. Layers count from 1.

extension Trace {
  /// Needs `forward` of the layer.
  func deadLayer(_ l: Int) -> Finding? {
    guard isLargeEnough else { return nil }
    let share = dead(layer: l)
    guard share >= Threshold.dead.value else { return nil }
    let layer = layers[l - 1]
    return Finding(
      "dead", "layer \(l)", share, .dead,
      """
      \(percent: share) of the \(count: layer.outputs) units of layer \(count: l) have one value \
      for all \(count: batch.count) samples: they tell nothing apart, and no gradient that depends \
      on the sample goes through them.
      """,
      wayOut: layer.weights.values.allSatisfy { $0 == 0 }
        ? "weights of 0 cannot be told apart: --init xavier"
        : "a smaller learning rate, --init he, or --hidden leaky-relu")
  }

  /// Needs `forward` of the layer, a hidden one.
  func saturatedLayer(_ l: Int) -> Finding? {
    guard isLargeEnough else { return nil }
    let share = saturated(layer: l)
    guard share >= Threshold.saturated.value else { return nil }
    return Finding(
      "saturated", "layer \(l)", share, .saturated,
      """
      Layer \(count: l) is saturated: f' is below 0.01 for \(percent: share) of its units and \
      samples, and multiplies the delta that comes back.
      """, wayOut: "smaller first weights (--init xavier), a smaller learning rate, or relu")
  }

  /// Needs `forward` of the last layer.
  func stuckOutput(_ loss: Loss) -> Finding? {
    guard isLargeEnough else { return nil }
    let share = stuckOutputs(loss)
    guard share >= Threshold.saturatedOutput.value else { return nil }
    return Finding(
      "saturated", "layer \(depth)", share, .saturatedOutput,
      """
      \(percent: share) of the outputs are wrong by more than one half where f' is below 0.01: \
      squared error learns slowest where it is most wrong.
      """, wayOut: "loss cross-entropy, whose delta is h - Y")
  }

  /// Needs `delta` of the layer.
  func vanishingDelta(_ l: Int) -> Finding? {
    guard let ratio = deltaRatio(l, depth), ratio <= Threshold.vanishing.value else { return nil }
    return Finding(
      "vanishing", "delta\(l)", ratio, .vanishing,
      """
      delta\(l) is \(ratio) times as large as delta\(depth): the gradient vanishes on its way \
      back, and layer \(l) hardly learns.
      """, wayOut: "relu with --init he, or fewer layers")
  }

  /// Needs `delta` of the layer.
  func explodingDelta(_ l: Int) -> Finding? {
    guard let ratio = deltaRatio(l, depth), ratio >= Threshold.exploding.value else { return nil }
    return Finding(
      "exploding", "delta\(l)", ratio, .exploding,
      """
      delta\(l) is \(ratio) times as large as delta\(depth): on its way back the gradient explodes.
      """, wayOut: "smaller first weights (--init xavier) and a smaller learning rate")
  }

  /// The regulariser against the data: entry by entry, and in the loss, and only where something is
  /// left to learn. Needs `delta` of the layer.
  ///
  /// - Parameter error: the training error.
  func heldBack(layer l: Int, l2: Double, error: Double) -> Finding? {
    guard l2 > 0, error >= Threshold.heldBack.value else { return nil }
    let (entries, ratio) = (regularised(layer: l, l2: l2), l2Loss / dataLoss)
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
      the training error \(percent: error).
      """, wayOut: "set l2=\(l2 / 100), or set l2=0, and train on")
  }
}
