import Page

/// What commands need of the program around them. A test supplies one that keeps what it is told.
public protocol Host: AnyObject {
  /// Whether the person has asked to stop; asked between minibatches.
  var isInterrupted: Bool { get }
  /// The folder of the script that is being run, with its slash; nil at the prompt.
  var scriptFolder: String? { get set }
  /// Whether a notebook is being run, perhaps a stranger's: it writes below the working folder only.
  var isInNotebook: Bool { get set }
  /// Where relative paths begin, with its slash; nil for the program's own working folder.
  var workingFolder: String? { get }
  /// Whether the commands of a session that is replayed are shown.
  var showsReplay: Bool { get }
  /// Where the program's environment variables are looked up.
  var environment: [String: String] { get }
  /// How far a long command is.
  func progress(_ progress: Progress)
  /// What a command came to, or what stands between the commands of a notebook.
  func show(_ item: Item)
}

extension Host {
  public var workingFolder: String? { nil }
  public var showsReplay: Bool { true }
}

/// How far a long command is.
public struct Progress: Sendable {
  /// What is counted.
  public enum Work: Sendable, Equatable {
    /// Minibatches, and the mean loss of those of this epoch so far.
    case minibatches(loss: Double)
    /// Entries of arrays that are checked.
    case entries
    /// Samples that are run through the network.
    case samples
    /// Bytes of a file that is being fetched.
    case bytes(file: String)
  }

  public let work: Work
  public let done: Int
  /// How much there is to do; nil when that is not known.
  public let total: Int?

  init(_ work: Work, done: Int, total: Int?) {
    (self.work, self.done, self.total) = (work, done, total)
  }

  init(done: Int, total: Int, loss: Double) {
    self.init(.minibatches(loss: loss), done: done, total: total)
  }
}

/// Something that appears as a script goes on.
public enum Item: Sendable {
  /// Markdown between the blocks of a notebook.
  case prose(String)
  /// A command of a notebook, before it runs.
  case command(String)
  case report(Report)
}

/// What one command came to.
public struct Report: Sendable {
  /// The command with its first word in full.
  public let command: String
  public let page: Page
  public let seconds: Double
  public let failure: Failure?
  /// Where the command stands: `FILE:LINE`, or nil at the prompt.
  public let place: String?
  /// Whether a notebook says that the command must fail.
  public let isFailureExpected: Bool
  /// Significant digits of the numbers on the screen.
  public let precision: Int
  /// Whether the page says all that the failure's sentence does.
  public var pageSaysFailure = false
}

extension Report {
  /// A failure that no command's own work led to.
  init(failure: Failure, command: String = "", place: String? = nil) {
    self.init(command: command, page: .empty, seconds: 0, failure: failure, place: place)
  }

  /// What the program itself has done.
  init(command: String, page: Page, seconds: Double, failure: Failure?, place: String? = nil) {
    self.init(
      command: command, page: page, seconds: seconds, failure: failure, place: place,
      isFailureExpected: false, precision: 4)
  }
}

/// Why a command did not do what was asked.
public struct Failure: Error, Sendable {
  public enum Kind: Sendable { case command, verification, interrupted }

  public let kind: Kind
  public let message: String
  /// What there is to see all the same.
  public let page: Page
  /// Where a command came to that did not reach its goal; nil when the session stays as it was.
  let session: Session?

  public init(_ kind: Kind, _ message: String, page: Page = .empty) {
    self.init(kind, message, page: page, session: nil)
  }

  init(_ kind: Kind, _ message: String, page: Page, session: Session?) {
    self.kind = kind
    self.message = shortenedSentence(message)
    self.page = page
    self.session = session
  }

  /// The status the program ends with when this stops a script.
  public var status: Int32 {
    switch kind {
    case .command: 1
    case .verification: 2
    case .interrupted: 130
    }
  }
}

/// A sentence for the person at the keyboard: the value and the way out.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
