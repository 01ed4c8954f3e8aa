/// A dense matrix of doubles, row-major: entry (i, j) stands at `values[i * columns + j]`.
///
///     let a = Matrix([[1, 2], [3, 4]])
///     a[1, 0]           // 3
///     Matrix(a * a)     // [[7, 10], [15, 22]]
///
/// Arithmetic builds a description (`a * weights + biases`) that is computed when it is turned into
/// a `Matrix` or written into one that exists with `.=`; see `Algebra.swift`.
public struct Matrix: Sendable {
  public let rows: Int
  public let columns: Int
  public internal(set) var values: [Double] {
    didSet { nonzeros = nil }
  }
  /// Where the entries other than 0 are, when that is known: MNIST's pixels are four fifths zeros.
  var nonzeros: Nonzeros?

  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(
      values.count == rows * columns,
      "\(values.count) values do not fill a matrix of shape (\(rows), \(columns))")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of zeros, or of another repeated value.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  public init(_ rows: [[Double]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
  }

  public var count: Int { values.count }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row: `Matrix([[1, 2], [3, 4]]).row(1)  // [3, 4]`.
  public func row(_ index: Int) -> ArraySlice<Double> {
    values[index * columns..<(index + 1) * columns]
  }

  /// One column: `Matrix([[1, 2], [3, 4]]).column(1)  // [2, 4]`.
  public func column(_ index: Int) -> [Double] {
    (0..<rows).map { self[$0, index] }
  }

  /// The position of the largest entry of each row; ties go to the lowest position.
  ///
  ///     Matrix([[1, 3], [2, 2]]).argmaxOfRows  // [1, 0]
  public var argmaxOfRows: [Int] {
    (0..<rows).map { row in
      var best = 0
      for column in 1..<max(columns, 1) where self[row, column] > self[row, best] { best = column }
      return best
    }
  }

  /// Gives the matrix another shape and unspecified contents, keeping its storage where it fits.
  mutating func reshape(rows: Int, columns: Int) {
    guard rows != self.rows || columns != self.columns else { return }
    self = Matrix(rows: rows, columns: columns)
  }

  /// The entries, to be changed in place. The only other way to them is by value.
  mutating func withMutableValues<Result>(
    _ body: (UnsafeMutableBufferPointer<Double>) throws -> Result
  ) rethrows -> Result {
    try values.withUnsafeMutableBufferPointer { try body($0) }
  }
}

/// By bits: a NaN equals a NaN, and 0 does not equal -0.
extension Matrix: Equatable {
  public static func == (left: Matrix, right: Matrix) -> Bool {
    left.rows == right.rows && left.columns == right.columns
      && left.values.isIdenticalByBits(to: right.values)
  }
}

extension Double {
  /// The same bits, or both NaN: the sign and payload of a NaN carry nothing here.
  public func isIdentical(to other: Double) -> Bool {
    bitPattern == other.bitPattern || (isNaN && other.isNaN)
  }
}

extension Array where Element == Double {
  public func isIdenticalByBits(to other: [Double]) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.isIdentical(to: $1) }
  }
}

/// The entries other than zero, by row and by column, so that a product can leave the zeros out.
/// That changes no bit of it as long as the other factor is finite: a sum that starts at +0 is the
/// same with and without further zeros.
struct Nonzeros: Sendable {
  /// Compressed rows: those of row i stand at `start[i]..<start[i + 1]`. What the arrays hold beyond
  /// the last row is room for other matrices.
  struct Compressed: Sendable {
    var start: [Int64] = []
    var column: [Int32] = []
    var value: [Double] = []

    fileprivate mutating func reserve(starts: Int, entries: Int) {
      if start.count < starts { start = Array(repeating: 0, count: starts) }
      guard column.count < entries else { return }
      // With room for a minibatch that has a few more.
      let room = entries + entries / 4
      column = Array(repeating: 0, count: room)
      value = Array(repeating: 0, count: room)
    }
  }
  var byRow = Compressed()
  var byColumn = Compressed()

  /// Makes room for the lists of a matrix with `count` entries other than zero, and for what the
  /// loops in `CKernels` want beside them.
  mutating func reserve(rows: Int, columns: Int, count: Int) {
    byRow.reserve(starts: rows + 1, entries: count + 1)
    byColumn.reserve(starts: columns + 2, entries: count + 1)
  }
}
