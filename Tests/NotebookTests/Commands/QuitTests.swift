import Testing

@testable import Notebook

@Suite struct QuitTests {
  @Test(
    arguments: [("quit", nil), ("quit 7", 7), ("quit 0", 0), ("quit 255", 255)]
      as [(String, Int32?)])
  func leaves(line: String, status: Int32?) {
    var bench = Bench()
    #expect(bench.run(line) == .quit(status: status))
    // A line of JSON for it, too.
    #expect(bench.host.commands.map(\.command) == [line])
    #expect(bench.host.commands.allSatisfy { $0.page.isEmpty && $0.failure == nil })
  }

  /// Without a status of its own it leaves the first failure's.
  @Test func afterAFailure() {
    for (line, status) in [("quit", 1), ("quit 0", 0), ("quit 7", 7)] as [(String, Int32)] {
      var bench = Bench()
      bench.interpreter.keepsGoing = true
      #expect(bench.play("stpe\n\(line)\n").status == status)
    }
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
