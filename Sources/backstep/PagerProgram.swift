import Page

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The program a person reads long texts with: what `$PAGER` says, else `less -R`, run by the shell as
/// every program does that has pages to show.
struct PagerProgram {
  let command: String
  private let environment: [String: String]

  init(_ environment: [String: String]) {
    let wanted = environment["PAGER"] ?? ""
    command = wanted.isEmpty ? "less -R" : wanted
    // Colours pass through less unless somebody has said what else it shall do.
    self.environment = ["LESS": "-R"].merging(environment) { $1 }
  }

  /// Shows the text and waits for the person to leave.
  ///
  /// - Returns: a sentence when the program could not be run.
  func show(_ text: String) -> String? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return complaint }
    defer { Interrupt.clear() }
    _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
    let process = start(input: ends[0])
    close(ends[0])
    if process != nil { send(Array(text.utf8), to: ends[1]) }
    close(ends[1])
    guard let process else { return complaint }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // As shells say that there is no such program, or that it is none.
    return [126, 127].contains(status >> 8 & 0xFF) && status & 0x7F == 0 ? complaint : nil
  }

  private var complaint: String {
    "The pager \"\(command)\" cannot be run. Set PAGER to one that can, or: set pager=short"
  }

  private func start(input: Int32) -> pid_t? {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    var standard = sigset_t()
    sigfillset(&standard)
    posix_spawnattr_setsigdefault(&attributes, &standard)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let line: [String] = ["/bin/sh", "-c", command]
    var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let failed = posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, &variables)
    return failed == 0 ? process : nil
  }

  /// Until all is written or the person has left.
  private func send(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
