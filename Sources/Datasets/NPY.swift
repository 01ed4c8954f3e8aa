/// One `.npy` file (NumPy Enhancement Proposal 1): magic word, version, the length of the header, the
/// header, and the values one after another.
///
/// ```
/// 93 "NUMPY" 01 00  76 00  {'descr': '<f8', 'fortran_order': False, 'shape': (784, 300), }
/// 93 "NUMPY" 02 00  76 00 00 00  …    3.0 alike, and the header is UTF-8 there
/// ```
struct NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// No header of an array of numbers or text comes near it.
  static let longestHeader = 1 << 16

  let shape: [Int]
  private let type: ElementType
  /// Whether the first axis, not the last, is the one whose values are neighbours.
  private let isFortran: Bool
  /// The product of the shape.
  private let count: Int
  private let headerSize: Int
  private let origin: Origin

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - beginning: the whole file, or `longestHeader` of its bytes.
  ///   - size: how many bytes the whole file has.
  init(beginning: ArraySlice<UInt8>, size: Int, of origin: Origin) throws {
    self.origin = origin
    let (text, headerSize) = try Self.header(beginning, of: origin)
    self.headerSize = headerSize
    guard case .dictionary(let header)? = PythonLiteral(text) else {
      throw origin.damage("has a header that is no Python dictionary")
    }
    guard let type = header["descr"], case .tuple(let sizes)? = header["shape"],
      case .bool(let isFortran)? = header["fortran_order"]
    else { throw origin.damage("has a header without descr, fortran_order or shape") }
    self.type = try ElementType(type, of: origin)
    self.isFortran = isFortran

    let announced = "announces \(PythonLiteral.tuple(sizes).printed) of \(self.type.name)"
    let follow = "and \(max(size - headerSize, 0).grouped) follow"
    shape = sizes.compactMap(\.integer)
    guard shape.count == sizes.count, shape.allSatisfy({ $0 >= 0 }), shape.count <= 64 else {
      throw origin.damage("\(announced), which is no shape, \(follow)")
    }
    guard let count = shape.product, let bytes = [count, self.type.size].product else {
      throw origin.damage("\(announced), more bytes than any file has, \(follow)")
    }
    self.count = count
    guard bytes == size - headerSize else {
      throw origin.damage("\(announced), \(bytes.grouped) bytes, \(follow)")
    }
  }

  /// The header, and where it ends.
  private static func header(
    _ bytes: ArraySlice<UInt8>, of origin: Origin
  ) throws -> (text: String, end: Int) {
    let cutOff = origin.damage("ends after \(bytes.count.grouped) bytes, within its header")
    guard bytes.starts(with: magic) else {
      throw origin.damage("does not start as a .npy file does")
    }
    var rest = bytes.dropFirst(magic.count)
    guard let major = rest.popFirst(), let minor = rest.popFirst() else { throw cutOff }
    guard (1...3).contains(major), minor == 0 else {
      throw DatasetError(
        "\(origin.array) is written in version \(major).\(minor) of .npy, and 1.0, 2.0 and 3.0 are "
          + "read: save it with np.savez.")
    }
    let lengthSize = major == 1 ? 2 : 4
    guard rest.count >= lengthSize else { throw cutOff }
    let length = rest.prefix(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(lengthSize)
    let end = magic.count + 2 + lengthSize + length
    guard end <= longestHeader else {
      throw origin.damage("announces a header of \(length.grouped) bytes, too long for an array")
    }
    guard length <= rest.count else { throw cutOff }
    let header = rest.prefix(length)
    if major == 3 {
      guard let text = String(validating: header, as: UTF8.self) else {
        throw origin.damage("has a header that is not UTF-8")
      }
      return (text, end)
    }
    // Latin-1: a byte is a character.
    return (String(String.UnicodeScalarView(header.map { Unicode.Scalar($0) })), end)
  }

  /// About how many bytes the values take here; a string has 16 of its own.
  var memory: Int {
    let each = type.isText ? 16 + type.size : 8
    return [count, each].product ?? .max
  }

  func check(room: Int) throws {
    guard memory <= room else {
      throw DatasetError(
        "\(origin.array) is \(PythonLiteral.printed(shape)) of \(type.name), \(memory.grouped) bytes "
          + "in memory, and there is room for \(room.grouped): save fewer or smaller arrays.")
    }
  }
}

// MARK: - Values

extension NPY {
  /// - Parameter content: the whole file.
  func array(name: String, content: ArraySlice<UInt8>) throws -> NumPyArray {
    let values = try values(content.dropFirst(headerSize))
    return NumPyArray(name: name, shape: shape, type: type.name, values: values)
  }

  private func values(_ bytes: ArraySlice<UInt8>) throws -> NumPyArray.Values {
    switch (type.kind, type.size) {
    case (.float, 2):
      .floats(load(bytes, UInt16.self) { Double(half: $0) }, epsilon: 0x1p-10)
    case (.float, 4):
      .floats(load(bytes, UInt32.self) { Double(Float(bitPattern: $0)) }, epsilon: 0x1p-23)
    case (.float, _): .floats(load(bytes, UInt64.self, Double.init(bitPattern:)), epsilon: 0x1p-52)
    case (.signed, 1): .integers(load(bytes, Int8.self) { Int($0) })
    case (.signed, 2): .integers(load(bytes, Int16.self) { Int($0) })
    case (.signed, 4): .integers(load(bytes, Int32.self) { Int($0) })
    case (.signed, _): .integers(load(bytes, Int64.self) { Int($0) })
    case (.unsigned, 1): .integers(load(bytes, UInt8.self) { Int($0) })
    case (.unsigned, 2): .integers(load(bytes, UInt16.self) { Int($0) })
    case (.unsigned, 4): .integers(load(bytes, UInt32.self) { Int($0) })
    case (.unsigned, _): .integers(try load(bytes, UInt64.self, integer))
    case (.bool, _): .booleans(load(bytes, UInt8.self) { $0 != 0 })
    case (.bytes, _): .text(strings(bytes) { String(decoding: $0.unpadded, as: UTF8.self) })
    case (.text, _): .text(try strings(bytes, text))
    }
  }

  private func load<Number: FixedWidthInteger, Value>(
    _ bytes: ArraySlice<UInt8>, _ type: Number.Type, _ value: (Number) throws -> Value
  ) rethrows -> [Value] {
    inRowOrder(try numbers(bytes, type, value))
  }

  private func integer(_ number: UInt64) throws -> Int {
    guard let integer = Int(exactly: number) else {
      throw DatasetError(
        "\(origin.array) has the number \(number), and whole numbers end at \(Int.max) here: "
          + "save it as astype(np.float64).")
    }
    return integer
  }

  private func strings(
    _ bytes: ArraySlice<UInt8>, _ string: (ArraySlice<UInt8>) throws -> String
  ) rethrows -> [String] {
    let starts = stride(from: bytes.startIndex, to: bytes.endIndex, by: type.size)
    return inRowOrder(try starts.map { try string(bytes[$0..<$0 + type.size]) })
  }

  private func text(_ utf32: ArraySlice<UInt8>) throws -> String {
    var text = String.UnicodeScalarView()
    for number in numbers(utf32, UInt32.self, { $0 }).unpadded {
      guard let scalar = Unicode.Scalar(number) else {
        throw origin.damage("has a character with the number \(number), and Unicode has none")
      }
      text.append(scalar)
    }
    return String(text)
  }

  /// The numbers that lie one after another, at any address.
  private func numbers<Number: FixedWidthInteger, Value>(
    _ bytes: ArraySlice<UInt8>, _: Number.Type, _ value: (Number) throws -> Value
  ) rethrows -> [Value] {
    let size = MemoryLayout<Number>.size
    return try bytes.withUnsafeBytes { bytes in
      try (0..<bytes.count / size).map { index in
        let number = bytes.loadUnaligned(fromByteOffset: index * size, as: Number.self)
        return try value(
          type.isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number))
      }
    }
  }

  /// Values in the order of the file, put row by row.
  private func inRowOrder<Value>(_ values: [Value]) -> [Value] {
    guard isFortran, shape.count > 1, let length = shape.last, count > 0 else { return values }
    // Of each axis, what one step along it skips in the file.
    let steps = shape.dropLast().reduce(into: [1]) { $0.append($0.last! * $1) }
    var (index, start) = ([Int](repeating: 0, count: shape.count - 1), 0)
    var ordered: [Value] = []
    ordered.reserveCapacity(count)
    while ordered.count < count {
      for column in 0..<length { ordered.append(values[start + column * steps.last!]) }
      for axis in index.indices.reversed() {
        index[axis] += 1
        start += steps[axis]
        if index[axis] < shape[axis] { break }
        start -= index[axis] * steps[axis]
        index[axis] = 0
      }
    }
    return ordered
  }
}

extension Double {
  /// IEEE 754's binary16: a sign, 5 bits of exponent, 10 of significand.
  fileprivate init(half bits: UInt16) {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    let magnitude: Double =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
      }
    self = bits >> 15 == 0 ? magnitude : -magnitude
  }
}

extension BidirectionalCollection where Element: FixedWidthInteger {
  /// Without the zeros at the end, which make strings equally long.
  fileprivate var unpadded: SubSequence {
    self[..<(lastIndex { $0 != 0 }.map(index(after:)) ?? startIndex)]
  }
}

extension [Int] {
  /// Nil when it does not fit; of nothing it is 1.
  fileprivate var product: Int? {
    if contains(0) { return 0 }
    return reduce(1) { product, factor in
      product.flatMap {
        let (product, overflow) = $0.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
      }
    }
  }
}
