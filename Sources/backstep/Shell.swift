import Backprop
import Notebook
import Page

/// The prompt: lines from the keyboard, one after another, until the person leaves.
struct Shell {
  private let interpreter: Interpreter
  private let terminal: Terminal

  init(_ interpreter: Interpreter, _ terminal: Terminal) {
    self.interpreter = interpreter
    self.terminal = terminal
  }

  /// - Returns: the program's exit status.
  func run(_ session: inout Session) -> Int32 {
    terminal.say("Backstep \(version), a debugger for backpropagation.")
    terminal.say("Type \("\"help\"", .name) for help, Ctrl-D to quit.")
    LineEditor.start()
    var lastLine = ""
    while true {
      switch LineEditor.read(prompt: prompt(session)) {
      case .end:
        terminal.say("")
        return 0
      case .interrupted: continue
      case .line(let typed):
        var line = withoutPrompt(typed)
        if line.isEmpty { line = repeatable(lastLine) ?? "" } else { LineEditor.remember(line) }
        lastLine = line
        if case .quit(let status) = interpreter.run(line, in: &session) { return status }
        Interrupt.clear()
      }
    }
  }

  /// `backstep 12 delta 2> `, with the step and the phase once there is a network.
  private func prompt(_ session: Session) -> String {
    guard let clock = session.training?.clock else { return "backstep> " }
    return "backstep \(clock.step) \(clock.phase)> "
  }

  /// A pasted transcript has prompts in front of its commands.
  private func withoutPrompt(_ line: String) -> String {
    line.hasPrefix("> ") ? String(line.dropFirst(2)) : line
  }

  /// An empty line does again what is done again and again.
  private func repeatable(_ line: String) -> String? {
    let full = interpreter.fullName(of: line)
    return full.map { ["step", "phase"].contains($0) } == true ? line : nil
  }
}
