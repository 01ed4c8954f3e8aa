import CKernels
import Synchronization

extension Engine {
  func isFinite(_ values: [Double]) -> Bool {
    let isFinite = Atomic(true)
    let piece = 4096
    values.withUnsafeBufferPointer { values in
      workers.share(rows: (values.count + piece - 1) / piece) { rows in
        let (from, to) = (Int(rows.from) * piece, min(Int(rows.to) * piece, values.count))
        if kernels.all_finite(values.baseAddress! + from, Int64(to - from)) == 0 {
          isFinite.store(false, ordering: .relaxed)
        }
      }
    }
    return isFinite.load(ordering: .relaxed)
  }

  func sumOfSquares(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer {
      kernels.sum_of_squares($0.baseAddress, Int64($0.count))
    }
  }

  func inner(_ left: [Double], _ right: [Double]) -> Double {
    precondition(left.count == right.count, "\(left.count) and \(right.count) numbers")
    return left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        kernels.inner_product(left.baseAddress, right.baseAddress, Int64(left.count))
      }
    }
  }

  func columnSums(_ matrix: Matrix, scale: Double, into result: inout [Double]) {
    if result.count != matrix.columns { result = Array(repeating: 0, count: matrix.columns) }
    result.withUnsafeMutableBufferPointer { result in
      matrix.values.withUnsafeBufferPointer {
        kernels.column_sums(
          $0.baseAddress, result.baseAddress, Int64(matrix.rows), Int64(matrix.columns), scale)
      }
    }
  }
}
