/// Something that keeps a network from learning although its gradient is right.
///
/// To add one: write it as a value in `Symptoms.swift` and put its name into `all`.
public struct Symptom: Named, Sendable {
  public let name: String
  /// What is measured, as a person writes it.
  public let measure: String
  /// The limits that it is judged by.
  public let thresholds: [Threshold]
  let find: @Sendable (Examination) -> [Finding]

  public static let all: [Symptom] = [
    nonfinite, regulariser, inputs, labels, initialLoss, sameOutput, sameUnits, dead, saturated,
    vanishing, exploding, updateRatio, narrow, underfit,
  ]
}

/// A symptom that is there: the number, and what to do about it.
public struct Finding: Equatable, Sendable {
  /// The name of the symptom.
  public let symptom: String
  /// The array, the layer or the set it was found in: `W1`, `layer 2`, `X`.
  public let subject: String
  public let value: Double
  public let threshold: Threshold
  public let sentence: Sentence
  public let wayOut: Sentence
  /// Which entry of the subject, where it is one.
  public internal(set) var index: [Int]?
  /// Which term of the formula did it: a sentence of its own, where that was asked for.
  public internal(set) var term: Sentence?

  init(
    _ symptom: String, _ subject: String, _ value: Double, _ threshold: Threshold,
    _ sentence: Sentence, wayOut: Sentence
  ) {
    self.symptom = symptom
    self.subject = subject
    self.value = value
    self.threshold = threshold
    self.sentence = sentence
    self.wayOut = wayOut
  }

  /// The same finding with the term that did it.
  func because(_ term: Sentence?) -> Finding {
    var finding = self
    finding.term = term
    return finding
  }
}

/// What symptoms are looked for in: a complete pass, the training it belongs to, and how the network
/// does on some samples of both sets.
public struct Examination: Sendable {
  public let training: Training
  public let train: Evaluation
  public let test: Evaluation
  let samples: Samples
  /// Those of them that the network is evaluated on.
  let some: Samples
  let trace: Trace
  /// A pass as far as the outputs, for what is said of all samples: the one at hand, or where it has
  /// few, one over the training samples that are evaluated.
  let manySamples: Trace

  var objective: Objective { training.objective }
  var depth: Int { trace.depth }
  var hiddenLayers: Range<Int> { 1..<depth }

  /// Examines the minibatch at hand; one that is not complete, or the first one where none has
  /// begun, is completed in a copy.
  ///
  /// - Parameter proceeds: asked between pieces of work; nil is the result when it says no.
  public init?(
    _ training: Training, train: Samples, test: Samples, proceeds: () -> Bool = { true }
  ) {
    let complete = training.withCompletePass(over: train)
    let some = train.drawn(Enough.evaluated)
    func evaluate(_ set: Samples) -> Evaluation? {
      complete.network.evaluate(complete.objective, on: set) { _ in proceeds() }
    }
    guard let onTrain = evaluate(some), let onTest = evaluate(test.drawn(Enough.evaluated)) else {
      return nil
    }
    let trace = complete.trace!
    self.training = complete
    self.trace = trace
    manySamples =
      trace.isLargeEnough
      ? trace
      : Network(layers: trace.layers).forward(Batch(Array(0..<some.count), of: some))
    samples = train
    self.some = some
    self.train = onTrain
    self.test = onTest
  }

  /// All that is found, the first thing to look at first. Where an array is not finite, nothing else
  /// means anything.
  public var findings: [Finding] {
    let first = Symptom.nonfinite.find(self)
    return first.isEmpty ? Symptom.all.flatMap { $0.find(self) } : first
  }
}

extension Samples {
  /// At most `limit` samples, drawn without order: a set that is sorted, or made of two that
  /// alternate as MNIST's are, is represented by them.
  func drawn(_ limit: Int) -> Samples {
    guard count > limit else { return self }
    var random = Random(seed: 0)
    let indices = random.permutation(of: count).prefix(limit).map(Int.init)
    return taking(indices)
  }
}
