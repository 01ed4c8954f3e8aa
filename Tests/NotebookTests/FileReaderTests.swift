import Foundation
import Testing

@testable import Notebook

/// What is read is bounded, whatever it is, and hears Ctrl-C.
@Suite struct FileReaderTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(arguments: ["restore", "replay", "run", "diagnose", "import"])
  func whatNeverEndsIsRefused(command: String) {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let limit = command == "run" ? "64,000,000" : "256,000,000"
    #expect(
      bench.failure("\(command) /dev/zero")
        == "/dev/zero does not end after \(limit) bytes, the limit for a pipe or a device.")
  }

  /// Before any of it is read: it has no blocks on the disk.
  @Test(arguments: [
    ("run", "a file of commands", 64_000_000), ("restore", "a saved session", 2_000_000_000),
    ("diagnose", "a file of arrays", 2_000_000_000),
  ])
  func filesThatAreTooLargeAreRefused(command: String, kind: String, limit: Int) throws {
    let path = "\(scratch.path)/large"
    try scratch.write("large", "")
    truncate(path, limit + 1)
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let digits = limit == 64_000_000 ? "64,000,000" : "2,000,000,000"
    #expect(
      bench.failure("\(command) \(path)")
        == "\(path) is too large for \(kind): \(digits) bytes are the limit.")
  }

  @Test func pipesAreReadToTheirEnd() throws {
    let path = "\(scratch.path)/pipe"
    mkfifo(path, 0o600)
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    let writer = Thread {
      guard let file = FileHandle(forWritingAtPath: path) else { return }
      file.write(Data(bytes))
      try? file.close()
    }
    writer.start()
    #expect(try readBytes(path, .arrays) == bytes)
  }

  @Test(arguments: FileKind.allCases)
  func ctrlCEndsTheReading(kind: FileKind) {
    var pieces = 0
    let failure = #expect(throws: Failure.self) {
      try readBytes("/dev/zero", kind) {
        pieces += 1
        return pieces > 3
      }
    }
    #expect(
      failure?.kind == .interrupted && failure?.message == "Reading /dev/zero was interrupted.")
    #expect(pieces == 4)
  }
}
