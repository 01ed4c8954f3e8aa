@preconcurrency import CReadline
import Notebook
import Page

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// GNU readline: a line from the person at the terminal, with completion and history. Readline keeps
/// its state in C globals, and so this file does.
enum LineEditor {
  enum Input: Equatable {
    /// A line, or several that were pasted together.
    case lines([String])
    case interrupted
    case end
  }

  /// What Tab offers for a word, given the line to its left.
  nonisolated(unsafe) private static var complete: (String, String) -> Completion = { _, _ in
    .words([])
  }
  nonisolated(unsafe) private static var candidates: [String] = []

  /// Prepares readline: `$if backstep` in ~/.inputrc is ours, the locale says how wide letters are.
  static func start(history: [String]) {
    setlocale(LC_CTYPE, "")
    rl_readline_name = UnsafePointer(strdup("backstep"))
    rl_catch_signals = 0
    rl_catch_sigwinch = 0
    catchChangeOfSize()
    rl_getc_function = { _ in LineEditor.nextByte() }
    rl_attempted_completion_function = { _, start, end in
      LineEditor.matches(start: Int(start), end: Int(end))
    }
    rl_completion_word_break_hook = { LineEditor.breakCharacters() }
    rl_completer_quote_characters = UnsafePointer(strdup("'\""))
    rl_filename_quote_characters = UnsafePointer(strdup(" '\"#"))
    using_history()
    stifle_history(Int32(HistoryFile.limit))
    for line in history { add_history(line.harmless()) }
    rl_initialize()
    if let begin = "\\e[200~".utf8CString.withUnsafeBufferPointer({ strdup($0.baseAddress!) }) {
      rl_bind_keyseq(begin, { count, key in LineEditor.paste(count, key) })
      free(begin)
    }
  }

  /// Shows the prompt and waits for a line, Ctrl-C or the end.
  static func read(
    prompt: String, completing complete: @escaping (String, String) -> Completion
  ) -> Input {
    Interrupt.clear()
    LineEditor.complete = complete
    fitScreen()
    guard let text = readline(prompt) else { return Interrupt.isRequested ? .interrupted : .end }
    defer { free(text) }
    if Interrupt.isRequested {
      Interrupt.clear()
      return .interrupted
    }
    return .lines(
      String(cString: text).split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        .map(String.init))
  }

  static func remember(_ line: String) {
    add_history(line)
  }
}

// MARK: - The screen

extension LineEditor {
  nonisolated(unsafe) private static var size: ScreenSize?

  /// Tells readline the size of the screen, which divides by what it is told: it does not ask itself.
  private static func fitScreen() {
    let now = ScreenSize(STDOUT_FILENO)
    guard now != size else { return }
    size = now
    rl_set_screen_size(Int32(now.rows), Int32(now.columns))
  }

  /// Has a new size of the window end the wait for a key.
  private static func catchChangeOfSize() {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { _ in }
    #else
      action.__sigaction_handler.sa_handler = { _ in }
    #endif
    sigaction(SIGWINCH, &action, nil)
  }
}

// MARK: - Keys

extension LineEditor {
  /// The next byte from the keyboard. Ctrl-C counts as the end of the line, in a search through the
  /// history too; `read` then drops the line.
  ///
  /// SIGINT and SIGWINCH are let in only while waiting, so that none falls between the question
  /// whether there was one and the wait.
  private static func nextByte() -> Int32 {
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGINT)
    sigaddset(&blocked, SIGWINCH)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    while !Interrupt.isRequested {
      if ScreenSize(STDOUT_FILENO) != size {
        rl_clear_visible_line()
        fitScreen()
        rl_on_new_line()
        rl_redisplay()
      }
      var keyboard = fd_set()
      keyboard.insertStandardInput()
      if pselect(STDIN_FILENO + 1, &keyboard, nil, nil, nil, &before) < 0 {
        guard errno == EINTR else { return EOF }
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

  /// Pasted text goes into the line; when it has several lines, they are run at once.
  private static func paste(_ count: Int32, _ key: Int32) -> Int32 {
    let result = rl_bracketed_paste_begin(count, key)
    if let line = rl_line_buffer, strchr(line, 10) != nil || strchr(line, 13) != nil {
      rl_newline(1, 10)
    }
    return result
  }
}

// MARK: - Tab

extension LineEditor {
  /// Words end at spaces; in expressions at operators and brackets as well.
  private static func breakCharacters() -> UnsafeMutablePointer<CChar>? {
    let line = Array(String(cString: rl_line_buffer).utf8)
    let before = String(decoding: line.prefix(Int(rl_point)), as: UTF8.self)
    return Interpreter.endsInExpression(before) ? expressionBreaks : wordBreaks
  }

  nonisolated(unsafe) private static let expressionBreaks = strdup(" \t[](),:+-*/^%<>=!")
  nonisolated(unsafe) private static let wordBreaks = strdup(" \t")

  /// What readline asks: the matches for the word between `start` and `end`, in C's memory.
  private static func matches(
    start: Int, end: Int
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let line = Array(String(cString: rl_line_buffer).utf8)
    let before = String(decoding: line[..<min(start, line.count)], as: UTF8.self)
    let word = String(decoding: line[min(start, line.count)..<min(end, line.count)], as: UTF8.self)
    switch complete(word, before) {
    case .files: return nil
    case .words(let words):
      rl_attempted_completion_over = 1
      candidates = words.filter { !$0.unicodeScalars.contains(where: \.isOrder) }
      if words.count == 1, "=(".contains(words[0].suffix(1)) { rl_completion_append_character = 0 }
      return rl_completion_matches(word) { _, index in
        Int(index) == 0 ? LineEditor.nextCandidate(restart: true) : LineEditor.nextCandidate()
      }
    }
  }

  nonisolated(unsafe) private static var nextIndex = 0

  private static func nextCandidate(restart: Bool = false) -> UnsafeMutablePointer<CChar>? {
    if restart { nextIndex = 0 }
    guard nextIndex < candidates.count else { return nil }
    defer { nextIndex += 1 }
    return strdup(candidates[nextIndex])
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
