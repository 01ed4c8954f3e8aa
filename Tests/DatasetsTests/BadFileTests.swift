import Foundation
import Testing

@testable import Datasets

/// A folder with one bad file, and the sentence about it.
struct BadFile: CustomTestStringConvertible {
  let what: String
  /// What replaces the good file: nil for no file.
  let file: String
  let bytes: [UInt8]?
  /// FOLDER stands for the folder's path.
  let sentence: String

  init(_ what: String, _ file: String, _ bytes: [UInt8]?, _ sentence: String) {
    (self.what, self.file, self.bytes, self.sentence) = (what, file, bytes, sentence)
  }

  var testDescription: String { what }

  static let trainImages = "train-images-idx3-ubyte"
  static let trainLabels = "train-labels-idx1-ubyte"
  static let testImages = "t10k-images-idx3-ubyte"
  static let testLabels = "t10k-labels-idx1-ubyte"
  static let goodGzip = gzip(Small.files[trainImages]!)

  static let all: [BadFile] = [
    BadFile(
      "missing", testLabels, nil,
      """
      Cannot open FOLDER/t10k-labels-idx1-ubyte, plain or with .gz: No such file or directory. \
      A data set is the four files train-images-idx3-ubyte, train-labels-idx1-ubyte, \
      t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte.
      """),
    BadFile(
      "empty file", trainLabels, [],
      """
      FOLDER/train-labels-idx1-ubyte ends after 0 bytes, and the header of IDX labels alone has 8. \
      Get the file again.
      """),
    BadFile(
      "shorter than its header", trainImages, Array(Small.files[trainImages]![..<15]),
      """
      FOLDER/train-images-idx3-ubyte ends after 15 bytes, and the header of IDX images alone has \
      16. Get the file again.
      """),
    BadFile(
      "too short", trainImages, Small.files[trainImages]!.dropLast(),
      """
      FOLDER/train-images-idx3-ubyte ends after 39 bytes, and its header announces 40 (4 images of \
      3×2). Get the file again.
      """),
    BadFile(
      "announces far more than it has", trainImages,
      idx(0x803, [60_000, 28, 28], Small.trainPixels),
      """
      FOLDER/train-images-idx3-ubyte ends after 40 bytes, and its header announces 47,040,016 \
      (60,000 images of 28×28). Get the file again.
      """),
    BadFile(
      "trailing bytes", trainLabels, Small.files[trainLabels]! + [0],
      """
      FOLDER/train-labels-idx1-ubyte goes on after the 12 bytes that its header announces \
      (4 labels): the header or the end is wrong. Get the file again.
      """),
    BadFile(
      "labels for images", trainImages, Small.files[trainLabels]! + Small.trainLabels,
      """
      FOLDER/train-images-idx3-ubyte starts with 0x00000801 (IDX labels), and IDX images start with \
      0x00000803: put the right file there.
      """),
    BadFile(
      "another format", trainLabels, Array("PK\u{3}\u{4} and so on".utf8),
      """
      FOLDER/train-labels-idx1-ubyte starts with 0x504B0304, and IDX labels start with 0x00000801: \
      put the right file there.
      """),
    BadFile(
      "web page", testImages, Array("\n<!doctype HTML><title>404</title>".utf8),
      """
      FOLDER/t10k-images-idx3-ubyte is a web page (it starts with <!DOCTYPE), not an IDX file of \
      images. Get the file again.
      """),
    BadFile(
      "short gzipped web page", testLabels, gzip(Array("\u{FEFF}<html>".utf8)),
      """
      FOLDER/t10k-labels-idx1-ubyte is a web page (it starts with <html), not an IDX file of \
      labels. Get the file again.
      """),
    BadFile(
      "no images", trainImages, idx(0x803, [0, 3, 2], []),
      "FOLDER/train-images-idx3-ubyte has no images: at least one is needed."),
    BadFile(
      "no labels", trainLabels, idx(0x801, [0], []),
      "FOLDER/train-labels-idx1-ubyte has no labels: at least one is needed."),
    BadFile(
      "images without pixels", trainImages, idx(0x803, [4, 3, 0], []),
      "FOLDER/train-images-idx3-ubyte has images of 3×0 pixels: at least one is needed."),
    BadFile(
      "sizes whose product overflows", trainImages,
      idx(0x803, [.max, .max, .max], Small.trainPixels),
      """
      FOLDER/train-images-idx3-ubyte announces 4,294,967,295 images of 4294967295×4294967295, more \
      than the 2,147,483,648 bytes that can be loaded: the header is damaged. Get the file again.
      """),
    BadFile(
      "absurd image size", trainImages, idx(0x803, [4, 65_536, 65_536], Small.trainPixels),
      """
      FOLDER/train-images-idx3-ubyte announces 4 images of 65536×65536, more than the \
      2,147,483,648 bytes that can be loaded: the header is damaged. Get the file again.
      """),
    BadFile(
      "absurd number of labels", trainLabels, idx(0x801, [.max], Small.trainLabels),
      """
      FOLDER/train-labels-idx1-ubyte announces 4,294,967,295 labels, more than the 2,147,483,648 \
      bytes that can be loaded: the header is damaged. Get the file again.
      """),
    BadFile(
      "corrupt gzip", trainImages, goodGzip.replacing(at: 20, with: 99),
      """
      FOLDER/train-images-idx3-ubyte is a damaged gzip file (incorrect data check). Get the file \
      again.
      """),
    BadFile(
      "truncated gzip", trainImages, goodGzip.dropLast(),
      """
      FOLDER/train-images-idx3-ubyte is a gzip file that is cut off after 62 bytes. Get the file \
      again.
      """),
    BadFile(
      "gzip with trailing garbage", trainImages, goodGzip + [0, 0],
      """
      FOLDER/train-images-idx3-ubyte goes on after the end of its gzip data, at byte 63. Get the \
      file again.
      """),
    BadFile(
      "gzip with bytes after the last image", trainImages,
      gzip(Small.files[trainImages]! + [UInt8](repeating: 0, count: 1_000_000)),
      """
      FOLDER/train-images-idx3-ubyte goes on after the 40 bytes that its header announces (4 images \
      of 3×2): the header or the end is wrong. Get the file again.
      """),
    BadFile(
      "fewer labels than images", trainLabels, idx(0x801, [3], [0, 3, 1]),
      """
      FOLDER/train-images-idx3-ubyte has 4 images, and FOLDER/train-labels-idx1-ubyte has 3 labels: \
      each image needs its label.
      """),
    BadFile(
      "test images of another size", testImages, idx(0x803, [2, 2, 3], Small.testPixels),
      """
      FOLDER/train-images-idx3-ubyte has images of 3×2, and FOLDER/t10k-images-idx3-ubyte of 2×3: \
      both must have the same size.
      """),
    BadFile(
      "test label beyond the classes", testLabels, idx(0x801, [2], [3, 4]),
      """
      FOLDER/t10k-labels-idx1-ubyte has the label 4 (of test image 1), and the training labels end \
      at 3: the training images must show every class.
      """),
  ]
}

@Suite struct BadFileTests {
  @Test(arguments: BadFile.all) func hasItsOwnSentence(bad: BadFile) throws {
    let folder = try TemporaryFolder(Small.files.merging([bad.file: bad.bytes ?? []]) { $1 })
    let path = folder.path
    if bad.bytes == nil { try FileManager.default.removeItem(atPath: "\(path)/\(bad.file)") }
    #expect(sentence(folder: path) == bad.sentence.replacing("FOLDER", with: path))
  }

  @Test func missingFolder() throws {
    #expect(
      sentence(folder: "no/such/folder") == """
        Cannot open the folder no/such/folder: No such file or directory. Without a folder, \
        load mnist takes the built-in sample.
        """)
  }

  @Test func fileInPlaceOfTheFolder() throws {
    let folder = try TemporaryFolder(Small.files)
    let path = folder.path + "/train-images-idx3-ubyte"
    #expect(
      sentence(folder: path) == """
        \(path) is a file: give the folder that holds it and the three others of the data set.
        """)
  }

  @Test func folderInPlaceOfAFile() throws {
    let folder = try TemporaryFolder(["train-images-idx3-ubyte/inside": [1]])
    #expect(
      sentence(folder: folder.path) == """
        \(folder.path)/train-images-idx3-ubyte is a folder, and an IDX file is expected there.
        """)
  }

  @Test func pipeInPlaceOfAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/train-images-idx3-ubyte"
    try #require(mkfifo(path, 0o600) == 0)
    #expect(
      sentence(folder: folder.path)
        == "\(path) is a pipe or a device, and an IDX file is expected there.")
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may read every file"))
  func unreadableFile() throws {
    let folder = try TemporaryFolder(Small.files)
    let path = folder.path + "/train-images-idx3-ubyte"
    try #require(chmod(path, 0) == 0)
    #expect(sentence(folder: folder.path) == "Cannot open \(path): Permission denied.")
  }

  @Test func fileThatCannotBeOpened() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/train-images-idx3-ubyte"
    try #require(symlink(path, path) == 0)
    #expect(
      sentence(folder: folder.path) == "Cannot open \(path): Too many levels of symbolic links.")
  }

  /// A gzip bomb: the reading ends with the first piece that has a byte too many.
  @Test func endlessBytesEndTheReading() throws {
    let bomb = Endless(Small.files["train-images-idx3-ubyte"]!)
    #expect(throws: DatasetError.self) { try IDX(.images, from: bomb) }
    #expect(bomb.delivered <= 1 << 18)
  }

  @Test func numbersHaveCommasBetweenThousands() {
    #expect([0, 999, 1000, 47_040_016].map(\.grouped) == ["0", "999", "1,000", "47,040,016"])
  }

  private func sentence(folder: String) -> String? {
    let error = #expect(throws: DatasetError.self) { try Dataset.folder(folder) }
    return error?.description
  }
}

extension [UInt8] {
  func replacing(at index: Int, with byte: UInt8) -> [UInt8] {
    var copy = self
    copy[index] = byte
    return copy
  }
}
