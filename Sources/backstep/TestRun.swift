import Backprop
import Datasets
import Notebook
import Page

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `backstep test`: notebooks run again, some at a time, each in a session and a folder of its own.
struct TestRun {
  let paths: [String]
  let updates: Bool
  let threads: Int
  /// The vector width that the program computes with.
  let variant: String
  let terminal: Terminal

  /// - Returns: the exit status.
  func run() -> Int32 {
    let start = ContinuousClock.now
    let files: [String]
    do { files = try notebooks(at: paths) } catch {
      terminal.complain("\(error)")
      return 1
    }
    Scratch.removeLeftovers()
    let results = Results(count: files.count)
    let environment = terminal.environment.filter { TestRun.variables.contains($0.key) }
    let variant = variant
    inParallel(min(threads, files.count)) {
      while !Interrupt.isRequested, let index = results.next() {
        let result = Scratch.with { folder in
          Engine.$current.withValue(Engine(variant: variant, threads: 1)) {
            NotebookTest(
              file: files[index], environment: environment, workingFolder: folder,
              isInterrupted: { Interrupt.isRequested }
            ).run()
          }
        }
        results.set(result, at: index)
      }
    }
    let all = results.all
    var isUpToDate = true
    for result in all where !(updates && result.isInterrupted) {
      if updates {
        isUpToDate = update(result) && isUpToDate
      } else {
        terminal.show(.report(result.report))
      }
    }
    if Interrupt.isRequested {
      if updates { sayWhatIsUntouched(of: files, all) }
      return 130
    }
    if updates { return isUpToDate ? 0 : 2 }
    let seconds = start.duration(to: .now) / .seconds(1)
    terminal.show(.report(NotebookTest.Result.summary(all, seconds: seconds)))
    return all.allSatisfy(\.passes) ? 0 : 2
  }

  /// A notebook is brought up to date as a whole or not at all.
  private func sayWhatIsUntouched(of files: [String], _ results: [NotebookTest.Result]) {
    let done = Set(results.filter { !$0.isInterrupted }.map(\.file))
    let untouched = files.filter { !done.contains($0) }
    let names = untouched.prefix(3).map(\.description).joined(separator: ", ")
    let more = untouched.count > 3 ? " and \(untouched.count - 3) more" : ""
    terminal.complain(
      untouched.isEmpty
        ? "Interrupted when all notebooks had run." : "Interrupted: \(names)\(more) untouched.")
  }

  /// What leads to the data; nothing else of the person's has a part in a test.
  private static let variables = ["BACKSTEP_DATA", "XDG_CACHE_HOME", "HOME"]

  /// - Returns: whether the notebook now says what the program does.
  private func update(_ result: NotebookTest.Result) -> Bool {
    guard let update = result.update else {
      if !result.passes { terminal.show(.report(result.report)) }
      return result.passes
    }
    do { try updateNotebook(result.file, update.text) } catch {
      terminal.complain("\(error)")
      return false
    }
    terminal.say(
      "updated \(result.file, .strong): \(count: update.lines) line\(update.lines == 1 ? "" : "s")")
    if !update.mendsAll { terminal.show(.report(result.report)) }
    return update.mendsAll
  }
}

/// The results of files that are handed out one by one; any thread may ask.
private final class Results: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var results: [NotebookTest.Result?]
  private var handedOut = 0

  init(count: Int) {
    results = Array(repeating: nil, count: count)
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }

  func next() -> Int? {
    locked {
      guard handedOut < results.count else { return nil }
      handedOut += 1
      return handedOut - 1
    }
  }

  func set(_ result: NotebookTest.Result, at index: Int) { locked { results[index] = result } }

  var all: [NotebookTest.Result] { locked { results.compactMap { $0 } } }
}

/// Runs the same work on so many threads, and waits for all of them.
private func inParallel(_ threads: Int, _ body: @escaping @Sendable () -> Void) {
  final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  // As much as a main thread has: expressions are read and computed recursively.
  pthread_attr_setstacksize(&attributes, 8 << 20)
  var started: [pthread_t] = []
  for _ in 1..<max(threads, 1) {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread: pthread_t = 0
    #endif
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    let failed = pthread_create(
      &thread, &attributes,
      { pointer in
        #if canImport(Darwin)
          let work = Unmanaged<Work>.fromOpaque(pointer)
        #else
          let work = Unmanaged<Work>.fromOpaque(pointer!)
        #endif
        work.takeRetainedValue().body()
        return nil
      }, work)
    #if canImport(Darwin)
      if failed == 0, let thread { started.append(thread) }
    #else
      if failed == 0 { started.append(thread) }
    #endif
  }
  pthread_attr_destroy(&attributes)
  body()
  for thread in started { pthread_join(thread, nil) }
}

/// A folder for the files of one test, gone after it.
private enum Scratch {
  private static let prefix = "backstep-test-"

  /// Where they are made, with its slash.
  private static var parent: String {
    let path = FileManager.default.temporaryDirectory.path
    return path.hasSuffix("/") ? path : path + "/"
  }

  static func with<Result>(_ body: (_ folder: String) -> Result) -> Result {
    guard let (folder, descriptor) = make() else { return body("/nonexistent/") }
    defer {
      try? FileManager.default.removeItem(atPath: folder)
      close(descriptor)
    }
    return body(folder + "/")
  }

  /// A new folder, and what holds the lock on it.
  private static func make() -> (folder: String, descriptor: CInt)? {
    while true {
      var bytes = Array((parent + prefix + "XXXXXX").utf8CString)
      guard mkdtemp(&bytes) != nil else { return nil }
      let folder = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      if Leftovers.hold(descriptor, at: folder) { return (folder, descriptor) }
      close(descriptor)
    }
  }

  /// Removes the folders of tests that were killed.
  static func removeLeftovers() {
    Leftovers.sweep(parent, kind: S_IFDIR) { name in
      name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6
    } remove: {
      try? FileManager.default.removeItem(atPath: $0)
    }
  }
}
