import CKernels

// exp and log, one number at a time, with the bits of the loops in `CKernels`: the C library's
// differ from processor to processor, and with them a whole session would.

/// eˣ, within 1 ulp.
public func exp(_ x: Double) -> Double { one(x) { $0.exp } }

/// The natural logarithm, within 1 ulp.
public func log(_ x: Double) -> Double { one(x) { $0.log } }

/// log(1 + x) of each x ≥ 0 without losing a small x: Kahan's correction of what 1 + x rounds away
/// (Higham, "Accuracy and Stability of Numerical Algorithms", §1.14.1).
func log1p(_ x: [Double]) -> [Double] {
  var result = x.map { 1 + $0 }
  Engine.current.apply({ $0.log }, &result)
  for (i, x) in x.enumerated() where x.isFinite {
    let u = 1 + x
    result[i] -= ((u - 1) - x) / u
  }
  return result
}

private func one(_ x: Double, _ loop: (kernels) -> ElementwiseLoop?) -> Double {
  var values = [x]
  Engine.current.apply(loop, &values)
  return values[0]
}
