/// An activation function, applied to the pre-activation of a layer: `a = f(z)`.
///
/// To add one: write it as a value below and put its name into `all`.
public struct Activation: Named, Sendable {
  public let name: String
  /// f, as a person writes it.
  public let formula: String
  /// f′ in terms of z or of a = f(z), as a person writes it.
  public let derivativeFormula: String
  /// Whether f acts on each unit alone; softmax acts on a whole row and serves as output only.
  public let isElementwise: Bool

  /// Writes f(z) into a; both (samples, units).
  let apply: @Sendable (_ z: Matrix, _ a: inout Matrix) -> Void
  /// delta ⊙= f′(z), the chain rule through f: z, a and delta (samples, units). For softmax, whose
  /// derivative is a matrix for each sample, delta = J(a) delta.
  let timesDerivative: @Sendable (_ z: Matrix, _ a: Matrix, _ delta: inout Matrix) -> Void

  public static let all: [Activation] = [identity, relu, leakyRelu, sigmoid, tanh, softmax]
  /// Those that a hidden layer can have.
  public static let hidden = all.filter(\.isElementwise)
}

extension Activation {
  /// f(z) of every entry: `Activation.relu(Matrix([[-1, 2]]))  // [[0, 2]]`.
  public func callAsFunction(_ z: Matrix) -> Matrix {
    var a = Matrix(rows: z.rows, columns: z.columns)
    apply(z, &a)
    return a
  }

  /// f′(z) of every entry of an elementwise activation, given z and a = f(z).
  public func derivative(z: Matrix, a: Matrix) -> Matrix {
    precondition(isElementwise, "the derivative of \(name) is not a number a unit")
    var result = Matrix(rows: z.rows, columns: z.columns, repeating: 1)
    timesDerivative(z, a, &result)
    return result
  }
}

extension Activation {
  public static let identity = Activation(
    name: "identity", formula: "z", derivativeFormula: "1", isElementwise: true,
    apply: { z, a in a.setEntries(of: z) { $0 } },
    timesDerivative: { _, _, _ in })

  /// Derivative 0 at z = 0, as in PyTorch; a NaN stays one.
  public static let relu = Activation(
    name: "relu", formula: "max(z, 0)", derivativeFormula: "1 if z > 0 else 0",
    isElementwise: true,
    apply: { z, a in Engine.current.apply({ $0.relu }, z, &a) },
    timesDerivative: { z, _, delta in
      Engine.current.apply({ $0.times_relu_derivative }, z, &delta)
    })

  /// The slope below 0 is 0.01 (Maas, Hannun and Ng 2013).
  public static let leakyRelu = Activation(
    name: "leaky-relu", formula: "z if z > 0 else 0.01 z",
    derivativeFormula: "1 if z > 0 else 0.01", isElementwise: true,
    apply: { z, a in Engine.current.apply({ $0.leaky_relu }, z, &a) },
    timesDerivative: { z, _, delta in
      Engine.current.apply({ $0.times_leaky_relu_derivative }, z, &delta)
    })

  /// From exp(-|z|), which cannot overflow.
  public static let sigmoid = Activation(
    name: "sigmoid", formula: "1 / (1 + exp(-z))", derivativeFormula: "a (1 - a)",
    isElementwise: true,
    apply: { z, a in Engine.current.apply({ $0.sigmoid }, z, &a) },
    timesDerivative: { _, a, delta in
      Engine.current.apply({ $0.times_sigmoid_derivative }, a, &delta)
    })

  public static let tanh = Activation(
    name: "tanh", formula: "tanh(z)", derivativeFormula: "1 - a²", isElementwise: true,
    apply: { z, a in Engine.current.apply({ $0.tanh }, z, &a) },
    timesDerivative: { _, a, delta in
      Engine.current.apply({ $0.times_tanh_derivative }, a, &delta)
    })

  /// h = exp(z - max z) / Σ exp(z - max z): the shift changes nothing and prevents overflow
  /// (Goodfellow, Bengio and Courville, "Deep Learning", §4.1). Its Jacobian is
  /// J = diag(h) - h hᵀ, so that J g = h ⊙ (g - Σ g h).
  public static let softmax = Activation(
    name: "softmax", formula: "exp(z) / Σ exp(z)", derivativeFormula: "diag(a) - a aᵀ",
    isElementwise: false,
    apply: { z, a in
      a.setEntries(of: z) { $0 }
      a.withRows { _, row in
        let largest = row.largest
        for j in row.indices { row[j] -= largest }
      }
      Engine.current.apply({ $0.exp }, &a.values)
      a.withRows { _, row in
        let sum = row.sum
        for j in row.indices { row[j] /= sum }
      }
    },
    timesDerivative: { _, a, delta in
      delta.withRows { sample, delta in
        let h = a.row(sample)
        let inner = zip(delta, h).reduce(0) { $0 + $1.0 * $1.1 }
        for (j, h) in h.enumerated() { delta[j] = h * (delta[j] - inner) }
      }
    })
}

extension Matrix {
  /// Every entry becomes `body` of the entry of `other` in its place.
  mutating func setEntries(of other: Matrix, _ body: (Double) -> Double) {
    reshape(rows: other.rows, columns: other.columns)
    withMutableValues { result in
      other.values.withUnsafeBufferPointer { other in
        for i in result.indices { result[i] = body(other[i]) }
      }
    }
  }

  /// Calls `body` with each row, to be changed in place, and its number.
  mutating func withRows(_ body: (Int, UnsafeMutableBufferPointer<Double>) -> Void) {
    let (rows, columns) = (rows, columns)
    withMutableValues { values in
      for row in 0..<rows {
        body(row, UnsafeMutableBufferPointer(rebasing: values[row * columns..<(row + 1) * columns]))
      }
    }
  }
}

extension Collection where Element == Double {
  /// Σ x in order, from +0.
  public var sum: Double { reduce(0, +) }

  /// The largest entry, NaN when there is one, -∞ of nothing.
  public var largest: Double {
    reduce(-.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
  }

  /// The smallest entry, NaN when there is one, ∞ of nothing.
  public var smallest: Double {
    reduce(.infinity) { $1 < $0 || $1.isNaN ? $1 : $0 }
  }
}
