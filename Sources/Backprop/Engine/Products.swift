import CKernels

extension Engine {
  func compute(_ affine: Affine, into result: inout Matrix) {
    let (left, right) = (affine.left, affine.right)
    let (inputs, outputs) = (Int64(right.rows), Int64(right.columns))
    let table = kernels
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
    let table = kernels
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
    let table = kernels
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
        kernels.transpose($0.baseAddress, result.baseAddress, rows, columns)
      }
    }
  }
}

// MARK: - Blocks of a product

/// A result in blocks: so many of rows times so many of columns.
private struct Blocks {
  let rows: Steps
  let columns: Steps

  var count: Int { rows.parts * columns.parts }

  /// Neighbours in a column of blocks come one after another: they read the same of the right factor.
  subscript(index: Int) -> block {
    let (column, row) = index.quotientAndRemainder(dividingBy: rows.parts)
    return block(
      from_row: rows[row], to_row: rows[row + 1], from_column: columns[column],
      to_column: columns[column + 1])
  }

  /// 0, …, count in steps that are as equal as multiples of `unit` can be.
  struct Steps {
    let count: Int
    let parts: Int
    let unit: Int

    subscript(index: Int) -> Int64 {
      Int64(min((count + unit - 1) / unit * index / parts * unit, count))
    }
  }
}

extension Engine {
  /// Divides a result so that all threads are busy to the end: by columns first, for a block copies
  /// its columns of the right factor, and all blocks beside it copy them again; then by rows, into
  /// more pieces than threads, when columns cannot be divided evenly.
  private func blocks(rows: Int, columns: Int) -> Blocks {
    let vectors = (columns + 7) / 8
    let strips = (columns + strip - 1) / strip
    let columnBlocks = min((strips + threads - 1) / threads * threads, max(strips, vectors / 4))
    let isEven = columnBlocks % threads == 0
    let rowBlocks = isEven ? 1 : min((4 * threads + columnBlocks - 1) / columnBlocks, rows / 8)
    return Blocks(
      rows: Blocks.Steps(count: rows, parts: max(1, rowBlocks), unit: 4),
      columns: Blocks.Steps(count: columns, parts: max(1, columnBlocks), unit: 8))
  }

  private var strip: Int { Int(kernels.strip_columns) }

  private func share(_ blocks: Blocks, _ body: (block) -> Void) {
    workers.share(rows: blocks.count, piece: 1) { pieces in
      for i in pieces.from..<pieces.to { body(blocks[Int(i)]) }
    }
  }
}

// MARK: - Borrowing storage

extension [Double]? {
  fileprivate func withBuffer<Result>(_ body: (UnsafePointer<Double>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension Nonzeros.Compressed {
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
