import Foundation
import Page
import TestSupport
import Testing

@testable import Notebook

/// Files that somebody has damaged, or made to do damage: a sentence or a result, and never a trap, a
/// session half changed, or a file where none was asked for.
@Suite struct FileFuzzTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func bench(_ lines: String...) throws -> Bench {
    var bench = try Bench.small(scratch, "network 6-4-3 --hidden tanh", "step 2")
    bench.host.folder = scratch.path + "/"
    for line in lines { bench.page(line) }
    return bench
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
  }

  /// - Parameter lines: what reads `file`, and what is done with what came of it.
  private func fuzz(_ file: String, of start: Bench, _ lines: [String], then: [String]) throws {
    let whole = try scratch.bytes(file)
    let before = try files()
    let count = try Fuzz.run { seed in
      var mutator = Mutator(seed: seed)
      try scratch.renew(file, mutator.mutated(whole))
      var bench = start
      bench.interpreter = Interpreter(host: bench.host)
      bench.host.reportsBeforeInterrupt = 50
      for line in lines {
        let session = bench.session
        (bench.host.items, bench.host.reports) = ([], [])
        let outcome = bench.run(line)
        guard case .failed(let status) = outcome else { continue }
        let sentence = bench.host.commands.last?.failure?.message ?? ""
        #expect([1, 2, 130].contains(status) && !sentence.isEmpty, "seed \(seed): \(line)")
        #expect(!sentence.contains("Optional(") && sentence.utf8.count < 5000, "seed \(seed)")
        if !line.hasPrefix("run"), status == 1 {
          #expect(bench.session == session, "seed \(seed): \(line) failed and changed the session")
        }
      }
      for line in then {
        (bench.host.items, bench.host.reports) = ([], [])
        bench.run(line)
      }
    }
    try scratch.renew(file, whole)
    #expect(count > 0)
    #expect(try files() == before)
  }

  @Test func savedSessions() throws {
    let bench = try bench(
      "checkpoint a", "set l2=0.1", "phase 5", "break loss", "watch norm(W1)", "back 2",
      "save s.json")
    try fuzz(
      "s.json", of: bench, ["restore s.json --edited", "restore s.json", "replay s.json"],
      then: ["phase 3", "back", "step 2", "goto a", "show gradients", "back --phase", "check"])
  }

  @Test(arguments: ["a.npz", "a.json"])
  func arrays(file: String) throws {
    var bench = try bench("export a.npz")
    if file.hasSuffix("json") {
      let names = ["W1", "b1", "W2", "b2", "X", "Y", "dW1", "dW2", "db1", "delta2"]
      let arrays = names.map { "\"\($0)\": \(bench.json("print \($0)").jsonValues)" }
      try scratch.write(file, "{" + arrays.joined(separator: ", ") + ", \"l2\": 0.01}")
    }
    try fuzz(
      file, of: bench, ["diagnose \(file)", "import \(file)"],
      then: ["phase 4", "step", "evaluate", "check", "health", "back"])
  }

  @Test func images() throws {
    for part in ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"] {
      try fuzz(
        "tiny/\(part)", of: try bench(), ["load mnist \(scratch.path)/tiny"],
        then: ["network 6-4-3", "step 3", "evaluate"])
    }
  }

  @Test func notebooks() throws {
    let bench = try bench()
    try scratch.write(
      "n.md",
      """
      # A notebook

      Prose with `code`, *emphasis* and [a link](http://example.org).

      ```backstep
      > network 6-4-3 --seed 7
      6-4-3: 43 parameters; hidden sigmoid, output softmax, loss cross-entropy
      > step 3
      > until --epochs 2 loss < 3
      > print W1[0, -1] + norm(dW1)
      ...
      ```

      ```backstep {error}
      > step 0
      ```
      """)
    try fuzz("n.md", of: bench, ["run n.md"], then: ["step", "history"])
    let whole = try scratch.bytes("n.md")
    try Fuzz.run { seed in
      var mutator = Mutator(seed: seed)
      try scratch.renew("n.md", mutator.mutated(whole))
      let result = NotebookTest(
        file: scratch.path + "/n.md", environment: [:], workingFolder: scratch.path + "/",
        isInterrupted: { false }
      ).run()
      #expect(result.seconds < 20, "seed \(seed)")
    }
  }
}

extension String {
  /// The values of the matrix that is a page in JSON.
  fileprivate var jsonValues: String {
    guard let start = range(of: "\"values\":"), let end = range(of: "}]", options: .backwards)
    else {
      return "[]"
    }
    return String(self[start.upperBound..<end.lowerBound])
  }
}
