/// The training or test set as the mathematics sees it: bytes that stand for numbers from 0 to 1,
/// and a class for each sample.
public struct Samples: Sendable {
  /// Numbers a sample.
  public let inputs: Int
  /// C, the classes being 0..<C.
  public let classes: Int
  let bytes: [UInt8]
  let labels: [UInt8]

  public init(inputs: Int, classes: Int, bytes: [UInt8], labels: [UInt8]) {
    precondition(bytes.count == inputs * labels.count, "bytes and labels do not fit together")
    self.inputs = inputs
    self.classes = classes
    self.bytes = bytes
    self.labels = labels
  }

  public var count: Int { labels.count }

  /// byte / 255, for every byte.
  private static let numbers = (0...255).map { Double($0) / 255 }

  /// X (indices, inputs) for the samples at `indices`, in that order, with its zeros marked.
  func fill(_ x: inout Matrix, with indices: [Int]) {
    var nonzeros = x.nonzeros ?? Nonzeros()
    x.nonzeros = nil
    x.reshape(rows: indices.count, columns: inputs)
    let images = Images(bytes: bytes, size: inputs, numbers: Samples.numbers)
    let isSparse = Engine.current.fill(&x, &nonzeros, with: images, at: indices)
    x.nonzeros = isSparse ? nonzeros : nil
  }

  /// Y (indices, classes): a row has a 1 at the sample's class and 0 elsewhere.
  func fillTargets(_ y: inout Matrix, with labels: [Int]) {
    y.reshape(rows: labels.count, columns: classes)
    let classes = classes
    y.withMutableValues { y in
      y.update(repeating: 0)
      for (row, label) in labels.enumerated() { y[row * classes + label] = 1 }
    }
  }
}

/// N samples that a pass works on.
public struct Batch: Equatable, Sendable {
  /// Where the samples stand in their set.
  public internal(set) var indices: [Int]
  /// X, (N, inputs).
  public internal(set) var x: Matrix
  /// The class of each sample, (N).
  public internal(set) var labels: [Int]
  /// Y, one-hot, (N, classes).
  public internal(set) var y: Matrix
  /// Whether it comes from no set, but was given as it is; its samples are counted from 0.
  public private(set) var isGiven = false

  static let empty = Batch(
    indices: [], x: Matrix(rows: 0, columns: 0), labels: [], y: Matrix(rows: 0, columns: 0))

  init(indices: [Int], x: Matrix, labels: [Int], y: Matrix) {
    self.indices = indices
    self.x = x
    self.labels = labels
    self.y = y
  }

  /// The samples at `indices` of a set, in that order.
  public init(_ indices: [Int], of samples: Samples) {
    self = Batch.empty
    fill(indices, from: samples)
  }

  /// A minibatch from elsewhere.
  ///
  /// - Parameters:
  ///   - x: X, (N, inputs).
  ///   - labels: the class of each sample, (N).
  public init(x: Matrix, labels: [Int], classes: Int) {
    precondition(x.rows == labels.count, "\(labels.count) labels for \(x.rows) samples")
    var y = Matrix(rows: x.rows, columns: classes)
    y.withMutableValues { y in
      for (row, label) in labels.enumerated() { y[row * classes + label] = 1 }
    }
    self.init(indices: Array(0..<x.rows), x: x, labels: labels, y: y)
    isGiven = true
  }

  public var count: Int { indices.count }

  mutating func fill(_ indices: [Int], from samples: Samples) {
    self.indices = indices
    isGiven = false
    labels = indices.map { Int(samples.labels[$0]) }
    samples.fill(&x, with: indices)
    samples.fillTargets(&y, with: labels)
  }
}
