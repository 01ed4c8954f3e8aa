import CKernels

/// Where the loops run: one of the processor's vector widths and a number of threads. Neither
/// changes a bit of any result.
///
/// `Engine.current` is what all arithmetic uses; a program chooses another for a piece of work with
///
///     Engine.$current.withValue(Engine(threads: 1)) { train() }
///
/// This folder is the one address of the C loops over matrices: everything else sees matrices.
public final class Engine: Sendable {
  @TaskLocal public static var current = Engine()

  private let table: KernelTable
  let workers: Workers

  /// The vector widths that this processor has, the fastest first: `["avx512", "avx2", "sse2"]`.
  public static let variants: [String] = (0..<kernels_count()).map {
    String(cString: kernels_at($0).pointee.name)
  }

  /// - Parameters:
  ///   - variant: one of `variants`; the fastest when absent.
  ///   - threads: how many threads share the rows of a result; all cores when absent.
  public init(variant: String? = nil, threads: Int = Workers.coreCount) {
    let index = variant.flatMap { Engine.variants.firstIndex(of: $0) } ?? 0
    precondition(variant == nil || Engine.variants[index] == variant, "no such variant")
    table = KernelTable(pointer: kernels_at(Int32(index)))
    workers = Workers(threads: threads)
  }

  public var variant: String { String(cString: kernels.name) }
  public var threads: Int { workers.threads }

  var kernels: kernels { table.pointer.pointee }
}

/// The C table of functions: constants, so that threads may share it. By its address: the layout of
/// a class must not depend on a C header, whose changes do not rebuild other modules.
private struct KernelTable: @unchecked Sendable {
  let pointer: UnsafePointer<kernels>
}

// MARK: - Independent pieces of work

extension Engine {
  /// The results of `body` for each index, computed on all threads. A body that does arithmetic of
  /// its own does it on its own thread.
  package func map<Result: Sendable>(
    _ range: Range<Int>, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    var results = [Result?](repeating: nil, count: range.count)
    let engine = self
    results.withUnsafeMutableBufferPointer { results in
      let results = SharedResults(results)
      workers.share(rows: range.count, piece: 1) { rows in
        Engine.$current.withValue(engine) {
          for i in Int(rows.from)..<Int(rows.to) {
            results.buffer[i] = body(range.lowerBound + i)
          }
        }
      }
    }
    return results.map { $0! }
  }
}

/// Storage whose entries are written by one thread each.
private struct SharedResults<Result>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Result?>

  init(_ buffer: UnsafeMutableBufferPointer<Result?>) { self.buffer = buffer }
}
