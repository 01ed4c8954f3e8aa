import Notebook
import Page

/// One line that says how far a long command is: share, rate, time left, and the running loss or the
/// name of the file. It appears after half a second and is gone at the end.
struct ProgressBar {
  let isVisible: Bool
  private var start: ContinuousClock.Instant?
  private var drawn: ContinuousClock.Instant?
  private var lastDone = 0

  init(isVisible: Bool) { self.isVisible = isVisible }

  /// The bytes that draw the line, when it is time to.
  mutating func update(_ progress: Progress, width: Int) -> String? {
    guard isVisible else { return nil }
    let now = ContinuousClock.now
    if start == nil || progress.done < lastDone { start = now }
    lastDone = progress.done
    guard now - start! > .milliseconds(500), drawn.map({ now - $0 > .milliseconds(100) }) ?? true
    else { return nil }
    drawn = now
    return "\r\u{1B}[K" + text(progress, seconds: (now - start!) / .seconds(1), width: width)
  }

  /// The bytes that take the line away; nil when there is none.
  mutating func clear() -> String? {
    defer { (start, drawn, lastDone) = (nil, nil, 0) }
    return drawn == nil ? nil : "\r\u{1B}[K"
  }

  private func text(_ progress: Progress, seconds: Double, width: Int) -> String {
    let rate = Double(progress.done) / seconds
    let share = progress.total.map { Double(progress.done) / Double(max($0, 1)) }
    let left = progress.total.map { duration(Double($0 - progress.done) / rate) + " left" }
    let facts =
      switch progress.work {
      case .minibatches(let loss):
        "\(Int((share ?? 0) * 100))%  \(progress.done)/\(progress.total ?? 0) minibatches  "
          + "\(number(rate.rounded()))/s  loss \(number(loss))  \(left ?? "")"
      case .samples, .entries:
        "\(Int((share ?? 0) * 100))%  \(progress.done)/\(progress.total ?? 0) \(progress.work)  "
          + "\(number(rate.rounded()))/s  \(left ?? "")"
      case .bytes(let file) where progress.done == 0: "\(file.harmless())  waiting for the server"
      case .bytes(let file):
        "\(file.harmless())  \(size(progress.done))"
          + (progress.total.map { " of \(size($0))" } ?? "")
          + "  \(size(Int(rate)))/s" + (left.map { "  \($0)" } ?? "")
      }
    let room = min(24, width - facts.count - 4)
    guard let share, progress.done > 0, room >= 8 else {
      return String(facts.prefix(max(0, width - 1)))
    }
    let full = Int(Double(room) * min(share, 1))
    return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: room - full)
      + "] " + facts
  }

  private func number(_ value: Double) -> String { NumberFormat.significant(3).text(value) }

  /// Bytes in units of a thousand: `850 B`, `3.1 MB`.
  private func size(_ bytes: Int) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    if bytes < 1_000_000 { return "\(bytes / 1000) kB" }
    return "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
  }

  private func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "long" }
    let whole = Int(seconds.rounded(.up))
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
