@preconcurrency import CReadline

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// GNU readline: a line from the person at the terminal.
enum LineEditor {
  enum Input: Equatable {
    case line(String)
    case interrupted
    case end
  }

  /// Prepares readline: `$if backstep` in ~/.inputrc is ours, the locale says how wide letters are.
  static func start() {
    setlocale(LC_CTYPE, "")
    rl_readline_name = UnsafePointer(strdup("backstep"))
    rl_catch_signals = 0
    rl_signal_event_hook = {
      if Interrupt.isRequested {
        rl_callback_sigcleanup()
        rl_done = 1
      }
      return 0
    }
  }

  /// Shows the prompt and waits for a line, Ctrl-C or the end.
  static func read(prompt: String) -> Input {
    Interrupt.clear()
    guard let text = readline(prompt) else { return Interrupt.isRequested ? .interrupted : .end }
    defer { free(text) }
    if Interrupt.isRequested {
      Interrupt.clear()
      return .interrupted
    }
    return .line(String(cString: text))
  }

  static func remember(_ line: String) {
    add_history(line)
  }
}
