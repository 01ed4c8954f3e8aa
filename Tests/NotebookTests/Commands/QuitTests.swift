import Testing

@testable import Notebook

@Suite struct QuitTests {
  @Test(
    arguments: [("quit", 0), ("quit 7", 7), ("quit 0", 0), ("quit 255", 255)] as [(String, Int32)])
  func leaves(line: String, status: Int32) {
    var bench = Bench()
    #expect(bench.run(line) == .quit(status: status))
    #expect(bench.host.items.isEmpty)
  }

  @Test func refuses() {
    var bench = Bench()
    #expect(
      bench.failure("quit 256")
        == "quit 256 is not possible: an exit status goes from 0 to 255.")
    #expect(bench.failure("quit now").contains("Usage: quit [<status>]"))
    #expect(bench.failure("quit 1 2").contains("Usage: quit [<status>]"))
  }
}
