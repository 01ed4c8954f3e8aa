import Backprop

/// A value in a saved file, and the way to it, with which it complains: everything that is read is
/// checked here, and nothing is taken on trust.
///
///     try file["clock"]["step"].whole(0...99)
///     // throws: clock.step: a whole number is needed.
struct SavedField {
  let tree: JSONTree
  /// `network.layers[1].weights`; empty for the whole.
  let path: String

  init(_ tree: JSONTree, _ path: String = "") {
    (self.tree, self.path) = (tree, path)
  }

  /// What is wrong with it.
  func damage(_ sentence: String) -> BadFile {
    BadFile("\(path.isEmpty ? "the whole" : path): \(sentence)")
  }

  func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    if !condition { throw damage(sentence()) }
  }
}

/// What is wrong in a file, after its name.
struct BadFile: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

// MARK: - One value

extension SavedField {
  /// Nil for null.
  var nullable: SavedField? {
    if case .null = tree { nil } else { self }
  }

  func number() throws -> Double {
    guard let number = tree.number else { throw damage("a number is needed.") }
    return number
  }

  func whole(_ range: ClosedRange<Int>) throws -> Int {
    try whole(from: range.lowerBound, to: range.upperBound)
  }

  /// Between two numbers of which one comes from the file, so that there may be nothing between them.
  func whole(from least: Int, to most: Int) throws -> Int {
    guard case .number(let number) = tree, let value = Int(exactly: number) else {
      throw damage("a whole number is needed.")
    }
    try require(
      least <= value && value <= most,
      least <= most
        ? "\(value) is not possible, it goes from \(least) to \(most)."
        : "\(value) is not possible: after \(most) there is none.")
    return value
  }

  func flag() throws -> Bool {
    guard case .bool(let flag) = tree else { throw damage("true or false is needed.") }
    return flag
  }

  func text() throws -> String {
    guard case .string(let text) = tree else { throw damage("a text is needed.") }
    return text
  }

  /// A word of 64 bits, written as a text.
  func word() throws -> UInt64 {
    guard let word = UInt64(try text()) else {
      throw damage("\"\(try text())\" is no whole number below 2^64.")
    }
    return word
  }

  func named<Choice: Named>(_: Choice.Type) throws -> Choice {
    let name = try text()
    guard let choice = Choice(name) else {
      throw damage("\"\(name)\" is not one of \(Choice.all.map(\.name).joined(separator: ", ")).")
    }
    return choice
  }
}

// MARK: - What is inside

extension SavedField {
  subscript(key: String) -> SavedField {
    get throws {
      let inner = path.isEmpty ? key : "\(path).\(key)"
      guard let value = try object()[key] else { throw BadFile("\(inner) is missing.") }
      return SavedField(value, inner)
    }
  }

  func has(_ key: String) throws -> Bool { try object()[key] != nil }

  func object() throws -> [String: JSONTree] {
    guard case .object(let object) = tree else { throw damage("an object is needed.") }
    return object
  }

  func list() throws -> [SavedField] {
    let items: [JSONTree] =
      switch tree {
      case .numbers(let numbers): numbers.map(JSONTree.number)
      case .list(let items): items
      default: throw damage("a list is needed.")
      }
    return items.enumerated().map { SavedField($1, "\(path)[\($0)]") }
  }

  /// A list with an item for each layer.
  func list(count: Int) throws -> [SavedField] {
    let list = try list()
    try require(list.count == count, "\(list.count) where \(count) are needed.")
    return list
  }

  func vector() throws -> [Double] {
    if case .numbers(let numbers) = tree { return numbers }
    return try list().map { try $0.number() }
  }

  func vector(count: Int) throws -> [Double] {
    let numbers = try vector()
    try require(numbers.count == count, "\(numbers.count) numbers where \(count) are needed.")
    return numbers
  }

  /// - Parameter rows: as many as there are, but at least one, when nil.
  func matrix(rows: Int?, columns: Int) throws -> Matrix {
    guard case .list(let list) = tree else {
      throw damage(
        try list().isEmpty ? "0 rows where \(rows ?? 1) are needed." : "a list of rows is needed.")
    }
    try require(rows == nil || list.count == rows, "\(list.count) rows where \(rows!) are needed.")
    var entries: [Double] = []
    entries.reserveCapacity(list.count * columns)
    for (i, row) in list.enumerated() {
      if case .numbers(let numbers) = row, numbers.count == columns {
        entries += numbers
      } else {
        // It throws, and says why.
        entries += try SavedField(row, "\(path)[\(i)]").vector(count: columns)
      }
    }
    return Matrix(rows: list.count, columns: columns, values: entries)
  }
}
