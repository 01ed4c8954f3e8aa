import Backprop

/// What stands in brackets after a name, as in NumPy: integers, slices with steps, negatives.
///
///     try NamedArray("b1", shape: [3], values: [1, 2, 3]).slicing("b1[::-1]")  // values [3, 2, 1]
enum Subscript: Hashable, Sendable {
  case index(Int)
  case slice(start: Int?, stop: Int?, step: Int)

  /// - Throws: when the text is neither an integer nor a slice.
  init(_ text: Substring) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(\.trimmed)
    func number(_ part: Substring) throws -> Int? {
      if part.isEmpty { return nil }
      guard let value = Int(part) else {
        throw CommandError(
          "\"\(text.trimmed)\" is no index. An index is a whole number, or a slice such as 0:5, "
            + "::2 or -3:")
      }
      return value
    }
    switch parts.count {
    case 1:
      guard let index = try number(parts[0]) else {
        throw CommandError("There is an empty index. Write a number, or : for all.")
      }
      self = .index(index)
    case 2, 3:
      let step = try parts.count == 3 ? number(parts[2]) ?? 1 : 1
      guard step != 0 else { throw CommandError("A slice's step cannot be 0.") }
      self = .slice(start: try number(parts[0]), stop: try number(parts[1]), step: step)
    default:
      throw CommandError("\"\(text)\" has too many colons. A slice is start:stop:step.")
    }
  }

  /// The positions it selects along an axis; slice bounds clip.
  ///
  /// - Throws: when an index is out of range; the sentence gives the shape.
  func positions(axis: Int, of array: NamedArray) throws -> [Int] {
    let size = array.shape[axis]
    switch self {
    case .index(let index):
      guard (-size..<size).contains(index) else {
        throw CommandError(
          "Index \(index) is out of range for axis \(axis) of \(array.name), whose shape is "
            + "\(NamedArray.text(of: array.shape)).")
      }
      return [index < 0 ? index + size : index]
    case .slice(let start, let stop, let step):
      func clip(_ bound: Int?, _ standard: Int) -> Int {
        guard let bound else { return standard }
        let (low, high) = step > 0 ? (0, size) : (-1, size - 1)
        return min(max(bound < 0 ? bound + size : bound, low), high)
      }
      let from = clip(start, step > 0 ? 0 : size - 1)
      let to = clip(stop, step > 0 ? size : -1)
      // A step beyond the axis selects one position, and stays clear of overflow.
      let bounded = min(max(step, -size - 1), size + 1)
      return Array(stride(from: from, to: to, by: bounded))
    }
  }
}

extension NamedArray {
  static func text(of shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }

  /// The part of the array that a list of subscripts selects; integers drop their axis.
  func sliced(by subscripts: [Subscript], name: String) throws -> NamedArray {
    guard subscripts.count <= shape.count else {
      throw CommandError(
        "\(self.name) has \(shape.count) ax\(shape.count == 1 ? "is" : "es") (shape "
          + "\(NamedArray.text(of: shape))), and there are \(subscripts.count) indices.")
    }
    var positions: [[Int]] = []
    var newShape: [Int] = []
    for axis in shape.indices {
      let item = axis < subscripts.count ? subscripts[axis] : .slice(start: nil, stop: nil, step: 1)
      let selected = try item.positions(axis: axis, of: self)
      positions.append(selected)
      if case .slice = item { newShape.append(selected.count) }
    }
    var offsets = [0]
    for axis in shape.indices {
      let selected = positions[axis]
      offsets = offsets.flatMap { offset in selected.map { offset * shape[axis] + $0 } }
    }
    return NamedArray(
      name, shape: newShape, values: offsets.map { values[$0] }, isInteger: isInteger)
  }
}

/// A name with brackets behind it, as typed: `W1[0, -1]`, `z2[3][:5]`.
struct ArrayReference {
  let name: String
  /// One list a pair of brackets.
  let subscripts: [[Subscript]]

  /// - Throws: when it is not a name with balanced brackets.
  init(_ text: String) throws {
    let trimmed = text.trimmed
    let end = trimmed.firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") } ?? trimmed.endIndex
    name = String(trimmed[..<end])
    var rest = trimmed[end...].trimmed
    var lists: [[Subscript]] = []
    while rest.first == "[" {
      guard lists.count < 8 else { throw CommandError("\(name) has too many brackets.") }
      guard let close = rest.firstIndex(of: "]") else {
        throw CommandError("\(text) lacks a closing bracket. Write, for example, W1[0, -1]")
      }
      let inside = rest[rest.index(after: rest.startIndex)..<close]
      lists.append(
        try inside.split(separator: ",", omittingEmptySubsequences: false).map(Subscript.init))
      rest = rest[rest.index(after: close)...].trimmed
    }
    guard rest.isEmpty, !name.isEmpty else {
      throw CommandError(
        "\"\(text)\" is no array. Write a name and, if you like, indices: dW1 or W1[0, -1]")
    }
    subscripts = lists
  }

  /// The array in the session that it refers to.
  func value(in training: Training) throws -> NamedArray {
    let whole = try training.array(ArrayName(name, depth: training.network.depth))
    return try subscripts.reduce(whole) { try $0.sliced(by: $1, name: $0.name) }
  }
}
