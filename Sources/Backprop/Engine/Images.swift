import CKernels

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
          workers.share(rows: indices.count + 1, piece: 1) { pieces in
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
    indices.withUnsafeBytes {
      Int(
        image_nonzero_count(
          bytes, Int64(size), $0.assumingMemoryBound(to: Int64.self).baseAddress,
          Int64(indices.count)))
    }
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
}
