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
    let sets = try session.requireSamples()
    let training = try session.requireTraining()
    let set = train ? sets.train : sets.test
    let evaluation = training.network.evaluate(training.objective, on: set) { done in
      host.progress(Progress(.samples, done: done, total: set.count))
      return !host.isInterrupted
    }
    guard let result = evaluation else {
      throw Failure(.interrupted, "The evaluation was interrupted. The session is as it was.")
    }
    let wrong = result.errors.prefix(10)
    let name =
      session.data == nil ? "the imported samples" : train ? "training set" : "test set"
    var first: Line = "\(name): loss \(result.loss)  "
    if let accuracy = result.accuracy, let errorRate = result.errorRate {
      first += """
        accuracy \(percent: accuracy)  error rate \(percent: errorRate) \
        (\(count: result.errors.count) of \(count: result.count))
        """
    } else {
      first += """
        root mean square error \(result.rootMeanSquareError)  (\(counted(result.count, "sample")))
        """
    }
    var lines = [first]
    if training.objective.l2 != 0 {
      lines.append("loss is data \(result.dataLoss) + l2 \(result.l2Loss)")
    }
    if let first = wrong.first, session.data != nil {
      let noun = session.data?.dataset.isOfImages == false ? "sample" : "digit"
      let command = "\(noun) \(first)" + (train ? "" : " --test")
      lines.append(
        "the first it gets wrong: \(wrong.map(String.init).joined(separator: " "))  "
          + "\("(try: \(command))", .faint)")
    }
    var facts = Facts(
      "evaluate",
      [
        "loss": .number(result.loss), "accuracy": Value(result.accuracy),
        "error_rate": Value(result.errorRate), "data_loss": .number(result.dataLoss),
        "l2_loss": .number(result.l2Loss), "samples": .integer(result.count),
        "set": .string(train ? "train" : "test"),
        "first_errors": .list(wrong.map(Value.integer)),
      ], lines: lines)
    guard let confusion = result.confusion else {
      facts["rmse"] = .number(result.rootMeanSquareError)
      return Page(.facts(facts))
    }
    return Page(.facts(facts), .table(table(confusion)))
  }

  private func table(_ confusion: [[Int]]) -> Table {
    Table(
      "confusion",
      columns: [Column("label")]
        + confusion.indices.map { Column("\($0)", alignment: .right) },
      rows: confusion.enumerated().map { label, row in
        [.integer(label)] + row.map(Value.integer)
      })
  }
}
