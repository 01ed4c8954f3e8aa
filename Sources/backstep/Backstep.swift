import ArgumentParser
import Backprop
import Notebook

/// The program: its options, and what they start.
@main
struct Backstep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backstep",
    abstract: "A debugger for backpropagation.",
    usage: """
      backstep                         the shell
      backstep -c 'COMMAND' [-c ...]   run commands, then exit
      backstep run FILE...             run notebooks (.md) or files of commands
      backstep test PATH...            run notebooks again and compare what they print
      backstep replay STATE.json       execute a saved session's journal again and verify it
      """,
    discussion: """
      Commands are read from standard input when that is no terminal. "help" in the shell lists the \
      commands.

      examples:
        backstep -c 'load mnist' -c 'network 784-30-10' -c 'step' -c 'show gradients'
        backstep run sessions/tour.md
        backstep test sessions
        printf 'load mnist\\ndigit 0\\n' | backstep --json

      exit status: 0 all well, 1 a command failed, 2 a verification failed, 64 wrong use of these
      options, 130 interrupted, 141 nobody read the output to its end.
      """,
    version: "backstep \(version)")

  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a command.", valueName: "command"))
  var commands: [String] = []

  @Flag(help: "Write one JSON object a command.")
  var json = false

  @Option(help: "Colours: auto (on a terminal), always or never.")
  var color = ColorChoice.auto

  @Flag(name: .customLong("no-init"), help: "Do not run the init file.")
  var skipsInit = false

  @Flag(help: "Go on after a command that fails; the first failure's status is the result.")
  var keepGoing = false

  @Option(help: "Threads that share the arithmetic (default: all cores). No result depends on it.")
  var threads: Int?

  @Flag(help: "With test: write what is printed now in place of the lines that differ.")
  var update = false

  @Option(help: "With run: write it with its outputs to a file, .html or .ipynb.")
  var export: String?

  @Option(name: .customLong("to"), help: "With replay: stop at this step and go on from there.")
  var step: Int?

  @Argument(
    help: ArgumentHelp("\"run\", \"test\" or \"replay\", and files.", valueName: "run FILE"))
  var words: [String] = []

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads \(threads) is not possible: it goes from 1 to 256.")
    }
    if let word = words.first {
      guard ["run", "test", "replay"].contains(word) else {
        throw ValidationError("There is no \"backstep \(word)\". Try: backstep run \(word)")
      }
      guard words.count > 1 else {
        throw ValidationError(
          "\"backstep \(word)\" needs a file. Try: backstep \(word) sessions/tour.md")
      }
      guard commands.isEmpty else {
        throw ValidationError("-c and \(word) do not go together.")
      }
    }
    guard words.first != "replay" || words.count == 2 else {
      throw ValidationError("replay takes one file. Try: backstep replay \(words[1])")
    }
    guard step == nil || words.first == "replay" else {
      throw ValidationError("--to goes with replay. Try: backstep replay session.json --to 12")
    }
    guard export == nil || words.first == "run" else {
      throw ValidationError("--export goes with run. Try: backstep run my.md --export my.html")
    }
    guard !update || words.first == "test" else {
      throw ValidationError("--update goes with test. Try: backstep test --update sessions")
    }
  }

  func run() throws {
    let terminal = Terminal(color: color, isJSON: json)
    Interrupt.install()
    // No result depends on it: a test asks for another width to see that.
    let variant = terminal.environment["BACKSTEP_VECTORS"].flatMap {
      Engine.variants.contains($0) ? $0 : nil
    }
    let engine = Engine(variant: variant, threads: threads ?? Workers.coreCount)
    let status = Engine.$current.withValue(engine) {
      work(terminal)
    }
    terminal.flush()
    throw ExitCode(status)
  }

  private func work(_ terminal: Terminal) -> Int32 {
    if words.first == "test" { return test(terminal) }
    var interpreter = Interpreter(host: terminal)
    interpreter.keepsGoing = keepGoing
    var session = Session()
    let isShell = commands.isEmpty && (words.isEmpty || step != nil) && terminal.hasKeyboard
    if isShell { Shell.banner(terminal) }
    if !skipsInit { runInitFile(interpreter, &session, terminal, isShell: isShell) }
    if !commands.isEmpty {
      let script = Script(commands.joined(separator: "\n"), name: "-c")
      return interpreter.play(script, in: &session).status
    }
    if words.first == "run" { return runFiles(interpreter, &session, terminal) }
    if words.first == "replay" {
      let to = step.map { " --to \($0)" } ?? ""
      terminal.showsReplay = false
      let status = interpreter.run("replay \(quotedWord(words[1]))\(to)", in: &session).status
      terminal.showsReplay = true
      if step == nil || status != 0 { return status }
    }
    if isShell {
      interpreter.isInteractive = true
      var shell = Shell(interpreter, terminal)
      return shell.run(&session)
    }
    return interpreter.playStandardInput(in: &session).status
  }

  private func test(_ terminal: Terminal) -> Int32 {
    if update, !(terminal.environment["CI"] ?? "").isEmpty {
      terminal.complain(
        "--update is refused where CI is set: a test is to fail there. Update, read and commit first."
      )
      return 1
    }
    return TestRun(
      paths: Array(words.dropFirst()), updates: update, threads: threads ?? Workers.coreCount,
      variant: Engine.current.variant, terminal: terminal
    ).run()
  }

  /// The person's own commands, before all others. At the prompt they show what they print; anywhere
  /// else only what goes wrong shows, so that it does not mix with what a script prints.
  private func runInitFile(
    _ interpreter: Interpreter, _ session: inout Session, _ terminal: Terminal, isShell: Bool
  ) {
    guard let folder = userFolder("XDG_CONFIG_HOME", else: ".config", terminal.environment),
      fileExists(folder + "/init")
    else { return }
    terminal.isQuiet = !isShell
    defer { terminal.isQuiet = false }
    do {
      _ = try interpreter.play(file: folder + "/init", in: &session)
    } catch {
      terminal.complain("\(error)")
    }
  }

  /// The files one after another in one session.
  private func runFiles(
    _ interpreter: Interpreter, _ session: inout Session, _ terminal: Terminal
  ) -> Int32 {
    var status: Int32 = 0
    session.beginTranscript()
    for file in words.dropFirst() {
      let outcome = interpreter.run("run \(quotedWord(file))", in: &session)
      if case .quit(let wanted) = outcome { return wanted ?? status }
      if status == 0 { status = outcome.status }
      if outcome != .done, !keepGoing || Interrupt.isRequested { return status }
    }
    if let export {
      let outcome = interpreter.run("export \(quotedWord(export))", in: &session)
      if status == 0 { status = outcome.status }
    }
    return status
  }
}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}
