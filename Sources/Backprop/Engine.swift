import CKernels
import Synchronization

/// Where the loops run: one of the processor's vector widths and a number of threads. Neither
/// changes a bit of any result.
///
/// `Engine.current` is what all arithmetic uses; a program chooses another for a piece of work with
///
///     Engine.$current.withValue(Engine(threads: 1)) { train() }
///
/// This file is the one address of the C loops: everything else sees matrices.
public final class Engine: Sendable {
  @TaskLocal public static var current = Engine()

  private let kernels: KernelTable
  private let workers: Workers

  /// The vector widths that this processor has, the fastest first: `["avx512", "avx2", "sse2"]`.
  public static let variants: [String] = (0..<kernels_count()).map {
    String(cString: kernels_at($0).pointee.name)
  }

  /// - Parameters:
  ///   - variant: one of `variants`; the fastest when absent.
  ///   - threads: how many threads share the rows of a result; all cores when absent.
  public init(variant: String? = nil, threads: Int = Workers.coreCount) {
    let index = variant.flatMap { Engine.variants.firstIndex(of: $0) } ?? 0
    precondition(variant == nil || Engine.variants[index] == variant, "no such variant")
    kernels = KernelTable(pointer: kernels_at(Int32(index)))
    workers = Workers(threads: threads)
  }

  public var variant: String { String(cString: kernels.table.name) }
  public var threads: Int { workers.threads }
}

/// The C table of functions: constants, so that threads may share it. By its address: the layout of
/// a class must not depend on a C header, whose changes do not rebuild other modules.
private struct KernelTable: @unchecked Sendable {
  let pointer: UnsafePointer<kernels>

  var table: kernels { pointer.pointee }
}

// MARK: - Products

extension Engine {
  func compute(_ affine: Affine, into result: inout Matrix) {
    let (left, right) = (affine.left, affine.right)
    let (inputs, outputs) = (Int64(right.rows), Int64(right.columns))
    let table = kernels.table
    let blocks = blocks(rows: result.rows, columns: result.columns)
    result.withMutableValues { z in
      right.values.withUnsafeBufferPointer { w in
        affine.biases.withBuffer { bias in
          if let nonzeros = left.nonzeros, isFinite(right.values) {
            nonzeros.byRow.withSparse { a in
              share(blocks) {
                table.forward_sparse(a, w.baseAddress, bias, z.baseAddress, $0, inputs, outputs)
              }
            }
          } else {
            left.values.withUnsafeBufferPointer { a in
              share(blocks) {
                table.forward(
                  a.baseAddress, w.baseAddress, bias, z.baseAddress, $0, inputs, outputs)
              }
            }
          }
        }
      }
    }
  }

  func compute(_ product: BackwardProduct, into result: inout Matrix) {
    let (inputs, outputs) = (Int64(product.right.rows), Int64(product.right.columns))
    let table = kernels.table
    let blocks = blocks(rows: result.rows, columns: result.columns)
    result.withMutableValues { result in
      product.left.values.withUnsafeBufferPointer { delta in
        product.right.values.withUnsafeBufferPointer { w in
          share(blocks) {
            table.backward(
              delta.baseAddress, w.baseAddress, result.baseAddress, $0, inputs, outputs)
          }
        }
      }
    }
  }

  func compute(_ sum: GradientSum, into result: inout Matrix) {
    let (a, delta, scale, l2) = (sum.left, sum.right, sum.scale, sum.l2)
    let (samples, inputs, outputs) = (Int64(a.rows), Int64(a.columns), Int64(delta.columns))
    let table = kernels.table
    let blocks = blocks(rows: result.rows, columns: result.columns)
    result.withMutableValues { dw in
      delta.values.withUnsafeBufferPointer { delta in
        (sum.weights?.values).withBuffer { w in
          if let nonzeros = a.nonzeros, isFinite(sum.right.values) {
            nonzeros.byColumn.withSparse { a in
              share(blocks) {
                table.gradient_sparse(
                  a, delta.baseAddress, w, dw.baseAddress, $0, samples, outputs, scale, l2)
              }
            }
          } else {
            a.values.withUnsafeBufferPointer { a in
              share(blocks) {
                table.gradient(
                  a.baseAddress, delta.baseAddress, w, dw.baseAddress, $0, samples, inputs,
                  outputs, scale, l2)
              }
            }
          }
        }
      }
    }
  }

  func transpose(_ matrix: Matrix, into result: inout Matrix) {
    let (rows, columns) = (Int64(matrix.rows), Int64(matrix.columns))
    result.withMutableValues { result in
      matrix.values.withUnsafeBufferPointer {
        kernels.table.transpose($0.baseAddress, result.baseAddress, rows, columns)
      }
    }
  }
}

// MARK: - Blocks of a product

/// A result in blocks: so many of rows times so many of columns.
private struct Blocks {
  let rows: [Int64]
  let columns: [Int64]

  var count: Int { (rows.count - 1) * (columns.count - 1) }

  /// Neighbours in a column of blocks come one after another: they read the same of the right factor.
  subscript(index: Int) -> block {
    let (column, row) = index.quotientAndRemainder(dividingBy: rows.count - 1)
    return block(
      from_row: rows[row], to_row: rows[row + 1], from_column: columns[column],
      to_column: columns[column + 1])
  }
}

extension Engine {
  /// Divides a result so that all threads are busy to the end: by columns first, since a block reads
  /// its columns of the right factor once; then by rows, when columns do not suffice.
  private func blocks(rows: Int, columns: Int) -> Blocks {
    let vectors = (columns + 7) / 8
    let strips = (columns + strip - 1) / strip
    let columnBlocks = min((strips + threads - 1) / threads * threads, max(strips, vectors / 4))
    let isEven = columnBlocks % threads == 0
    let rowBlocks = isEven ? 1 : min((4 * threads + columnBlocks - 1) / columnBlocks, rows / 8)
    return Blocks(
      rows: Engine.bounds(of: rows, in: rowBlocks, multiplesOf: 4),
      columns: Engine.bounds(of: columns, in: columnBlocks, multiplesOf: 8))
  }

  private var strip: Int { Int(kernels.table.strip_columns) }

  /// 0, …, count in `parts` steps that are as equal as multiples of `unit` can be.
  private static func bounds(of count: Int, in parts: Int, multiplesOf unit: Int) -> [Int64] {
    let (parts, units) = (max(1, parts), (count + unit - 1) / unit)
    return (0...parts).map { Int64(min(units * $0 / parts * unit, count)) }
  }

  private func share(_ blocks: Blocks, _ body: (block) -> Void) {
    workers.share(rows: blocks.count, piece: 1) { pieces in
      for i in pieces.from..<pieces.to { body(blocks[Int(i)]) }
    }
  }
}

// MARK: - Sums

extension Engine {
  func isFinite(_ values: [Double]) -> Bool {
    let isFinite = Atomic(true)
    let piece = 4096
    values.withUnsafeBufferPointer { values in
      workers.share(rows: (values.count + piece - 1) / piece) { rows in
        let (from, to) = (Int(rows.from) * piece, min(Int(rows.to) * piece, values.count))
        if kernels.table.all_finite(values.baseAddress! + from, Int64(to - from)) == 0 {
          isFinite.store(false, ordering: .relaxed)
        }
      }
    }
    return isFinite.load(ordering: .relaxed)
  }

  func sumOfSquares(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer {
      kernels.table.sum_of_squares($0.baseAddress, Int64($0.count))
    }
  }

  func inner(_ left: [Double], _ right: [Double]) -> Double {
    precondition(left.count == right.count, "\(left.count) and \(right.count) numbers")
    return left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        kernels.table.inner_product(left.baseAddress, right.baseAddress, Int64(left.count))
      }
    }
  }

  func columnSums(_ matrix: Matrix, scale: Double, into result: inout [Double]) {
    if result.count != matrix.columns { result = Array(repeating: 0, count: matrix.columns) }
    result.withUnsafeMutableBufferPointer { result in
      matrix.values.withUnsafeBufferPointer {
        kernels.table.column_sums(
          $0.baseAddress, result.baseAddress, Int64(matrix.rows), Int64(matrix.columns), scale)
      }
    }
  }
}

// MARK: - Entry by entry

/// Reads the first array and writes, or multiplies into, the second.
typealias ElementwiseLoop =
  @convention(c) (
    UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int64
  ) -> Void

/// Changes real and imaginary parts.
typealias ComplexLoop =
  @convention(c) (
    UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, Int64
  ) -> Void

extension Engine {
  /// One of the elementwise loops of the table, over matrices of one shape:
  /// `apply({ $0.sigmoid }, z, &a)`.
  func apply(_ loop: (kernels) -> ElementwiseLoop?, _ x: Matrix, _ result: inout Matrix) {
    result.reshape(rows: x.rows, columns: x.columns)
    let loop = loop(kernels.table)!
    let (rowCount, columns) = (x.rows, Int64(x.columns))
    result.withMutableValues { y in
      x.values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        workers.share(rows: rowCount) { rows in
          let offset = Int(rows.from * columns)
          loop(x + offset, y + offset, (rows.to - rows.from) * columns)
        }
      }
    }
  }

  /// The same for a few numbers: `apply({ $0.exp }, &values)` replaces each by its exponential.
  func apply(_ loop: (kernels) -> ElementwiseLoop?, _ values: inout [Double]) {
    let loop = loop(kernels.table)!
    values.withUnsafeMutableBufferPointer {
      loop(UnsafePointer($0.baseAddress), $0.baseAddress, Int64($0.count))
    }
  }

  /// One of the loops over complex numbers, in place and on this thread.
  func apply(_ loop: (kernels) -> ComplexLoop?, _ z: inout ComplexMatrix) {
    let loop = loop(kernels.table)!
    let count = Int64(z.re.count)
    z.re.withMutableValues { re in
      z.im.withMutableValues { im in loop(re.baseAddress, im.baseAddress, count) }
    }
  }

  /// Runs `update` on pieces of an optimizer's arrays: the gradient, its state (one or two arrays
  /// as large, or none), the weights before and after.
  func update(
    gradient: [Double], state: inout [[Double]], from old: [Double], to new: inout [Double],
    _ update: (kernels, OptimizerArrays) -> Void
  ) {
    let table = kernels.table
    let block = 1024
    new.withUnsafeMutableBufferPointer { new in
      old.withUnsafeBufferPointer { old in
        gradient.withUnsafeBufferPointer { gradient in
          state.withMutablePointers { first, second in
            workers.share(rows: (gradient.count + block - 1) / block) { rows in
              let from = Int(rows.from) * block
              let to = min(Int(rows.to) * block, gradient.count)
              update(
                table,
                OptimizerArrays(
                  gradient: gradient.baseAddress! + from, first: first.map { $0 + from },
                  second: second.map { $0 + from }, old: old.baseAddress! + from,
                  new: new.baseAddress! + from, count: Int64(to - from)))
            }
          }
        }
      }
    }
  }
}

/// What one call of an optimizer's loop works on.
struct OptimizerArrays {
  let gradient: UnsafePointer<Double>
  let first: UnsafeMutablePointer<Double>?
  let second: UnsafeMutablePointer<Double>?
  let old: UnsafePointer<Double>
  let new: UnsafeMutablePointer<Double>
  let count: Int64
}

// MARK: - Minibatches

/// Images of one byte a pixel.
struct Images {
  let bytes: [UInt8]
  /// Pixels an image.
  let size: Int
  /// What each byte stands for.
  let numbers: [Double]
}

extension Engine {
  /// X of the images at `indices`, and the lists of what is not zero there: one thread makes the
  /// lists while the others write the matrix.
  ///
  /// - Returns: whether there are lists: to leave zeros out pays as long as they are at least half
  ///   of the entries.
  func fill(
    _ x: inout Matrix, _ nonzeros: inout Nonzeros, with images: Images, at indices: [Int]
  ) -> Bool {
    images.withPointers { images in
      let count = images.nonzeroCount(indices)
      let isSparse = count * 2 <= x.count
      nonzeros.reserve(rows: x.rows, columns: x.columns, count: isSparse ? count : 0)
      x.withMutableValues { x in
        nonzeros.withPointers { byRow, byColumn in
          workers.share(rows: indices.count + 1) { pieces in
            for piece in Int(pieces.from)..<Int(pieces.to) {
              if piece > 0 {
                images.write(indices[piece - 1], to: x.baseAddress! + (piece - 1) * images.size)
              } else if isSparse {
                images.list(indices, byRow, byColumn)
              }
            }
          }
        }
      }
      return isSparse
    }
  }
}

private struct ImagePointers {
  let bytes: UnsafePointer<UInt8>?
  let size: Int
  let numbers: UnsafePointer<Double>?

  private func image(_ index: Int) -> UnsafePointer<UInt8>? { bytes.map { $0 + index * size } }

  func nonzeroCount(_ indices: [Int]) -> Int {
    let indices = indices.map(Int64.init)
    return Int(image_nonzero_count(bytes, Int64(size), indices, Int64(indices.count)))
  }

  func write(_ index: Int, to x: UnsafeMutablePointer<Double>) {
    image_numbers(image(index), numbers, x, Int64(size))
  }

  func list(_ indices: [Int], _ byRow: ListPointers, _ byColumn: ListPointers) {
    var place: Int64 = 0
    for (row, index) in indices.enumerated() {
      byRow.start[row] = place
      place = image_nonzeros(
        image(index), numbers, Int64(size), place, byRow.column, byRow.value)
    }
    byRow.start[indices.count] = place
    transpose_nonzeros(
      sparse(start: byRow.start, column: byRow.column, value: byRow.value), Int64(indices.count),
      Int64(size), byColumn.start, byColumn.column, byColumn.value)
  }
}

private struct ListPointers {
  let start: UnsafeMutablePointer<Int64>
  let column: UnsafeMutablePointer<Int32>
  let value: UnsafeMutablePointer<Double>
}

// MARK: - Borrowing storage

extension [Double]? {
  fileprivate func withBuffer<Result>(_ body: (UnsafePointer<Double>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension [[Double]] {
  fileprivate mutating func withMutablePointers(
    _ body: (UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?) -> Void
  ) {
    precondition(count <= 2, "an optimizer keeps at most two arrays")
    withUnsafeMutableBufferPointer { arrays in
      guard arrays.count > 0 else { return body(nil, nil) }
      arrays[0].withUnsafeMutableBufferPointer { first in
        guard arrays.count > 1 else { return body(first.baseAddress, nil) }
        arrays[1].withUnsafeMutableBufferPointer { second in
          body(first.baseAddress, second.baseAddress)
        }
      }
    }
  }
}

extension Images {
  fileprivate func withPointers<Result>(_ body: (ImagePointers) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { bytes in
      numbers.withUnsafeBufferPointer { numbers in
        body(ImagePointers(bytes: bytes.baseAddress, size: size, numbers: numbers.baseAddress))
      }
    }
  }
}

extension Nonzeros {
  fileprivate mutating func withPointers(_ body: (ListPointers, ListPointers) -> Void) {
    byRow.withPointers { byRow in byColumn.withPointers { byColumn in body(byRow, byColumn) } }
  }
}

extension Nonzeros.Compressed {
  fileprivate mutating func withPointers(_ body: (ListPointers) -> Void) {
    start.withUnsafeMutableBufferPointer { start in
      column.withUnsafeMutableBufferPointer { column in
        value.withUnsafeMutableBufferPointer { value in
          body(
            ListPointers(
              start: start.baseAddress!, column: column.baseAddress!, value: value.baseAddress!))
        }
      }
    }
  }

  fileprivate func withSparse(_ body: (sparse) -> Void) {
    start.withUnsafeBufferPointer { start in
      column.withUnsafeBufferPointer { column in
        value.withUnsafeBufferPointer { value in
          body(
            sparse(
              start: start.baseAddress, column: column.baseAddress, value: value.baseAddress))
        }
      }
    }
  }
}

// MARK: - Independent pieces of work

extension Engine {
  /// The results of `body` for each index, computed on all threads. A body that does arithmetic of
  /// its own does it on its own thread.
  func map<Result: Sendable>(
    _ range: Range<Int>, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    var results = [Result?](repeating: nil, count: range.count)
    let engine = self
    results.withUnsafeMutableBufferPointer { results in
      let results = SharedResults(results)
      workers.share(rows: range.count, piece: 1) { rows in
        Engine.$current.withValue(engine) {
          for i in Int(rows.from)..<Int(rows.to) {
            results.buffer[i] = body(range.lowerBound + i)
          }
        }
      }
    }
    return results.map { $0! }
  }
}

/// Storage whose entries are written by one thread each.
private struct SharedResults<Result>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Result?>

  init(_ buffer: UnsafeMutableBufferPointer<Result?>) { self.buffer = buffer }
}
