import Backprop
import Page

/// Two points of time side by side: what each came to, and how far apart their arrays are.
///
/// - Throws: when the networks have different sizes, or the person interrupts.
func comparison(of first: Checkpoint, with second: Checkpoint, host: any Host) throws -> Page {
  let sizes = [first, second].map(\.training.network.sizes)
  guard sizes[0] == sizes[1] else {
    let texts = [first, second].map(\.training.network.sizesText)
    throw CommandError(
      "\(first.name) is a network \(texts[0]) and \(second.name) one of \(texts[1]): they have no "
        + "arrays in common.")
  }
  let passes = [first, second].map { $0.training.withCompletePass(over: $0.data.train) }
  let left = try measures(of: first, passes[0], host)
  let right = try measures(of: second, passes[1], host)
  let state = Table(
    "states",
    columns: [
      "measure", Column("first", heading: first.name, alignment: .right),
      Column("second", heading: second.name, alignment: .right),
    ],
    rows: zip(left, right).map { [.string($0.name), $0.value, $1.value] })
  return Page(.table(state), .table(distances(first, second, passes)))
}

/// What one row of the upper table has for one of the two.
private func measures(
  of state: Checkpoint, _ pass: Training, _ host: any Host
) throws -> [(name: String, value: Value)] {
  let clock = state.training.clock
  let trace = pass.trace!
  let network = state.training.network
  let test = network.evaluate(state.training.objective, on: state.data.test) { _ in
    !host.isInterrupted
  }
  guard let test else {
    throw Failure(.interrupted, "The comparison was interrupted. The session is as it was.")
  }
  return [
    ("step", .integer(clock.step)), ("phase", .string(clock.phase.description)),
    ("objective", .string("\(pass.objective.loss), l2 \(short(pass.objective.l2))")),
    ("optimizer", .string(pass.optimizer.name)), ("rate", .number(pass.optimizer["rate"])),
    ("minibatch loss", .number(trace.loss)),
    ("minibatch accuracy", trace.accuracy.map(Value.percent) ?? .null),
    ("test loss", .number(test.loss)),
    ("test error", test.errorRate.map(Value.percent) ?? .null),
  ]
}

/// ‖A‖ of both and ‖A - B‖ / max(‖A‖, ‖B‖) for weights, biases and gradients.
private func distances(
  _ first: Checkpoint, _ second: Checkpoint, _ passes: [Training]
) -> Table {
  let kinds: [ArrayName.Kind] = [.weights, .biases, .weightGradient, .biasGradient]
  let names = kinds.flatMap { kind in
    (1...first.training.network.depth).map { ArrayName(kind, $0) }
  }
  return Table(
    "arrays",
    columns: [
      "array", Column("first", heading: "‖\(first.name)‖"),
      Column("second", heading: "‖\(second.name)‖"),
      Column("distance", heading: "relative distance"),
    ],
    rows: names.map { name in
      // Weights are those of the point of time; gradients those of its pass.
      let isOfPass = name.kind == .weightGradient || name.kind == .biasGradient
      let trainings = isOfPass ? passes : [first.training, second.training]
      let arrays = trainings.map { training in
        Matrix([(try? training.array(name))?.values ?? []])
      }
      return [
        .string(name.description), .number(arrays[0].norm), .number(arrays[1].norm),
        .number(arrays[0].distance(from: arrays[1])),
      ]
    })
}
