import Foundation
import Synchronization
import Testing

@testable import Datasets

/// Files over HTTP, from servers on this machine that keep their word or do not.
@Suite struct DownloadTests {
  static let names = Part.allCases.map { $0.fileName + ".gz" }

  @Test func fetchesTheFourFiles() throws {
    let server = LoopbackServer(files: Small.files)
    let cache = try TemporaryFolder()
    let folder = cache.path + "/.cache/backstep/mnist"
    var download = download(folder, server.url)

    let set = try dataset(&download)
    #expect(set.train.pixels == Small.trainPixels)
    #expect(set.test.labels == Small.testLabels)
    #expect(server.requested == Self.names)
    for name in Small.files.keys {
      #expect(try Data(contentsOf: file("\(folder)/\(name).gz")) == Data(gzip(Small.files[name]!)))
    }
    #expect(try files(folder) == Self.names.sorted())
    // The folders it makes are for this person alone, as the XDG specification says.
    for made in ["/.cache", "/.cache/backstep", "/.cache/backstep/mnist"] {
      #expect(mode(cache.path + made) == 0o700)
    }
    #expect(mode(folder + "/" + Self.names[0]) & 0o600 == 0o600)
  }

  @Test func keepsWhatIsThereAndRight() throws {
    let server = LoopbackServer(files: Small.files)
    let folder = try TemporaryFolder(Small.files)
    // One as it should be, two damaged, one missing.
    try folder.write([31, 139, 8], to: "train-labels-idx1-ubyte.gz")
    try FileManager.default.removeItem(atPath: folder.path + "/train-labels-idx1-ubyte")
    try folder.write([1, 2, 3], to: "t10k-images-idx3-ubyte")
    try FileManager.default.removeItem(atPath: folder.path + "/t10k-labels-idx1-ubyte")

    var first = download(folder.path, server.url)
    #expect(try dataset(&first).test.pixels == Small.testPixels)
    #expect(server.requested == Array(Self.names[1...]))
    #expect(
      try files(folder.path) == (["train-images-idx3-ubyte"] + Self.names[1...]).sorted())

    var second = download(folder.path, server.url)
    _ = try dataset(&second)
    #expect(server.requested.count == 3)
  }

  /// What a server may do, and what a person is told about it.
  static let refusals: [(LoopbackServer.Answer, String)] = [
    (.status("404 Not Found"), "the server answered 404 Not Found"),
    (.status("503 \u{1B}[2JSorry"), "the server answered 503 [2JSorry"),
    (.cut(gzip([1, 2, 3]), announced: 1234), "the connection was cut after 26 of 1,234 bytes"),
    (.hangUp, "the server closed the connection without an answer"),
    (.silence, "nothing came for 1 s"),
    (.endless, "it has more than 1,048,576 bytes, and no file of MNIST is that large"),
    (
      .cut([], announced: 1 << 40),
      "it has more than 1,048,576 bytes, and no file of MNIST is that large"
    ),
    (
      .file(Array("<!DOCTYPE html>Please log in".utf8)),
      "what came is a web page (it starts with <!DOCTYPE), not an IDX file of images"
    ),
    (
      .file(gzip(idx(0x801, [9], [1, 2, 3, 4, 5, 6, 7, 8, 9]))),
      "what came starts with 0x00000801 (IDX labels), and IDX images start with 0x00000803"
    ),
    (
      .file(gzip(Small.files["t10k-images-idx3-ubyte"]!)),
      "what came is not MNIST's: its SHA-256 uncompressed is "
        + "2ac0c8cdde737e50eab1c4bfd785fcbb0a7960143c4458d7b239e346a40d4f1d, and MNIST's is "
        + "bf72b391d461bf575e905e391ac7f2639b93687ea09bab39305fd039c5e92e6c"
    ),
    (
      .fileWithoutLength(Array(gzip(Small.files["train-images-idx3-ubyte"]!).dropLast(20))),
      "what came is a gzip file that is cut off after 43 bytes"
    ),
    (
      .file(gzip(idx(0x803, [2000, 28, 28], []))),
      "what came announces 2,000 images of 28×28, more than the 1,048,576 bytes that can be loaded: "
        + "the header is damaged"
    ),
    (.file([]), "what came ends after 0 bytes, and the header of IDX images alone has 16"),
    (.redirect("/again"), "the server passes it on without end"),
  ]

  @Test(arguments: refusals) func refuses(answer: LoopbackServer.Answer, reason: String) throws {
    let server = LoopbackServer { _ in answer }
    let folder = try TemporaryFolder()
    var alone = download(folder.path, server.url)
    alone.curl.patience = reason.hasPrefix("nothing came") ? 1 : 20
    #expect(
      sentence { _ = try alone.load(.trainImages) } == """
        Cannot fetch \(server.url)/train-images-idx3-ubyte.gz: \(reason). Try again later, name \
        another place with --mirror URL, or put MNIST's four files into \(folder.path).
        """)
    #expect(try files(folder.path) == [])
    #expect(server.isLeftAlone)
  }

  @Test func nobodyListens() throws {
    let folder = try TemporaryFolder()
    let dead = LoopbackServer.deadURL
    var download = download(folder.path, dead, "http://nowhere.invalid", "file:///nowhere")
    #expect(
      sentence { _ = try download.load(.testLabels) } == """
        Cannot fetch \(dead)/t10k-labels-idx1-ubyte.gz: cannot connect (Connection refused); nor \
        http://nowhere.invalid/t10k-labels-idx1-ubyte.gz: the name of the host cannot be resolved \
        (is there a network?); nor file:///nowhere/t10k-labels-idx1-ubyte.gz: there is no such file, \
        or it cannot be read. Try again later, name another place with --mirror URL, or put MNIST's \
        four files into \(folder.path).
        """)
    #expect(try files(folder.path) == [])
  }

  /// A server may not pass the request on to this machine's files.
  @Test func redirectsStayOnTheWeb() throws {
    let source = try TemporaryFolder([
      "train-images-idx3-ubyte.gz": gzip(Small.files["train-images-idx3-ubyte"]!)
    ])
    defer { withExtendedLifetime(source) {} }
    let server = LoopbackServer { [folder = source.path] path in
      .redirect("file://" + folder + path)
    }
    let folder = try TemporaryFolder()
    var redirected = download(folder.path, server.url)
    #expect(throws: DatasetError.self) { try redirected.load(.trainImages) }
    #expect(try files(folder.path) == [])
    // The same file when the person asks for it.
    var direct = download(folder.path, "file://" + source.path)
    #expect(try direct.load(.trainImages).path == folder.path + "/train-images-idx3-ubyte.gz")
  }

  @Test func followsRedirects() throws {
    let good = LoopbackServer(files: Small.files)
    defer { withExtendedLifetime(good) {} }
    let moved = LoopbackServer { [url = good.url] path in .redirect(url + path) }
    let folder = try TemporaryFolder()
    var download = download(folder.path, moved.url)
    #expect(try dataset(&download).train.labels == Small.trainLabels)
  }

  @Test func theNextMirror() throws {
    let (bad, good) = (
      LoopbackServer { _ in .status("500 Oops") }, LoopbackServer(files: Small.files)
    )
    let folder = try TemporaryFolder()
    var download = download(folder.path, bad.url, good.url)
    _ = try dataset(&download)
    // The one that has answered is asked first from then on.
    #expect(bad.requested == [Self.names[0]])
    #expect(good.requested == Self.names)
  }

  @Test func goesOnAfterACut() throws {
    let isCut = Mutex(true)
    let server = LoopbackServer { path in
      let name = String(path.dropFirst().dropLast(3))
      let bytes = gzip(Small.files[name]!)
      return name.hasPrefix("t10k-images") && isCut.withLock { $0 }
        ? .cut(Array(bytes.prefix(20)), announced: bytes.count) : .file(bytes)
    }
    let folder = try TemporaryFolder()
    var first = download(folder.path, server.url)
    #expect(sentence { _ = try dataset(&first) }?.contains("was cut after 20 of 51 bytes") == true)
    #expect(try files(folder.path) == Self.names[..<2].sorted())

    isCut.withLock { $0 = false }
    var second = download(folder.path, server.url)
    #expect(try dataset(&second).test.pixels == Small.testPixels)
    #expect(server.requested == Array(Self.names[...2]) + Self.names[2...])
    #expect(try files(folder.path) == Self.names.sorted())
  }

  @Test(arguments: [0, 1, 5]) func stopsWhenInterrupted(after reports: Int) throws {
    let server = LoopbackServer { _ in
      reports == 1 ? .silence : .slow([UInt8](repeating: 1, count: 1000))
    }
    let folder = try TemporaryFolder()
    var download = download(folder.path, server.url)
    let seen = Mutex(0)
    download.report = { _ in seen.withLock { $0 += 1 } }
    download.isInterrupted = { seen.withLock { $0 } >= reports }
    let start = ContinuousClock.now
    #expect(throws: DownloadInterrupted.self) { try download.load(.trainImages) }
    // Patience, and the slow file, would each take 20 seconds.
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(try files(folder.path) == [])
    #expect(server.isLeftAlone)
  }

  @Test func twoAtOnce() throws {
    let server = LoopbackServer { path in
      .slow(gzip(Small.files[String(path.dropFirst().dropLast(3))]!))
    }
    let folder = try TemporaryFolder()
    let results = Mutex<[Dataset]>([])
    let cache = folder.path + "/new/cache"
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      var download = download(cache, server.url)
      guard let set = try? dataset(&download) else { return }
      results.withLock { $0.append(set) }
    }
    #expect(results.withLock { $0.map(\.train.pixels) } == [Small.trainPixels, Small.trainPixels])
    #expect(try files(cache) == Self.names.sorted())
  }

  @Test func reportsHowFarItIs() throws {
    let server = LoopbackServer { path in
      let bytes = gzip(Small.files[String(path.dropFirst().dropLast(3))]!)
      return path.contains("t10k") ? .fileWithoutLength(bytes) : .file(bytes)
    }
    let folder = try TemporaryFolder()
    var download = download(folder.path, server.url)
    let reports = Mutex<[DownloadProgress]>([])
    download.report = { report in reports.withLock { $0.append(report) } }
    _ = try dataset(&download)

    let seen = reports.withLock { $0 }
    let ends = Self.names.compactMap { name in seen.last { $0.file == name } }
    // Small.files and 23 bytes of gzip around each.
    #expect(ends.map(\.done) == [63, 35, 51, 33])
    #expect(ends.map(\.total) == [63, 35, nil, nil])
    for name in Self.names {
      let done = seen.filter { $0.file == name }.map(\.done)
      #expect(done == done.sorted())
    }
  }

  /// What nobody holds goes; what another process is fetching stays, and so does what is no name of ours.
  @Test func leftoversOfAKilledProcessGo() throws {
    let server = LoopbackServer(files: Small.files)
    let folder = try TemporaryFolder()
    let name = "t10k-labels-idx1-ubyte.gz"
    let others = ["\(name).mine", "\(name).mine.part", "mine.part", "\(name).123456789.part"]
    for other in ["\(name).1f.part"] + others { try folder.write([1], to: other) }
    let living = try TemporaryFile(for: "\(folder.path)/\(name)")
    var download = download(folder.path, server.url)
    _ = try download.load(.testLabels)
    let part = try #require(living.path.split(separator: "/").last.map(String.init))
    #expect(try files(folder.path) == ([name, part] + others).sorted())
  }

  /// A person's own settings for curl would put the headers into the file.
  @Test func curlrcIsNotRead() throws {
    let server = LoopbackServer(files: Small.files)
    let folder = try TemporaryFolder([".curlrc": Array("include\n".utf8)])
    var download = download(folder.path, server.url)
    let home = ["HOME": folder.path, "CURL_HOME": folder.path, "XDG_CONFIG_HOME": folder.path]
    download.curl = Curl(environment: home)
    #expect(throws: Never.self) { try download.load(.testLabels) }
    #expect(try files(folder.path) == [".curlrc", "t10k-labels-idx1-ubyte.gz"])
    #expect(server.requested == ["t10k-labels-idx1-ubyte.gz"])
  }

  @Test func withoutCurl() throws {
    let folder = try TemporaryFolder()
    var download = download(folder.path, "http://127.0.0.1")
    download.curl.program = "curl-that-nobody-has"
    #expect(
      sentence { _ = try download.load(.testLabels) } == """
        Backstep fetches with curl, which is not installed. Install it, or put MNIST's four files \
        into \(folder.path).
        """)
    #expect(try files(folder.path) == [])
  }

  // MARK: - What this machine refuses

  @Test func aFileInPlaceOfTheFolder() throws {
    let server = LoopbackServer(files: Small.files)
    let folder = try TemporaryFolder(["file": [1]])
    var below = download(folder.path + "/file/mnist", server.url)
    #expect(
      sentence { _ = try below.load(.testLabels) } == """
        Cannot write \(folder.path)/file/mnist: Not a directory. Set XDG_CACHE_HOME to another \
        folder that can be written to.
        """)
    var inPlace = download(folder.path + "/file", server.url)
    #expect(
      sentence { _ = try inPlace.load(.testLabels) }?.contains("gz: Not a directory. Set") == true)
    #expect(server.requested == [])
  }

  @Test func aFolderInPlaceOfTheFile() throws {
    let server = LoopbackServer(files: Small.files)
    let folder = try TemporaryFolder(["t10k-labels-idx1-ubyte.gz/mine": [1]])
    var download = download(folder.path, server.url)
    #expect(
      sentence { _ = try download.load(.testLabels) } == """
        Cannot write \(folder.path)/t10k-labels-idx1-ubyte.gz: Is a directory. Set XDG_CACHE_HOME \
        to another folder that can be written to.
        """)
    #expect(try files(folder.path) == ["t10k-labels-idx1-ubyte.gz"])
  }

  @Test(.enabled(if: getuid() != 0, "root may write anywhere"))
  func aFolderThatCannotBeWritten() throws {
    let folder = try TemporaryFolder()
    chmod(folder.path, 0o500)
    defer { chmod(folder.path, 0o700) }
    var download = download(folder.path + "/mnist", LoopbackServer.deadURL)
    #expect(
      sentence { _ = try download.load(.testLabels) } == """
        Cannot write \(folder.path)/mnist: Permission denied. Set XDG_CACHE_HOME to another folder \
        that can be written to.
        """)
  }

  @Test(.enabled(if: access("/dev/full", W_OK) == 0, "there is no /dev/full"))
  func noRoom() throws {
    let folder = try TemporaryFolder(["new.part": []])
    let path = folder.path + "/new"
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    do {
      let file = TemporaryFile(full, path + ".part", for: path)
      #expect(
        sentence { try [1, 2, 3].withUnsafeBytes(file.write) } == """
          Cannot write \(path): No space left on device. Make room there, or set XDG_CACHE_HOME to \
          another folder that can be written to.
          """)
    }
    #expect(try files(folder.path) == [])
  }

  // MARK: - The command's part

  @Test func mirrorsAsTheyAreTyped() throws {
    #expect(try Download.checked(mirror: "HTTP://a.org/x//") == "HTTP://a.org/x")
    #expect(try Download.checked(mirror: "file:///") == "file://")
    for wrong in ["", "a.org", "/data", "ftp://a.org", "-o", "~/mnist"] {
      #expect(
        sentence { _ = try Download.checked(mirror: wrong) } == """
          "\(wrong)" is no URL to fetch from: it must begin with http://, https:// or file:///.
          """)
    }
    #expect(Download.withoutPassword("https://ada:se@cret@a.org/x@y/z") == "https://a.org/x@y/z")
    #expect(Download.withoutPassword("https://a.org/x@y") == "https://a.org/x@y")
    #expect(Download.withoutPassword("file:///x") == "file:///x")
  }

  @Test func publicMirrorsAreSecure() throws {
    #expect(FullMNIST.mirrors.count == 2)
    for mirror in FullMNIST.mirrors {
      #expect(try Download.checked(mirror: mirror) == mirror && mirror.hasPrefix("https://"))
    }
  }

  @Test func aFolderThatIsWholeIsLoaded() throws {
    let server = LoopbackServer(files: Small.files)
    let files = Small.files.map { ("mnist/\($0)", $1) }
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: files))
    // It is not MNIST, and it is not the program's folder: it is left as it is.
    let environment = ["BACKSTEP_DATA": folder.path, "HOME": folder.path]
    let sentence = sentence {
      _ = try Dataset.downloaded(environment: environment, mirror: server.url)
    }
    #expect(sentence?.contains("/mnist/train-images-idx3-ubyte is not MNIST's") == true)
    #expect(server.requested == [])
    #expect(try self.files(folder.path) == ["mnist"])
  }

  @Test func noPlaceToKeepThem() throws {
    #expect(
      sentence { _ = try Dataset.downloaded(environment: ["XDG_CACHE_HOME": "relative"]) }
        == "There is no folder to keep MNIST in: XDG_CACHE_HOME and HOME are not set. Set one of them."
    )
  }

  /// The real files over the loopback, into a cache that a folder with some of them does not replace.
  @Test(.enabled(if: dataFolder != nil, "BACKSTEP_DATA is not set"))
  func theWholeOfMNIST() throws {
    let data = try #require(dataFolder)
    let server = LoopbackServer { path in
      let bytes = try? Data(contentsOf: URL(fileURLWithPath: data + "/mnist" + path))
      return bytes.map { .file([UInt8]($0)) } ?? .status("404 Not Found")
    }
    let folder = try TemporaryFolder(["mnist/t10k-labels-idx1-ubyte": [1]])
    let environment = ["BACKSTEP_DATA": folder.path, "XDG_CACHE_HOME": folder.path + "/cache"]
    let set = try Dataset.downloaded(environment: environment, mirror: server.url + "/")
    #expect((set.source, set.train.count, set.test.count) == (.full, 60_000, 10_000))
    #expect(server.requested == Self.names)
    #expect(try Dataset.full(environment: environment) == set)
    #expect(try Dataset.downloaded(environment: environment, mirror: LoopbackServer.deadURL) == set)
  }
}

private let dataFolder = ProcessInfo.processInfo.environment["BACKSTEP_DATA"]

extension DownloadTests {
  /// SHA-256 of the plain files of `Small`, by sha256sum.
  private static let sums: [Part: String] = [
    .trainImages: "bf72b391d461bf575e905e391ac7f2639b93687ea09bab39305fd039c5e92e6c",
    .trainLabels: "31cecfd4ce63d52e8d14c77563d0692af9a4052218690252d679c4d25ab39560",
    .testImages: "2ac0c8cdde737e50eab1c4bfd785fcbb0a7960143c4458d7b239e346a40d4f1d",
    .testLabels: "616d9949e90b5740001ec1986657e2c204e9d1052ef05393afcebd222bdc253a",
  ]

  /// A download that knows the small files.
  private func download(_ folder: String, _ mirrors: String...) -> Download {
    Download(
      folder: folder, mirrors: mirrors, checksum: { Self.sums[$0]! },
      curl: Curl(environment: [:], patience: 20, largest: 1 << 20))
  }

  private func dataset(_ download: inout Download) throws -> Dataset {
    try Dataset(source: .full) { part in try download.load(part) }
  }

  private func sentence(_ body: () throws -> Void) -> String? {
    #expect(throws: DatasetError.self, performing: body)?.description
  }

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func file(_ path: String) -> URL { URL(fileURLWithPath: path) }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}
