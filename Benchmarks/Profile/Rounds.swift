import Backprop

/// Something to do over and over, and the arrays that it works on.
struct Rounds {
  let storage: Storage
  let round: () -> Void
}

extension Engine {
  /// The seconds of a round while so many threads go round, each over arrays of its own: the least
  /// of three measurements.
  func secondsOfRound(threads: Int, _ prepare: @Sendable () -> Rounds) -> Double {
    let clock = ContinuousClock()
    func seconds(of count: Int) -> Double {
      map(0..<threads) { _ in
        let rounds = prepare()
        return withExtendedLifetime(rounds.storage) {
          rounds.round()
          return clock.measure { for _ in 0..<count { rounds.round() } }.seconds
        }
      }.max()!
    }
    var count = 1
    while seconds(of: count) < 0.004 { count *= 2 }
    return (0..<3).map { _ in seconds(of: count) }.min()! / Double(count)
  }
}

/// The least seconds of each, out of seven passes over all: a limit is what nothing else on the
/// machine disturbs.
func leastSeconds<Key>(of keys: [Key], _ seconds: (Key) -> Double) -> [Key: Double] {
  var least: [Key: Double] = [:]
  for _ in 0..<7 {
    for key in keys { least[key] = min(least[key] ?? .infinity, seconds(key)) }
  }
  return least
}

/// Memory for a few arrays, each from the beginning of a cache line on.
final class Storage {
  private let start: UnsafeMutableRawPointer
  private let bytes: Int
  private var used = 0

  init(bytes: Int) {
    self.bytes = bytes
    start = .allocate(byteCount: bytes, alignment: 64)
  }

  deinit { start.deallocate() }

  /// Room for so many elements.
  func take<Element>(_ count: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
    let size = Storage.size(count, of: type)
    precondition(used + size <= bytes, "\(count) more elements do not fit into \(bytes) bytes")
    defer { used += size }
    return (start + used).bindMemory(to: type, capacity: count)
  }

  /// So many numbers, from 0.1 to 0.9.
  func numbers(_ count: Int) -> UnsafeMutablePointer<Double> {
    let numbers = take(count, of: Double.self)
    for i in 0..<count { numbers[i] = 0.1 + Double(i % 9) / 10 }
    return numbers
  }

  /// The bytes that `take` takes.
  static func size<Element>(_ count: Int, of type: Element.Type) -> Int {
    (count * MemoryLayout<Element>.stride + 63) / 64 * 64
  }
}
