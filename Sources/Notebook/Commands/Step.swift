import ArgumentParser
import Backprop
import Page

struct Step: Command {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Run whole minibatches: forward, backward, update.",
    discussion: "In the middle of a minibatch, the first step is what is left of it.")
  static let group = CommandGroup.step
  static let examples = ["step", "step 10"]
  static let seeAlso = ["phase", "finish", "epoch"]

  @Argument(help: "How many.")
  var count: Int = 1

  func journal(from before: Session, to after: Session) -> String? {
    after.stepsCommand(since: before)
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(count, "step")
    return try session.withTraining { training, data in
      var running = RunningMean()
      for done in 1...count {
        training.step(over: data.train)
        running.add(training.trace!)
        host.progress(Progress(done: done, total: count, loss: running.loss))
        if host.isInterrupted, done < count {
          let reason = "interrupted after \(counted(done, "step"))"
          return Page(stop(training, reason: reason))
        }
      }
      return Page(stop(training, reason: counted(count, "step")))
    }
  }
}

extension Session {
  /// The `step N` that leads from an earlier session to this one, which is just after an update.
  func stepsCommand(since before: Session) -> String? {
    guard let now = training?.clock.step, let then = before.training?.clock.step, now > then else {
      return nil
    }
    return "step \(now - then)"
  }
}

/// The means over minibatches, as a long command goes on.
struct RunningMean {
  private var lossSum = 0.0
  private var accuracySum = 0.0
  private var samples = 0
  private(set) var minibatches = 0

  mutating func add(_ trace: Trace) {
    lossSum += trace.loss * Double(trace.batch.count)
    accuracySum += trace.accuracy * Double(trace.batch.count)
    samples += trace.batch.count
    minibatches += 1
  }

  var loss: Double { lossSum / Double(samples) }
  var accuracy: Double { accuracySum / Double(samples) }
}

/// - Throws: when a count is not positive, or beyond what anybody waits for: sums of counts must not
///   overflow.
func requirePositive(_ count: Int, _ command: String) throws {
  guard count > 0 else {
    throw CommandError("\(command) \(count) is not possible: count from 1. Try: \(command) 1")
  }
  guard count <= 1_000_000_000 else {
    throw CommandError("\(command) \(count) is not possible: count from 1 to 1000000000.")
  }
}
