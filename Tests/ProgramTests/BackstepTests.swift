import Foundation
import Testing

/// The program through pipes: its options, its streams and its exit status.
@Suite struct BackstepTests {
  static let network = ["-c", "load mnist", "-c", "network 784-16-10"]

  // MARK: Options

  @Test func versionOnStandardOutput() throws {
    let result = try Program.run("--version")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("backstep 0."))
    #expect(result.lines.count == 1)
    #expect(result.errors.isEmpty)
  }

  @Test(arguments: ["--help", "-h"])
  func helpOnStandardOutput(option: String) throws {
    let result = try Program.run(option)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    for word in ["-c", "run", "--json", "--color", "--keep-going", "--threads", "--version"] {
      #expect(result.output.contains(word), "\(word)")
    }
    #expect(result.output.contains("exit status: 0 all well"))
  }

  @Test(arguments: [
    (["--frobnicate"], "--frobnicate"), (["--threads", "0"], "--threads 0 is not possible"),
    (["--threads", "many"], "many"), (["--color", "blue"], "blue"), (["-c"], "-c"),
    (["frobnicate"], "There is no \"backstep frobnicate\""), (["run"], "needs a file"),
    (["-c", "help", "run", "x.md"], "do not go together"), (["-z"], "-z"),
  ])
  func wrongUseOfTheOptions(arguments: [String], word: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(word))
  }

  @Test func optionsMayFollowTheWord() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.backstep", "set batch=3\n")
    for arguments in [["run", file, "--json"], ["--json", "run", file]] {
      let result = try Program.run(arguments)
      #expect(result.status == 0)
      #expect(result.output.hasPrefix("{\"command\":\"set batch=3\",\"ok\":true,"))
    }
  }

  // MARK: -c

  @Test func severalCommandsInOneSession() throws {
    let result = try Program.run(
      "-c", "set batch=3", "-c", "set batch=4 # four", "-c", "", "-c", "optimizer adam\nset l2=1")
    #expect(result.status == 0)
    #expect(
      result.output == """
        batch: 100 -> 3
        batch: 3 -> 4
        adam rate=0.001 beta1=0.9 beta2=0.999 epsilon=1e-08
        m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g²;  u = -rate / (1 - beta1^t) m / \
        (sqrt(v / (1 - beta2^t)) + epsilon)
        l2: 0 -> 1

        """)
    #expect(result.errors.isEmpty)
  }

  @Test func aFailedCommandEndsWithOne() throws {
    let result = try Program.run("-c", "set batch=3", "-c", "stpe", "-c", "set batch=4")
    #expect(result.status == 1)
    #expect(result.output == "batch: 100 -> 3\n")
    #expect(
      result.errors
        == "-c:2: There is no command \"stpe\". Did you mean \"step\"? Type \"help\" for the list.\n"
    )
  }

  /// What is wrong inside a command is a failed command, not wrong use of the program.
  @Test(arguments: ["step --fast", "step x", "digit", "network 784"])
  func wrongArgumentsOfACommandEndWithOne(command: String) throws {
    let result = try Program.run("-c", command)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("-c:1: "))
    #expect(result.errors.contains("Usage: "))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func quitHasTheLastWord() throws {
    #expect(try Program.run("-c", "quit 7", "-c", "stpe").status == 7)
    #expect(try Program.run("--keep-going", "-c", "stpe", "-c", "quit 0").status == 0)
    #expect(try Program.run("--keep-going", "-c", "stpe", "-c", "quit").status == 1)
    #expect(try Program.run("-c", "quit 256").status == 1)
    #expect(try Program.run(input: "quit 9\nstpe\n").status == 9)
  }

  @Test func keepGoing() throws {
    let result = try Program.run(
      "--keep-going", "-c", "stpe", "-c", "set batch=3", "-c", "print q", "-c", "set batch=4")
    #expect(result.status == 1)
    #expect(result.output == "batch: 100 -> 3\nbatch: 3 -> 4\n")
    #expect(
      result.errors.split(separator: "\n").map { $0.prefix(5) }
        == ["-c:1:", "-c:3:", "  q", "  ^"])
  }

  // MARK: Standard input

  @Test func pipedInputHasAnswersOnly() throws {
    let result = try Program.run(
      input: "\u{FEFF}# digits\r\n\r\nload mnist\r\nnetwork \\\r\n  784-16-10\r\nset precision=5")
    #expect(result.status == 0)
    #expect(
      result.output == """
        MNIST sample: 5,000 training and 1,000 test digits, 28×28, 10 classes
        784-16-10: 12,730 parameters; hidden sigmoid, output softmax, loss cross-entropy
        precision: 4 -> 5

        """)
    #expect(result.errors.isEmpty)
    #expect(!result.hasEscapes)
  }

  @Test func noInputIsAllWell() throws {
    let result = try Program.run()
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    #expect(result.errors.isEmpty)
  }

  @Test func pipedInputSaysWhere() throws {
    let result = try Program.run(input: "\n\nset batch=3\ns\nset batch=4\n")
    #expect(result.status == 1)
    #expect(result.output == "batch: 100 -> 3\n")
    #expect(
      result.errors
        == "stdin:4: There is no command \"s\". Scripts use full names: \"step\".\n")
  }

  /// A program at the other end sees each answer before it writes the next line.
  @Test func answersComeLineByLine() throws {
    let pipes = try Pipes([])
    for size in 1...3 {
      pipes.write("set batch=\(size)\n")
      #expect(pipes.wait(for: "-> \(size)\n"))
    }
    pipes.closeInput()
    #expect(pipes.finish().status == 0)
  }

  @Test func aReaderThatStopsReadingEndsItQuietly() throws {
    // The status of the pipeline's first command comes on standard error.
    let result = try Program.runInShell(
      "{ \"$0\" --json -c 'load mnist' -c 'network 784-100-10' -c 'print W1' -c 'print W1' "
        + "-c 'help'; echo \"status $?\" >&2; } | head -1")
    #expect(result.lines.count == 1)
    #expect(result.errors == "status 141\n")
  }

  #if os(Linux)
    @Test func aFullDiskIsAnError() throws {
      let result = try Program.runInShell("\"$0\" -c help > /dev/full")
      #expect(result.status == 1)
      #expect(result.errors == "backstep: cannot write the output: No space left on device.\n")
    }
  #endif

  // MARK: run

  @Test func filesOneAfterAnotherInOneSession() throws {
    let scratch = try Scratch()
    let one = try scratch.write("one.backstep", "set batch=3\n")
    let two = try scratch.write("two.md", "# Two\n\n```backstep\n> set batch=4\n```\n")
    let result = try Program.run("run", one, two)
    #expect(result.status == 0)
    #expect(result.output.contains("batch: 100 -> 3\n"))
    #expect(result.output.contains("# Two\n\n> set batch=4\nbatch: 3 -> 4\n"))
  }

  @Test func aFailureSaysFileAndLineAndEnds() throws {
    let scratch = try Scratch()
    let one = try scratch.write("one.backstep", "set batch=3\n\n# so\nstpe\nset batch=4\n")
    let two = try scratch.write("two.backstep", "set batch=5\n")
    let result = try Program.run("run", one, two)
    #expect(result.status == 1)
    #expect(result.output == "batch: 100 -> 3\n")
    #expect(result.errors.hasPrefix("\(one):4: There is no command \"stpe\". "))

    let all = try Program.run("--keep-going", "run", one, two)
    #expect(all.status == 1)
    #expect(all.output == "batch: 100 -> 3\nbatch: 3 -> 4\nbatch: 4 -> 5\n")
  }

  @Test func whatCannotBeReadIsASentence() throws {
    let scratch = try Scratch()
    let secret = try scratch.write("secret.backstep", "help\n")
    chmod(secret, 0)
    let missing = "\(scratch.path)/missing.md"
    var cases = [
      (missing, "Cannot read \(missing): No such file or directory.\n"),
      (scratch.path, "Cannot read \(scratch.path): Is a directory.\n"),
    ]
    // The superuser reads everything.
    if geteuid() != 0 { cases.append((secret, "Cannot read \(secret): Permission denied.\n")) }
    for (file, sentence) in cases {
      let result = try Program.run("run", file)
      #expect(result.status == 1)
      #expect(result.output.isEmpty)
      #expect(result.errors == sentence)
    }
  }

  @Test func anErrorThatIsExpectedIsPartOfTheOutput() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.md", "```backstep {error}\n> set batch=0\n```\n")
    let result = try Program.run("run", file)
    #expect(result.status == 0)
    #expect(
      result.output == """
        > set batch=0
        error: batch=0 is not possible: batch is a whole number from 1 to 1000000.

        """)
    #expect(result.errors.isEmpty)
  }

  @Test func dashIsStandardInput() throws {
    let result = try Program.run("run", "-", input: "set batch=3\n")
    #expect(result.status == 0)
    #expect(result.output == "batch: 100 -> 3\n")
  }

  // MARK: JSON

  private struct Line: Decodable {
    struct Failure: Decodable { let message: String }
    struct Block: Decodable {
      let kind: String
      let name: String?
    }
    let command: String
    let ok: Bool
    let seconds: Double
    let blocks: [Block]
    let error: Failure?
  }

  private func decoded(_ result: Program.Result) throws -> [Line] {
    #expect(result.output.hasSuffix("\n"))
    return try result.lines.map { line in
      for word in ["nan", "inf", "NaN", "Infinity"] {
        // Only as text.
        #expect(!line.contains(":\(word)") && !line.contains(",\(word)"))
        #expect(!line.contains("[\(word)") && !line.contains("-\(word),"))
      }
      return try JSONDecoder().decode(Line.self, from: Data(line.utf8))
    }
  }

  @Test func aLineOfJSONForEachCommand() throws {
    let commands = [
      "load mnist", "digit 3", "network 784-16-10", "phase 2", "show batch", "finish",
      "print labels",
      "print W1", "print b2[0]", "show gradients", "show updates", "show settings", "loss",
      "evaluate",
      "epoch", "help step", "optimizer adam rate=0.5", "set l2=1e-3  # small",
    ]
    let result = try Program.run(
      ["--json"] + commands.flatMap { ["-c", $0] })
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let lines = try decoded(result)
    #expect(lines.map(\.command) == commands)
    #expect(lines.allSatisfy { $0.ok && $0.error == nil && $0.seconds >= 0 && !$0.blocks.isEmpty })
    #expect(lines[1].blocks.map(\.kind) == ["image", "facts"])
    #expect(lines[5].blocks.map(\.name) == ["stop"])
    #expect(lines[13].blocks.map(\.name) == ["evaluate", "confusion"])
  }

  @Test func failuresInJSON() throws {
    let result = try Program.run(
      "--json", "--keep-going", "-c", "print \"q\\t\"", "-c", "step", "-c", "set batch=3")
    #expect(result.status == 1)
    let lines = try decoded(result)
    #expect(lines.map(\.ok) == [false, false, true])
    #expect(lines[1].error?.message == "There is no data yet. Try: load mnist")
    #expect(result.errors.contains("-c:2: There is no data yet. Try: load mnist\n"))
  }

  /// A network that has diverged: NaN and infinities are text.
  @Test(arguments: ["sigmoid", "relu"])
  func divergenceInJSON(hidden: String) throws {
    let commands = [
      "load mnist", "network 784-16-10 --hidden \(hidden) --output identity", "set rate=1e200",
      "step 4", "print W2", "print delta1", "show gradients", "show updates", "evaluate", "digit 0",
      "epoch",
    ]
    let result = try Program.run(["--json"] + commands.flatMap { ["-c", $0] })
    #expect(result.status == 0)
    #expect(try decoded(result).map(\.command) == commands)
    #expect(result.output.contains("\"NaN\"") || result.output.contains("Infinity\""))
  }

  @Test func numbersInJSONAreExact() throws {
    let result = try Program.run("--json", "-c", "set rate=0.1234567890123456789 precision=1")
    #expect(result.output.contains("\"rate\":\(0.1234567890123456789)"))
  }

  // MARK: Colours, locale, surroundings

  @Test(
    arguments: [
      ([], [:], false),
      (["--color", "auto"], [:], false),
      (["--color", "always"], [:], true),
      (["--color=always"], ["NO_COLOR": "1"], true),
      (["--color=always"], ["TERM": "dumb"], true),
      (["--color", "never"], ["CLICOLOR_FORCE": "1"], false),
      ([], ["CLICOLOR_FORCE": "1"], true),
      ([], ["CLICOLOR_FORCE": "0"], false),
      ([], ["CLICOLOR_FORCE": ""], false),
      ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
      ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": ""], true),
      ([], ["CLICOLOR_FORCE": "1", "TERM": "dumb"], true),
      ([], ["TERM": "xterm-256color"], false),
    ] as [([String], [String: String], Bool)])
  func colours(options: [String], variables: [String: String], hasColour: Bool) throws {
    let environment = Program.environment.merging(variables) { $1 }
    let result = try Program.run(
      options + ["--keep-going", "-c", "help step", "-c", "stpe"], environment: environment)
    #expect(result.outputBytes.contains(0x1B) == hasColour)
    #expect(result.errorBytes.contains(0x1B) == hasColour)
  }

  /// JSON is for programs, whatever is said of colours.
  @Test func jsonHasNoColours() throws {
    let result = try Program.run("--json", "--color", "always", "-c", "help step")
    #expect(!result.outputBytes.contains(0x1B))
  }

  @Test(arguments: ["C", "POSIX", ""])
  func onlyASCIIWithoutUnicode(locale: String) throws {
    let commands =
      [
        "load mnist", "digit 8", "load mnist /nowhere", "network 784-16-10", "set l2=0.001",
        "phase 9", "show updates", "show network", "show batch", "epoch", "evaluate", "loss",
        "network 784-3", "step --fast", "set batch=0", "print W1",
      ] + ["help", "help phases", "help names"]
      + ["load", "network", "set", "show", "optimizer", "phase", "epoch"].map { "help \($0)" }
      + ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"].map { "optimizer \($0)" }
    let result = try Program.run(
      ["--keep-going"] + commands.flatMap { ["-c", $0] },
      environment: ["LC_ALL": locale, "PATH": "/bin"])
    #expect(result.outputBytes.filter { $0 >= 0x80 } == [])
    #expect(result.errorBytes.filter { $0 >= 0x80 } == [])
    #expect(result.output.contains("28x28"))
  }

  @Test func anExpectedErrorIsASCIIToo() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.md", "```backstep {error}\n> load mnist tiny\n```\n")
    try scratch.write("tiny/train-images-idx3-ubyte", "x")
    let result = try Program.run("run", file, environment: ["LC_ALL": "C"], folder: scratch.path)
    #expect(result.status == 0)
    #expect(result.outputBytes.filter { $0 >= 0x80 } == [])
  }

  @Test func noHomeAndNoEnvironment() throws {
    let result = try Program.run("-c", "load mnist", "-c", "load mnist full", environment: [:])
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("MNIST sample"))
    #expect(result.errors.contains("BACKSTEP_DATA, XDG_CACHE_HOME and HOME are not set"))
  }

  @Test func aFolderThatCannotBeWritten() throws {
    let scratch = try Scratch()
    chmod(scratch.path, 0o555)
    defer { chmod(scratch.path, 0o755) }
    let result = try Program.run(Self.network + ["-c", "step"], folder: scratch.path)
    #expect(result.status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }

  @Test func theSameBytesAgainAndWithAnyThreads() throws {
    let commands =
      Self.network + [
        "-c", "set l2=0.001", "-c", "optimizer rmsprop rate=0.003", "-c", "step 3", "-c", "epoch",
        "-c", "set precision=17", "-c", "show weights", "-c", "show gradients", "-c", "evaluate",
        "-c", "print W1",
      ]
    let one = try Program.run(["--threads", "1"] + commands)
    #expect(one.status == 0)
    #expect(one.outputBytes.count > 1000)
    for options in [["--threads", "1"], ["--threads", "2"], ["--threads=7"], []] {
      #expect(try Program.run(options + commands).outputBytes == one.outputBytes)
    }
  }

  // MARK: Interrupts

  @Test func anInterruptEndsAScriptWith130() throws {
    let pipes = try Pipes(Self.network + ["-c", "epoch 100000", "-c", "set batch=3"])
    #expect(pipes.wait(for: "784-16-10"))
    usleep(200_000)
    pipes.interrupt()
    let result = pipes.finish()
    #expect(result.status == 130)
    #expect(result.output.hasSuffix("(interrupted)\n"))
    #expect(!result.output.contains("batch:"))
  }

  @Test func anInterruptEndsTheWaitForInput() throws {
    let pipes = try Pipes([])
    pipes.write("set batch=3\n")
    #expect(pipes.wait(for: "batch: 100 -> 3\n"))
    pipes.interrupt()
    let result = pipes.finish()
    #expect(result.status == 130)
    #expect(result.output == "batch: 100 -> 3\n")
  }
}
