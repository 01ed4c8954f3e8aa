import Foundation
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

typealias Scratch = TestSupport.Scratch

/// The program itself, as a process of its own.
enum Program {
  /// The executable that was built beside these tests.
  static let path: String = {
    let arguments = CommandLine.arguments.filter { $0.contains(".xctest") }
    for start in arguments + [Bundle.main.executablePath ?? ""] {
      var folder = URL(fileURLWithPath: start).resolvingSymlinksInPath()
      for _ in 1...5 {
        folder.deleteLastPathComponent()
        let candidate = folder.appendingPathComponent("backstep").path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
          !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: candidate)
        {
          return candidate
        }
      }
    }
    fatalError("no executable backstep near \(CommandLine.arguments[0])")
  }()

  /// Few variables, so that those of the person who runs the tests change nothing.
  static let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "INPUTRC": "/dev/null"]

  struct Result {
    /// The exit status; 128 and the signal where one ended it.
    let status: Int32
    let outputBytes: [UInt8]
    let errorBytes: [UInt8]

    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    var errors: String { String(decoding: errorBytes, as: UTF8.self) }
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    var hasEscapes: Bool { (outputBytes + errorBytes).contains(0x1B) }
  }

  /// Runs it to its end with this on its standard input.
  static func run(
    _ arguments: String..., input: String = "", environment: [String: String] = environment,
    folder: String? = nil
  ) throws -> Result {
    try run(arguments, input: input, environment: environment, folder: folder)
  }

  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = environment,
    folder: String? = nil
  ) throws -> Result {
    let pipes = try Pipes(arguments, environment: environment, folder: folder)
    pipes.write(input)
    pipes.closeInput()
    return pipes.finish()
  }

  /// Runs a line of the shell in which `$0` is the program.
  static func runInShell(_ line: String) throws -> Result {
    let pipes = try Pipes(["-c", line, path], executable: "/bin/sh", environment: environment)
    pipes.closeInput()
    return pipes.finish()
  }

  /// Starts a process.
  ///
  /// - Parameters:
  ///   - files: what the child's descriptors 0, 1 and 2 are, unless it gets a terminal.
  ///   - terminal: the terminal it shall have for all three, and for its signals.
  static func spawn(
    _ executable: String, _ arguments: [String], environment: [String: String],
    files: [Int32] = [], terminal: String? = nil
  ) throws -> pid_t {
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
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    if let terminal {
      // The first terminal that the leader of a session opens becomes its own.
      #if canImport(Darwin)
        flags |= POSIX_SPAWN_SETSID
      #else
        flags |= 0x80
      #endif
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
    for (descriptor, file) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file, Int32(descriptor))
    }
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var (standard, none) = (sigset_t(), sigset_t())
    sigfillset(&standard)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &standard)
    posix_spawnattr_setsigmask(&attributes, &none)

    var argv: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process: pid_t = 0
    let failure = descriptors.withLock {
      posix_spawn(&process, executable, &actions, &attributes, &argv, &envp)
    }
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    return process
  }

  /// Held while descriptors are made and while a process starts: one that another test's child
  /// inherits by chance would never be seen to close.
  static let descriptors = NSLock()

  /// Keeps a descriptor from the children to come.
  static func closeInChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

  /// Waits for a process: its exit status, or 128 and the signal.
  static func status(of process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}

/// The program between three pipes.
final class Pipes {
  let process: pid_t
  private var input: Int32
  private let output: Int32
  private let errors: Int32
  private var outputBytes: [UInt8] = []
  private var errorBytes: [UInt8] = []

  init(
    _ arguments: [String], executable: String = Program.path,
    environment: [String: String] = Program.environment, folder: String? = nil
  ) throws {
    // A program that ends before it has read its input is no reason to end the tests.
    signal(SIGPIPE, SIG_IGN)
    let pipes = (0..<3).map { _ in Pipes.closedInChildren() }
    let files = [pipes[0].read, pipes[1].write, pipes[2].write]
    if let folder {
      process = try Program.spawn(
        "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", folder, executable] + arguments,
        environment: environment, files: files)
    } else {
      process = try Program.spawn(executable, arguments, environment: environment, files: files)
    }
    for file in files { close(file) }
    (input, output, errors) = (pipes[0].write, pipes[1].read, pipes[2].read)
  }

  deinit {
    closeInput()
    close(output)
    close(errors)
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var from = 0
    while from < bytes.count {
      let count = bytes[from...].withUnsafeBytes { systemWrite(input, $0.baseAddress!, $0.count) }
      if count <= 0 { return }
      from += count
    }
  }

  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  func interrupt() { kill(process, SIGINT) }

  /// Reads until standard output has this text; whether it came in time.
  func wait(for text: String) -> Bool {
    read { String(decoding: $0.outputBytes, as: UTF8.self).contains(text) }
  }

  /// Reads to the end of both streams and waits for the process. One that hangs is ended.
  func finish() -> Program.Result {
    if !read(until: { _ in false }) { kill(process, SIGKILL) }
    return Program.Result(
      status: Program.status(of: process), outputBytes: outputBytes, errorBytes: errorBytes)
  }

  /// Reads until the condition holds, or both streams have ended, or half a minute is over.
  private func read(until condition: (Pipes) -> Bool) -> Bool {
    let start = ContinuousClock.now
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var open = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
    open.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0))
    while !condition(self) {
      guard ContinuousClock.now - start < .seconds(30) else { return false }
      if open.isEmpty { return true }
      guard poll(&open, nfds_t(open.count), 100) > 0 else { continue }
      for entry in open where entry.revents != 0 {
        let count = systemRead(entry.fd, &buffer, buffer.count)
        if count <= 0 {
          open.removeAll { $0.fd == entry.fd }
        } else if entry.fd == output {
          outputBytes += buffer[..<count]
        } else {
          errorBytes += buffer[..<count]
        }
      }
    }
    return true
  }

  private static func closedInChildren() -> (read: Int32, write: Int32) {
    Program.descriptors.withLock {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      for end in ends { Program.closeInChildren(end) }
      return (ends[0], ends[1])
    }
  }
}

func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, bytes, count)
}

func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, bytes, count)
}
