import Testing

@testable import Backprop

@Suite struct MinibatchesTests {
  /// All minibatches of one epoch of `count` samples.
  private func epoch(_ number: Int, of minibatches: Minibatches, count: Int) -> [[Int]] {
    var minibatches = minibatches
    var result: [[Int]] = []
    while minibatches.position < count {
      result.append(minibatches.next(epoch: number, count: count))
      minibatches.position += result[result.count - 1].count
    }
    return result
  }

  @Test("an epoch takes every sample once", arguments: [1, 7, 10, 64, 100])
  func permutation(size: Int) {
    let batches = epoch(0, of: Minibatches(size: size), count: 64)
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<64))
    #expect(batches.dropLast().allSatisfy { $0.count == min(size, 64) })
    #expect(batches.count == (64 + size - 1) / size)
  }

  @Test("the last minibatch may be smaller")
  func lastIsSmaller() {
    #expect(epoch(0, of: Minibatches(size: 25), count: 64).map(\.count) == [25, 25, 14])
  }

  @Test("the order depends on the seed and the epoch's number only")
  func order() {
    func order(seed: UInt64, epoch number: Int, size: Int = 10) -> [Int] {
      epoch(number, of: Minibatches(size: size, seed: seed), count: 64).flatMap { $0 }
    }
    #expect(order(seed: 1, epoch: 0) == order(seed: 1, epoch: 0, size: 64))
    #expect(order(seed: 1, epoch: 0) != order(seed: 1, epoch: 1))
    #expect(order(seed: 1, epoch: 0) != order(seed: 2, epoch: 0))
    // Epoch 3 is the same whether or not the epochs before it were asked for.
    var visited = Minibatches(size: 64, seed: 1)
    for number in [0, 1, 2] { _ = visited.next(epoch: number, count: 64) }
    #expect(visited.next(epoch: 3, count: 64) == order(seed: 1, epoch: 3))
    // Nor does a set of another size leave a trace.
    _ = visited.next(epoch: 3, count: 30)
    #expect(visited.next(epoch: 3, count: 64) == order(seed: 1, epoch: 3))
  }

  @Test("without shuffling, file order in every epoch")
  func fileOrder() {
    for number in [0, 5] {
      let batches = epoch(number, of: Minibatches(size: 3, isShuffled: false), count: 7)
      #expect(batches == [[0, 1, 2], [3, 4, 5], [6]])
    }
  }

  @Test("how many minibatches are left")
  func remaining() {
    var minibatches = Minibatches(size: 25)
    #expect(minibatches.remaining(of: 64) == 3)
    minibatches.position = 25
    #expect(minibatches.remaining(of: 64) == 2)
    minibatches.size = 39
    #expect(minibatches.remaining(of: 64) == 1)
    minibatches.position = 64
    #expect(minibatches.remaining(of: 64) == 0)
  }
}
