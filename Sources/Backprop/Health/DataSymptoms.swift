// The symptoms of the data, and of what the network makes of them.

extension Symptom {
  static let inputs = Symptom(
    name: "inputs", measure: "root mean square of X", thresholds: [.smallInputs, .largeInputs]
  ) { it in
    let (x, rms) = (it.trace.batch.x, it.trace.batch.x.rms)
    let isSmall = rms <= Threshold.smallInputs.value
    guard isSmall || rms >= Threshold.largeInputs.value else { return [] }
    return [
      Finding(
        "inputs", "X", rms, isSmall ? .smallInputs : .largeInputs,
        """
        The inputs are not scaled: they go from \(x.values.smallest) to \(x.values.largest), with a \
        root mean square of \(rms), and the first weights are made for inputs of about 1.
        """,
        wayOut: isSmall
          ? "pixels from 0 to 255 in the files" : "pixels from 0 to 1: divide by 255, once")
    ]
  }

  /// On the minibatch when it has enough samples a class, else on samples of the training set.
  static let labels = Symptom(
    name: "labels", measure: "accuracy of the nearest class mean, from chance to 1",
    thresholds: [.labels]
  ) { it in
    guard let classes = it.trace.batch.targets.classCount, var labels = it.trace.batch.labels
    else { return [] }
    var (x, subject) = (it.trace.batch.x, "minibatch")
    let enough = Enough.samplesPerClass * classes
    if labels.count < enough {
      guard it.some.count >= enough else { return [] }
      let batch = Batch(Array(0..<it.some.count), of: it.some)
      (x, labels, subject) = (batch.x, batch.labels ?? [], "training set")
    }
    let commonest = (0..<classes).map { c in labels.count { $0 == c } }.max() ?? 0
    let chance = Double(commonest) / Double(labels.count)
    guard chance < 1 else { return [] }
    let accuracy = x.nearestMeanAccuracy(labels: labels, classes: classes)
    let progress = (accuracy - chance) / (1 - chance)
    guard progress <= Threshold.labels.value else { return [] }
    return [
      Finding(
        "labels", subject, max(progress, 0), .labels,
        """
        The labels do not go with the images: taking the class whose mean image is nearest is right \
        for \(percent: accuracy) of \(count: labels.count) samples (\(subject)), and always naming \
        the commonest class for \(percent: chance).
        """, wayOut: "look at some (digit 0), and shuffle images and labels by one permutation")
    ]
  }

  static let sameOutput = Symptom(
    name: "same-output", measure: "mean over samples of 1/2 sum |h - mean h|",
    thresholds: [.sameOutput]
  ) { it in
    guard it.training.updatesBefore >= Enough.updatesToTellSamplesApart,
      it.manySamples.isLargeEnough
    else { return [] }
    let spread = it.manySamples.outputSpread
    // Of values the outputs are to spread as the targets do.
    let isOfClasses = it.samples.targets.classCount != nil
    let usual = isOfClasses ? 1 : it.manySamples.batch.y.spreadOfRows
    guard spread <= Threshold.sameOutput.value * usual, usual > 0 else { return [] }
    let targets = it.samples.meanTargets
    let mean = it.manySamples.a[it.depth - 1].columnMeans
    let distance = zip(mean, targets).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    return [
      Finding(
        "same-output", "h", spread, .sameOutput,
        """
        The network ignores its input: after \(count: it.training.updatesBefore) updates the outputs are \
        \(spread) from their mean over the samples (1/2 sum |h - mean h|), and that mean is \
        \(distance) from the \(isOfClasses ? "class frequencies" : "mean target").
        """,
        wayOut: "look at the first layer that says the same for all samples: show activations")
    ]
  }

  /// Both errors high and no further apart than two standard errors of their difference, or 2 %.
  static let underfit = Symptom(
    name: "underfit", measure: "training error, where the test error is the same, after 10 epochs",
    thresholds: [.highError]
  ) { it in
    guard let train = it.train.errorRate, let test = it.test.errorRate else { return [] }
    guard it.training.clock.epoch >= Enough.epochs, min(train, test) >= Threshold.highError.value
    else { return [] }
    let variance =
      train * (1 - train) / Double(it.train.count) + test * (1 - test) / Double(it.test.count)
    guard abs(train - test) <= max(0.02, 2 * variance.squareRoot()) else { return [] }
    return [
      Finding(
        "underfit", "error", train, .highError,
        """
        Training and test error are equal and high: \(percent: train) and \(percent: test), on \
        \(count: it.train.count) and \(count: it.test.count) samples. More data would not help.
        """, wayOut: "a larger learning rate, less l2, more units, or more epochs")
    ]
  }
}

extension Samples {
  /// The mean row of Y: of classes, the share of each.
  var meanTargets: [Double] {
    var sums = Array(repeating: 0.0, count: outputs)
    switch content {
    case .classes(let labels, _): for label in labels { sums[Int(label)] += 1 }
    case .values(let y, _): for (i, value) in y.enumerated() { sums[i % outputs] += value }
    }
    return sums.map { $0 / Double(count) }
  }
}
