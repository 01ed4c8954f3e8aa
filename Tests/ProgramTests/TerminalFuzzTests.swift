import Foundation
import Testing

/// Whatever is typed at a terminal of whatever size, the shell is there afterwards.
@Suite struct TerminalFuzzTests {
  static let keys: [String] = [
    "\u{01}", "\u{02}", "\u{03}", "\u{05}", "\u{06}", "\u{08}", "\t", "\t\t", "\u{0B}", "\u{0C}",
    "\n", "\u{0E}", "\u{10}", "\u{12}", "\u{14}", "\u{15}", "\u{16}", "\u{17}", "\u{19}", "\u{1F}",
    "\u{7F}", "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[3~", "\u{1B}b", "\u{1B}d",
    "\u{1B}]0;x\u{07}", "é", "😀", "\u{301}", "{", "\"", "'", "\\",
    "!",
    "step", "print ", "W1[", "show gradients", "help", "network 784-3-10", "load mnist", "back",
    "# ",
    "set prompt='{step} {phase}> '", "set pager=short", "record", "%", "?", " ", "0", "-1",
    "--help",
  ]

  @Test func randomKeys() throws {
    let seconds =
      ProcessInfo.processInfo.environment["BACKSTEP_FUZZ_SECONDS"].flatMap { Double($0) } ?? 3
    let end = ContinuousClock.now + .seconds(seconds)
    var state: UInt64 = 88_172_645_463_325_252
    func below(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    var typed: [String] = []
    repeat {
      typed = []
      let terminal = try PseudoTerminal(
        columns: [1, 3, 20, 80, 300][below(5)], rows: [1, 2, 24][below(3)])
      #expect(terminal.waitForPrompt())
      for _ in 0..<40 {
        let key = Self.keys[below(Self.keys.count)]
        typed.append(key)
        terminal.type(key)
        if below(12) == 0 { terminal.resize(columns: 1 + below(120), rows: 1 + below(50)) }
      }
      // Out of whatever it is in, and one more question.
      for key in ["\u{1B}[201~", "\u{07}", "\u{03}", "\u{03}", "\n"] { terminal.type(key) }
      terminal.resize(columns: 80, rows: 24)
      terminal.pause(.milliseconds(300))
      terminal.type("print 12 * 34\n")
      #expect(terminal.wait(for: "408"), "\(typed): \(terminal.text.suffix(800).debugDescription)")
      terminal.type("\u{03}\nquit\nquit\n")
      #expect(terminal.end() == 0, "\(typed)")
    } while ContinuousClock.now < end
  }
}
