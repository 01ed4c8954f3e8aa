import ArgumentParser
import Backprop
import Page

struct Evaluate: Command {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure loss, accuracy and error rate on the test set.",
    discussion: """
      The table counts, for each label (row), how often the network said each class (column). The \
      clock does not move.
      """)
  static let group = CommandGroup.look
  static let examples = ["evaluate", "evaluate --train"]
  static let seeAlso = ["epoch", "digit"]

  @Flag(help: "Measure on the training set instead.")
  var train = false

  func run(in session: inout Session, host: any Host) throws -> Page {
    let data = try session.requireData()
    let training = try session.requireTraining()
    let set = train ? data.train : data.test
    let evaluation = training.network.evaluate(training.objective, on: set) { done in
      host.progress(Progress(.samples, done: done, total: set.count))
      return !host.isInterrupted
    }
    guard let result = evaluation else {
      throw Failure(.interrupted, "The evaluation was interrupted. The session is as it was.")
    }
    let wrong = result.errors.prefix(10)
    var lines: [Line] = [
      """
      \(train ? "training" : "test") set: loss \(result.loss)  accuracy \
      \(percent: result.accuracy)  error rate \(percent: result.errorRate) \
      (\(count: result.errors.count) of \(count: result.count))
      """
    ]
    if training.objective.l2 != 0 {
      lines.append("loss is data \(result.dataLoss) + l2 \(result.l2Loss)")
    }
    if let first = wrong.first {
      let command = "digit \(first)" + (train ? "" : " --test")
      lines.append(
        "the first it gets wrong: \(wrong.map(String.init).joined(separator: " "))  "
          + "\("(try: \(command))", .faint)")
    }
    let facts = Facts(
      "evaluate",
      [
        "loss": .number(result.loss), "accuracy": .number(result.accuracy),
        "error_rate": .number(result.errorRate), "data_loss": .number(result.dataLoss),
        "l2_loss": .number(result.l2Loss), "samples": .integer(result.count),
        "set": .string(train ? "train" : "test"),
        "first_errors": .list(wrong.map(Value.integer)),
      ], lines: lines)
    return Page(.facts(facts), .table(confusion(result)))
  }

  private func confusion(_ result: Evaluation) -> Table {
    let classes = result.confusion[0].indices
    return Table(
      "confusion",
      columns: [Column("label")] + classes.map { Column("\($0)", alignment: .right) },
      rows: result.confusion.enumerated().map { label, row in
        [.integer(label)] + row.map(Value.integer)
      })
  }
}
