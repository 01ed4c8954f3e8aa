import ArgumentParser
import Backprop

/// A command that reads a file of arrays which somebody else wrote.
protocol ForeignReader {
  static var hiddenHelp: ArgumentHelp { get }
  static var outputHelp: ArgumentHelp { get }
}

/// The file, and what arrays cannot say of their network.
struct ForeignArguments<Reader: ForeignReader>: ParsableArguments {
  @Argument(
    help: "The file with the arrays.", completion: .file(extensions: ["npz", "npy", "json"]))
  var file: String

  @Option(help: Reader.hiddenHelp)
  var hidden: HiddenChoice?

  @Option(help: Reader.outputHelp)
  var output: Choice<Activation>?

  /// The pass that the file and the session make.
  func pass(_ foreign: ForeignFile, in session: Session) throws -> ForeignPass {
    try ForeignPass(foreign, in: session, hidden: hidden?.value, output: output?.value)
  }
}
