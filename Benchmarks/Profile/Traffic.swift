import Backprop
import CKernels
import Foundation

/// Bytes on their way through the processor: so many read, so many written.
struct Traffic {
  let read: Double
  let written: Double

  /// The seconds that the current engine's threads take to move them, again and again in the same
  /// arrays: each thread copies its share of what is read to where it writes; what is left of the
  /// longer of the two is only read, or only filled.
  func seconds() -> Double {
    let engine = Engine.current
    let (from, to) = (count(of: read, engine.threads), count(of: written, engine.threads))
    return engine.secondsOfRound(threads: engine.threads) {
      let storage = Storage(
        bytes: Storage.size(from, of: Double.self) + Storage.size(to, of: Double.self))
      let (source, target) = (storage.numbers(from), storage.numbers(to))
      let (table, copied) = (engine.table, min(from, to))
      return Rounds(storage: storage) {
        memcpy(target, source, copied * 8)
        if from > copied { _ = table.all_finite(source + copied, Int64(from - copied)) }
        if to > copied { memset(target + copied, 0, (to - copied) * 8) }
      }
    }
  }

  /// The numbers of one thread.
  private func count(of bytes: Double, _ threads: Int) -> Int {
    max(1, Int(bytes / 8 / Double(threads)))
  }
}

extension Engine {
  /// The C loops that it runs.
  var table: kernels { kernels_at(Int32(Engine.variants.firstIndex(of: variant)!)).pointee }
}
