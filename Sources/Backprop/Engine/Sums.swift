import CKernels
import Synchronization

extension Engine {
  func isFinite(_ values: [Double]) -> Bool {
    let isFinite = Atomic(true)
    values.withUnsafeBufferPointer { values in
      workers.share(entries: values.count, unit: 4096) { range in
        let start = values.baseAddress! + range.lowerBound
        if kernels.all_finite(start, Int64(range.count)) == 0 {
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
