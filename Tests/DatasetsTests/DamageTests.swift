import Testing

@testable import Datasets

/// Files cut off at every length and changed at every byte: read as before, or a sentence.
@Suite struct DamageTests {
  static let images = Small.files["train-images-idx3-ubyte"]!

  @Test func plainFileCutOff() {
    for length in 0..<Self.images.count {
      #expect(throws: DatasetError.self, "first \(length) bytes") {
        try IDX(.images, from: Bytes(Array(Self.images[..<length])))
      }
    }
  }

  @Test(arguments: [gzip(images), Small.compressedTrainImages])
  func gzipFileCutOff(file: [UInt8]) {
    for length in 0..<file.count {
      #expect(throws: DatasetError.self, "first \(length) bytes") {
        try IDX(.images, from: Gzip(Bytes(Array(file[..<length]))))
      }
    }
  }

  /// A change in the header never goes unnoticed; one in the pixels is another picture.
  @Test func plainFileChanged() throws {
    for index in Self.images.indices {
      for changed in everyChange(of: Self.images, at: index) {
        if index < 16 {
          #expect(throws: DatasetError.self, "byte \(index) is \(changed[index])") {
            try IDX(.images, from: Bytes(changed))
          }
        } else {
          #expect(try IDX(.images, from: Bytes(changed)).bytes == Array(changed[16...]))
        }
      }
    }
  }

  /// The checksum in a gzip file finds every change of what it holds.
  @Test(arguments: [gzip(images), Small.compressedTrainImages])
  func gzipFileChanged(file: [UInt8]) throws {
    var noticed = 0
    for index in file.indices {
      for changed in everyChange(of: file, at: index) {
        do {
          let read = try IDX(.images, from: Gzip(Bytes(changed)))
          #expect(read.bytes == Small.trainPixels, "byte \(index) is \(changed[index])")
          // Ten bytes of gzip header, and the bits that pad the head of a stored block, are free.
          #expect(index <= 10, "byte \(index) is \(changed[index])")
        } catch is DatasetError {
          noticed += 1
        }
      }
    }
    #expect(noticed > 0)
  }

  /// All four files as one data set, with each byte of each changed in turn.
  @Test(arguments: Part.allCases) func dataSetChanged(part: Part) throws {
    let good = Small.files[part.fileName]!
    for index in good.indices {
      for changed in everyChange(of: good, at: index) {
        let read = { (other: Part) in
          let bytes = other == part ? changed : Small.files[other.fileName]!
          return LoadedPart(path: other.fileName, idx: try IDX(other.kind, from: Bytes(bytes)))
        }
        do {
          let set = try Dataset(source: .sample, read: read)
          #expect(set.outputs > Int(set.test.labels.max()!))
          #expect((set.train.count, set.test.count, set.inputs) == (4, 2, 6))
        } catch is DatasetError {}
      }
    }
  }

  /// A bit, all bits, and the extremes: enough of the 255 changes to meet each branch.
  private func everyChange(of file: [UInt8], at index: Int) -> [[UInt8]] {
    let byte = file[index]
    let values = Set([0, 1, 127, 128, 255, ~byte] + (0..<8).map { byte ^ 1 << $0 })
    return values.subtracting([byte]).sorted().map { file.replacing(at: index, with: $0) }
  }
}
