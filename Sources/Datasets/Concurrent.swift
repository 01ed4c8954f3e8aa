import Dispatch
import Synchronization

extension Array where Element: Sendable {
  /// What `body` makes of each element, all at the same time.
  func concurrentMap<Result: Sendable>(_ body: @Sendable (Element) -> Result) -> [Result] {
    let results = Mutex<[Int: Result]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { i in
      let result = body(self[i])
      results.withLock { $0[i] = result }
    }
    return results.withLock { results in indices.map { results[$0]! } }
  }
}
