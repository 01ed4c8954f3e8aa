import Datasets
import Foundation
import Testing

@testable import Notebook

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file is replaced whole, and what it was otherwise it stays.
@Suite struct AtomicFileTests {
  let scratch: Scratch
  let file: String
  let bytes = Array("new\n".utf8)

  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/session.json"
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()) ?? []
  }

  func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode : 0
  }

  /// The sentence of a failure that leaves everything as it was.
  func failure(_ path: String, with bytes: [UInt8] = [1]) -> String {
    let before = names
    do {
      try replaceFile(path, with: bytes)
      return "no failure"
    } catch {
      #expect(names == before)
      return "\(error)"
    }
  }

  // MARK: Files

  @Test func aNewFileIsWritten() throws {
    try replaceFile(file, with: bytes)
    #expect(try scratch.text("session.json") == "new\n")
    #expect(names == ["session.json"])
  }

  @Test func anOldFileIsReplaced() throws {
    try scratch.write("session.json", String(repeating: "old", count: 100_000))
    try replaceFile(file, with: bytes)
    #expect(try scratch.text("session.json") == "new\n")
    try replaceFile(file, with: [])
    #expect(try scratch.bytes("session.json") == [])
    #expect(names == ["session.json"])
  }

  @Test func aLargeFileIsWrittenWhole() throws {
    let large = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try replaceFile(file, with: large)
    #expect(try scratch.bytes("session.json") == large)
  }

  /// Whoever has the old one open goes on reading it whole.
  @Test func theOldFileStaysWhole() throws {
    try scratch.write("session.json", "old")
    let reader = try #require(FileHandle(forReadingAtPath: file))
    try replaceFile(file, with: bytes)
    #expect(try reader.readToEnd() == Data("old".utf8))
  }

  @Test func namesWithManyBytesFit() throws {
    for name in [
      String(repeating: "8", count: 240), String(repeating: "😀", count: 60), " ", "é.json",
    ] {
      try replaceFile("\(scratch.path)/\(name)", with: bytes)
      #expect(try scratch.text(name) == "new\n")
    }
    #expect(names.count == 4)
  }

  // MARK: Permissions

  @Test(arguments: [mode_t(0o600), 0o644, 0o640, 0o666, 0o755])
  func permissionsAreKept(mode: mode_t) throws {
    try scratch.write("session.json", "old")
    chmod(file, mode)
    try replaceFile(file, with: bytes)
    #expect(self.mode(file) == S_IFREG | mode)
  }

  @Test func aNewFileHasThePermissionsOfAnyNewFile() throws {
    let other = "\(scratch.path)/other"
    close(open(other, O_WRONLY | O_CREAT, 0o666))
    try replaceFile(file, with: bytes)
    #expect(mode(file) == mode(other))
  }

  /// As sudo has it: the file stays its owner's.
  @Test(.enabled(if: geteuid() == 0, "only root may give files away"), arguments: [0o640, 0o4755])
  func ownerAndGroupAreKept(mode: Int) throws {
    try scratch.write("session.json", "old")
    chown(file, 12, 34)
    chmod(file, mode_t(mode))
    try replaceFile(file, with: bytes)
    var status = stat()
    #expect(stat(file, &status) == 0)
    #expect(status.st_uid == 12 && status.st_gid == 34)
    #expect(status.st_mode & 0o7777 == mode_t(mode))
    #expect(try scratch.text("session.json") == "new\n")
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everything"))
  func whatMayNotBeWrittenIsNot() throws {
    try scratch.write("session.json", "old")
    chmod(file, 0o400)
    #expect(failure(file) == "Cannot write \(file): Permission denied.")
    chmod(file, 0o600)
    chmod(scratch.path, 0o500)
    #expect(failure(file) == "Cannot write \(file): Permission denied.")
    chmod(scratch.path, 0o700)
    #expect(try scratch.text("session.json") == "old")
  }

  // MARK: Links

  @Test(arguments: [true, false]) func aLinkStaysOne(isThere: Bool) throws {
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/folder", withIntermediateDirectories: true)
    if isThere { try scratch.write("folder/target.json", "old") }
    symlink("target.json", "\(scratch.path)/folder/inner.json")
    symlink("folder/inner.json", file)
    symlink(file, "\(scratch.path)/outer.json")
    try replaceFile("\(scratch.path)/outer.json", with: bytes)
    #expect(try scratch.text("folder/target.json") == "new\n")
    for link in ["folder/inner.json", "session.json", "outer.json"] {
      #expect(mode("\(scratch.path)/\(link)") & S_IFMT == S_IFLNK, "\(link)")
    }
    #expect(mode("\(scratch.path)/folder/target.json") & S_IFMT == S_IFREG)
    #expect(names == ["folder", "outer.json", "session.json"])
  }

  @Test func aCircleOfLinksIsAnError() throws {
    symlink("session.json", "\(scratch.path)/other.json")
    symlink("other.json", file)
    #expect(failure(file) == "Cannot write \(file): Too many levels of symbolic links.")
    #expect(mode(file) & S_IFMT == S_IFLNK)
  }

  // MARK: What is no file

  @Test func aPipeIsWrittenTo() throws {
    mkfifo(file, 0o600)
    let reader = open(file, O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    try replaceFile(file, with: bytes)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(reader, &buffer, buffer.count) == 4)
    #expect(Array(buffer.prefix(4)) == bytes)
    #expect(mode(file) & S_IFMT == S_IFIFO)
    #expect(names == ["session.json"])
  }

  @Test func aDeviceIsWrittenTo() throws {
    try replaceFile("/dev/null", with: bytes)
    #expect(mode("/dev/null") & S_IFMT == S_IFCHR)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "Linux has it"))
  func aFullDeviceIsAnError() {
    #expect(failure("/dev/full") == "Cannot write /dev/full: No space left on device.")
  }

  @Test func aFolderIsAnError() {
    #expect(
      failure(scratch.path) == "Cannot write \(scratch.path): it is a folder. Name a file in it.")
    #expect(failure("\(file)/") == "Cannot write \(file)/: it names no file.")
    #expect(
      failure("\(file)/inner.json")
        == "Cannot write \(file)/inner.json: No such file or directory.")
  }

  @Test func aPathThroughAFileIsAnError() throws {
    try scratch.write("session.json", "old")
    #expect(failure("\(file)/inner.json") == "Cannot write \(file)/inner.json: Not a directory.")
    #expect(try scratch.text("session.json") == "old")
  }

  /// The temporary file is there by then, and goes again.
  @Test func aNameThatIsTooLongIsAnError() {
    let long = "\(scratch.path)/\(String(repeating: "8", count: 300))"
    #expect(failure(long) == "Cannot write \(long): File name too long.")
  }

  // MARK: In its place

  /// What cannot be replaced keeps its inode and all that hangs on it; a copy of what somebody else
  /// has stays untouched.
  @Test func writingOverAFile() throws {
    try scratch.write("session.json", String(repeating: "old", count: 1000))
    try scratch.write("session.json~", "mine")
    var (before, after) = (stat(), stat())
    stat(file, &before)
    try writeOver(file, with: bytes, file)
    stat(file, &after)
    #expect(before.st_ino == after.st_ino)
    #expect(try scratch.text("session.json") == "new\n")
    #expect(try scratch.text("session.json~") == "mine")
    #expect(names == ["session.json", "session.json~"])
  }

  // MARK: What killed writers leave

  /// A writer that is alive holds the lock on its file; one that was killed holds nothing.
  @Test func leftoversAreSweptWhenNobodyHoldsThem() throws {
    let left = [
      ".session.json.3f2a9c11.backstep-part", ".other.md.0.backstep-part",
      "..ffffffff.backstep-part",
    ]
    for name in left { try scratch.write(name, "half") }
    let living = try scratch.write(".session.json.1.backstep-part", "half")
    let descriptor = open(living, O_WRONLY | O_CLOEXEC)
    #expect(Leftovers.hold(descriptor, at: living))
    try replaceFile(file, with: bytes)
    #expect(names == [".session.json.1.backstep-part", "session.json"])
    close(descriptor)
    try replaceFile(file, with: bytes)
    #expect(names == ["session.json"])
  }

  /// A sweeper that was quicker has the name, and what holds nothing any more is no file to write on.
  @Test func whatIsBeingSweptIsNotWrittenOn() throws {
    let path = try scratch.write("part", "")
    let (mine, other) = (open(path, O_WRONLY | O_CLOEXEC), open(path, O_RDONLY | O_CLOEXEC))
    defer { for file in [mine, other] { close(file) } }
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    #expect(!Leftovers.hold(mine, at: path))
    flock(other, LOCK_UN)
    unlink(path)
    #expect(!Leftovers.hold(mine, at: path))
  }

  /// A name is no proof: whatever is not a plain file of this person's with this one name stays.
  @Test func whatOnlyLooksLikeALeftoverStays() throws {
    func name(_ number: Int) -> String { ".session.json.\(number).backstep-part" }
    let thesis = try scratch.write("thesis.tex", "years of work")
    try scratch.write("\(name(1))/inner", "a folder")
    symlink("thesis.tex", "\(scratch.path)/\(name(2))")
    link(thesis, "\(scratch.path)/\(name(3))")
    mkfifo("\(scratch.path)/\(name(4))", 0o600)
    for name in [
      ".session.json.backstep-part", ".session.json.xyz.backstep-part", ".session.json.12345678",
      "session.json.1.backstep-part", ".session.json.123456789.backstep-part", ".backstep-part",
    ] { try scratch.write(name, "mine") }
    if geteuid() == 0 {
      try scratch.write(name(5), "another's")
      chown("\(scratch.path)/\(name(5))", 12, 34)
    }
    let before = names
    try replaceFile(file, with: bytes)
    #expect(names == (before + ["session.json"]).sorted())
    #expect(try scratch.text("thesis.tex") == "years of work")
  }

  // MARK: By the command

  @Test func aFailedSaveChangesNothing() throws {
    var bench = try Bench.small(scratch, "network 6-4-3", "step")
    #expect(
      bench.failure("save \(scratch.path)/absent/session.json")
        == "Cannot write \(scratch.path)/absent/session.json: No such file or directory.")
  }
}
