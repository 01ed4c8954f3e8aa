import Foundation

/// A folder for the files of one test, gone after it.
final class Scratch {
  /// Without symbolic links, as errors name it.
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("backstep-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.resolvingSymlinksInPath().path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, in a subfolder where its name has one, and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Four IDX files with ten training and four test images of 2 by 3 pixels, in three classes.
  func writeTinyData(_ folder: String) throws {
    func images(_ count: Int) -> [UInt8] {
      [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 2, 0, 0, 0, 3]
        + (0..<6 * count).map { UInt8($0 * 37 % 256) }
    }
    func labels(_ count: Int) -> [UInt8] {
      [0, 0, 8, 1, 0, 0, 0, UInt8(count)] + (0..<count).map { UInt8($0 % 3) }
    }
    try write("\(folder)/train-images-idx3-ubyte", images(10))
    try write("\(folder)/train-labels-idx1-ubyte", labels(10))
    try write("\(folder)/t10k-images-idx3-ubyte", images(4))
    try write("\(folder)/t10k-labels-idx1-ubyte", labels(4))
  }
}
