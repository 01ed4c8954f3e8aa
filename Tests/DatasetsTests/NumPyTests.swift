import Foundation
import Testing

@testable import Datasets

/// What NumPy wrote, by `Reference/arrays.py`, and what it says is in it.
struct NumPyReference: Decodable {
  let types, shapes: [String: Expected]
  /// Small files in base64.
  let archives, refused: [String: Data]

  struct Expected: Decodable {
    let type: String
    let shape: [Int]
    let values: [Value]
  }

  enum Value: Decodable, Equatable {
    case boolean(Bool)
    case integer(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let boolean = try? value.decode(Bool.self) {
        self = .boolean(boolean)
      } else if let integer = try? value.decode(Int.self) {
        self = .integer(integer)
      } else {
        self = .text(try value.decode(String.self))
      }
    }
  }

  static let shared = Result {
    try JSONDecoder().decode(NumPyReference.self, from: Data(bytes("arrays.json")))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent("Reference/\(name)")))
  }
}

extension NumPyArray {
  /// The values as the reference has them: of a double its bits.
  fileprivate var printed: [NumPyReference.Value] {
    switch values {
    case .floats(let values, epsilon: _):
      values.map { value in
        let digits = String(value.bitPattern, radix: 16)
        return .text(String(repeating: "0", count: 16 - digits.count) + digits)
      }
    case .integers(let values): values.map { .integer($0) }
    case .booleans(let values): values.map { .boolean($0) }
    case .text(let values): values.map { .text($0) }
    }
  }

  fileprivate func expect(_ expected: NumPyReference.Expected?) throws {
    let expected = try #require(expected, "\(name)")
    #expect(type == expected.type, "\(name)")
    #expect(shape == expected.shape, "\(name)")
    #expect(printed == expected.values, "\(name)")
  }
}

@Suite struct NumPyTests {
  /// 14 types, ten of them with two orders of bytes, each with two orders of axes.
  @Test(arguments: ["stored.npz", "compressed.npz"]) func everyTypeInEveryOrder(file: String) throws
  {
    let arrays = try NumPyArray.read(NumPyReference.bytes(file), file: file)
    #expect(arrays.count == 48)
    #expect(Set(arrays.map(\.name)).count == 48)
    let types = try NumPyReference.shared.get().types
    #expect(types.count == 14)
    for array in arrays { try array.expect(types[String(array.name.prefix { $0 != " " })]) }
  }

  @Test func everyTypeInVersions2And3() throws {
    let bytes = try NumPyReference.bytes("versions.npz")
    let arrays = try NumPyArray.read(bytes, file: "versions.npz")
    #expect(arrays.count == 28)
    let types = try NumPyReference.shared.get().types
    for array in arrays { try array.expect(types[String(array.name.prefix { $0 != " " })]) }
  }

  @Test func shapes() throws {
    let arrays = try NumPyArray.read(NumPyReference.bytes("shapes.npz"), file: "shapes.npz")
    let shapes = try NumPyReference.shared.get().shapes
    #expect(Set(arrays.map(\.name)) == Set(shapes.keys))
    for array in arrays { try array.expect(shapes[array.name]) }
    #expect(arrays[0].values == .text(["cross-entropy"]))
    #expect(arrays[1].values == .floats([0.001], epsilon: .ulpOfOne))
  }

  @Test func oneArray() throws {
    let bytes = try NumPyReference.bytes("W1.npy")
    let types = try NumPyReference.shared.get().types
    for (path, name) in [("runs/W1.npy", "W1"), ("W1.npy", "W1"), ("W1.7", "W1.7")] {
      let arrays = try NumPyArray.read(bytes, file: path)
      #expect(arrays.map(\.name) == [name])
      try arrays[0].expect(types["f8"])
    }
  }

  /// As other programs write archives, with a member that is no array among the others.
  @Test(arguments: ["stored", "deflate", "comment", "descriptors", "zip64"])
  func archives(name: String) throws {
    let archive = try #require(try NumPyReference.shared.get().archives[name])
    let arrays = try NumPyArray.read([UInt8](archive), file: "a.npz")
    #expect(arrays == Self.small)
  }

  static let small = [
    NumPyArray(
      name: "b1", shape: [2], type: "float64", values: .floats([0.5, -1], epsilon: .ulpOfOne)),
    NumPyArray(name: "labels", shape: [3], type: "int64", values: .integers([5, 0, 4])),
  ]

  /// What `export` writes.
  @Test func ownFiles() throws {
    var file = NPZ()
    file.add(
      "W1", shape: [2, 3], .doubles([0.1, -2, .infinity, .leastNonzeroMagnitude, -0.0, .pi]))
    file.add("labels", shape: [2], .integers([.max, .min]))
    file.add("l2", shape: [], .doubles([0.001]))
    file.add("none", shape: [0, 4], .doubles([]))
    file.add("loss", shape: [], .text("cross-entropy δ"))
    file.add("nothing", shape: [], .text(""))
    let arrays = try NumPyArray.read(file.bytes(), file: "own.npz")
    #expect(arrays.map(\.name) == ["W1", "labels", "l2", "none", "loss", "nothing"])
    #expect(arrays.map(\.shape) == [[2, 3], [2], [], [0, 4], [], []])
    #expect(
      arrays.map(\.values) == [
        .floats([0.1, -2, .infinity, .leastNonzeroMagnitude, -0.0, .pi], epsilon: .ulpOfOne),
        .integers([.max, .min]), .floats([0.001], epsilon: .ulpOfOne),
        .floats([], epsilon: .ulpOfOne), .text(["cross-entropy δ"]), .text([""]),
      ])
  }

  /// All that a double needs of a type: `np.finfo(type).eps`.
  @Test func precision() throws {
    let arrays = try NumPyArray.read(NumPyReference.bytes("stored.npz"), file: "stored.npz")
    let epsilons = [
      "float16": 0.000977, "float32": 1.1920929e-07, "float64": 2.220446049250313e-16,
    ]
    for array in arrays {
      guard case .floats(let values, let epsilon) = array.values else { continue }
      #expect(abs(epsilon / epsilons[array.type]! - 1) < 1e-3)
      // 0.1 was rounded to the type by NumPy.
      #expect(abs(values[0] / 0.1 - 1) <= epsilon)
    }
  }

  @Test func doublesOfOtherTypes() throws {
    let arrays = try NumPyArray.read(NumPyReference.bytes("stored.npz"), file: "stored.npz")
    let byName = Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.doubles) })
    #expect(byName["b1 one F"] == [1, 0, 0, 1, 1, 0])
    #expect(byName["i1 one C"] == [-128, 127, 0, 1, -127, 99])
    #expect(byName["U13 little C"] == .some(nil))
  }

  /// Headers as other programs and older versions write them.
  @Test(arguments: [
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }",
    "{'shape':(2,1),'fortran_order':False,'descr':'<f8'}",
    "{ \"fortran_order\" : True , \"shape\" : ( 2L , 1L ) , u'descr' : u'<f8' }  \n",
    "{'descr': '=f8', 'shape': (2, 1,), 'fortran_order': False, 'more': [None, -1, 'it\\'s']}",
    "{'descr': 'f8', 'shape': (2, 1), 'fortran_order': False}",
  ]) func headers(text: String) throws {
    let array = try NumPyArray.read(npy(text, doubles: [1, -2]), file: "a.npy")[0]
    #expect(array.shape == [2, 1])
    #expect(array.values == .floats([1, -2], epsilon: .ulpOfOne))
  }
}

/// A `.npy` file of version 1.
func npy(_ header: String, doubles: [Double]) -> [UInt8] {
  let values = doubles.flatMap { value in
    (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
  }
  return npy(header, values)
}

func npy(_ header: String, _ values: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let text = Array(header.utf8)
  let length = [UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + (version == 1 ? [] : [0, 0])
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + values
}
