/// A limit beyond which a measure is a finding: the number, and where it comes from.
public struct Threshold: Equatable, Sendable {
  public let value: Double
  /// Whether it is a share, which people read in per cent.
  public let isShare: Bool
  public let source: String

  static func number(_ value: Double, _ source: String) -> Threshold {
    Threshold(value: value, isShare: false, source: source)
  }

  static func share(_ value: Double, _ source: String) -> Threshold {
    Threshold(value: value, isShare: true, source: source)
  }
}

/// All limits, in one place.
extension Threshold {
  public static let nonfinite = number(
    1, "Goodfellow, Bengio and Courville, Deep Learning (2016), 4.1: overflow and underflow")

  /// Of the entries of W that the minibatch reaches, the share in which |λW| > |data gradient|: there
  /// the weight decays whatever the data say. Measured: 12 to 25 % where λ = 0.001 holds 784-300-10
  /// at 5 to 16 % training error, below 13 % where λ = 1e-5 does no harm.
  public static let regulariser = share(
    0.1, "Goodfellow, Bengio and Courville, Deep Learning (2016), 7.1.1")
  /// L2 loss over data loss. Measured in the same runs: above 0.25 and below 0.17. A network that
  /// fits its data has a large one too, and is not held back.
  public static let penalty = number(
    0.25,
    "Karpathy, CS231n notes, Neural Networks 3: don't let the regularization overwhelm the data")
  /// ‖λW‖ over ‖data gradient‖, where λ is so large that the weights have decayed and the L2 loss
  /// with them. Measured: below 0.45 at λ = 0.001, above 0.5 at λ = 0.1.
  public static let pull = number(0.5, penalty.source)
  /// The training error from which on the regulariser has something to hold back.
  public static let heldBack = share(0.02, penalty.source)

  /// Times the loss of equal outputs: ln(classes) for softmax, classes ln 2 for sigmoid.
  public static let initialLoss = number(
    1.5, "Karpathy, CS231n notes, Neural Networks 3: look for correct loss at chance performance")

  /// Half the sum of |h - mean of h|, averaged over the samples.
  public static let sameOutput = number(
    0.05, "Karpathy, A Recipe for Training Neural Networks (2019): input-independent baseline")

  /// f′ of an element below which a sigmoid or tanh is called saturated; the sigmoid's largest is
  /// 0.25, the tanh's 1.
  public static let flatDerivative = 0.01

  public static let saturated = share(
    0.5, "Glorot and Bengio, Understanding the difficulty of training deep networks (2010), 3")

  /// Outputs that are wrong by more than one half where f′ is flat: one class in ten is 10 %.
  public static let saturatedOutput = share(
    0.05, "Nielsen, Neural Networks and Deep Learning, ch. 3: learning slowdown")

  public static let dead = share(
    0.4, "Karpathy, CS231n notes, Neural Networks 1: as much as 40 % of a network can be dead")

  public static let sameUnits = share(
    0.5, "Goodfellow, Bengio and Courville, Deep Learning (2016), 8.4: break the symmetry of units")

  /// Root mean square of X; MNIST / 255 has 0.33.
  public static let smallInputs = number(
    0.01, "LeCun, Bottou, Orr and Müller, Efficient BackProp (1998), 4.3")
  public static let largeInputs = number(10, smallInputs.source)

  /// How much of the way from guessing the commonest class to no error the nearest class mean must
  /// go; MNIST's goes four fifths.
  public static let labels = share(
    0.1, "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), 4.3")

  /// An error below which no layer is called too narrow, no update too small, no training stuck.
  public static let highError = share(
    0.05, "Goodfellow, Bengio and Courville, Deep Learning (2016), 5.2: underfitting")

  public static let smallUpdate = number(
    1e-4, "Karpathy, CS231n notes, Neural Networks 3: update to weight ratio about 1e-3")
  public static let largeUpdate = number(1e-1, smallUpdate.source)

  /// The dimensions that the centres of the classes span.
  public static func narrow(classes: Int) -> Threshold {
    number(
      Double(classes - 1),
      "Papyan, Han and Donoho, Prevalence of neural collapse (2020): a simplex of class means")
  }

  /// By how much of itself the mean loss of a third of the updates must be below that of the third
  /// before, its standard error added. Measured: below 0.2 % where the rate is too small or the
  /// delta is lost, 0.5 % where l2 = 0.001 has held 784-300-10 at 6 % for nine epochs; above 2.3 %
  /// where a sigmoid network of two hidden layers begins, above 5.7 % in all else that learns.
  public static let plateau = share(
    0.01, "Prechelt, Early stopping - but when? (1998): training progress over a strip")

  /// Root mean square of delta1 over that of deltaL.
  public static let vanishing = number(
    1e-2, "Nielsen, Neural Networks and Deep Learning, ch. 5: 100 times slower")
  public static let exploding = number(1e2, vanishing.source)
}

/// From when on a measure means something.
enum Enough {
  /// Samples for a statement about all samples.
  static let samples = 20
  /// Samples a class for class means.
  static let samplesPerClass = 10
  /// Updates until a momentum or an average of squares has forgotten that it began at 0.
  static let updates = 10
  /// Updates after which a network that learns no longer gives every sample the same answer.
  static let updatesToTellSamplesApart = 500
  /// Updates after which a network has begun to learn, however slowly a deep sigmoid one begins.
  static let updatesOfPlateau = 200
  /// Minibatches, or samples where that is more, whose mean loss is as certain as need be.
  static let plateauMinibatches = 1000
  static let plateauSamples = 100_000
  /// The standard error, of itself, that a mean loss may have.
  static let plateauUncertainty = 0.02
  /// Epochs after which more of the same does not help.
  static let epochs = 10
  /// Samples of each set that errors are measured on.
  static let evaluated = 1000
}
