#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers x + iy for the complex step: f(x + iε) has f′(x) ε in its imaginary part, without the
/// subtraction that costs central differences half their digits (Squire and Trapp 1998).
///
/// Rows of them are kept as two matrices.
struct ComplexMatrix {
  var re: Matrix
  var im: Matrix
}

extension ComplexMatrix {
  var rows: Int { re.rows }
  var columns: Int { re.columns }

  /// Calls `body` with every pair of entries, to be changed in place.
  mutating func updateEntries(_ body: (inout Double, inout Double) -> Void) {
    re.withMutableValues { re in
      im.withMutableValues { im in
        for k in re.indices { body(&re[k], &im[k]) }
      }
    }
  }
}

extension ComplexMatrix {
  /// Every pair of entries through `body`.
  func mapping(_ body: (Double, Double) -> (Double, Double)) -> ComplexMatrix {
    var result = self
    result.updateEntries { x, y in (x, y) = body(x, y) }
    return result
  }

  /// Entries of two matrices of one shape, through `body`.
  func mapping(_ other: ComplexMatrix, _ body: (Complex, Complex) -> Complex) -> ComplexMatrix {
    var (result, k) = (self, 0)
    result.updateEntries { x, y in
      let other = Complex(re: other.re.values[k], im: other.im.values[k])
      let value = body(Complex(re: x, im: y), other)
      (x, y, k) = (value.re, value.im, k + 1)
    }
    return result
  }
}

/// The angle of x + iy: for a small one the series of the arc tangent.
func angle(_ y: Double, _ x: Double) -> Double {
  let q = y / x
  guard x > 0, q.magnitude < 0.1 else { return atan2(y, x) }
  let s = q * q
  return q * (1 - s * (1 / 3.0 - s * (1 / 5.0 - s * (1 / 7.0 - s * (1 / 9.0 - s / 11)))))
}

/// (a + ib) / (c + id) for a divisor that is neither tiny nor huge.
@inline(__always)
func quotient(
  _ a: Double, _ b: Double, _ c: Double, _ d: Double
) -> (re: Double, im: Double) {
  let size = c * c + d * d
  return ((a * c + b * d) / size, (b * c - a * d) / size)
}

extension ComplexMatrix {
  /// Every entry becomes its exponential, e^x (cos y + i sin y).
  mutating func exponentiate() { Engine.current.apply({ $0.complex_exp }, &self) }

  func sigmoid() -> ComplexMatrix {
    var result = self
    Engine.current.apply({ $0.complex_sigmoid }, &result)
    return result
  }

  func tanh() -> ComplexMatrix {
    var result = self
    Engine.current.apply({ $0.complex_tanh }, &result)
    return result
  }

  /// max(z, 0) + log(1 + e^-|z|), the maximum and the magnitude by the real part.
  func softplus() -> ComplexMatrix {
    var powers = mapping { x, y in x > 0 ? (-x, -y) : (x, y) }
    powers.exponentiate()
    let logs = Matrix(rows: rows, columns: columns, values: log1p(powers.re.values))
    let angles = powers.mapping { x, y in (0, angle(y, 1 + x)) }
    return mapping(ComplexMatrix(re: logs, im: angles.im)) { z, log in
      z.re > 0
        ? Complex(re: z.re + log.re, im: z.im + log.im)
        : Complex(re: z.re.isNaN ? z.re : log.re, im: log.im)
    }
  }

  /// z/2 (1 + tanh u), u = √(2/π) (z + 0.044715 z³).
  func gelu() -> ComplexMatrix {
    let scale = 0.79788456080286536
    let inner = mapping { x, y in
      let (square, twice) = (x * x - y * y, 2 * x * y)
      let cube = (square * x - twice * y, square * y + twice * x)
      return (scale * (x + 0.044715 * cube.0), scale * (y + 0.044715 * cube.1))
    }
    return mapping(inner.tanh()) { z, t in
      let (re, im) = (1 + t.re, t.im)
      return Complex(re: 0.5 * (z.re * re - z.im * im), im: 0.5 * (z.re * im + z.im * re))
    }
  }

  /// z less the largest real part of its row; the largest parts, too.
  private func shifted() -> ComplexMatrix {
    var result = self
    result.re.withRows { _, row in
      let largest = row.largest
      for j in row.indices { row[j] -= largest }
    }
    return result
  }

  /// Σ of each row.
  private var rowSums: [(re: Double, im: Double)] {
    (0..<rows).map { row in
      places(ofRow: row).reduce(into: (0, 0)) { sum, k in
        sum.re += re.values[k]
        sum.im += im.values[k]
      }
    }
  }

  /// e^z / Σ e^z of each row.
  func softmax() -> ComplexMatrix {
    var result = shifted()
    result.exponentiate()
    let sums = result.rowSums
    let columns = columns
    var k = 0
    result.updateEntries { x, y in
      let sum = sums[k / columns]
      (x, y) = quotient(x, y, sum.re, sum.im)
      k += 1
    }
    return result
  }

  /// -Σ y (z - log Σ e^z) of each row, for targets Y.
  func softmaxCrossEntropy(_ targets: Matrix) -> [Complex] {
    let z = shifted()
    var powers = z
    powers.exponentiate()
    let sums = powers.rowSums
    var logs = sums.map { ($0.re * $0.re + $0.im * $0.im).squareRoot() }
    Engine.current.apply({ $0.log }, &logs)
    return sums.enumerated().map { row, sum in
      let angle = angle(sum.im, sum.re)
      var loss = Complex(re: 0, im: 0)
      for k in places(ofRow: row) where targets.values[k] != 0 {
        loss.re -= targets.values[k] * (z.re.values[k] - logs[row])
        loss.im -= targets.values[k] * (z.im.values[k] - angle)
      }
      return loss
    }
  }

  /// Σ max(z, 0) - z y + log(1 + e^-|z|) of each row, for targets Y.
  func sigmoidCrossEntropy(_ targets: Matrix) -> [Complex] {
    var powers = self
    powers.updateEntries { x, y in if x > 0 { (x, y) = (-x, -y) } }
    powers.exponentiate()
    let logs = log1p(powers.re.values)
    return (0..<rows).map { row in
      var loss = Complex(re: 0, im: 0)
      for k in places(ofRow: row) {
        let (x, y, target) = (re.values[k], im.values[k], targets.values[k])
        if x > 0 {
          loss.re += x
          loss.im += y
        }
        loss.re -= x * target
        loss.im -= y * target
        loss.re += logs[k]
        loss.im += angle(powers.im.values[k], 1 + powers.re.values[k])
      }
      return loss
    }
  }

  /// ½ Σ (h - y)² of each row of outputs, for targets Y.
  func squaredError(_ targets: Matrix) -> [Complex] {
    (0..<rows).map { row in
      var loss = Complex(re: 0, im: 0)
      for k in places(ofRow: row) {
        let (x, y) = (re.values[k] - targets.values[k], im.values[k])
        loss.re += (x * x - y * y) / 2
        loss.im += x * y
      }
      return loss
    }
  }

  /// Σ of each row over `body` of h - y and y.
  func sums(with targets: Matrix, _ body: (Complex, Double) -> Complex) -> [Complex] {
    (0..<rows).map { row in
      places(ofRow: row).reduce(into: Complex(re: 0, im: 0)) { sum, k in
        let y = targets.values[k]
        let term = body(Complex(re: re.values[k] - y, im: im.values[k]), y)
        sum.re += term.re
        sum.im += term.im
      }
    }
  }

  /// Where the entries of a row stand. Slices of rows would cost more than the sums.
  private func places(ofRow row: Int) -> Range<Int> { row * columns..<(row + 1) * columns }
}

/// x + iy.
struct Complex {
  var re: Double
  var im: Double
}
