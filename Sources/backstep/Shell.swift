import Backprop
import Notebook
import Page

/// The prompt: lines from the keyboard, one after another, until the person leaves.
struct Shell {
  private let interpreter: Interpreter
  private let terminal: Terminal
  private let history: HistoryFile?
  private var lastLine = ""
  private var isTranscript = false

  init(_ interpreter: Interpreter, _ terminal: Terminal) {
    self.interpreter = interpreter
    self.terminal = terminal
    history = HistoryFile(environment: terminal.environment)
  }

  static func banner(_ terminal: Terminal) {
    terminal.say("Backstep \(version), a debugger for backpropagation.")
    terminal.say("Type \("\"help\"", .name) for help, Ctrl-D to quit.")
  }

  /// - Returns: the program's exit status.
  mutating func run(_ session: inout Session) -> Int32 {
    let old = history?.load() ?? []
    lastRemembered = old.last
    LineEditor.start(history: old)
    Interrupt.announcePrompt()
    while true {
      let shown = ContinuousClock.now
      let state = session
      switch LineEditor.read(
        prompt: PromptFormat.text(for: session),
        completing: { state.completions(of: $0, after: $1) })
      {
      case .end:
        terminal.say("")
        if mayLeave(session) { return 0 }
      case .interrupted: isTranscript = false
      case .lines(let lines):
        let isPasted = ContinuousClock.now - shown < .milliseconds(30)
        for line in commands(in: lines, isPasted: isPasted) {
          if case .quit(let status) = run(line, in: &session) {
            let isTyped = interpreter.fullName(of: line) == "quit"
            if !isTyped || mayLeave(session) { return status ?? 0 }
            break
          }
          if Interrupt.isRequested { break }
        }
        Interrupt.clear()
      }
    }
  }

  private var lastRemembered: String?
  private var warned: Session.Place?

  /// Whether to leave at once; a session that would be lost is worth a sentence, once.
  private mutating func mayLeave(_ session: Session) -> Bool {
    guard let sentence = session.sentenceForLeaving, warned != session.place else { return true }
    warned = session.place
    terminal.say(Line(text: sentence, .note))
    return false
  }

  private mutating func run(_ typed: String, in session: inout Session) -> Interpreter.Outcome {
    var line = typed
    if line.allSatisfy(\.isWhitespace) { line = repeatable(lastLine) ?? "" } else { remember(line) }
    lastLine = line
    terminal.pager = session.pager
    defer { terminal.pager = .off }
    return interpreter.run(line, in: &session)
  }

  /// Keeps a line for the arrow keys, unless it begins with a space or is the one before again.
  private mutating func remember(_ typed: String) {
    var line = typed
    while line.last?.isWhitespace == true { line.removeLast() }
    guard !line.hasPrefix(" "), line != lastRemembered else { return }
    lastRemembered = line
    LineEditor.remember(line)
    history?.append(line)
  }

  /// What to run of the lines that came. In a pasted transcript the commands stand after `> `, and
  /// the lines without it are what they printed; nobody types a line within 30 ms of the prompt.
  private mutating func commands(in lines: [String], isPasted: Bool) -> [String] {
    let commands = lines.filter { $0.hasPrefix("> ") }.map { String($0.dropFirst(2)) }
    if !commands.isEmpty {
      isTranscript = true
      return commands
    }
    isTranscript = isTranscript && isPasted
    return isTranscript ? [] : lines.count > 1 ? lines.filter { !$0.isEmpty } : lines
  }

  /// An empty line does again what is done again and again.
  private func repeatable(_ line: String) -> String? {
    let full = interpreter.fullName(of: line)
    return full.map { ["step", "phase", "back", "continue"].contains($0) } == true ? line : nil
  }
}
