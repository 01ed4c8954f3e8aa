import ArgumentParser
import Backprop
import Page

struct Explain: Command {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show where one number comes from, term by term.",
    discussion: """
      One entry of z, a, h, delta, dW, db, uW or ub, or the loss: its formula, the largest terms, \
      and what becomes of their sum, computed anew to the last bit. Indices count from 0, as in \
      print. It works on the minibatch at hand with the weights it was made with; what is not \
      computed yet is computed on a copy.
      """)
  static let group = CommandGroup.look
  static let examples = [
    "explain loss", "step\nexplain delta1[0, 3]", "step\nexplain dW1[210, 7]",
    "step\nexplain uW2[3, 7]",
  ]
  static let seeAlso = ["print", "phase", "loss"]
  static let reading = Reading.restOfLine

  @Argument(help: "An array with an index for each axis, or loss: dW1[3, 7].")
  var entry: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    let reference = try ArrayReference(String(entry.prefix { $0 != "#" }.trimmed))
    let training = try session.requireTraining()
    let name = try name(of: reference, in: training)
    var (pass, isCopy) = (training, false)
    if !(name.map(training.has) ?? training.trace?.has(.loss) ?? false) {
      if training.trace == nil { _ = try session.requireSamples() }
      (pass, isCopy) = (training.completed(over: session.samples), true)
    }
    let explanation =
      try name.map { try pass.explanation(of: $0, at: try index(reference, of: $0, in: pass)) }
      ?? pass.lossExplanation
    var note: Line?
    if isCopy {
      let what = training.isInMinibatch ? "this minibatch" : "the next minibatch"
      note = """
        \(explanation.name) is not computed yet: this is a copy of \(what), completed; the clock \
        stays at \(training.clock.phase.description)
        """
    }
    return explanation.page(of: pass, note: note)
  }

  /// The array that is meant; nil for the loss.
  private func name(of reference: ArrayReference, in training: Training) throws -> ArrayName? {
    if reference.name == "loss" {
      guard reference.subscripts.isEmpty else {
        throw CommandError("The loss is one number and has no index. Try: explain loss")
      }
      return nil
    }
    return try ArrayName(reference.name, depth: training.network.depth)
  }

  /// The index for each axis, counted from 0.
  ///
  /// - Throws: when it is not one entry; the sentence gives the shape and one that is.
  private func index(
    _ reference: ArrayReference, of name: ArrayName, in pass: Training
  ) throws -> [Int] {
    let array = try pass.array(name)
    let subscripts = reference.subscripts.flatMap { $0 }
    let isOneEntry = subscripts.allSatisfy { if case .index = $0 { true } else { false } }
    guard isOneEntry, subscripts.count == array.shape.count else {
      let example = zip([3, 7], array.shape).map { String(min($0, $1 - 1)) }
      throw CommandError(
        "explain takes one entry: \(array.name) has the shape \(NamedArray.text(of: array.shape)), "
          + "so \(array.shape.count == 1 ? "one index" : "an index for each axis") and no slice. "
          + "Try: explain \(array.name)[\(example.joined(separator: ", "))]")
    }
    return try subscripts.enumerated().flatMap { axis, item in
      try item.positions(axis: axis, of: array)
    }
  }
}

extension Training {
  /// The minibatch at hand, or the next one, complete; the session keeps its own.
  func completed(over samples: Samples) -> Training {
    var copy = self
    if copy.clock.phase != .update { copy.step(over: samples) }
    return copy
  }
}
