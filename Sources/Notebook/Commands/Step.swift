import ArgumentParser
import Backprop
import Page

struct Step: Command {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Run whole minibatches: forward, backward, update.",
    discussion: "In the middle of a minibatch, the first step is what is left of it.")
  static let group = CommandGroup.step
  static let examples = ["step", "step 10"]
  static let seeAlso = ["phase", "finish", "epoch", "back"]

  @Argument(help: "How many.")
  var count: Int = 1

  var isOfJournal: Bool { count > 0 }

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(count, "step")
    let motion = try session.move(.steps(count), host: host)
    return session.stopPage(motion, whenThere: "\(counted(count, "step"))")
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
    accuracySum += (trace.accuracy ?? .nan) * Double(trace.batch.count)
    samples += trace.batch.count
    minibatches += 1
  }

  var loss: Double { lossSum / Double(samples) }
  /// Nil where the targets are values.
  var accuracy: Double? { accuracySum.isNaN ? nil : accuracySum / Double(samples) }
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
