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

  /// Where the entries of a row stand. Slices of rows would cost more than the sums.
  private func places(ofRow row: Int) -> Range<Int> { row * columns..<(row + 1) * columns }
}

/// x + iy.
struct Complex {
  var re: Double
  var im: Double
}
