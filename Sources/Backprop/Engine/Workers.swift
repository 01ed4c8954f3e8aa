import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A few threads that share the rows of one loop at a time.
///
/// Rows are handed out in small pieces as threads become free. Which thread computes a row never
/// shows in the result, since every row is computed by one thread in one fixed order.
///
/// Between two loops of a training step the threads wait without sleeping, for to be woken takes longer
/// than most loops; after some tenths of a millisecond they sleep, so that a shell at its prompt uses
/// no processor time.
public final class Workers: Sendable {
  /// Rows `from..<to`, as the C loops take them.
  struct Rows {
    let from: Int64
    let to: Int64
  }

  /// How many cores this process may use.
  public static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// The threads that share a loop, the caller's own included.
  public let threads: Int
  private let shared: Shared

  public init(threads: Int) {
    self.threads = max(1, threads)
    shared = Shared()
    for _ in 1..<max(1, threads) { shared.startThread() }
  }

  deinit { shared.stop() }

  /// Calls `body` for pieces that cover `0..<rows` once, on all threads, and returns when it is
  /// done. While the threads are busy for another caller, everything runs on the caller's.
  ///
  /// - Parameter piece: rows handed out at a time; as suits a loop over a matrix when absent.
  func share(rows: Int, piece: Int? = nil, _ body: (Rows) -> Void) {
    guard rows > 0 else { return }
    guard threads > 1, rows > 1, shared.owner.tryAcquire() else {
      return body(Rows(from: 0, to: Int64(rows)))
    }
    defer { shared.owner.release() }
    let piece = piece ?? max(1, min(8, (rows + threads - 1) / threads))
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { shared.run($0, rows: rows, piece: piece) }
    }
  }
}

extension Workers {
  /// The same for ranges that cover `0..<entries`, whose bounds are multiples of `unit`.
  func share(entries: Int, unit: Int, _ body: (Range<Int>) -> Void) {
    share(rows: (entries + unit - 1) / unit) { rows in
      body(Int(rows.from) * unit..<min(Int(rows.to) * unit, entries))
    }
  }
}

/// A lock that is only ever tried.
private struct TryLock: ~Copyable {
  private let taken = Atomic(false)

  func tryAcquire() -> Bool {
    taken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func release() { taken.store(false, ordering: .releasing) }
}

/// What the threads share: one job, open for joining while `state` says so.
///
/// `state` holds the number of the job in its high bits, then whether it may be joined, then how
/// many threads are at work on it. A thread joins by raising that number and may touch the job only
/// until it has lowered it again; the owner closes the job and waits for zero before it returns.
private final class Shared: @unchecked Sendable {
  typealias Job = UnsafePointer<(Workers.Rows) -> Void>

  let owner = TryLock()
  private let state = Atomic<UInt64>(0)
  private let next = Atomic<Int>(0)
  private let isStopped = Atomic(false)
  private var job: Job?
  private var rows = 0
  private var piece = 1

  private let sleepers = Atomic<Int>(0)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private static let open: UInt64 = 1 << 16
  private static let oneJob: UInt64 = 1 << 17
  private static let helpersMask: UInt64 = open - 1
  /// Some tenths of a millisecond: longer than what one thread does alone between two loops.
  private static let spinsBeforeSleep = 200_000
  /// Where there are more threads than cores, the one that has work may be waiting for this one's.
  private static let spinsBeforeYield = 4096

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(mutex)
    wake.deallocate()
    mutex.deallocate()
  }

  func run(_ job: Job, rows: Int, piece: Int) {
    self.job = job
    self.rows = rows
    self.piece = piece
    next.store(0, ordering: .relaxed)
    let number = (state.load(ordering: .relaxed) / Shared.oneJob + 1) * Shared.oneJob
    state.store(number | Shared.open, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    work()
    state.bitwiseAnd(~Shared.open, ordering: .acquiringAndReleasing)
    var spins = 0
    while state.load(ordering: .acquiring) & Shared.helpersMask != 0 {
      spins += 1
      if spins % Shared.spinsBeforeYield == 0 { sched_yield() }
    }
  }

  private func work() {
    while true {
      let from = next.wrappingAdd(piece, ordering: .relaxed).oldValue
      guard from < rows else { return }
      job!.pointee(Workers.Rows(from: Int64(from), to: Int64(min(from + piece, rows))))
    }
  }

  func startThread() {
    let this = Unmanaged.passRetained(self).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    // Signals are for the thread that waits for the keyboard.
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let failed = pthread_create(&thread, nil, runHelper, this)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    // Without a thread the caller's own does all the work. Nobody waits for the end of one.
    guard failed == 0 else { return Unmanaged<Shared>.fromOpaque(this).release() }
    #if canImport(Darwin)
      pthread_detach(thread!)
    #else
      pthread_detach(thread)
    #endif
  }

  /// A helping thread's life: wait for a job, join it, work, leave it.
  func help() {
    var last: UInt64 = 0
    while let number = waitForJob(after: last) {
      last = number
      work()
      state.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    }
  }

  /// Joins the next job that is not `last`, first without sleeping, then asleep; nil at the end.
  private func waitForJob(after last: UInt64) -> UInt64? {
    var spins = 0
    while !isStopped.load(ordering: .acquiring) {
      let seen = state.load(ordering: .acquiring)
      let number = seen / Shared.oneJob
      if seen & Shared.open != 0, number != last {
        let joined = state.compareExchange(
          expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
        if joined.exchanged { return number }
      }
      spins += 1
      if spins == Shared.spinsBeforeSleep {
        sleep(after: last)
        spins = 0
      } else if spins % Shared.spinsBeforeYield == 0 {
        sched_yield()
      }
    }
    return nil
  }

  private func sleep(after last: UInt64) {
    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while !isStopped.load(ordering: .acquiring) {
      let now = state.load(ordering: .sequentiallyConsistent)
      if now & Shared.open != 0, now / Shared.oneJob != last { break }
      pthread_cond_wait(wake, mutex)
    }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  private func wakeAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
  }

  func stop() {
    isStopped.store(true, ordering: .releasing)
    wakeAll()
  }
}

#if canImport(Darwin)
  private func runHelper(_ shared: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Shared>.fromOpaque(shared).takeRetainedValue().help()
    return nil
  }
#else
  private func runHelper(_ shared: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<Shared>.fromOpaque(shared!).takeRetainedValue().help()
    return nil
  }
#endif
