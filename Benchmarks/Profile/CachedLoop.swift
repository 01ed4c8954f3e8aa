import Backprop
import CKernels

/// A loop of the C table over arrays that fit into a first-level cache of 48 KB, together with what
/// a product copies, 12 KB.
struct CachedLoop {
  /// What is counted, in a round.
  let count: Int
  let rounds: Rounds

  // A product of the shapes (rows, terms) and (terms, columns).
  private static let (rows, terms, columns) = (32, 32, 48)
  private static let elements = 512

  init(_ loop: Loop, _ engine: Engine) {
    let table = engine.table
    let arrays = Storage(bytes: 37 * 1024)
    let round: () -> Void
    switch loop {
    case .pixels: (count, round) = Self.pixels(arrays)
    case .transpose: (count, round) = Self.transpose(arrays)
    case .forward, .forwardSparse, .backward, .gradient, .gradientSparse:
      count = Self.rows * Self.terms * Self.columns
      round = Self.product(loop, table, arrays)
    case .columnSums:
      count = Self.terms * Self.columns
      round = Self.columnSums(table, arrays)
    case .sigmoid, .exp, .log, .derivative, .sumOfSquares, .rmsprop:
      count = Self.elements
      round = Self.elementwise(loop, table, arrays)
    }
    rounds = Rounds(storage: arrays, round: round)
  }

  private static func product(
    _ loop: Loop, _ table: kernels, _ arrays: Storage
  ) -> () -> Void {
    let (m, k, n) = (Int64(rows), Int64(terms), Int64(columns))
    let whole = block(from_row: 0, to_row: m, from_column: 0, to_column: n)
    let right = arrays.numbers(terms * columns)
    let result = arrays.numbers(rows * columns)
    if loop == .forwardSparse || loop == .gradientSparse {
      let list = arrays.list(rows: rows, columns: terms)
      return loop == .forwardSparse
        ? { table.forward_sparse(list, right, nil, result, whole, k, n) }
        : { table.gradient_sparse(list, right, nil, result, whole, k, n, 1, 0) }
    }
    let left = arrays.numbers(rows * terms)
    switch loop {
    case .forward: return { table.forward(left, right, nil, result, whole, k, n) }
    case .backward: return { table.backward(left, right, result, whole, n, k) }
    default: return { table.gradient(left, right, nil, result, whole, k, m, n, 1, 0) }
    }
  }

  private static func columnSums(_ table: kernels, _ arrays: Storage) -> () -> Void {
    let matrix = arrays.numbers(terms * columns)
    let sums = arrays.numbers(columns)
    return { table.column_sums(matrix, sums, Int64(terms), Int64(columns), 1) }
  }

  private static func elementwise(
    _ loop: Loop, _ table: kernels, _ arrays: Storage
  ) -> () -> Void {
    let (x, y) = (arrays.numbers(elements), arrays.numbers(elements))
    let count = Int64(elements)
    switch loop {
    case .sigmoid: return { table.sigmoid(x, y, count) }
    case .exp: return { table.exp(x, y, count) }
    case .log: return { table.log(x, y, count) }
    case .sumOfSquares: return { _ = table.sum_of_squares(x, count) }
    case .derivative:
      // a (1 - a) = -1 for the golden ratio: round after round the product stays where it is.
      for i in 0..<elements { x[i] = (1 + 5.0.squareRoot()) / 2 }
      return { table.times_sigmoid_derivative(x, y, count) }
    default:
      let (state, new) = (arrays.numbers(elements), arrays.numbers(elements))
      var settings = optimizer()
      (settings.rate, settings.decay, settings.epsilon) = (0.001, 0.99, 1e-8)
      return { table.rmsprop(settings, x, state, y, new, count) }
    }
  }

  /// A made-up image of 784 pixels: as in a digit, one of three groups of eight is not empty, and
  /// a fifth of the pixels are not 0.
  private static func pixels(_ arrays: Storage) -> (Int, () -> Void) {
    let size = 784
    let image = arrays.take(size, of: UInt8.self)
    for i in 0..<size { image[i] = i / 8 % 3 == 0 && i % 8 < 5 ? 200 : 0 }
    let (numbers, x) = (arrays.numbers(256), arrays.numbers(size))
    let (place, value) = (arrays.take(size, of: Int32.self), arrays.numbers(size))
    let index = arrays.take(1, of: Int64.self)
    index[0] = 0
    return (
      size,
      {
        _ = image_nonzero_count(image, Int64(size), index, 1)
        image_numbers(image, numbers, x, Int64(size))
        _ = image_nonzeros(image, numbers, Int64(size), 0, place, value)
      }
    )
  }

  private static func transpose(_ arrays: Storage) -> (Int, () -> Void) {
    let list = arrays.list(rows: rows, columns: terms)
    let start = arrays.take(terms + 2, of: Int64.self)
    let row = arrays.take(rows * terms, of: Int32.self)
    let value = arrays.numbers(rows * terms)
    return (
      rows * terms,
      { transpose_nonzeros(list, Int64(rows), Int64(terms), start, row, value) }
    )
  }
}

extension Storage {
  /// All entries of a matrix as a list of nonzeros.
  fileprivate func list(rows: Int, columns: Int) -> sparse {
    let start = take(rows + 1, of: Int64.self)
    let column = take(rows * columns, of: Int32.self)
    for i in 0...rows { start[i] = Int64(i * columns) }
    for i in 0..<rows * columns { column[i] = Int32(i % columns) }
    return sparse(start: start, column: column, value: numbers(rows * columns))
  }
}
