import ArgumentParser
import Backprop
import Foundation
import Testing

@testable import Notebook

/// A saved session is a stranger's file: whatever single value in it is another, it is refused in a
/// sentence, or makes a session that every command can work on. Nothing traps.
///
/// With BACKSTEP_ALL_MUTATIONS in the environment, all values; else some, the same every time.
@Suite struct HostileSessionTests {
  let scratch: Scratch
  let file: String
  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/session.json"
  }

  /// States that differ in what their files have.
  static let states: [[String]] = [
    [
      "network 6-2-3", "optimizer momentum", "break update if loss < 0", "watch norm(W1) by 50%",
      "display loss", "catch nan", "step 3", "checkpoint before", "step 2",
    ],
    ["network 6-2-2-3", "optimizer adam", "mistake gradient-accumulated", "step 2", "phase 6"],
    ["network 6-2-3", "step 2", "export SCRATCH/pass.npz", "import SCRATCH/pass.npz", "phase 4"],
    ["network 6-2-3", "step 2", "checkpoint b", "step", "set rate=0.5", "step", "back 2"],
  ]

  static let numbers = [
    "-1", "0", "1", "2147483648", "9007199254740991", "9007199254740992", "1000000000000000",
    "999999999", "1e308", "-1e308", "-0.0", "0.5", "\"NaN\"", "null", "[]", "{}",
  ]
  static let texts = [
    #""""#, #""x""#, #""forward 9223372036854775807""#, #""delta -9223372036854775808""#,
    #""18446744073709551615""#, #""9223372036854775808""#, #""step 1000000000""#,
    #""break delta 1""#, #""display W1[::9223372036854775807]""#, #""network 1-1""#,
    #""/nowhere""#, "0", "null", "[]",
  ]

  /// What is done to a session that was taken, parsed once: that takes longer than to do it.
  private func uses() throws -> [any Command] {
    try [
      Show.parse(["settings"]), Show.parse(["network"]), Show.parse(["breakpoints"]),
      Show.parse(["gradients"]), History.parse(["--journal"]), Print.parse(["W1[-1]"]),
      Plot.parse(["loss"]), PhaseCommand.parse(["2"]), Back.parse(["--phase", "1"]),
      Step.parse(["2"]), Break.parse(["loss"]), Back.parse(["2"]), Goto.parse(["1"]),
      Goto.parse(["before"]), Health.parse([]), Epoch.parse(["1000000000"]),
      PhaseCommand.parse(["1000000000"]), Finish.parse([]),
      Save.parse(["\(scratch.path)/again.json"]),
    ]
  }

  /// Paths with the value there; of a list of numbers, the first and the last.
  static func places(_ value: Any, _ path: String = "") -> [(path: String, value: Any)] {
    var found: [(String, Any)] = path.isEmpty ? [] : [(path, value)]
    func inside(_ key: String) -> String { path.isEmpty ? key : "\(path)/\(key)" }
    if let list = value as? [Any], !list.isEmpty {
      for i in Set([0, list.count - 1]).sorted() { found += places(list[i], inside("\(i)")) }
    }
    for (key, item) in (value as? [String: Any] ?? [:]).sorted(by: { $0.key < $1.key }) {
      found += places(item, inside(key))
    }
    return found
  }

  /// What a value is replaced by; nil removes it.
  static func changes(of value: Any) -> [String?] {
    let text: (Any) -> String = { value in
      let data = try! JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
      return String(decoding: data, as: UTF8.self)
    }
    switch value {
    case let list as [Any]:
      let longer = list.isEmpty ? [[0]] : [list + [list[0]]]
      let shorter = list.isEmpty ? [] : [Array(list.dropLast()), Array(list.dropFirst()), []]
      return [nil, "null", "0"] + (longer + shorter).map(text)
    case is [String: Any]: return [nil, "null", "[]", "{}"]
    case is String: return [nil] + texts
    default: return [nil] + numbers
    }
  }

  @Test(arguments: states)
  func anyOneValue(lines: [String]) throws {
    var bench = try Bench.small(scratch)
    for line in lines { bench.page(line.replacingOccurrences(of: "SCRATCH", with: scratch.path)) }
    bench.page("save \(file)")
    let text = try scratch.text("session.json")
    let restore = try Restore.parse([file, "--edited"])
    let uses = try uses()
    let mutations = Self.places(try JSONSerialization.jsonObject(with: Data(text.utf8)))
      .flatMap { place in Self.changes(of: place.value).map { (place.path, $0) } }
    // All of them take minutes in a debug build.
    var dice = Dice(UInt64(lines.count))
    let isThorough = ProcessInfo.processInfo.environment["BACKSTEP_ALL_MUTATIONS"] != nil
    let chosen = isThorough ? mutations : Array(mutations.shuffled(using: &dice).prefix(40))
    var taken = 0
    for (path, json) in chosen {
      try scratch.renew("session.json", Array(try edited(text, path, json).utf8))
      let what = "\(path) = \(json ?? "nothing")"
      var session = Session()
      if let sentence = refusal(restore, &session) {
        #expect(sentence.contains(file) || sentence.contains("Try: "), "\(what): \(sentence)")
        continue
      }
      taken += 1
      for command in uses {
        if let sentence = refusal(command, &session) { #expect(!sentence.isEmpty, "\(what)") }
      }
    }
    #expect(taken > 2, "\(taken) of \(chosen.count)")
  }

  /// Why a command does not do what it is asked; nil when it does.
  private func refusal(_ command: any Command, _ session: inout Session) -> String? {
    let host = RecordingHost()
    // A count of billions ends here.
    host.reportsBeforeInterrupt = 12
    var changed = session
    do {
      _ = try command.run(in: &changed, host: host)
      session = changed
      return nil
    } catch let failure as Failure {
      return failure.message
    } catch {
      return "\(error)"
    }
  }

  /// The number after the last one is none.
  @Test func aBreakpointBeyondAllNumbersIsRefused() throws {
    var bench = try Bench.small(scratch, "network 6-2-3", "break loss", "break delta 1")
    bench.page("save \(file)")
    let text = try scratch.text("session.json")
    for (number, last) in [("9007199254740992", 2), ("1000000001", 2), ("1000000000", 1)] {
      try scratch.renew(
        "session.json", Array(try edited(text, "breakpoints/\(last - 1)/number", number).utf8))
      #expect(bench.failure("restore \(file) --edited").contains("is not possible"))
    }
  }
}
