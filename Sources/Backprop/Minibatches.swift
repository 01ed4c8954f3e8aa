/// Which samples come next: each epoch takes every sample once, in an order that depends on the seed
/// and the epoch's number only, or in file order; the last minibatch of an epoch may be smaller.
public struct Minibatches: Sendable {
  /// Samples a minibatch; a change acts from the next one.
  public var size: Int
  public var isShuffled: Bool
  public let seed: UInt64
  /// How many samples of the epoch have been used.
  public internal(set) var position = 0

  /// The order of one epoch, kept while it is in use.
  private var order: (epoch: Int, indices: [Int32])?

  public init(size: Int = 100, isShuffled: Bool = true, seed: UInt64 = 1, position: Int = 0) {
    self.size = size
    self.isShuffled = isShuffled
    self.seed = seed
    self.position = position
  }

  /// The samples of the next minibatch of `epoch`, from a set of `count`.
  mutating func next(epoch: Int, count: Int) -> [Int] {
    let range = position..<min(position + size, count)
    guard isShuffled else { return Array(range) }
    if order?.epoch != epoch || order?.indices.count != count {
      var random = Random(seed: seed, epoch: epoch)
      order = (epoch, random.permutation(of: count))
    }
    return order!.indices[range].map(Int.init)
  }

  /// How many minibatches of the present size are left in the epoch.
  public func remaining(of count: Int) -> Int {
    max(0, (count - position + size - 1) / size)
  }
}

extension Minibatches: Equatable {
  public static func == (left: Minibatches, right: Minibatches) -> Bool {
    left.size == right.size && left.isShuffled == right.isShuffled && left.seed == right.seed
      && left.position == right.position
  }
}
