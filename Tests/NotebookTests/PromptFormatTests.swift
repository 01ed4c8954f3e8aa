import Page
import Testing

@testable import Notebook

@Suite struct PromptFormatTests {
  @Test(arguments: [
    ("standard", "backstep 2 forward 1> "), ("'{step}:{epoch} {phase}'", "2:2 forward 1> "),
    ("'loss {loss} acc {accuracy}'", "loss - acc -> "), ("{step}{step}", "22> "), ("''", "> "),
    ("'a}b {step}'", "a}b 2> "), ("'∂ {phase}'", "∂ forward 1> "), ("x{mistake}", "x> "),
  ])
  func itShowsTheClock(format: String, prompt: String) {
    var bench = Bench(.tiny, "network 6-4-3", "step 2", "phase 2", "set prompt=\(format)")
    #expect(PromptFormat.text(for: bench.session) == prompt)
    // What it is set to can be typed back.
    let line = bench.text("show settings").split(separator: "\n").first { $0.hasPrefix("set ") }!
    var other = Bench(.tiny, "network 6-4-3", "step 2", "phase 2")
    other.page(String(line))
    #expect(PromptFormat.text(for: other.session) == prompt)
  }

  @Test func numbersAreThoseOfTheScreen() throws {
    var bench = Bench(.tiny, "network 6-4-3", "set prompt='{loss} {accuracy}{mistake}'", "step")
    let stop = bench.text("phase 9").split(separator: "\n").last!
    let words = PromptFormat.text(for: bench.session).split { " >".contains($0) }
    #expect(words.count == 2 && words.allSatisfy { stop.contains($0) }, "\(stop)")
    bench.page("set precision=2")
    #expect(PromptFormat.text(for: bench.session).prefix { $0 != " " }.count == 3)
    bench.page("mistake sum-not-mean")
    #expect(PromptFormat.text(for: bench.session).hasSuffix(" [mistake sum-not-mean]> "))
    #expect(PromptFormat.text(for: Session()) == "backstep> ")
  }

  @Test(arguments: [
    ("{foo}", "in braces there can be {step} {epoch} {phase} {loss} {accuracy} {mistake}."),
    ("'{step'", "in braces there can be"), ("'{'", "in braces there can be"),
    ("'a\u{1B}[31m'", "without control characters"), ("'a\u{7}'", "without control characters"),
    ("'a\tb'", "without control characters"),
    (String(repeating: "x", count: 201), "at most 200 characters"),
  ])
  func whatIsNotPossible(format: String, sentence: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    let failure = bench.failure("set prompt=\(format)")
    #expect(failure.contains(sentence), "\(failure)")
  }

  @Test(arguments: [
    ("256MB", 256_000_000), ("1mb", 1_000_000), ("1.5GB", 1_500_000_000), ("64GB", 64_000_000_000),
  ])
  func sizesOfMemory(text: String, bytes: Int) {
    var bench = Bench(.tiny, "network 6-4-3", "set history=\(text)")
    #expect(bench.session.timeline.budget == bytes)
    #expect(ByteCount("\(ByteCount(bytes))")?.count == bytes)
    #expect(bench.json("show settings").contains("\"history\":\(bytes)"))
    for wrong in ["1", "0MB", "65GB", "infMB", "nanGB", "-1MB", "MB", "1e99GB", "999999B"] {
      #expect(bench.failure("set history=\(wrong)").contains("it is a size from 1MB to 64GB"))
    }
  }
}
