import TestSupport

typealias Dice = TestSupport.Dice
typealias Scratch = TestSupport.Scratch

extension Scratch {
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
