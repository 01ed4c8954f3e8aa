/// The training or test set as the mathematics sees it: numbers, or bytes that stand for numbers from
/// 0 to 1, and for each sample a class or a row of numbers.
public struct Samples: Sendable {
  /// X, (count × inputs), row after row.
  public enum Features: Sendable {
    /// byte / 255
    case bytes([UInt8])
    case numbers([Double])

    var count: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .numbers(let numbers): numbers.count
      }
    }
  }

  /// What each sample is to come to.
  public enum Content: Sendable {
    /// Y one-hot: the class of each sample, of so many.
    case classes([UInt16], count: Int)
    /// Y as it is, (count × outputs), row after row.
    case values([Double], outputs: Int)
  }

  /// Numbers a sample.
  public let inputs: Int
  /// Columns of Y.
  public let outputs: Int
  public let targets: Targets
  let features: Features
  let content: Content
  public let count: Int
  /// Whether it is one minibatch from elsewhere, of which each step takes all.
  public private(set) var isGiven = false

  /// - Parameters:
  ///   - features: (count × inputs)
  ///   - targets: (count), or (count × outputs); all finite.
  public init(inputs: Int, features: Features, targets content: Content) {
    self.inputs = inputs
    self.features = features
    self.content = content
    switch content {
    case .classes(let labels, let classes):
      (count, outputs, targets) = (labels.count, classes, .classes(classes))
    case .values(let y, let outputs):
      precondition(
        outputs > 0 && y.count % outputs == 0, "\(y.count) targets in rows of \(outputs)")
      (count, self.outputs) = (y.count / outputs, outputs)
      targets = Targets(of: y, outputs: outputs)
    }
    precondition(features.count == inputs * count, "features and targets do not fit together")
  }

  /// Images of one byte a pixel with a class each.
  public init(inputs: Int, classes: Int, bytes: [UInt8], labels: [UInt8]) {
    self.init(
      inputs: inputs, features: .bytes(bytes),
      targets: .classes(labels.map(UInt16.init), count: classes))
  }

  /// A minibatch from elsewhere as the whole of a set.
  public init(_ batch: Batch) {
    (inputs, outputs, count) = (batch.x.columns, batch.y.columns, batch.count)
    targets = batch.targets
    features = .numbers(batch.x.values)
    content = .values(batch.y.values, outputs: outputs)
    isGiven = true
  }

  /// byte / 255, for every byte.
  private static let numbers = (0...255).map { Double($0) / 255 }

  /// X (indices, inputs) for the samples at `indices`, in that order, with the zeros of images marked.
  func fill(_ x: inout Matrix, with indices: [Int]) {
    var nonzeros = x.nonzeros ?? Nonzeros()
    x.nonzeros = nil
    x.reshape(rows: indices.count, columns: inputs)
    switch features {
    case .bytes(let bytes):
      let images = Images(bytes: bytes, size: inputs, numbers: Samples.numbers)
      let isSparse = Engine.current.fill(&x, &nonzeros, with: images, at: indices)
      x.nonzeros = isSparse ? nonzeros : nil
    case .numbers(let numbers):
      let inputs = inputs
      x.withMutableValues { $0.setRows(of: numbers, at: indices, columns: inputs) }
    }
  }

  /// Y (indices, outputs), and the class of each sample where there are classes. A one-hot row has a 1
  /// at the sample's class and 0 elsewhere.
  func fillTargets(_ y: inout Matrix, with indices: [Int]) -> [Int]? {
    y.reshape(rows: indices.count, columns: outputs)
    let outputs = outputs
    switch content {
    case .classes(let all, _):
      let labels = indices.map { Int(all[$0]) }
      y.withMutableValues { y in
        y.update(repeating: 0)
        for (row, label) in labels.enumerated() { y[row * outputs + label] = 1 }
      }
      return labels
    case .values(let values, _):
      y.withMutableValues { $0.setRows(of: values, at: indices, columns: outputs) }
      return targets.labels(y)
    }
  }

  /// The samples at `indices`, in that order.
  func taking(_ indices: [Int]) -> Samples {
    func rows<Number>(_ values: [Number], _ columns: Int) -> [Number] {
      indices.flatMap { values[$0 * columns..<($0 + 1) * columns] }
    }
    let features: Features =
      switch features {
      case .bytes(let bytes): .bytes(rows(bytes, inputs))
      case .numbers(let numbers): .numbers(rows(numbers, inputs))
      }
    let content: Content =
      switch content {
      case .classes(let labels, let count): .classes(rows(labels, 1), count: count)
      case .values(let y, let outputs): .values(rows(y, outputs), outputs: outputs)
      }
    return Samples(inputs: inputs, features: features, targets: content)
  }
}

extension UnsafeMutableBufferPointer<Double> {
  /// Row i becomes row `indices[i]` of other numbers.
  fileprivate func setRows(of numbers: [Double], at indices: [Int], columns: Int) {
    for (row, index) in indices.enumerated() {
      for j in 0..<columns { self[row * columns + j] = numbers[index * columns + j] }
    }
  }
}

/// N samples that a pass works on.
public struct Batch: Sendable {
  /// Where the samples stand in their set.
  public internal(set) var indices: [Int]
  /// X, (N, inputs).
  public internal(set) var x: Matrix
  /// The class of each sample, (N); nil where the targets are values.
  public internal(set) var labels: [Int]?
  /// Y, (N, outputs); one-hot where there are classes and more than one output.
  public internal(set) var y: Matrix
  public internal(set) var targets: Targets
  /// Whether it comes from no set, but was given as it is; its samples are counted from 0.
  public private(set) var isGiven = false

  static let empty = Batch(
    indices: [], x: Matrix(rows: 0, columns: 0), y: Matrix(rows: 0, columns: 0), targets: .values)

  init(indices: [Int], x: Matrix, y: Matrix, targets: Targets) {
    self.indices = indices
    self.x = x
    self.y = y
    self.targets = targets
    labels = targets.labels(y)
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
    self.init(indices: Array(0..<x.rows), x: x, y: y, targets: .classes(classes))
    isGiven = true
  }

  /// A minibatch from elsewhere.
  ///
  /// - Parameters:
  ///   - x: X, (N, inputs).
  ///   - y: Y, (N, outputs), any finite numbers.
  public init(x: Matrix, y: Matrix) {
    precondition(x.rows == y.rows, "\(y.rows) targets for \(x.rows) samples")
    self.init(
      indices: Array(0..<x.rows), x: x, y: y, targets: Targets(of: y.values, outputs: y.columns))
    isGiven = true
  }

  public var count: Int { indices.count }

  /// What one of them is called: `digit` of images, else `sample`.
  public private(set) var noun = "sample"

  /// One of its samples alone, as a minibatch from elsewhere.
  public func sample(_ n: Int) -> Batch {
    var batch = Batch(
      indices: [0], x: Matrix([Array(x.row(n))]), y: Matrix([Array(y.row(n))]), targets: targets)
    batch.isGiven = true
    return batch
  }

  mutating func fill(_ indices: [Int], from samples: Samples) {
    self.indices = indices
    isGiven = samples.isGiven
    if case .bytes = samples.features { noun = "digit" } else { noun = "sample" }
    targets = samples.targets
    samples.fill(&x, with: indices)
    labels = samples.fillTargets(&y, with: indices)
  }
}

/// By bits; what its samples are called does not count.
extension Batch: Equatable {
  public static func == (left: Batch, right: Batch) -> Bool {
    left.indices == right.indices && left.x == right.x && left.y == right.y
      && left.labels == right.labels && left.targets == right.targets
      && left.isGiven == right.isGiven
  }
}
