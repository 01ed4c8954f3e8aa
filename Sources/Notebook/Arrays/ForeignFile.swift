import Backprop
import Datasets

/// The arrays of a file that somebody else wrote, by name: `.npz` and `.npy` as NumPy saves them, or
/// `.json`, an object with the same names.
struct ForeignFile {
  /// As it was typed.
  let file: String
  private(set) var arrays: [String: NamedArray] = [:]
  private(set) var texts: [String: String] = [:]

  /// - Throws: when it cannot be read or holds something else; the sentence names the file.
  init(_ file: String, host: any Host) throws {
    self.file = file
    let bytes = try host.read(file, .arrays)
    if file.hasSuffix(".json") {
      try read(json: bytes)
      return
    }
    for array in try NumPyArray.read(bytes, file: file) {
      if let values = array.doubles {
        let isInteger = if case .integers = array.values { true } else { false }
        add(
          NamedArray(array.name, shape: array.shape, values: values, isInteger: isInteger))
      } else if case .text(let texts) = array.values, let text = texts.first {
        self.texts[array.name] = text
      }
    }
  }

  private mutating func add(_ array: NamedArray) { arrays[array.name] = array }

  private mutating func read(json bytes: [UInt8]) throws {
    do {
      for (name, tree) in try SavedField(try JSONTree(text: bytes)).object() {
        if case .string(let text) = tree, !["NaN", "Infinity", "-Infinity"].contains(text) {
          texts[name] = text
        } else {
          add(try SavedField(tree, name).array(name))
        }
      }
    } catch let error as JSONDamage {
      throw CommandError("\(file) is damaged: \(error).")
    } catch let error as BadFile {
      throw CommandError("\(file) holds something else than arrays: \(error)")
    }
  }
}

extension SavedField {
  /// A number, a list of numbers, or a list of rows.
  fileprivate func array(_ name: String) throws -> NamedArray {
    switch tree {
    case .number(let number): return NamedArray(name, shape: [], values: [number])
    case .numbers(let numbers): return NamedArray(name, shape: [numbers.count], values: numbers)
    case .list(let rows):
      guard case .numbers(let first)? = rows.first else { throw damage("an array is needed.") }
      let matrix = try matrix(rows: nil, columns: first.count)
      return NamedArray(name, shape: [matrix.rows, matrix.columns], values: matrix.values)
    default: throw damage("an array is needed.")
    }
  }
}
