import Backprop
import Testing

@testable import Notebook

@Suite struct HelpTests {
  static let names = commands.map { $0.name }

  @Test func listsEveryCommandWithALine() {
    var bench = Bench()
    let lines = bench.text("help").split(separator: "\n").map(String.init)
    for command in commands {
      let words = "  \(command.name) "
      let line = lines.first { $0.hasPrefix(words) }
      #expect(line?.hasSuffix(command.purpose) == true, "\(command.name)")
    }
    for group in CommandGroup.allCases { #expect(lines.contains(group.rawValue)) }
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test(arguments: names)
  func explainsACommand(name: String) throws {
    var bench = Bench()
    let text = bench.text("help \(name)")
    let type = try #require(command(called: name))
    #expect(text.hasPrefix("\(name): \(type.purpose)\n"))
    #expect(text.contains("\nusage: \(name)"))
    #expect(text.contains("\nexamples:\n"))
    #expect(type.examples.count >= 2)
    for example in type.examples {
      let lines = example.split(separator: "\n").joined(separator: "\n  ")
      #expect(text.contains("\n  \(lines)\n"))
    }
    for other in type.seeAlso { #expect(Self.names.contains(other), "\(name) mentions \(other)") }
  }

  /// Every example runs as it stands after `load mnist` and `network 784-30-10`.
  @Test(arguments: names)
  func theExamplesRun(name: String) throws {
    let scratch = try Scratch()
    try scratch.write("sessions/tour.md", "```backstep\n> step\n```\n")
    try scratch.write("my.backstep", "step\n")
    let type = try #require(command(called: name))
    for example in type.examples {
      var bench = Bench(.mnist, "network 784-30-10")
      for line in example.split(separator: "\n") {
        let outcome = bench.run(inFolder(scratch.path, String(line)))
        if name == "quit" {
          #expect(outcome == .quit(status: example == "quit" ? nil : 7))
        } else {
          #expect(outcome == .done, "\(line): \(bench.host.commands.last?.failure?.message ?? "")")
        }
      }
    }
  }

  /// The command with its files in this folder.
  private func inFolder(_ folder: String, _ line: String) -> String {
    let ends = [".md", ".backstep", ".json", ".npz", ".html", ".ipynb"]
    return line.split(separator: " ").map { word in
      ends.contains { word.hasSuffix($0) } ? "\(folder)/\(word)" : String(word)
    }.joined(separator: " ")
  }

  @Test func topics() {
    var bench = Bench()
    let phases = bench.text("help phases")
    for word in ["batch", "forward", "loss", "delta", "gradient", "update"] {
      #expect(phases.contains("\n  \(word)"))
    }
    let arrays = bench.text("help names")
    for kind in ArrayName.Kind.allCases { #expect(arrays.contains(kind.rawValue)) }
    for text in [phases, arrays] {
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
  }

  /// Every word of the language with its formula; what the topics show runs.
  @Test func expressionsAndConditions() {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let text = bench.text("help expressions")
    let words =
      Scalar.all.map { ($0.name, $0.formula) } + Measure.all.map { ($0.name, $0.formula) }
      + LayerMeasure.all.map { ($0.name, $0.formula) }
    for (name, formula) in words {
      let line = text.split(separator: "\n").first { $0.hasPrefix("  \(name)") }
      #expect(line?.hasSuffix(formula) == true, "\(name)")
    }
    for word in Expression.words { #expect(text.contains(word), "\(word)") }
    for topic in ["expressions", "conditions"] {
      for line in bench.text("help \(topic)").split(separator: "\n") {
        #expect(line.count <= 100)
        guard line.hasPrefix("  "), let name = line.dropFirst(2).split(separator: "  ").first else {
          continue
        }
        let example = name.hasPrefix("print") || name.hasPrefix("expect") ? name : "print \(name)"
        if !example.contains("old") && !example.contains("change") {
          #expect(bench.run(String(example)) != .failed(status: 1), "\(example)")
        }
      }
    }
  }

  @Test func abbreviationsAndMistakes() {
    var bench = Bench()
    #expect(bench.text("help s") == bench.text("help step"))
    #expect(
      bench.failure("help stpe")
        == "There is no help on \"stpe\". Did you mean \"step\"? Type \"help\" for the list.")
    #expect(bench.failure("help phase s").contains("too much at once"))
  }
}
