import Testing

@testable import Backprop

@Suite struct SharedListTests {
  /// It does what an array does, and no copy sees what is done to another.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func aListIsAnArrayWhateverItsCopiesDo(seed: UInt64) {
    var random = Random(seed: seed)
    var copies: [(list: SharedList<Int>, array: [Int])] = [([], [])]
    for round in 0..<200 {
      var (list, array) = copies[Int(random.next() % UInt64(copies.count))]
      switch random.next() % 4 {
      case 0:
        let count = Int(random.next() % UInt64(array.count + 1))
        list.cut(to: count)
        array.removeSubrange(count...)
      case 1: #expect(list.popLast() == array.popLast())
      default:
        for i in 0..<Int(random.next() % 400) {
          list.append(round * 1000 + i)
          array.append(round * 1000 + i)
        }
      }
      if copies.count < 5 {
        copies.append((list, array))
      } else {
        copies[Int(random.next() % 5)] = (list, array)
      }
      for (list, array) in copies {
        #expect(list.elementsEqual(array) && list.count == array.count)
      }
      let (first, last) = (copies[0], copies[copies.count - 1])
      #expect((first.list == last.list) == (first.array == last.array))
      #expect(
        first.list.commonPrefix(with: last.list)
          == zip(first.array, last.array).prefix { $0 == $1 }.count)
    }
  }

  /// What two copies share is not looked into: that is what makes a long journal cheap.
  @Test func copiesShareTheirBlocks() {
    let list = SharedList(0..<100_000)
    var copy = list
    copy.append(100_000)
    var compared = 0
    let count = list.commonPrefix(with: copy) {
      compared += 1
      return $0 == $1
    }
    #expect(count == 100_000 && compared < 1000)
    #expect(SharedList(list.map { $0 }) == list)
  }
}
