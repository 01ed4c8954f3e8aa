import Backprop

/// How often a second each loop goes round when all that it reads and writes stays in the
/// first-level cache: nothing but its arithmetic is left.
struct LoopRates {
  private let perSecond: [Loop: Double]
  private let threads: Int

  /// Measures them on the current engine, on all threads at once where threads can share the loop.
  init() {
    let engine = Engine.current
    threads = engine.threads
    let seconds = leastSeconds(of: Loop.allCases) { loop in
      engine.secondsOfRound(threads: loop.isShared ? engine.threads : 1) {
        CachedLoop(loop, engine).rounds
      }
    }
    perSecond = Dictionary(
      uniqueKeysWithValues: seconds.map { loop, seconds in
        let count = CachedLoop(loop, engine).count * (loop.isShared ? engine.threads : 1)
        return (loop, Double(count) / seconds)
      })
  }

  subscript(loop: Loop) -> Double { perSecond[loop]! }

  /// The seconds that the operations take at least: what one thread does alone goes on beside the
  /// rest.
  func seconds(_ operations: [Work.Operation]) -> Double {
    var (shared, alone) = (0.0, 0.0)
    for operation in operations {
      let seconds = operation.count / self[operation.loop]
      if operation.loop.isShared { shared += seconds } else { alone += seconds }
    }
    return max(alone, shared + alone / Double(threads))
  }
}
