/// What a loss came to after something was moved, and on which side of the kinks it went through.
struct MovedLoss {
  var re: Double
  var im: Double
  /// A fingerprint of the signs at every kinked activation on the way.
  var side: UInt64
}

/// Rows on their way through the network after something has been moved: z of one layer, a sample a
/// row. The imaginary part is there for the complex step only.
struct MovedRows {
  let samples: [Int]
  var sides: [UInt64]
  private var re = Matrix(rows: 0, columns: 0)
  private var im: Matrix?

  init(samples: [Int], sides: [UInt64]) {
    self.samples = samples
    self.sides = sides
  }

  /// z of a layer as it was, for each row's sample.
  mutating func start(from z: Matrix, hasImaginary: Bool) {
    re = z.gathering(samples)
    im = hasImaginary ? Matrix(rows: re.rows, columns: re.columns) : nil
  }

  /// Moves z by `real + i imaginary` of each row, times a row of weights.
  mutating func add(_ real: [Double], _ imaginary: [Double]?, times weights: ArraySlice<Double>) {
    re.addOuter(real, weights)
    if let imaginary { im?.addOuter(imaginary, weights) }
  }

  /// Moves column `column` of a layer's z, and goes on to z of the next layer: only that column's
  /// activation differs from the one that is there. In the last layer it stays at z.
  mutating func start(
    from trace: Trace, layer: Int, column: Int, _ real: [Double], _ imaginary: [Double]?
  ) {
    let z = trace.z[layer]
    if layer == trace.depth - 1 {
      start(from: z, hasImaginary: imaginary != nil)
      for row in samples.indices {
        re[row, column] += real[row]
        if let imaginary { im![row, column] += imaginary[row] }
      }
      return
    }
    re = Matrix(
      rows: samples.count, columns: 1,
      values: samples.indices.map { z[samples[$0], column] + real[$0] })
    im = imaginary.map { Matrix(rows: samples.count, columns: 1, values: $0) }
    activate(trace.layers[layer].activation)
    let a = trace.a[layer]
    let change = samples.indices.map { re.values[$0] - a[samples[$0], column] }
    let imaginaryChange = im?.values
    start(from: trace.z[layer + 1], hasImaginary: im != nil)
    add(change, imaginaryChange, times: trace.layers[layer + 1].weights.row(column))
  }

  /// From z of `layer` (from 0) to the loss of each row.
  mutating func finish(_ loss: Loss, _ trace: Trace, from layer: Int) -> [MovedLoss] {
    for l in layer..<trace.depth - 1 {
      activate(trace.layers[l].activation)
      let next = trace.layers[l + 1]
      if let im { self.im = Matrix(im * next.weights) }
      re = Matrix(re * next.weights + next.biases)
    }
    return losses(loss, trace)
  }

  /// The loss of each row, from z of the last layer.
  mutating func losses(_ loss: Loss, _ trace: Trace) -> [MovedLoss] {
    let output = trace.layers[trace.depth - 1].activation
    noteSides(output)
    let targets = trace.batch.y.gathering(samples)
    guard let im else {
      let h = output(re)
      let values = loss.values(re, h, targets, output)
      for row in sides.indices {
        for side in loss.sides(h.row(row), targets.row(row)) { sides[row].note(side) }
      }
      return zip(values, sides).map { MovedLoss(re: $0, im: 0, side: $1) }
    }
    let z = ComplexMatrix(re: re, im: im)
    let values = loss.complexValues(z, { output.complex(z) }, targets, output)
    return zip(values, sides).map { MovedLoss(re: $0.re, im: $0.im, side: $1) }
  }

  private mutating func activate(_ activation: Activation) {
    noteSides(activation)
    guard let im else {
      re = activation(re)
      return
    }
    let a = activation.complex(ComplexMatrix(re: re, im: im))
    (re, self.im) = (a.re, a.im)
  }

  private mutating func noteSides(_ activation: Activation) {
    for kink in activation.kinks {
      for row in sides.indices {
        for z in re.row(row) { sides[row].note(z > kink) }
      }
    }
  }
}

extension UInt64 {
  /// Takes one more answer into a fingerprint of sides.
  mutating func note(_ isAbove: Bool) {
    self = (self &* 0xFF51_AFD7_ED55_8CCD) ^ (self >> 32) ^ (isAbove ? 1 : 2)
  }
}

extension Matrix {
  /// The rows at `indices`, in that order, again and again where an index comes again.
  func gathering(_ indices: [Int]) -> Matrix {
    var result: [Double] = []
    result.reserveCapacity(indices.count * columns)
    for index in indices { result += row(index) }
    return Matrix(rows: indices.count, columns: columns, values: result)
  }

  /// self += column · row.
  mutating func addOuter(_ column: [Double], _ row: ArraySlice<Double>) {
    let columns = columns
    withMutableValues { values in
      row.withUnsafeBufferPointer { row in
        for i in column.indices {
          let factor = column[i]
          for j in 0..<columns { values[i * columns + j] += factor * row[j] }
        }
      }
    }
  }
}
