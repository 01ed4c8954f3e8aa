import ArgumentParser
import Backprop
import Page

struct Epoch: Command {
  static let configuration = CommandConfiguration(
    commandName: "epoch", abstract: "Run to the end of this epoch, or of several.",
    discussion: """
      An epoch takes every training sample once. The table has the means over the minibatches that \
      were run, as they were trained on; "evaluate" measures on the test set. Ctrl-C stops at the \
      end of a minibatch.
      """)
  static let group = CommandGroup.step
  static let examples = ["epoch", "epoch 2"]
  static let seeAlso = ["step", "evaluate"]

  @Argument(help: "How many.")
  var count: Int = 1

  var isOfJournal: Bool { count > 0 }

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(count, "epoch")
    var table = Table(
      "epochs",
      columns: [
        Column("epoch"), Column("minibatches"), Column("loss", heading: "mean loss"),
        Column("accuracy", heading: "mean accuracy"),
      ])
    var (running, epoch) = (RunningMean(), try session.requireTraining().clock.epoch)
    // Of one minibatch from elsewhere each step is an epoch.
    let isOneBatch = session.samples.isGiven
    let motion = try session.move(
      isOneBatch ? .steps(count) : .epochs(count), typed: isOneBatch ? nil : "epoch \(count)",
      host: host
    ) { training in
      guard training.clock.phase == .update else { return }
      running.add(training.trace!)
      guard isOneBatch || training.clock.epoch > epoch else { return }
      epoch = isOneBatch ? training.clock.step : training.clock.epoch
      table.rows.append(
        [
          .integer(epoch), .integer(running.minibatches), .number(running.loss),
          running.accuracy.map(Value.percent) ?? .null,
        ])
      running = RunningMean()
    }
    let end = session.stopPage(motion, whenThere: "end of epoch \(epoch)")
    return table.rows.isEmpty ? end : Page(.table(table)) + end
  }
}
