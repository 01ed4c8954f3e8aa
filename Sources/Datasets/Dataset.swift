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
  }

  /// What a person calls it: "mnist".
  public let name: String
  public let source: Source
  public let train: ImageSet
  public let test: ImageSet
  /// 1 + the largest training label.
  public let classes: Int

  /// Puts a data set together from memory.
  ///
  /// ```swift
  /// let tiny = ImageSet(rows: 1, columns: 2, pixels: [0, 255, 9, 8], labels: [3, 1])
  /// Dataset(name: "tiny", source: .sample, train: tiny, test: tiny).classes  // 4
  /// ```
  ///
  /// - Parameters:
  ///   - train: at least one image; its labels decide how many classes there are.
  ///   - test: images of the same size, with labels of those classes.
  public init(name: String, source: Source, train: ImageSet, test: ImageSet) {
    precondition(
      train.rows == test.rows && train.columns == test.columns,
      "training images of \(train.rows)×\(train.columns), test of \(test.rows)×\(test.columns)")
    precondition(train.count > 0, "no training images")
    let classes = 1 + Int(train.labels.max() ?? 0)
    precondition(
      test.labels.allSatisfy { $0 < classes }, "a test label beyond the \(classes) classes")
    self.name = name
    self.source = source
    self.train = train
    self.test = test
    self.classes = classes
  }

  /// The pixels of one image: what the network reads.
  public var inputs: Int { train.rows * train.columns }

  /// SHA-256 in hexadecimal of the four uncompressed IDX files one after another: training images,
  /// training labels, test images, test labels.
  ///
  /// ```swift
  /// try Dataset.sample().sha256()  // "59df6156…", 64 digits
  /// ```
  public func sha256() -> String {
    var hash = SHA256()
    for file in [IDX(images: train), IDX(labels: train), IDX(images: test), IDX(labels: test)] {
      file.add(to: &hash)
    }
    return hash.hexadecimal
  }
}
