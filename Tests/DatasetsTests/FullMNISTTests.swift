import Foundation
import Testing

@testable import Datasets

private let dataFolder = ProcessInfo.processInfo.environment["BACKSTEP_DATA"]

@Suite struct FullMNISTTests {
  @Test(.enabled(if: dataFolder != nil, "BACKSTEP_DATA is not set"))
  func fullIsVerifiedAndBeginsWithTheSample() throws {
    let full = try Dataset.full(environment: ["BACKSTEP_DATA": try #require(dataFolder)])
    #expect(full.source == .full)
    #expect((full.train.count, full.test.count) == (60_000, 10_000))
    #expect((full.inputs, full.classes) == (784, 10))

    let files = [IDX(images: full.train), IDX(labels: full.train)]
    let testFiles = [IDX(images: full.test), IDX(labels: full.test)]
    #expect((files + testFiles).map { $0.sha256() } == Part.allCases.map(\.mnistChecksum))

    let sample = try Dataset.sample()
    #expect(full.train.pixels.prefix(5000 * 784) == sample.train.pixels[...])
    #expect(full.train.labels.prefix(5000) == sample.train.labels[...])
    #expect(full.test.pixels.prefix(1000 * 784) == sample.test.pixels[...])
    #expect(full.test.labels.prefix(1000) == sample.test.labels[...])
  }

  @Test(.enabled(if: dataFolder != nil, "BACKSTEP_DATA is not set"))
  func folderHoldsTheSameDigits() throws {
    let full = try Dataset.folder(try #require(dataFolder) + "/mnist")
    // hashlib's SHA-256 of the four files, one after another.
    #expect(full.sha256() == "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a")
  }

  @Test func placesInOrder() {
    #expect(
      FullMNIST.places(["BACKSTEP_DATA": "/d", "XDG_CACHE_HOME": "/c", "HOME": "/h"])
        == ["/d/mnist", "/c/backstep/mnist"])
    #expect(FullMNIST.places(["HOME": "/h"]) == ["/h/.cache/backstep/mnist"])
    #expect(
      FullMNIST.places(["BACKSTEP_DATA": "", "XDG_CACHE_HOME": "relative", "HOME": "/h"])
        == ["/h/.cache/backstep/mnist"])
    #expect(FullMNIST.places([:]) == [])
  }

  @Test func nowhere() {
    #expect(
      sentence(["BACKSTEP_DATA": "/no/data", "HOME": "/no/home"]) == """
        There is no full MNIST: it is not in /no/data/mnist nor in /no/home/.cache/backstep/mnist. \
        Type load mnist full --download to fetch it, set BACKSTEP_DATA to the folder whose subfolder \
        mnist has the four files, or type load mnist for the built-in sample.
        """)
    #expect(
      sentence([:]) == """
        There is no full MNIST: BACKSTEP_DATA, XDG_CACHE_HOME and HOME are not set. \
        Type load mnist full --download to fetch it, set BACKSTEP_DATA to the folder whose subfolder \
        mnist has the four files, or type load mnist for the built-in sample.
        """)
  }

  /// Good IDX files that are not MNIST's are refused wherever they are, and the first place counts.
  @Test(arguments: ["mnist", "backstep/mnist"]) func checksumsMustAgree(place: String) throws {
    let files = Small.files.map { name, bytes in ("\(place)/\(name).gz", gzip(bytes)) }
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: files))
    // printf of the training images | sha256sum
    #expect(
      sentence(["BACKSTEP_DATA": folder.path, "XDG_CACHE_HOME": folder.path]) == """
        \(folder.path)/\(place)/train-images-idx3-ubyte.gz is not MNIST's: its SHA-256 uncompressed \
        is bf72b391d461bf575e905e391ac7f2639b93687ea09bab39305fd039c5e92e6c, and MNIST's is \
        ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db. To load it all the same, \
        type load mnist \(folder.path)/\(place).
        """)
  }

  @Test func onePartAloneIsMissed() throws {
    let folder = try TemporaryFolder(["mnist/t10k-labels-idx1-ubyte": [1]])
    let sentence = sentence(["BACKSTEP_DATA": folder.path])
    #expect(sentence?.hasPrefix("Cannot open \(folder.path)/mnist/train-images-idx3-ubyte") == true)
    #expect(
      sentence?.hasSuffix(" load mnist full --download fetches what is missing.") == true)
  }

  private func sentence(_ environment: [String: String]) -> String? {
    let error = #expect(throws: DatasetError.self) { try Dataset.full(environment: environment) }
    return error?.description
  }
}
