import Testing

@testable import Datasets

@Suite struct SampleTests {
  /// The figures are NumPy's, of the files that script/make-sample writes: `images.sum()` and so on.
  @Test func sampleIsTheFirstDigits() throws {
    let sample = try Dataset.sample()
    #expect((sample.name, sample.source) == ("mnist", .sample))
    #expect((sample.train.count, sample.test.count) == (5000, 1000))
    #expect((sample.train.rows, sample.train.columns) == (28, 28))
    #expect((sample.inputs, sample.classes) == (784, 10))
    #expect(sample.train.labels.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    #expect(sample.test.labels.prefix(10) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    #expect(sum(sample.train.pixels[...]) == 130_170_281)
    #expect(sum(sample.test.pixels[...]) == 24_443_134)
    #expect(sum(sample.train.image(0)) == 27_525)
    #expect(sum(sample.test.image(0)) == 18_454)
    #expect(sum(sample.train.labels[...]) == 22_335)
    #expect(sum(sample.test.labels[...]) == 4_327)
  }

  /// hashlib's SHA-256 of the four files, one after another.
  @Test func checksumOfTheFourFiles() throws {
    let sample = try Dataset.sample()
    #expect(
      sample.sha256() == "59df615677487ce5ebfd340954623d3d203fddbaec4f12cd538249554d8c93d1")
  }

  @Test func imagesAreSlicesOfThePixels() {
    let set = SampleSet(rows: 1, columns: 2, pixels: [0, 255, 9, 8], labels: [3, 1])
    #expect(set.count == 2)
    #expect(set.image(0) == [0, 255])
    #expect(set.image(1) == [9, 8])
    let data = Dataset(name: "tiny", source: .sample, train: set, test: set)
    #expect((data.inputs, data.classes) == (2, 4))
  }

  private func sum(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBufferPointer { $0.reduce(0) { $0 + Int($1) } }
  }
}
