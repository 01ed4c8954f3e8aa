/// A training set and a test set of images of the same size, as MNIST has them.
///
/// ```swift
/// let mnist = try Dataset.sample()
/// mnist.train.count         // 5000
/// mnist.inputs              // 784
/// mnist.classes             // 10
/// mnist.train.labels[0..<5] // [5, 0, 4, 1, 9]
/// ```
public struct Dataset: Sendable, Equatable {
  /// Where a data set came from, so that a saved session finds it again.
  public enum Source: Sendable, Equatable {
    /// The digits inside the executable.
    case sample
    /// The whole of MNIST, verified by its checksums.
    case full
    /// Four files in a folder: its absolute path.
    case folder(String)
    /// One of the small sets that are computed: its name.
    case small(String)
  }

  /// What a person calls it: "mnist".
  public let name: String
  public let source: Source
  public let train: SampleSet
  public let test: SampleSet
  /// What a network's last layer needs: an output for each class, 1 + the largest training label, or
  /// for each value of a sample.
  public let outputs: Int
  /// How many classes there are; nil where the targets are values.
  public var classes: Int? { if case .labels = train.targets { outputs } else { nil } }

  /// Puts a data set together from memory.
  ///
  /// ```swift
  /// let tiny = SampleSet(rows: 1, columns: 2, pixels: [0, 255, 9, 8], labels: [3, 1])
  /// Dataset(name: "tiny", source: .sample, train: tiny, test: tiny).classes  // 4
  /// ```
  ///
  /// - Parameters:
  ///   - train: at least one image; its labels decide how many classes there are.
  ///   - test: images of the same size, with labels of those classes.
  public init(name: String, source: Source, train: SampleSet, test: SampleSet) {
    precondition(
      train.shape == test.shape, "training samples of \(train.shape), test of \(test.shape)")
    precondition(train.count > 0, "no training samples")
    switch train.targets {
    case .labels(let labels):
      outputs = 1 + Int(labels.max() ?? 0)
      let classes = outputs
      precondition(
        test.labels.allSatisfy { $0 < classes }, "a test label beyond the \(classes) classes")
    case .values(_, let outputs): self.outputs = outputs
    }
    self.name = name
    self.source = source
    self.train = train
    self.test = test
  }

  /// What the network reads of one sample: the pixels of an image.
  public var inputs: Int { train.inputs }

  /// SHA-256 in hexadecimal. Of images it is that of the four uncompressed IDX files one after another:
  /// training images, training labels, test images, test labels. Of numbers it is that of the training
  /// set and the test set as `SampleSet.add(to:)` writes them.
  ///
  /// ```swift
  /// try Dataset.sample().sha256()  // "59df6156…", 64 digits
  /// ```
  public func sha256() -> String {
    var hash = SHA256()
    guard case .bytes = train.features else {
      for set in [train, test] { set.add(to: &hash) }
      return hash.hexadecimal
    }
    for file in [IDX(images: train), IDX(labels: train), IDX(images: test), IDX(labels: test)] {
      file.add(to: &hash)
    }
    return hash.hexadecimal
  }
}
