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
    rl_getc_function = { _ in LineEditor.nextByte() }
  }

  /// The next byte from the keyboard. Ctrl-C counts as the end of the line, in a search through the
  /// history too; `read` then drops the line.
  ///
  /// SIGINT is let in only while waiting, so that none falls between the question whether there was
  /// one and the wait.
  private static func nextByte() -> Int32 {
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGINT)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    while !Interrupt.isRequested {
      var keyboard = fd_set()
      keyboard.insertStandardInput()
      if pselect(STDIN_FILENO + 1, &keyboard, nil, nil, nil, &before) < 0 {
        guard errno == EINTR else { return EOF }
        // A new size of the window, for one.
        rl_check_signals()
        continue
      }
      var byte: UInt8 = 0
      let count = readByte(&byte)
      if count == 1 { return Int32(byte) }
      if count == 0 || errno != EINTR { return EOF }
    }
    return Int32(UInt8(ascii: "\n"))
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

/// `read` of the system, whose name `LineEditor.read` hides.
private func readByte(_ byte: inout UInt8) -> Int {
  read(STDIN_FILENO, &byte, 1)
}

extension fd_set {
  /// FD_SET for descriptor 0: the first bit of the first word, on every system.
  fileprivate mutating func insertStandardInput() {
    withUnsafeMutableBytes(of: &self) { $0[0] |= 1 }
  }
}
