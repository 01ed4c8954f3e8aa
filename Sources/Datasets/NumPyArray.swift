/// An array as NumPy saved it.
///
/// ```swift
/// let arrays = try NumPyArray.read(bytes, file: "pass.npz")
/// arrays.map(\.name)  // ["W1", "labels", "loss"]
/// arrays[0].shape     // [784, 300]
/// arrays[0].type      // "float32"
/// arrays[1].values    // .integers([5, 0, 4, …])
/// arrays[2].values    // .text(["cross-entropy"])
/// ```
public struct NumPyArray: Equatable, Sendable {
  /// What it is called in Python: `W1` of the member `W1.npy`.
  public let name: String
  /// `[]` for a single value.
  public let shape: [Int]
  /// NumPy's name for what it holds: "float32", "int64", "bool", "str".
  public let type: String
  /// As many as the product of the shape, row by row, in whichever order they were saved.
  public let values: Values

  public enum Values: Equatable, Sendable {
    /// float16, float32 or float64. `epsilon` is the type's, `np.finfo(type).eps`: what rounding to it
    /// may change, relative to a value.
    case floats([Double], epsilon: Double)
    /// Whole numbers with and without a sign, of 8 to 64 bits.
    case integers([Int])
    case booleans([Bool])
    /// str, or bytes taken for UTF-8.
    case text([String])
  }

  /// The values as doubles, False and True as 0 and 1; nil for text.
  public var doubles: [Double]? {
    switch values {
    case .floats(let values, epsilon: _): values
    case .integers(let values): values.map(Double.init)
    case .booleans(let values): values.map { $0 ? 1 : 0 }
    case .text: nil
    }
  }
}

// MARK: - Reading

extension NumPyArray {
  /// What the arrays of a file may take in memory: in proportion to the file, for a few bytes can be
  /// compressed from gigabytes, and what any file may. The largest ratio without compression is 8,
  /// that of booleans.
  static func largest(fileSize: Int) -> Int {
    min(max(400_000_000, 8 * fileSize), Int(UInt32.max))
  }

  /// The arrays of a `.npz` in the order of the file, or the one of a `.npy`, named as the file is
  /// without its ending. The content decides which of the two it is.
  ///
  /// What a file announces about itself is compared with what is there before it is given memory.
  ///
  /// - Parameter file: its path, for the sentence of an error.
  /// - Throws: `DatasetError`
  public static func read(_ bytes: [UInt8], file: String) throws -> [NumPyArray] {
    try read(bytes, file: file, upTo: largest(fileSize: bytes.count))
  }

  static func read(_ bytes: [UInt8], file: String, upTo largest: Int) throws -> [NumPyArray] {
    if bytes.starts(with: NPY.magic) {
      let npy = try NPY(beginning: bytes[...], size: bytes.count, of: Origin(file: file))
      try npy.check(room: largest)
      return [try npy.array(name: stem(of: file), content: bytes[...])]
    }
    if bytes.starts(with: Zip.magic) || bytes.starts(with: Zip.emptyMagic) {
      return try arrays(in: Zip(bytes, file: file), upTo: largest)
    }
    let reason = bytes.isEmpty ? "it is empty" : "it starts as neither .npz nor .npy files do"
    throw DatasetError("\(file) holds no arrays of NumPy: \(reason). Write one with np.savez.")
  }

  private static func arrays(in zip: Zip, upTo largest: Int) throws -> [NumPyArray] {
    let members = zip.members.filter { $0.name.hasSuffix(".npy") }
    guard !members.isEmpty else {
      throw DatasetError(
        "\(zip.file) is a zip archive without arrays: none of its members ends in .npy. "
          + "Write one with np.savez.")
    }
    var (arrays, names, room) = ([NumPyArray](), Set<String>(), largest)
    for member in members {
      let origin = Origin(file: zip.file, member: member.name)
      guard names.insert(member.name).inserted else { throw origin.damage("is there twice") }
      let content = try zip.content(of: member) { beginning in
        try NPY(beginning: beginning, size: member.size, of: origin).check(room: room)
      }
      let npy = try NPY(beginning: content, size: content.count, of: origin)
      try npy.check(room: room)
      arrays.append(try npy.array(name: String(member.name.dropLast(4)), content: content))
      room -= npy.memory
    }
    return arrays
  }

  /// "W1" of "arrays/W1.npy".
  private static func stem(of file: String) -> String {
    let name = file.split(separator: "/").last ?? ""
    return String(name.hasSuffix(".npy") ? name.dropLast(4) : name)
  }
}

/// Where an array is read from, for the sentence of an error.
struct Origin {
  let file: String
  /// "W1.npy", nil in a file that is one array.
  var member: String?

  /// What a sentence about the array begins with.
  var array: String { member.map { "\($0.dropLast(4)) in \(file)" } ?? file }

  func damage(_ what: String) -> DatasetError {
    DatasetError("\(file) is damaged: \(member ?? "it") \(what). Write the file again.")
  }
}
