/// The loops that do a step's arithmetic, and what each does a round.
enum Loop: String, CaseIterable {
  case pixels = "pixels to numbers and lists"
  case transpose = "lists turned"
  case forward
  case forwardSparse = "forward, zeros left out"
  case sigmoid
  case exp
  case log
  case sumOfSquares = "sum of squares"
  case backward
  case derivative = "derivative of sigmoid"
  case gradient
  case gradientSparse = "gradient, zeros left out"
  case columnSums = "column sums"
  case rmsprop = "RMSprop"

  /// What a round is.
  var kind: String {
    switch self {
    case .pixels: "pixels"
    case .transpose: "nonzeros"
    case .forward, .forwardSparse, .backward, .gradient, .gradientSparse, .sumOfSquares:
      "multiply-adds"
    case .sigmoid, .exp: "exponentials"
    case .log: "logarithms"
    case .derivative: "derivatives"
    case .columnSums: "additions"
    case .rmsprop: "updates"
    }
  }

  /// Whether threads can share it: the sum of squares has one order, on one thread.
  var isShared: Bool { self != .sumOfSquares }
}
