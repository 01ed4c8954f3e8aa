import Foundation
import Testing

@testable import Datasets

/// A file that is not taken for arrays, and the sentence about it.
struct BadArrays: CustomTestStringConvertible {
  let what: String
  let bytes: @Sendable () throws -> [UInt8]
  let sentence: String

  init(
    _ what: String, _ bytes: @autoclosure @escaping @Sendable () throws -> [UInt8],
    _ sentence: String
  ) {
    (self.what, self.bytes, self.sentence) = (what, bytes, sentence)
  }

  var testDescription: String { what }

  /// A type that `Reference/arrays.py` has written.
  static func refused(_ name: String, _ sentence: String) -> BadArrays {
    BadArrays(
      name, [UInt8](try #require(try NumPyReference.shared.get().refused[name])), sentence)
  }

  static func archive(_ name: String, _ sentence: String) -> BadArrays {
    BadArrays(
      name, [UInt8](try #require(try NumPyReference.shared.get().archives[name])), sentence)
  }

  /// A header around a shape.
  static func shape(_ shape: String, _ sentence: String) -> BadArrays {
    BadArrays(
      shape, npy("{'descr': '<f8', 'fortran_order': False, 'shape': \(shape)}", doubles: [1, 2]),
      sentence)
  }

  static let types = [
    refused(
      "object",
      """
      a.npz holds pickled Python objects, which are not read: save numbers, or text as dtype=str, \
      with np.savez.
      """),
    refused("complex", onlyReal("<c16")),
    refused("long double", onlyReal("<f16")),
    refused("void", onlyReal("|V2")),
    refused("datetime", onlyReal("<M8[ns]")),
    refused("timedelta", onlyReal("<m8[s]")),
    refused(
      "structured",
      """
      a.npz has the dtype [('x', '<f4'), ('label', '<i8', (2,))], whose values have several fields: \
      save each field as an array of its own.
      """),
    refused(
      "large",
      """
      a.npz has the number 18446744073709551615, and whole numbers end at 9223372036854775807 here: \
      save it as astype(np.float64).
      """),
    BadArrays(
      "a type that is a command to the terminal",
      npy(
        "{'descr': '\u{1B}[2J\(String(repeating: "z", count: 90))', "
          + "'fortran_order': False, 'shape': ()}", []),
      onlyReal("?[2J" + String(repeating: "z", count: 72) + "...", quote: "'", "")),
  ]

  private static func onlyReal(_ type: String, quote: String = "'", _ end: String = "'") -> String {
    """
    a.npz has the dtype \(quote)\(type)\(end), and only real numbers and text are read: convert it, \
    as with astype(np.float64).
    """
  }

  static let headers = [
    shape("(3,)", damaged("it announces (3,) of float64, 24 bytes, and 16 follow")),
    shape("(1,)", damaged("it announces (1,) of float64, 8 bytes, and 16 follow")),
    shape("()", damaged("it announces () of float64, 8 bytes, and 16 follow")),
    shape("(0, 7)", damaged("it announces (0, 7) of float64, 0 bytes, and 16 follow")),
    shape(
      "(-1, -2)", damaged("it announces (-1, -2) of float64, which is no shape, and 16 follow")),
    shape(
      "(4294967296, 4294967296)",
      damaged(
        "it announces (4294967296, 4294967296) of float64, more bytes than any file has, and 16 "
          + "follow")),
    shape(
      "(2305843009213693951,)",
      damaged(
        "it announces (2305843009213693951,) of float64, more bytes than any file has, and 16 "
          + "follow")),
    shape(
      "(999999999999,)",
      damaged("it announces (999999999999,) of float64, 7,999,999,999,992 bytes, and 16 follow")),
    shape(
      "(99999999999999999999,)",
      damaged(
        "it announces (99999999999999999999,) of float64, which is no shape, and 16 follow")),
    shape("(True,)", damaged("it announces (True,) of float64, which is no shape, and 16 follow")),
    shape("2", damaged("it has a header without descr, fortran_order or shape")),
    shape("(2", damaged("it has a header that is no Python dictionary")),
    shape(
      String(repeating: "(", count: 1000), damaged("it has a header that is no Python dictionary")),
    BadArrays(
      "no shape", npy("{'descr': '<f8', 'fortran_order': False}", []),
      damaged("it has a header without descr, fortran_order or shape")),
    BadArrays(
      "code", npy("__import__('os')", []), damaged("it has a header that is no Python dictionary")),
    BadArrays(
      "not UTF-8",
      npy("{'descr': '<f8', 'shape': ()}", [], version: 3).replacing(at: 14, with: 0xFF),
      damaged("it has a header that is not UTF-8")),
    BadArrays(
      "long header", npy("", [], version: 2).replacing(at: 11, with: 0x7F),
      damaged("it announces a header of 2,130,706,432 bytes, too long for an array")),
    BadArrays(
      "version", npy("{}", [], version: 4),
      """
      a.npz is written in version 4.0 of .npy, and 1.0, 2.0 and 3.0 are read: save it with np.savez.
      """),
    BadArrays(
      "no character",
      npy("{'descr': '<U1', 'fortran_order': False, 'shape': ()}", [0, 0xD8, 0, 0]),
      damaged("it has a character with the number 55296, and Unicode has none")),
  ]

  private static func damaged(_ what: String) -> String {
    "a.npz is damaged: \(what). Write the file again."
  }

  static let archives = [
    BadArrays(
      "nothing", [], "a.npz holds no arrays of NumPy: it is empty. Write one with np.savez."),
    BadArrays(
      "text", Array("0.5 -1\n".utf8),
      """
      a.npz holds no arrays of NumPy: it starts as neither .npz nor .npy files do. Write one with \
      np.savez.
      """),
    archive("empty", noArrays),
    archive("no arrays", noArrays),
    archive(
      "bzip2",
      """
      b1.npy in a.npz is compressed by method 12 of zip, and only deflate is read: write the file \
      with np.savez or np.savez_compressed.
      """),
    BadArrays(
      "encrypted", try Patched().with(8, 2, at: \.entry, 1),
      "b1.npy in a.npz is encrypted: write it without a password."),
    BadArrays(
      "twice", try own(["b1", "b1"]), damaged("b1.npy is there twice")),
    BadArrays(
      "name", try own(["b\u{1B}[2J"]), damaged("a member has a name that cannot be printed")),
    BadArrays(
      "overlap", try Patched(["b1", "b1"]).with(46 + 6 + 42, 4, at: \.entry, 0),
      damaged("b1.npy and b1.npy overlap")),
    BadArrays(
      "beyond the end", try Patched().with(42, 4, at: \.entry, 1 << 31),
      damaged("b1.npy is not where its directory says")),
    BadArrays(
      "directory beyond the end", try Patched().with(16, 4, at: \.end, 1 << 31),
      damaged("its directory is not where it should be")),
    BadArrays(
      "another checksum", try Patched().with(16, 4, at: \.entry, 1),
      damaged("the checksum of b1.npy is wrong")),
    BadArrays(
      "larger than it is", try Patched().with(24, 4, at: \.entry, 1 << 31),
      damaged("b1.npy has 144 bytes, and its directory announces 2,147,483,648")),
    BadArrays(
      "too large for deflate", try Patched(zip: "deflate").with(24, 4, at: \.entry, 1 << 31),
      damaged(
        "b1.npy has 77 bytes there, which cannot become the 2,147,483,648 that its directory "
          + "announces")),
    BadArrays(
      "larger than what is compressed", try Patched(zip: "deflate").with(24, 4, at: \.entry, 145),
      damaged("b1.npy has 144 bytes, and its directory announces 145")),
    BadArrays(
      "smaller than what is compressed", try Patched(zip: "deflate").with(24, 4, at: \.entry, 142),
      damaged("b1.npy does not end where its compressed bytes do")),
    BadArrays(
      "more members", try Patched().with(8, 4, at: \.end, 0x0007_0007),
      damaged("it announces more bytes than it has")),
    BadArrays(
      "fewer members", try Patched(["b1", "b2"]).with(8, 4, at: \.end, 0x0001_0001),
      damaged("its directory goes on after 1 members")),
    BadArrays(
      "cut off", try Array(own(["b1"]).dropLast()),
      damaged("its directory, which comes last, is missing or cut off")),
    BadArrays(
      "more after the end", try own(["b1"]) + [0],
      damaged("its directory, which comes last, is missing or cut off")),
    BadArrays(
      "bomb", try NumPyReference.bytes("bomb.npz"),
      damaged("W1.npy announces (3,) of float64, 24 bytes, and 2,000,024 follow")),
  ]

  private static let noArrays =
    "a.npz is a zip archive without arrays: none of its members ends in .npy. "
    + "Write one with np.savez."

  static let all = types + headers + archives
}

/// Arrays of two doubles.
private func own(_ names: [String]) throws -> [UInt8] {
  var file = NPZ()
  for name in names { file.add(name, shape: [2], .doubles([0.5, -1])) }
  return try file.bytes()
}

/// An archive with other numbers in its directory.
private struct Patched {
  let bytes: [UInt8]
  /// Where the first entry of the directory starts, and the last record.
  let entry, end: Int

  init(_ names: [String] = ["b1"]) throws {
    bytes = try own(names)
    end = bytes.count - 22
    entry = end - names.reduce(0) { $0 + 46 + $1.utf8.count + 4 }
  }

  /// Of `Reference/arrays.py`, with a directory of three members.
  init(zip: String) throws {
    bytes = [UInt8](try #require(try NumPyReference.shared.get().archives[zip]))
    end = bytes.count - 22
    entry = end - [6, 10, 10].reduce(0) { $0 + 46 + $1 }
  }

  func with(_ offset: Int, _ size: Int, at place: KeyPath<Patched, Int>, _ number: Int) -> [UInt8] {
    (0..<size).reduce(bytes) { bytes, index in
      let byte = UInt8(truncatingIfNeeded: number >> (8 * index))
      return bytes.replacing(at: self[keyPath: place] + offset + index, with: byte)
    }
  }
}

@Suite struct NumPyDamageTests {
  @Test(arguments: BadArrays.all) func hasItsOwnSentence(bad: BadArrays) throws {
    let bytes = try bad.bytes()
    let error = #expect(throws: DatasetError.self) {
      try NumPyArray.read(bytes, file: "a.npz")
    }
    #expect(error?.description == bad.sentence)
  }

  @Test(arguments: ["stored", "deflate", "comment", "descriptors", "zip64"])
  func archiveCutOff(name: String) throws {
    let file = [UInt8](try #require(try NumPyReference.shared.get().archives[name]))
    for length in file.indices {
      #expect(throws: DatasetError.self, "first \(length) bytes") {
        try NumPyArray.read(Array(file[..<length]), file: "a.npz")
      }
    }
  }

  /// A change is found, or lies where nothing is read: dates, versions, the member that is no array.
  @Test(arguments: ["stored", "deflate", "descriptors", "zip64"])
  func archiveChanged(name: String) throws {
    let file = [UInt8](try #require(try NumPyReference.shared.get().archives[name]))
    var noticed = 0
    for index in file.indices {
      for changed in everyChange(of: file, at: index) {
        do {
          let arrays = try NumPyArray.read(changed, file: "a.npz")
          #expect(arrays == NumPyTests.small, "byte \(index) is \(changed[index])")
        } catch is DatasetError {
          noticed += 1
        }
      }
    }
    #expect(noticed > file.count)
  }

  @Test func arrayCutOff() throws {
    let file = try NumPyReference.bytes("W1.npy")
    for length in file.indices {
      #expect(throws: DatasetError.self, "first \(length) bytes") {
        try NumPyArray.read(Array(file[..<length]), file: "W1.npy")
      }
    }
  }

  /// There is no checksum: a change in the values is another array, and one in the header may be.
  @Test func arrayChanged() throws {
    let file = try NumPyReference.bytes("W1.npy")
    for index in file.indices {
      for changed in everyChange(of: file, at: index) {
        do {
          let array = try NumPyArray.read(changed, file: "W1.npy")[0]
          #expect(array.shape.reduce(1, *) == 6, "byte \(index) is \(changed[index])")
          #expect(array.doubles?.count ?? 6 == 6)
        } catch is DatasetError {
          #expect(index < 128)
        }
      }
    }
  }

  /// Arrays are read until they are more than the memory that they may take.
  @Test func memoryOfAllArraysIsLimited() throws {
    let file = try own(["b1", "b2", "b3"])
    #expect(try NumPyArray.read(file, file: "a.npz", upTo: 48).count == 3)
    let error = #expect(throws: DatasetError.self) {
      try NumPyArray.read(file, file: "a.npz", upTo: 47)
    }
    #expect(
      error?.description == """
        b3 in a.npz is (2,) of float64, 16 bytes in memory, and there is room for 15: save fewer or \
        smaller arrays.
        """)
  }

  /// A bit, all bits, and the extremes: enough of the 255 changes to meet each branch.
  private func everyChange(of file: [UInt8], at index: Int) -> [[UInt8]] {
    let byte = file[index]
    let values = Set([0, 1, 127, 128, 255, ~byte] + (0..<8).map { byte ^ 1 << $0 })
    return values.subtracting([byte]).sorted().map { file.replacing(at: index, with: $0) }
  }
}
