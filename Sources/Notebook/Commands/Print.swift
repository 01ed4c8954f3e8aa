import ArgumentParser
import Backprop
import Page

struct Print: Command {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Print an array, a part of it, or what an expression comes to.",
    discussion: """
      Indices and slices are NumPy's: print W1[0, -1], print delta2[:5], print X[0, 200:228]. \
      "help names" lists the arrays, "help expressions" what can be computed from them.
      """)
  static let group = CommandGroup.look
  static let examples = [
    "print W2[0]", "print b1[::2]", "step\nprint norm(dW1) / norm(W1)", "step\nprint h - Y",
  ]
  static let seeAlso = ["show", "expect"]
  static let reading = Reading.expression

  @Argument(help: "A name and indices or slices, dW1[0, :10], or an expression, max(abs(h - Y)).")
  var expression: String

  func run(in session: inout Session, host: any Host) throws -> Page {
    let read = try Expression(expression, depth: session.training?.network.depth)
    var scope = try session.scope(for: read)
    // A single number of an array is shown as one.
    if case .array(let name, let subscripts) = read.root {
      return Page(.matrix(Grid(read.text, try scope.array(name, subscripts))))
    }
    switch try read.value(in: &scope) {
    case .array(let array): return Page(.matrix(Grid(read.text, array)))
    case let value:
      return Page(.facts(Facts("print", ["value": value.value], lines: [value.line])))
    }
  }
}

extension Grid {
  /// The array under the name that was typed.
  fileprivate init(_ name: String, _ array: NamedArray) {
    self.init(name, shape: array.shape, values: array.values, isInteger: array.isInteger)
  }
}
