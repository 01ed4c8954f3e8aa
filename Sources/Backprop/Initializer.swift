/// How the weights of a layer start; biases start at 0.
///
/// To add one: write it as a value below and put its name into `all`.
public struct Initializer: Named, Sendable {
  public let name: String
  public let formula: String
  /// One weight of a layer with so many inputs and outputs.
  let draw: @Sendable (_ inputs: Int, _ outputs: Int, _ random: inout Random) -> Double

  public static let all: [Initializer] = [zeros, lecun, he, xavier]

  /// Weights (inputs, outputs), drawn row by row.
  public func weights(inputs: Int, outputs: Int, using random: inout Random) -> Matrix {
    var weights = Matrix(rows: inputs, columns: outputs)
    weights.withMutableValues { values in
      for i in values.indices { values[i] = draw(inputs, outputs, &random) }
    }
    return weights
  }
}

extension Initializer {
  /// Every unit of a layer then computes the same and learns the same.
  public static let zeros = Initializer(name: "zeros", formula: "0") { _, _, _ in 0 }

  /// LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998), §4.6.
  public static let lecun = Initializer(name: "lecun", formula: "N(0, 1/in)") {
    inputs, _, random in (1 / Double(inputs)).squareRoot() * random.normal()
  }

  /// He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015), eq. 10.
  public static let he = Initializer(name: "he", formula: "N(0, 2/in)") {
    inputs, _, random in (2 / Double(inputs)).squareRoot() * random.normal()
  }

  /// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks"
  /// (2010), eq. 16.
  public static let xavier = Initializer(name: "xavier", formula: "U(-r, r), r = sqrt(6/(in+out))")
  {
    inputs, outputs, random in
    (6 / Double(inputs + outputs)).squareRoot() * (2 * random.uniform() - 1)
  }
}
