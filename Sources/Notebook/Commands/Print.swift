import ArgumentParser
import Backprop
import Page

struct Print: Command {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Print an array, or a part of it.",
    discussion: """
      Indices and slices are NumPy's: print W1[0, -1], print delta2[:5], print X[0, 200:228]. See \
      "help names" for the arrays.
      """)
  static let group = CommandGroup.look
  static let examples = ["print W2[0]", "print b1[::2]"]
  static let seeAlso = ["show"]
  static let reading = Reading.restOfLine

  @Argument(help: "A name, and indices or slices in brackets: dW1[0, :10].")
  var array: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    let typed = String(array.prefix { $0 != "#" }.trimmed)
    let value = try ArrayReference(typed).value(in: try session.requireTraining())
    return Page(
      .matrix(
        Grid(typed, shape: value.shape, values: value.values, isInteger: value.isInteger)))
  }
}
