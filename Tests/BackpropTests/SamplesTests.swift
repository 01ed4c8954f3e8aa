import Testing

@testable import Backprop

@Suite struct SamplesTests {
  static let samples = Samples(
    inputs: 4, classes: 3, bytes: [0, 255, 0, 51, 0, 0, 0, 0, 1, 0, 0, 0], labels: [2, 0, 1])

  @Test("X is byte / 255, Y is one-hot, in the order asked for")
  func batch() {
    let batch = Batch([2, 0, 2], of: Self.samples)
    #expect(batch.x == Matrix([[1 / 255.0, 0, 0, 0], [0, 1, 0, 0.2], [1 / 255.0, 0, 0, 0]]))
    #expect(batch.y == Matrix([[0, 1, 0], [0, 0, 1], [0, 1, 0]]))
    #expect(batch.labels == [1, 2, 1] && batch.indices == [2, 0, 2] && batch.count == 3)
  }

  /// A few bytes an image, and so many that they are read in words and counted in pieces; most of
  /// them 0, in runs and alone, as in digits.
  private static let sets =
    [
      Samples.small(count: 9),
      Samples(
        inputs: 301, classes: 2,
        bytes: (0..<9 * 301).map { i in
          i % 40 < 28 || i % 3 == 0 ? 0 : UInt8(truncatingIfNeeded: i * 37 + 1)
        }, labels: Array(repeating: 1, count: 9)),
    ]

  @Test(
    "the nonzeros are those of X, by row and by column, also after a refill of another size",
    arguments: sets)
  func nonzeros(samples: Samples) throws {
    var batch = Batch(Array(0..<9), of: samples)
    var lists = 0
    for indices in [[4], [8, 1, 5, 0], Array(0..<9), [3, 3]] {
      batch.fill(indices, from: samples)
      #expect(batch == Batch(indices, of: samples))
      for (row, index) in indices.enumerated() {
        guard case .bytes(let all) = samples.features else { continue }
        let bytes = all[index * samples.inputs..<(index + 1) * samples.inputs]
        #expect(Array(batch.x.row(row)) == bytes.map { Double($0) / 255 })
      }
      guard let nonzeros = batch.x.nonzeros else { continue }
      lists += 1
      let (rows, columns) = (indices.count, samples.inputs)
      #expect(dense(nonzeros.byRow, rows: rows, columns: columns) == batch.x)
      #expect(
        dense(nonzeros.byColumn, rows: columns, columns: rows) == Matrix(batch.x.transposed))
    }
    #expect(lists > 0)
  }

  private func dense(_ sparse: Nonzeros.Compressed, rows: Int, columns: Int) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for row in 0..<rows {
      for p in Int(sparse.start[row])..<Int(sparse.start[row + 1]) {
        matrix[row, Int(sparse.column[p])] = sparse.value[p]
      }
    }
    return matrix
  }

  @Test("more than half nonzero: not worth a list")
  func denseSamples() {
    let samples = Samples(inputs: 3, classes: 2, bytes: [1, 2, 0, 3, 0, 4], labels: [0, 1])
    #expect(Batch([0, 1], of: samples).x.nonzeros == nil)
    #expect(Batch([1], of: Self.samples).x.nonzeros != nil)
  }
}
