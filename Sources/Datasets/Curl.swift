#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Fetches one URL with the system's curl, which knows TLS, certificates, proxies and redirects.
///
/// ```swift
/// try Curl(environment: environment).fetch(
///   "https://example.org/digits.gz", isInterrupted: { false }
/// ) { piece, total in … }
/// ```
struct Curl {
  /// The program's name, looked for in PATH.
  var program = "curl"
  /// Its environment variables: proxies and certificates are named there.
  let environment: [String: String]
  /// Seconds without a byte before a server is given up.
  var patience = 30
  /// An answer with more bytes than this is not one of MNIST's files.
  var largest = 64 << 20

  /// Why a server does not give what it is asked for: another one may.
  struct Failure: Error {
    let reason: String
  }

  /// There is no such program.
  struct NotInstalled: Error {}

  /// Fetches until the end of the answer.
  ///
  /// - Parameters:
  ///   - isInterrupted: asked at least ten times a second.
  ///   - receive: takes the next bytes, and how many there will be if the server says so. It is called
  ///     without any while nothing comes.
  /// - Throws: `Failure`, `NotInstalled`, `DownloadInterrupted`, or what `receive` throws.
  func fetch(
    _ url: String, isInterrupted: () -> Bool, receive: (UnsafeRawBufferPointer, Int?) throws -> Void
  ) throws {
    if isInterrupted() { throw DownloadInterrupted() }
    let child = try Child(program, arguments(url), environment)
    defer { child.end() }
    var log = Log()
    var received = 0
    var lastSign = ContinuousClock.now
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while let news = child.wait(milliseconds: 100) {
      if isInterrupted() { throw DownloadInterrupted() }
      // The headers come before what they announce.
      let logged = news.log ? child.read(.log, into: &buffer) : 0
      log.add(buffer[..<logged])
      let count = news.answer ? child.read(.answer, into: &buffer) : 0
      received += count
      guard received <= largest else { throw Failure(reason: tooLarge) }
      try buffer.withUnsafeBytes { bytes in
        // A server may announce less than it sends.
        let total = log.total.flatMap { $0 >= received ? $0 : nil }
        try receive(UnsafeRawBufferPointer(rebasing: bytes[..<count]), total)
      }
      if logged + count > 0 { lastSign = .now }
      // curl counts from the moment of the connection only.
      guard ContinuousClock.now - lastSign < .seconds(patience + 2) else {
        throw Failure(reason: nothingCame)
      }
    }
    try check(child.exit(isInterrupted: isInterrupted), log, received)
  }

  private func arguments(_ url: String) -> [String] {
    [
      // --disable comes first: a person's ~/.curlrc may send the answer elsewhere. --verbose shows the
      // headers, and with them how much is to come.
      "--disable", "--silent", "--show-error", "--verbose", "--fail", "--globoff",
      "--location", "--max-redirs", "10", "--proto", "=http,https,file", "--proto-redir",
      "=http,https", "--connect-timeout", "\(patience)", "--speed-limit", "1", "--speed-time",
      "\(patience)", "--max-filesize", "\(largest)", "--url", url,
    ]
  }

  private var nothingCame: String { "nothing came for \(patience) s" }
  private var tooLarge: String {
    "it has more than \(largest.grouped) bytes, and no file of MNIST is that large"
  }

  /// What curl's exit status means (EXIT CODES in its manual).
  private func check(_ status: CInt, _ log: Log, _ received: Int) throws {
    // A process that ended by itself has its status in the second byte, another its signal in the first.
    guard status & 0x7F == 0 else {
      throw Failure(reason: "curl was ended by signal \(status & 0x7F)")
    }
    let code = status >> 8 & 0xFF
    let message = log.message ?? "curl ended with status \(code)"
    let reason: String
    switch code {
    case 0: return
    case 3: reason = "this is no URL (a space in it is written %20)"
    case 5: reason = "the name of the proxy cannot be resolved"
    case 6: reason = "the name of the host cannot be resolved (is there a network?)"
    case 7: reason = "cannot connect (\(log.refusal ?? "nothing answers there"))"
    case 18, 55, 56, 92:
      let total = log.total.map { " of \($0.grouped)" } ?? ""
      reason = "the connection was cut after \(received.grouped)\(total) bytes"
    case 22: reason = "the server answered \(log.status ?? "with an error")"
    case 28: reason = nothingCame
    case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91:
      reason = "no secure connection (\(message))"
    case 37: reason = "there is no such file, or it cannot be read"
    case 47: reason = "the server passes it on without end"
    case 52: reason = "the server closed the connection without an answer"
    case 63: reason = tooLarge
    // Where posix_spawnp leaves it to the child to look for the program.
    case 127: throw NotInstalled()
    default: reason = message
    }
    throw Failure(reason: reason)
  }
}

/// The person has asked to stop; what is complete is kept.
public struct DownloadInterrupted: Error {}

/// What curl says about a transfer: a header after `<`, an error after `curl:`.
private struct Log {
  /// "404 Not Found"
  private(set) var status: String?
  /// Bytes that the answer will have.
  private(set) var total: Int?
  /// The system's reason why there is no connection.
  private(set) var refusal: String?
  private(set) var message: String?
  private var line: [UInt8] = []

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        // A server chooses what stands here: nothing of it may reach a terminal as a command.
        read(String(decoding: line.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      } else if line.count < 200 {
        line.append(byte)
      }
    }
  }

  private mutating func read(_ line: String) {
    if line.hasPrefix("< HTTP/") {
      // Of several answers, as a redirect brings them, the last one counts.
      status = line.split(separator: " ").dropFirst(2).joined(separator: " ")
      total = nil
    } else if line.lowercased().hasPrefix("< content-length:") {
      total = line.split(separator: ":").last.flatMap { Int($0.drop { $0 == " " }) }
    } else if line.hasPrefix("* connect to ") {
      refusal = line.split(separator: ":").last.map { String($0.drop { $0 == " " }) }
    } else if line.hasPrefix("curl: (") {
      message = line.split(separator: " ", maxSplits: 2).last.map(String.init)
    }
  }
}

/// A program that runs beside this one: its standard output is the answer, its standard error the log.
private final class Child {
  enum Channel: Int { case answer, log }

  private let id: pid_t
  /// Where the two are read, by `Channel`; -1 after the end.
  private var channels: [pollfd]
  private var isOver = false

  init(_ program: String, _ arguments: [String], _ environment: [String: String]) throws {
    let (answer, log) = (try Pipe(), try Pipe())
    defer {
      close(answer.input)
      close(log.input)
    }
    var files = FileActions.none
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&files, answer.input, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&files, log.input, STDERR_FILENO)

    // A process group of its own: Ctrl-C at the terminal reaches this program, which then decides.
    // The signals are as a program expects them, whatever this thread blocks or ignores.
    var attributes = Attributes.none
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var id: pid_t = 0
    let status = withCStrings([program] + arguments) { words in
      withCStrings(environment.map { "\($0)=\($1)" }) { variables in
        posix_spawnp(&id, program, &files, &attributes, words, variables)
      }
    }
    self.id = id
    channels = [answer.output, log.output].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard status == 0 else {
      isOver = true
      end()
      if status == ENOENT { throw Curl.NotInstalled() }
      throw DatasetError("Cannot start \(program): \(systemReason(status)).")
    }
  }

  /// Waits for news, and says what has some; nil when both channels have ended.
  func wait(milliseconds: CInt) -> (answer: Bool, log: Bool)? {
    guard channels.contains(where: { $0.fd >= 0 }) else { return nil }
    // A signal ends the wait with no news: what is in `revents` then is old.
    guard poll(&channels, nfds_t(channels.count), milliseconds) > 0 else { return (false, false) }
    return (channels[0].revents != 0, channels[1].revents != 0)
  }

  /// Reads what is there into the beginning of the buffer and returns how many bytes that is.
  func read(_ channel: Channel, into buffer: inout [UInt8]) -> Int {
    let descriptor = channels[channel.rawValue].fd
    let count = systemRead(descriptor, &buffer, buffer.count)
    if count < 0, errno == EINTR { return 0 }
    if count <= 0 {
      close(descriptor)
      channels[channel.rawValue].fd = -1
    }
    return max(0, count)
  }

  /// The status that the program ends with.
  func exit(isInterrupted: () -> Bool) throws -> CInt {
    var status: CInt = 0
    while true {
      let ended = waitpid(id, &status, WNOHANG)
      if ended == id { break }
      if ended < 0, errno != EINTR {
        isOver = true
        throw DatasetError("Cannot wait for curl: \(systemReason()).")
      }
      if isInterrupted() { throw DownloadInterrupted() }
      usleep(1000)
    }
    isOver = true
    return status
  }

  /// Ends the program if it has not ended, and closes what is open.
  func end() {
    if !isOver {
      kill(id, SIGKILL)
      while waitpid(id, nil, 0) < 0, errno == EINTR {}
      isOver = true
    }
    for index in channels.indices where channels[index].fd >= 0 {
      close(channels[index].fd)
      channels[index].fd = -1
    }
  }
}

/// The two ends of a pipe, which another program does not inherit unasked.
private struct Pipe {
  let output: CInt
  let input: CInt

  init() throws {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw DatasetError("Cannot start curl: \(systemReason()).") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (output, input) = (ends[0], ends[1])
  }
}

// The same structures are values on Linux and pointers on macOS.
#if canImport(Darwin)
  private typealias FileActions = posix_spawn_file_actions_t?
  private typealias Attributes = posix_spawnattr_t?
#else
  private typealias FileActions = posix_spawn_file_actions_t
  private typealias Attributes = posix_spawnattr_t

  extension posix_spawn_file_actions_t {
    fileprivate static var none: Self { Self() }
  }

  extension posix_spawnattr_t {
    fileprivate static var none: Self { Self() }
  }
#endif

/// Texts as C passes them to a program: an array of addresses that ends in nil.
private func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies + [nil])
}
