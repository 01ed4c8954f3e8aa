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
    var nonzeros = x.nonzeros ?? Nonzeros.empty
    x.nonzeros = nil
    x.reshape(rows: indices.count, columns: inputs)
    let inputs = inputs
    x.withMutableValues { x in
      bytes.withUnsafeBufferPointer { bytes in
        Samples.numbers.withUnsafeBufferPointer { numbers in
          for (row, index) in indices.enumerated() {
            let (to, from) = (row * inputs, index * inputs)
            for j in 0..<inputs { x[to + j] = numbers[Int(bytes[from + j])] }
          }
        }
      }
      nonzeros.find(in: UnsafeBufferPointer(x), rows: indices.count, columns: inputs)
    }
    x.nonzeros = nonzeros.isWorthIt(rows: indices.count, columns: inputs) ? nonzeros : nil
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

extension Nonzeros {
  static let empty = Nonzeros(
    byRow: Compressed(start: [], column: [], value: []),
    byColumn: Compressed(start: [], column: [], value: []))

  /// Leaving zeros out pays as long as at least half of the entries are zero.
  func isWorthIt(rows: Int, columns: Int) -> Bool {
    byRow.value.count * 2 <= rows * columns
  }

  /// Lists the entries other than 0 of a matrix, keeping the storage that is there.
  mutating func find(in x: UnsafeBufferPointer<Double>, rows: Int, columns: Int) {
    byRow.clear(rows: rows)
    byColumn.clear(rows: columns)
    byColumn.start.withUnsafeMutableBufferPointer { counts in
      for row in 0..<rows {
        byRow.start[row] = Int64(byRow.value.count)
        for column in 0..<columns {
          let value = x[row * columns + column]
          if value != 0 {
            byRow.column.append(Int32(column))
            byRow.value.append(value)
            counts[column + 1] += 1
          }
        }
      }
    }
    byRow.start[rows] = Int64(byRow.value.count)
    for column in 0..<columns { byColumn.start[column + 1] += byColumn.start[column] }
    byColumn.resize(to: byRow.value.count)
    byColumn.scatter(byRow, rows: rows)
  }
}

extension Nonzeros.Compressed {
  mutating func clear(rows: Int) {
    column.removeAll(keepingCapacity: true)
    value.removeAll(keepingCapacity: true)
    if start.count == rows + 1 {
      start.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    } else {
      start = Array(repeating: 0, count: rows + 1)
    }
  }

  mutating func resize(to count: Int) {
    column.append(contentsOf: repeatElement(0, count: count))
    value.append(contentsOf: repeatElement(0, count: count))
  }

  /// Becomes the transpose of `other`; `start` says already where each row begins.
  mutating func scatter(_ other: Self, rows: Int) {
    var next = start
    column.withUnsafeMutableBufferPointer { column in
      value.withUnsafeMutableBufferPointer { value in
        next.withUnsafeMutableBufferPointer { next in
          for row in 0..<rows {
            for p in Int(other.start[row])..<Int(other.start[row + 1]) {
              let target = Int(other.column[p])
              let place = Int(next[target])
              next[target] += 1
              column[place] = Int32(row)
              value[place] = other.value[p]
            }
          }
        }
      }
    }
  }
}
