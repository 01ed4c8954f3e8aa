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

  /// One that was interrupted is as many steps as it came to.
  func journal(from before: Session, to after: Session) -> String? {
    guard let now = after.training?.clock, let then = before.training?.clock else { return nil }
    return now.epoch - then.epoch == count ? "epoch \(count)" : after.stepsCommand(since: before)
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    try requirePositive(count, "epoch")
    return try session.withTraining { training, data in
      let perEpoch = Minibatches(size: training.minibatches.size).remaining(of: data.train.count)
      let total =
        training.minibatches.remaining(of: data.train.count) + (count - 1) * perEpoch
      var table = Table(
        "epochs",
        columns: [
          Column("epoch"), Column("minibatches"), Column("loss", heading: "mean loss"),
          Column("accuracy", heading: "mean accuracy"),
        ])
      let last = training.clock.epoch + count
      var running = RunningMean()
      var (done, isInterrupted) = (0, false)
      while training.clock.epoch < last, !isInterrupted {
        let epoch = training.clock.epoch
        training.step(over: data.train)
        running.add(training.trace!)
        done += 1
        host.progress(Progress(done: done, total: total, loss: running.loss))
        if training.clock.epoch > epoch {
          table.rows.append(
            [
              .integer(epoch + 1), .integer(running.minibatches), .number(running.loss),
              .percent(running.accuracy),
            ])
          running = RunningMean()
        }
        isInterrupted = host.isInterrupted && training.clock.epoch < last
      }
      let reason = isInterrupted ? "interrupted" : "end of epoch \(training.clock.epoch)"
      let end = stop(training, reason: reason)
      return table.rows.isEmpty ? Page(end) : Page(.table(table), end)
    }
  }
}
