/// A list that grows at its end, whose copies share what they have in common: to copy it, and to add
/// to one of two copies or cut it, costs about the same however long it is.
///
///     var journal: SharedList = [1, 2, 3]
///     let checkpoint = journal
///     journal.append(4)                        // copies one block, not the list
///     journal.commonPrefix(with: checkpoint)   // 3
///
/// Elements are kept in blocks. A copy that is added to copies the last block alone, and the list of
/// blocks once a block.
public struct SharedList<Element> {
  /// Those that are full.
  private var blocks: [[Element]] = []
  /// The last elements, fewer than a block.
  private var rest: [Element] = []

  public init() {}

  public init(_ elements: some Sequence<Element>) {
    for element in elements { append(element) }
  }

  public mutating func append(_ element: Element) {
    rest.append(element)
    guard rest.count == blockSize else { return }
    blocks.append(rest)
    rest = []
  }

  /// Leaves the first `count` elements.
  public mutating func cut(to count: Int) {
    precondition((0...self.count).contains(count), "a list is cut to a part of it")
    let full = count / blockSize
    if full < blocks.count {
      rest = Array(blocks[full].prefix(count % blockSize))
      blocks.removeSubrange(full...)
    } else {
      rest.removeSubrange((count % blockSize)...)
    }
  }

  /// Takes the last element off; nil when there is none.
  @discardableResult
  public mutating func popLast() -> Element? {
    guard let element = last else { return nil }
    cut(to: count - 1)
    return element
  }

  /// How many elements at the beginning are the same in another list. Blocks that both share are not
  /// looked into.
  public func commonPrefix(
    with other: SharedList, by areSame: (Element, Element) -> Bool
  ) -> Int {
    var count = 0
    for (ours, theirs) in zip(blocks, other.blocks) {
      if !ours.sharesStorage(with: theirs), let i = ours.firstDifference(from: theirs, by: areSame)
      {
        return count + i
      }
      count += blockSize
    }
    return count + zip(self[count...], other[count...]).prefix { areSame($0, $1) }.count
  }
}

/// How many elements a block has.
private let blockSize = 256

extension Array {
  fileprivate func sharesStorage(with other: [Element]) -> Bool {
    withUnsafeBufferPointer { ours in
      other.withUnsafeBufferPointer { ours.baseAddress == $0.baseAddress }
    }
  }

  fileprivate func firstDifference(
    from other: [Element], by areSame: (Element, Element) -> Bool
  ) -> Int? {
    indices.first { !areSame(self[$0], other[$0]) }
  }
}

extension SharedList: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { blocks.count * blockSize + rest.count }

  public subscript(index: Int) -> Element {
    let block = index / blockSize
    return block < blocks.count ? blocks[block][index % blockSize] : rest[index % blockSize]
  }
}

extension SharedList: Sendable where Element: Sendable {}

extension SharedList: Equatable where Element: Equatable {
  public func commonPrefix(with other: SharedList) -> Int { commonPrefix(with: other, by: ==) }
}

extension SharedList: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Element...) { self.init(elements) }
}
