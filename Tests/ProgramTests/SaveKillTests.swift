import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// However `save` ends, the file is the old one or the new one, whole.
@Suite struct SaveKillTests {
  let scratch: Scratch
  let file: String
  let old = Array("{\"format\": \"the old one\"}\n".utf8)

  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/session.json"
  }

  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file))) }

  var names: Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: scratch.path)) ?? [])
  }

  /// The network that is saved, some 350 kB, and saving it again and again.
  func arguments(saves: Int) -> [String] {
    ["--no-init", "-c", "network 784-20-10"]
      + Array(repeating: ["-c", "save \(file)"], count: saves).flatMap { $0 }
  }

  /// 200 times, at a moment that is a matter of chance; every other time while the temporary file is
  /// there, which is a small part of the whole.
  @Test func killedAtAnyMoment() throws {
    #expect(try Program.run(arguments(saves: 1)).status == 0)
    let new = try bytes()
    #expect(new.count > 300_000)
    #expect(names == ["session.json"])

    var (olds, news, leftovers) = (0, 0, 0)
    let standard = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(standard) }
    for round in 0..<200 {
      try scratch.write("session.json", old)
      let process = try Program.spawn(
        Program.path, arguments(saves: 50), environment: Program.environment,
        files: [standard, standard, standard])
      let end = ContinuousClock.now + .milliseconds(500)
      if round.isMultiple(of: 2) {
        while names == ["session.json"], ContinuousClock.now < end {}
      } else {
        usleep(.random(in: 5_000...60_000))
      }
      kill(process, SIGKILL)
      #expect(Program.status(of: process) == 128 + SIGKILL)
      let found = try bytes()
      #expect(found == old || found == new, "round \(round): \(found.count) bytes")
      if found == old { olds += 1 } else { news += 1 }
      for name in names where name != "session.json" {
        #expect(name.hasPrefix(".session.json."))
        try FileManager.default.removeItem(atPath: "\(scratch.path)/\(name)")
        leftovers += 1
      }
    }
    // Both happen, or the moments were no matter of chance.
    #expect(olds > 10 && news > 10 && leftovers > 10, "\(olds) \(news) \(leftovers)")
  }

  /// A disk that is full, as far as a test can have one: a limit for the size of a file.
  @Test func noRoomIsAnErrorAndTheOldFileStays() throws {
    try scratch.write("session.json", old)
    let result = try Program.runInShell(
      "ulimit -f 100; \"$0\" --no-init -c 'network 784-20-10' -c 'save \(file)'")
    #expect(result.status == 1)
    #expect(result.errors.contains("Cannot write \(file): File too large."))
    #expect(try bytes() == old)
    #expect(names == ["session.json"])
  }

  /// A file that is a mount of its own, as containers have them, cannot be replaced.
  @Test(.enabled(if: SaveKillTests.canMount, "mounting takes root"))
  func aMountedFileIsSaved() throws {
    try scratch.write("session.json", old)
    let real = try scratch.write("elsewhere/real.json", old)
    let saved = try Program.runInShell(
      """
      unshare -m sh -c 'mount --bind \(real) \(file) &&
        "$0" --no-init -c "network 784-20-10" -c "save \(file)" && ls -A \(scratch.path)' "$0"
      """)
    #expect(saved.status == 0, "\(saved.errors)")
    #expect(saved.lines.suffix(2) == ["elsewhere", "session.json"])
    let written = try Data(contentsOf: URL(fileURLWithPath: real))
    #expect(written.count > 300_000 && written.last == UInt8(ascii: "\n"))
    #expect(try bytes() == old)
  }

  /// Where the new content does not fit, a mounted file keeps the old one.
  @Test(.enabled(if: SaveKillTests.canMount, "mounting takes root"))
  func aMountedFileThatMayNotGrowStays() throws {
    try scratch.write("session.json", old)
    let real = try scratch.write("elsewhere/real.json", old)
    let saved = try Program.runInShell(
      """
      unshare -m sh -c 'mount -t tmpfs -o size=64k none \(scratch.path)/elsewhere &&
        cp \(file) \(real) && mount --bind \(real) \(file) &&
        "$0" --no-init -c "network 784-20-10" -c "save \(file)"; ls -A \(scratch.path); cat \(file)' "$0"
      """)
    #expect(saved.errors.contains("Cannot write \(file): No space left on device."))
    #expect(
      saved.output.hasSuffix(
        "elsewhere\nsession.json\n" + String(decoding: old, as: UTF8.self)))
  }

  static let canMount =
    (try? Program.runInShell("unshare -m sh -c 'mount --bind /bin /bin' 2>&1").status) == 0

  /// What one process saves, another goes on from, as if there had been one only.
  @Test func restoredInANewProcess() throws {
    let start = [
      "--no-init", "--json", "-c", "load mnist", "-c", "network 784-3-10", "-c", "set batch=20",
    ]
    let first = try Program.run(
      start + ["-c", "optimizer rmsprop", "-c", "phase 25", "-c", "save \(file)"])
    #expect(first.status == 0, "\(first.errors)")
    let goOn = ["-c", "step 5", "-c", "print W2", "-c", "print delta1", "-c", "save -"]
    let restored = try Program.run(["--no-init", "--json", "-c", "restore \(file)"] + goOn)
    let uninterrupted = try Program.run(
      start + ["-c", "optimizer rmsprop", "-c", "phase 25"] + goOn)
    #expect(restored.status == 0, "\(restored.errors)")
    func results(_ result: Program.Result) -> [String] {
      result.lines.suffix(4).map { line in
        line.replacing(/"seconds":[-+.e0-9]*/, with: "")
      }
    }
    #expect(results(restored) == results(uninterrupted))
    #expect(results(restored).count == 4)
  }
}
