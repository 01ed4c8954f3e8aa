import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C: a flag that is raised by the signal and asked for between minibatches.
enum Interrupt {
  private static let flag = Atomic(false)
  private static let hasPrompt = Atomic(false)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  static func clear() { flag.store(false, ordering: .relaxed) }

  /// Catches SIGINT without restarting what it interrupts, so that a read returns.
  static func install() {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { _ in Interrupt.raise() }
    #else
      action.__sigaction_handler.sa_handler = { _ in Interrupt.raise() }
    #endif
    sigaction(SIGINT, &action, nil)
  }

  /// From here on Ctrl-C leads back to the prompt, however often it comes.
  static func announcePrompt() { hasPrompt.store(true, ordering: .relaxed) }

  /// Called by the signal. A second Ctrl-C, before anything has answered the first, ends a program
  /// that has no prompt to come back to.
  private static func raise() {
    let isSecond = flag.exchange(true, ordering: .relaxed)
    if isSecond, !hasPrompt.load(ordering: .relaxed) { _exit(130) }
  }
}
