import ArgumentParser
import Backprop
import Page

struct Import: Command, ForeignReader {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take weights, minibatch, loss and l2 from a file of arrays.",
    discussion: """
      W1, b1, ..., X with Y or labels, loss (its name) and l2, from .npz, .npy or .json; what is absent \
      is the session's. The clock is set to 0, at "batch" where there is an X: the minibatch is that of \
      the file; the next one is taken from the data, and where there are none, or none that fit, the file's \
      minibatch is the training set and each step takes all of it. Weights stored (outputs, inputs) are recognised.
      """)
  static let group = CommandGroup.data
  static let examples = [
    "step\nexport pass.npz\nimport pass.npz",
    "step\nexport pass.npz\nimport pass.npz --hidden tanh\nphase",
  ]
  static let seeAlso = ["export", "diagnose", "load"]
  static let startsTimeAnew = true

  static let hiddenHelp: ArgumentHelp =
    "Activation of the hidden layers; the session's, or sigmoid, when absent."
  static let outputHelp: ArgumentHelp =
    "Activation of the output layer; the session's, or softmax, when absent."

  @OptionGroup var given: ForeignArguments<Import>

  func run(in session: inout Session, host: any Host) throws -> Page {
    let file = given.file
    let foreign = try ForeignFile(file, host: host)
    let known = ["W1", "X", "Y", "labels", "l2"]
    guard known.contains(where: { foreign.arrays[$0] != nil }) || foreign.texts["loss"] != nil
    else {
      throw CommandError(
        "\(file) has nothing to import: neither W1, X, Y, labels, l2 nor loss. It has: "
          + "\(foreign.arrays.keys.sorted().joined(separator: ", ")). Gradients go to: diagnose \(file)"
      )
    }
    // Without an X there is no minibatch to speak of.
    let hasBatch = foreign.arrays["X"] != nil
    let pass = try given.pass(foreign, in: session)
    var replaced: [Line] = []
    if let data = session.data, hasBatch,
      !data.fits(pass.network, pass.objective.loss)
    {
      session.data = nil
      replaced = [
        """
        \(data.dataset.title) does not fit this network and is gone: the minibatch of \
        \(file) is all there is.
        """
      ]
    } else if let data = session.data {
      try Session.requireFit(sizes: pass.network.sizes, data.dataset)
      try session.requireTargets(of: pass.objective.loss, output: pass.network.output)
    }
    let plan = session.currentPlan
    var training = try Training(
      network: pass.network, loss: pass.objective.loss, l2: pass.objective.l2,
      mistake: plan.mistake,
      optimizer: plan.optimizer,
      minibatches: Minibatches(
        size: plan.batchSize, isShuffled: plan.isShuffled, seed: session.recipe?.seed ?? 1))
    if hasBatch { training.begin(pass.batch) }
    session.training = training
    session.plan.l2 = pass.objective.l2
    if session.recipe == nil {
      session.recipe = Session.Recipe(initializer: .zeros, seed: 1, random: Random(seed: 1))
    }
    let turned = pass.isTransposed ? " Weights were stored (outputs, inputs)." : ""
    return Page(
      .facts(
        Facts(
          "import",
          [
            "file": .string(file), "taken": .list(pass.taken.map(Value.string)),
            "transposed": .bool(pass.isTransposed), "samples": .integer(pass.batch.count),
          ],
          lines: [
            training.title,
            "taken from \(file, .strong): \(pass.taken.joined(separator: ", ")).\(turned)",
          ] + replaced + (pass.assumesActivations ? [pass.assumption] : []))))
      + session.stopPage(reason: "imported")
  }
}

extension Import {
  var isOfJournal: Bool { true }

  func journal(from before: Session, to after: Session) -> String? {
    let options =
      (given.hidden.map { " --hidden \($0.value)" } ?? "")
      + (given.output.map { " --output \($0.value)" } ?? "")
    return "import \(quotedWord(realPath(given.file) ?? given.file))\(options)"
  }
}
