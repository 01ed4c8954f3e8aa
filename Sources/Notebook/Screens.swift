import Backprop
import Page

// What several commands show: where the clock stands, arrays one a row, arrays in full.

/// The facts block that ends every command that moves the clock.
func stop(_ training: Training, reason: Line) -> Block {
  let clock = training.clock
  let trace = training.trace.flatMap { $0.has(.loss) ? $0 : nil }
  var line: Line =
    "step \(clock.step)  epoch \(clock.epoch)  \(clock.phase.description, .name)  loss "
  if let trace {
    line += "\(trace.loss, as: .standard, trace.loss.isFinite ? .strong : .bad)"
    if training.objective.l2 != 0 { line += " (data \(trace.dataLoss) + l2 \(trace.l2Loss))" }
    if let accuracy = trace.accuracy { line += "  accuracy \(percent: accuracy)" }
  } else {
    line += "-"
  }
  line += "  (" + reason + ")"
  return .facts(
    Facts(
      "stop",
      [
        "step": .integer(clock.step), "epoch": .integer(clock.epoch),
        "phase": .string(clock.phase.description), "reason": .string(reason.description),
        "loss": Value(trace?.loss), "data_loss": Value(trace?.dataLoss),
        "l2_loss": Value(trace?.l2Loss), "accuracy": Value(trace?.accuracy),
      ], lines: [line]))
}

/// A word with its number: `1 step`, `3 steps`.
func counted(_ count: Int, _ word: String) -> String {
  "\(NumberFormat.grouped.text(Double(count))) \(word)\(count == 1 ? "" : "s")"
}

extension NamedArray {
  /// The array in full.
  var block: Block {
    .matrix(Grid(name, shape: shape, values: values, isInteger: isInteger))
  }

  /// What a row of an array table says of it, after its name.
  var summary: [Value] {
    let count = Double(max(values.count, 1))
    let matrix = Matrix(rows: 1, columns: values.count, values: values)
    return [
      .string(name), .shape(shape), .number(matrix.norm), .number(values.sum / count),
      .number(values.smallest), .number(values.largest),
      .percent(Double(values.count { $0 == 0 }) / count),
      .integer(values.count { !$0.isFinite }),
    ]
  }

  static let summaryColumns: [Column] = [
    Column("array"), Column("shape", alignment: .left), Column("norm"),
    Column("mean", isExtra: true), Column("min"), Column("max"), Column("zeros"),
    Column("nonfinite", isExtra: true),
  ]
}
