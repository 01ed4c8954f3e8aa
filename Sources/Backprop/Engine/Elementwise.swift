import CKernels

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
    let loop = loop(kernels)!
    apply({ _, x, y, count in loop(x, y, count) }, x, &result)
  }

  /// The same for a loop that takes a parameter: `apply({ $0.elu(1, $1, $2, $3) }, z, &a)`.
  func apply(
    _ loop: (kernels, UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int64) -> Void,
    _ x: Matrix, _ result: inout Matrix
  ) {
    result.reshape(rows: x.rows, columns: x.columns)
    let table = kernels
    let (rowCount, columns) = (x.rows, Int64(x.columns))
    result.withMutableValues { y in
      x.values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        workers.share(rows: rowCount) { rows in
          let offset = Int(rows.from * columns)
          loop(table, x + offset, y + offset, (rows.to - rows.from) * columns)
        }
      }
    }
  }

  /// The same for a few numbers: `apply({ $0.exp }, &values)` replaces each by its exponential.
  func apply(_ loop: (kernels) -> ElementwiseLoop?, _ values: inout [Double]) {
    let loop = loop(kernels)!
    values.withUnsafeMutableBufferPointer {
      loop(UnsafePointer($0.baseAddress), $0.baseAddress, Int64($0.count))
    }
  }

  /// One of the loops over complex numbers, in place and on this thread.
  func apply(_ loop: (kernels) -> ComplexLoop?, _ z: inout ComplexMatrix) {
    let loop = loop(kernels)!
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
    let table = kernels
    new.withUnsafeMutableBufferPointer { new in
      old.withUnsafeBufferPointer { old in
        gradient.withUnsafeBufferPointer { gradient in
          state.withMutablePointers { first, second in
            workers.share(entries: gradient.count, unit: 1024) { range in
              let from = range.lowerBound
              update(
                table,
                OptimizerArrays(
                  gradient: gradient.baseAddress! + from, first: first.map { $0 + from },
                  second: second.map { $0 + from }, old: old.baseAddress! + from,
                  new: new.baseAddress! + from, count: Int64(range.count)))
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
