import Backprop
import Foundation
import Testing

@testable import Notebook

@Suite struct ExportTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func exported(_ bench: inout Bench) throws -> [String: ReadArray] {
    let path = scratch.path + "/pass.npz"
    bench.page("export \(path)")
    return try ReadArray.all(in: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
  }

  @Test func everyArrayOfThePassByItsBits() throws {
    var bench = Bench(.tiny, "network 6-5-4-3 --output sigmoid", "set batch=4 l2=0.25", "step 2")
    let arrays = try exported(&bench)
    let names = ArrayName.all(depth: 3).map(\.description).filter { $0 != "h" }
    #expect(Set(arrays.keys) == Set(names + ["l2", "loss"]))
    for name in names where !name.hasPrefix("W") && !name.hasPrefix("b") {
      let array = try #require(arrays[name])
      let printed = bench.page("print \(name)").grid
      #expect(array.shape == printed.shape, "\(name)")
      if name == "labels" {
        #expect(array.type == "<i8" && array.integers == printed.values.map { Int($0) })
      } else {
        #expect(
          array.type == "<f8" && array.doubles.isIdenticalByBits(to: printed.values), "\(name)")
      }
    }
    let trace = try #require(bench.training.trace)
    for l in 1...3 {
      // Those that the minibatch was made with, not the new ones.
      #expect(arrays["W\(l)"]!.doubles.isIdenticalByBits(to: trace.layers[l - 1].weights.values))
      #expect(arrays["b\(l)"]!.doubles.isIdenticalByBits(to: trace.layers[l - 1].biases))
      #expect(arrays["W\(l)"]!.doubles != bench.values("W\(l)"))
    }
    #expect(arrays["l2"]!.doubles == [0.25] && arrays["l2"]!.shape == [])
    #expect(arrays["loss"]!.type == "<U13" && arrays["loss"]!.text == "cross-entropy")
  }

  @Test func anIncompletePassIsCompletedInACopy() throws {
    var whole = Bench(.tiny, "network 6-4-3", "set batch=4", "step 2")
    let expected = try exported(&whole).filter { !$0.key.hasPrefix("u") }
    for phases in [1, 2, 5, 8] {
      var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "step", "phase \(phases)")
      let before = bench.session
      let arrays = try exported(&bench)
      #expect(bench.session == before)
      #expect(arrays == expected, "after \(phases) phases")
    }
    var start = Bench(.tiny, "network 6-4-3", "set batch=4")
    #expect(try exported(&start)["dW1"] != nil)
    #expect(start.training.trace == nil)
  }

  @Test func theSameArraysGiveTheSameBytes() throws {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    bench.page("export \(scratch.path)/one.npz")
    bench.page("export \(scratch.path)/two.npz")
    let files = try ["one", "two"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/\($0).npz"))
    }
    #expect(files[0] == files[1])
    let facts = bench.page("export \(scratch.path)/one.npz").facts
    #expect(facts["bytes"] == .integer(files[0].count) && facts["completed"] == false)
  }

  @Test func whatItRefuses() {
    var bench = Bench(.tiny)
    #expect(bench.failure("export pass.npz").contains("Try: network"))
    bench.page("network 6-4-3")
    for file in ["pass.npy", "pass", "npz"] {
      #expect(
        bench.failure("export \(file)")
          == "What \(file) should hold does not show from its ending. Endings there are: .npz, .html, .ipynb"
      )
    }
    let path = "\(scratch.path)/none/pass.npz"
    #expect(bench.failure("export \(path)").hasPrefix("Cannot write \(path): "))
  }

  /// NumPy itself, where there is one: every array it loads has the bits that were printed.
  @Test(.enabled(if: Python.hasNumPy))
  func numpyReadsIt() throws {
    var bench = Bench(.tiny, "network 6-4-3 --output sigmoid", "set batch=4 l2=0.5", "step 2")
    let path = scratch.path + "/pass.npz"
    bench.page("export \(path)")
    let names = ArrayName.all(depth: 2).map(\.description).filter { $0 != "h" }
    let output = try Python.run(
      """
      import numpy, sys
      a = numpy.load(sys.argv[1])
      for n in a.files:
          v = a[n]
          print(n, v.dtype, list(v.shape), v if n == "loss" else
                " ".join(x.hex() for x in v.astype(float).ravel().tolist()))
      """, path)
    let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(Set(lines.map { $0[0] }) == Set(names + ["l2", "loss"]))
    #expect(output.contains("loss <U13 [] cross-entropy"))
    #expect(output.contains("labels int64 [4] "))
    for line in lines where line[0].hasPrefix("d") || line[0] == "X" {
      let values = line.drop { !$0.contains("0x") }.map { Double($0)! }
      #expect(values.isIdenticalByBits(to: bench.values(line[0])), "\(line[0])")
    }
  }
}

/// Python, if this computer has one.
enum Python {
  static let hasNumPy = (try? run("import numpy; print(1)")) == "1\n"

  static func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
