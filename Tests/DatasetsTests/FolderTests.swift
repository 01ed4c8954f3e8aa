import Foundation
import Testing

@testable import Datasets

@Suite struct FolderTests {
  /// How a file may lie in the folder.
  enum Form: CaseIterable {
    case plain, gzipped, gzippedUnderThePlainName, plainUnderTheGzippedName

    func file(_ name: String, _ bytes: [UInt8]) -> (String, [UInt8]) {
      switch self {
      case .plain: (name, bytes)
      case .gzipped: (name + ".gz", gzip(bytes))
      case .gzippedUnderThePlainName: (name, gzip(bytes))
      case .plainUnderTheGzippedName: (name + ".gz", bytes)
      }
    }
  }

  @Test(arguments: Form.allCases) func loadsImagesOfAnySize(form: Form) throws {
    let files = Small.files.map { name, bytes in form.file(name, bytes) }
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: files))
    let set = try Dataset.folder(folder.path)

    #expect(set.name == "mnist")
    #expect(set.source == .folder(folder.path))
    #expect((set.train.rows, set.train.columns, set.train.count) == (3, 2, 4))
    #expect((set.inputs, set.classes, set.test.count) == (6, 4, 2))
    #expect(set.train.pixels == Small.trainPixels)
    #expect(set.train.labels == Small.trainLabels)
    #expect(set.test.pixels == Small.testPixels)
    #expect(set.test.labels == Small.testLabels)
    #expect(set.train.image(2) == [0, 1, 2, 3, 4, 5])
    // printf of the four plain files | sha256sum
    #expect(set.sha256() == "cce7b62e26d97bdfd241b9034403a83eef51bf96a312f64a751da97a29523de2")
  }

  @Test func sourceIsAnAbsolutePath() throws {
    let folder = try TemporaryFolder(Small.files)
    #expect(try Dataset.folder(folder.path + "/../\(name(folder))/").source == .folder(folder.path))
  }

  @Test func linksAreFollowed() throws {
    let (folder, links) = (try TemporaryFolder(Small.files), try TemporaryFolder())
    for name in Small.files.keys {
      try #require(symlink("\(folder.path)/\(name)", "\(links.path)/\(name)") == 0)
    }
    #expect(try Dataset.folder(links.path).train.pixels == Small.trainPixels)
  }

  @Test func plainFileGoesBeforeGzipped() throws {
    let folder = try TemporaryFolder(Small.files)
    try folder.write([1, 2, 3], to: "train-labels-idx1-ubyte.gz")
    #expect(try Dataset.folder(folder.path).train.labels == Small.trainLabels)
  }

  @Test func gzipMembersFollowOneAnother() throws {
    let file = Small.files["train-images-idx3-ubyte"]!
    let members = gzip(Array(file[..<20])) + gzip([]) + gzip(Array(file[20...]))
    #expect(try IDX(.images, from: Gzip(Bytes(members))).bytes == Small.trainPixels)
  }

  @Test func realCompression() throws {
    let images = try IDX(.images, from: Gzip(Bytes(Small.compressedTrainImages)))
    #expect(images.bytes == Small.trainPixels)
    #expect(images.sizes == [4, 3, 2])
  }

  /// Sizes around the piece in which files are read (262,144 bytes).
  @Test(arguments: [262_127, 262_128, 262_129, 524_272, 600_000])
  func filesLongerThanOnePiece(count: Int) throws {
    let pixels = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = idx(0x803, [UInt32(count), 1, 1], pixels)
    #expect(try IDX(.images, from: Bytes(file)).bytes == pixels)
    #expect(try IDX(.images, from: Gzip(Bytes(gzip(file)))).bytes == pixels)
  }

  private func name(_ folder: TemporaryFolder) -> String {
    URL(fileURLWithPath: folder.path).lastPathComponent
  }
}
