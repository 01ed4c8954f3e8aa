import Foundation
import Testing

@testable import Backprop

@Suite struct MatrixTests {
  @Test("ties of argmax go to the lowest position")
  func argmaxTies() {
    #expect(Matrix([[1, 3, 2], [2, 2, 1], [0, 5, 5], [4, 4, 4]]).argmaxOfRows == [1, 0, 1, 0])
    #expect(Matrix([[7], [8]]).argmaxOfRows == [0, 0])
    #expect(Matrix([[-0.0, 0]]).argmaxOfRows == [0])
  }

  @Test("equal by bits: NaN equals NaN, 0 is not -0, shapes count")
  func equality() {
    #expect(Matrix([[.nan, 1]]) == Matrix([[-.nan, 1]]))
    #expect(Matrix([[0]]) != Matrix([[-0.0]]))
    #expect(Matrix([[1, 2]]) != Matrix([[1], [2]]))
  }

  @Test("products, spelled as in a book")
  func products() {
    let (a, b) = (Matrix([[1, 2], [3, 4]]), Matrix([[5, 6], [7, 8]]))
    #expect(Matrix(a * b) == Matrix([[19, 22], [43, 50]]))
    #expect(Matrix(a * b + [1, -1]) == Matrix([[20, 21], [44, 49]]))
    #expect(Matrix(a * b.transposed) == Matrix([[17, 23], [39, 53]]))
    #expect(Matrix(a.transposed * b) == Matrix([[26, 30], [38, 44]]))
    #expect(Matrix(a.transposed * b / 2 + 10 * a) == Matrix([[23, 35], [49, 62]]))
    #expect(Matrix(a.transposed) == Matrix([[1, 3], [2, 4]]))
  }

  @Test("a result keeps its storage only where the shape fits")
  func assignment() {
    var result = Matrix([[9, 9, 9]])
    result .= Matrix([[1, 2]]) * Matrix([[3], [4]])
    #expect(result == Matrix([[11]]))
    result .= Matrix([[1, 2]]).transposed * Matrix([[3, 4]])
    #expect(result == Matrix([[3, 4], [6, 8]]))
  }

  @Test("norm, rows, columns, largest and smallest")
  func summaries() {
    let matrix = Matrix([[3, 0, 4], [0, 12, 0]])
    #expect(matrix.norm == 13 && matrix.sumOfSquares == 169)
    // ‖(0, 5, 0, 0, 0, 0)‖ = 5 beside 13 and √194; ‖A - 2A‖ = 13 beside 13 and 26.
    let other = Matrix([[3, 5, 4], [0, 12, 0]])
    #expect(matrix.distance(from: other) == 5 / 194.0.squareRoot())
    #expect(matrix.distance(from: matrix, times: 2) == 0.5)
    #expect(matrix.distance(from: Matrix([[3, 0, 4]])) == .infinity)
    #expect(Array(matrix.row(1)) == [0, 12, 0] && matrix.column(2) == [4, 0])
    #expect(matrix.values.largest == 12 && matrix.values.smallest == 0)
    #expect([1, .nan, 2].largest.isNaN && [1, .nan, 2].smallest.isNaN)
    #expect([Double]().largest == -.infinity && [Double]().smallest == .infinity)
  }

  @Test("any number of threads computes every entry of a product, to the same bits")
  func threadsShareProducts() {
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { Double($0 * 7919 % 1000) / 1000 - 0.5 })
    }
    for (rows, columns) in [(1, 1), (3, 9), (9, 64), (70, 7), (5, 65), (33, 200), (130, 301)] {
      let (a, w, v) = (matrix(rows, 20), matrix(20, columns), matrix(columns, 20))
      let products = (1...9).map { threads in
        Engine.$current.withValue(Engine(threads: threads)) {
          [Matrix(a * w), Matrix(a * v.transposed), Matrix(matrix(20, rows).transposed * w / 3)]
        }
      }
      #expect(products.allSatisfy { $0 == products[0] }, "(\(rows), \(columns))")
    }
  }

  @Test("writing an entry forgets where the nonzeros were")
  func nonzerosAreForgotten() {
    var x = Batch([0, 1, 2], of: .small(count: 3)).x
    #expect(x.nonzeros != nil)
    x[0, 0] = 5
    #expect(x.nonzeros == nil)
  }

  @Test("networks and matrices survive JSON; what does not fit is refused")
  func coding() throws {
    var random = Random(seed: 2)
    let network = Network(
      sizes: [4, 3, 2], hidden: .relu, output: .sigmoid, initializer: .he, random: &random)
    let data = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(Network.self, from: data) == network)
    for text in [
      #"{"rows":2,"columns":2,"values":[1,2,3]}"#,
      #"{"rows":-1,"columns":-1,"values":[1]}"#,
      #"{"rows":4611686018427387904,"columns":4,"values":[]}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Matrix.self, from: Data(text.utf8))
      }
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Activation].self, from: Data(#"["swish"]"#.utf8))
    }
  }
}
