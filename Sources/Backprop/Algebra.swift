// The arithmetic of forward and backward pass, spelled as in a book:
//
//     let z = Matrix(a * weights + biases)
//     dW .= a.transposed * delta / batchSize + l2 * weights
//
// `*`, `+` and `/` only describe what is meant; `Matrix(…)` computes it into fresh storage, and `.=`
// into the storage that the matrix on its left already has. Shapes are checked there.

infix operator .= : AssignmentPrecedence

/// A matrix read with rows and columns exchanged: `a.transposed * delta`.
public struct Transposed {
  let matrix: Matrix
}

/// left · right + biases: (samples, inputs) · (inputs, outputs) + (outputs).
public struct Affine {
  let left: Matrix
  let right: Matrix
  var biases: [Double]?
}

/// left · rightᵀ: (samples, outputs) · (inputs, outputs)ᵀ.
public struct BackwardProduct {
  let left: Matrix
  let right: Matrix
}

/// leftᵀ · right · scale + l2 · weights: (samples, inputs)ᵀ · (samples, outputs).
public struct GradientSum {
  let left: Matrix
  let right: Matrix
  var scale = 1.0
  var l2 = 0.0
  var weights: Matrix?
}

/// factor · matrix, as the regulariser's gradient λW.
public struct Scaled {
  let factor: Double
  let matrix: Matrix
}

extension Matrix {
  public var transposed: Transposed { Transposed(matrix: self) }

  public static func * (left: Matrix, right: Matrix) -> Affine {
    Affine(left: left, right: right)
  }

  public static func * (left: Matrix, right: Transposed) -> BackwardProduct {
    BackwardProduct(left: left, right: right.matrix)
  }

  public static func * (factor: Double, matrix: Matrix) -> Scaled {
    Scaled(factor: factor, matrix: matrix)
  }

  public init(_ affine: Affine) {
    self.init(rows: affine.left.rows, columns: affine.right.columns)
    self .= affine
  }

  public init(_ product: BackwardProduct) {
    self.init(rows: product.left.rows, columns: product.right.rows)
    self .= product
  }

  public init(_ sum: GradientSum) {
    self.init(rows: sum.left.columns, columns: sum.right.columns)
    self .= sum
  }

  public init(_ transposed: Transposed) {
    self.init(rows: transposed.matrix.columns, columns: transposed.matrix.rows)
    Engine.current.transpose(transposed.matrix, into: &self)
  }

  public static func .= (result: inout Matrix, affine: Affine) {
    precondition(
      affine.left.columns == affine.right.rows,
      "(\(affine.left.rows), \(affine.left.columns)) times "
        + "(\(affine.right.rows), \(affine.right.columns)): the inner sizes differ")
    precondition(affine.biases.map { $0.count == affine.right.columns } ?? true)
    result.reshape(rows: affine.left.rows, columns: affine.right.columns)
    Engine.current.compute(affine, into: &result)
  }

  public static func .= (result: inout Matrix, product: BackwardProduct) {
    precondition(
      product.left.columns == product.right.columns,
      "(\(product.left.rows), \(product.left.columns)) times the transpose of "
        + "(\(product.right.rows), \(product.right.columns)): the inner sizes differ")
    result.reshape(rows: product.left.rows, columns: product.right.rows)
    Engine.current.compute(product, into: &result)
  }

  public static func .= (result: inout Matrix, sum: GradientSum) {
    precondition(
      sum.left.rows == sum.right.rows,
      "a gradient sums over samples: \(sum.left.rows) rows and \(sum.right.rows) rows differ")
    precondition(sum.weights.map { $0.count == sum.left.columns * sum.right.columns } ?? true)
    result.reshape(rows: sum.left.columns, columns: sum.right.columns)
    Engine.current.compute(sum, into: &result)
  }
}

extension Affine {
  public static func + (product: Affine, biases: [Double]) -> Affine {
    var affine = product
    affine.biases = biases
    return affine
  }
}

extension Transposed {
  public static func * (left: Transposed, right: Matrix) -> GradientSum {
    GradientSum(left: left.matrix, right: right)
  }
}

extension GradientSum {
  /// The mean over `count` samples; one multiplication by 1 / count an entry.
  public static func / (sum: GradientSum, count: Int) -> GradientSum {
    var mean = sum
    mean.scale = 1 / Double(count)
    return mean
  }

  public static func + (sum: GradientSum, regulariser: Scaled) -> GradientSum {
    var regularised = sum
    regularised.l2 = regulariser.factor
    regularised.weights = regulariser.matrix
    return regularised
  }
}
