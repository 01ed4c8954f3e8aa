import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// `backstep test` that is interrupted or killed: what it leaves of notebooks and of its own folders.
@Suite struct TestFolderTests {
  let scratch: Scratch
  let environment: [String: String]

  init() throws {
    scratch = try Scratch()
    environment = Program.environment.merging(["TMPDIR": scratch.path + "/tmp"]) { $1 }
    try scratch.write("tmp/other/file", "")
  }

  private static let short = """
    ```backstep
    > print 3 * 4
    13
    ```

    """
  /// What it saves shows that its last command has begun, which does not end in time.
  private static let long = """
    ```backstep
    > load mnist
    wrong
    > network 784-30-10
    > save begun.json
    > epoch 100000
    wrong
    ```

    """

  private var folders: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: scratch.path + "/tmp")
    return (names ?? []).filter { $0 != "other" }.sorted()
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: scratch.path + "/" + name, encoding: .utf8)
  }

  private func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(scratch.path)/\(name)")
  }

  /// A test under way in its long command.
  private func start(_ arguments: String...) throws -> Pipes {
    let before = folders
    let test = try Pipes(["test", "--threads", "1"] + arguments, environment: environment)
    let end = ContinuousClock.now + .seconds(20)
    while !folders.contains(where: { !before.contains($0) && has("tmp/\($0)/begun.json") }),
      ContinuousClock.now < end
    { usleep(5000) }
    return test
  }

  @Test func anInterruptedUpdateIsAllOrNothing() throws {
    let first = try scratch.write("first.md", Self.short)
    let long = try scratch.write("long.md", Self.long)
    let last = try scratch.write("last.md", Self.short)
    let test = try start("--update", first, long, last)
    test.interrupt()
    let result = test.finish()
    #expect(result.status == 130)
    #expect(try text("first.md").contains("\n12\n"))
    #expect(try text("long.md") == Self.long && text("last.md") == Self.short)
    #expect(result.output.contains("updated \(first)") && !result.output.contains("long.md"))
    #expect(
      result.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        == "Interrupted: \(long), \(last) untouched.")
    #expect(folders == [])
  }

  /// The next test removes what a killed one has left, and nothing that another one is at work in.
  @Test func theFolderOfAKilledTestGoes() throws {
    let short = try scratch.write("short.md", Self.short.replacingOccurrences(of: "13", with: "12"))
    let long = try scratch.write("long.md", Self.long)
    let killed = try start(long)
    kill(killed.process, SIGKILL)
    #expect(killed.finish().status == 128 + SIGKILL)
    let left = folders
    #expect(left.count == 1)
    let living = try start(long)
    let atWork = folders
    #expect(atWork.count == 1 && atWork != left)
    #expect(try Program.run(["test", short], environment: environment).status == 0)
    #expect(folders == atWork)
    living.interrupt()
    #expect(living.finish().status == 130)
    #expect(folders == [])
  }

  /// What has the name alone is another's.
  @Test func whatOnlyLooksLikeATestsFolderStays() throws {
    let short = try scratch.write("short.md", Self.short.replacingOccurrences(of: "13", with: "12"))
    let tmp = scratch.path + "/tmp"
    for (name, mode) in [
      ("backstep-test-open01", 0o755), ("backstep-test-longer7", 0o700),
      ("backstep-test-killed", 0o700), ("../mine", 0o700),
    ] {
      try scratch.write("tmp/\(name)/work", "")
      chmod("\(tmp)/\(name)", mode_t(mode))
    }
    try scratch.write("tmp/backstep-test-file01", "")
    symlink("../mine", "\(tmp)/backstep-test-link01")
    // A way out of one that goes.
    symlink("../../mine", "\(tmp)/backstep-test-killed/link")
    let before = folders
    #expect(try Program.run(["test", short], environment: environment).status == 0)
    #expect(folders == before.filter { $0 != "backstep-test-killed" })
    #expect(has("mine/work"))
  }
}
