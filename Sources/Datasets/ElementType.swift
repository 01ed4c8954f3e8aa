/// What an array holds: NumPy's dtype, as far as it is numbers or text.
///
/// ```swift
/// try ElementType(.string(">f4"), of: origin).name  // "float32"
/// ```
struct ElementType {
  enum Kind: Character {
    case float = "f"
    case signed = "i"
    case unsigned = "u"
    case bool = "b"
    /// UTF-32.
    case text = "U"
    case bytes = "S"
  }

  let kind: Kind
  /// Bytes of one value.
  let size: Int
  let isBigEndian: Bool

  var isText: Bool { kind == .text || kind == .bytes }

  /// NumPy's: "float64", "uint8", "bool", "str".
  var name: String {
    switch kind {
    case .float: "float\(8 * size)"
    case .signed: "int\(8 * size)"
    case .unsigned: "uint\(8 * size)"
    case .bool: "bool"
    case .text: "str"
    case .bytes: "bytes"
    }
  }

  /// - Parameter descr: an order, a kind and a size as in "<f8"; or the list of the fields.
  init(_ descr: PythonLiteral, of origin: Origin) throws {
    guard case .string(let descr) = descr else {
      throw DatasetError(
        "\(origin.array) has the dtype \(descr.printed), whose values have several fields: save "
          + "each field as an array of its own.")
    }
    let order = descr.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    let code = order == nil ? descr[...] : descr.dropFirst()
    if code.first == "O" {
      throw DatasetError(
        "\(origin.array) holds pickled Python objects, which are not read: save numbers, or text "
          + "as dtype=str, with np.savez.")
    }
    guard let kind = code.first.flatMap(Kind.init), let size = Int(code.dropFirst()),
      let bytes = kind.bytes(size)
    else {
      throw DatasetError(
        "\(origin.array) has the dtype \(PythonLiteral.string(descr).printed), and only real "
          + "numbers and text are read: convert it, as with astype(np.float64).")
    }
    (self.kind, self.size, isBigEndian) = (kind, bytes, order == ">")
  }
}

extension ElementType.Kind {
  /// How many bytes a value takes when its dtype says so many; nil when there is no such dtype.
  fileprivate func bytes(_ size: Int) -> Int? {
    switch self {
    case .float: [2, 4, 8].contains(size) ? size : nil
    case .signed, .unsigned: [1, 2, 4, 8].contains(size) ? size : nil
    case .bool: size == 1 ? 1 : nil
    case .text: 0 < size && size <= 1 << 24 ? 4 * size : nil
    case .bytes: 0 < size && size <= 1 << 24 ? size : nil
    }
  }
}
