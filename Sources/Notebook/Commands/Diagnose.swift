import ArgumentParser
import Backprop
import Page

struct Diagnose: Command, ForeignReader {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Say which mistake somebody's gradients hold.",
    discussion: """
      The file (.npz, .npy or .json) has any of dW1, db1, ..., delta1, ..., or one vector "gradient" \
      (W1, b1, W2, b2, ...); and if they are not this session's W1, b1, ..., X, Y or labels, l2, loss \
      (its name); cost, the number that your cost function gives; previous_dW1, ..., the gradients of \
      the minibatch before. Weights stored (outputs, inputs) are recognised. Each array is right, right \
      up to rounding, holds mistakes of the catalogue ("help mistakes"), or is unknown. "export --stub \
      numpy" writes a file to start from.
      """)
  static let group = CommandGroup.verify
  static let examples = ["step\nexport mine.npz\ndiagnose mine.npz", "help mistakes"]
  static let seeAlso = ["export", "import", "check", "mistake", "health"]

  static let hiddenHelp: ArgumentHelp = "Activation of the hidden layers, where W1 is in the file."
  static let outputHelp: ArgumentHelp = "Activation of the output layer, likewise."

  @OptionGroup var given: ForeignArguments<Diagnose>

  func run(in session: inout Session, host: any Host) throws -> Page {
    let foreign = try ForeignFile(given.file, host: host)
    let pass = try given.pass(foreign, in: session)
    var arrays = try ForeignArrays(
      foreign.arrays.values.sorted { $0.name < $1.name }, sizes: pass.network.sizes,
      count: pass.batch.count)
    if arrays.previousWeightGradients.isEmpty, session.isAt(pass) {
      for (index, gradient) in session.previousGradients(host: host).enumerated() {
        arrays.previousWeightGradients[index + 1] = gradient.weights
        arrays.previousBiasGradients[index + 1] = gradient.biases
      }
    }
    let trace = pass.trace
    guard
      let diagnosis = Backprop.diagnose(
        arrays, in: trace, pass.objective, proceeds: { !host.isInterrupted })
    else {
      throw Failure(.interrupted, "The diagnosis was interrupted. The session is as it was.")
    }
    guard !diagnosis.arrays.isEmpty || diagnosis.cost != nil else {
      throw CommandError(
        "\(foreign.file) has none of \(names(pass.network.depth)). It has: "
          + "\(foreign.arrays.keys.sorted().joined(separator: ", ")).")
    }
    var page = DiagnosisPage(diagnosis, pass).page
    if !diagnosis.arrays.isEmpty, diagnosis.verdict < .mistake, session.data != nil,
      session.training != nil, !pass.taken.contains("W1")
    {
      page.append("The gradients are right. What else may hold learning back:")
      page += try Health.parse([]).run(in: &session, host: host)
    }
    return page
  }

  private func names(_ depth: Int) -> String {
    (1...depth).map { "dW\($0), db\($0), delta\($0)" }.joined(separator: ", ") + ", gradient, cost"
  }
}

extension Session {
  /// Whether a pass is that of the minibatch at hand.
  fileprivate func isAt(_ pass: ForeignPass) -> Bool {
    training?.trace.map { $0.batch.x == pass.batch.x && $0.layers == pass.layers } ?? false
  }

  /// The right gradient of the minibatch before the one at hand; empty at the first. Where nothing has
  /// kept it, that minibatch is executed again.
  fileprivate func previousGradients(host: any Host) -> [Gradient] {
    guard let training, training.trace != nil else { return [] }
    if let kept = training.previousGradients { return kept }
    let step = training.clock.step - (training.isInMinibatch ? 0 : 1)
    var past = self
    guard step > 0,
      (try? past.travel(to: instant(afterUpdate: step), host: QuietHost(host))) != nil
    else { return [] }
    return past.training?.rightGradients ?? []
  }
}
