/// An activation function, applied to the pre-activation of a layer: `a = f(z)`.
///
/// To add one: write it as a value below, with everything that the program asks of it, and put its
/// name into `all`.
public struct Activation: Named, Sendable {
  /// With its parameter where that is not the usual one: `leaky-relu=0.3`.
  public let name: String
  /// f, as a person writes it.
  public let formula: String
  /// f′ in terms of z or of a = f(z), as a person writes it.
  public let derivativeFormula: String
  /// Where it comes from.
  public let source: String
  /// Whether f acts on each unit alone; softmax acts on a whole row and serves as output only.
  public let isElementwise: Bool
  /// The z at which f or f′ has no derivative, ascending: a difference across one measures nothing.
  public let kinks: [Double]
  /// Whether f′ has other values than 0 and 1: only then does f′ ⊙ f′ differ from f′.
  let hasSlope: Bool
  /// Whether f′ is written with a where people write it: a (1 - a), 1 - a².
  let isCurved: Bool

  /// f as NumPy, of an array called `z`.
  let numpy: @Sendable (_ z: String) -> String
  /// ⊙ f′ as NumPy, the end of a product: ` * a1 * (1 - a1)`; empty where f′ is 1.
  let numpyFactor: @Sendable (_ a: String, _ z: String) -> String

  /// Writes f(z) into a; both (samples, units).
  let apply: @Sendable (_ z: Matrix, _ a: inout Matrix) -> Void
  /// delta ⊙= f′(z), the chain rule through f: z, a and delta (samples, units). For softmax, whose
  /// derivative is a matrix for each sample, delta = J(a) delta.
  let timesDerivative: @Sendable (_ z: Matrix, _ a: Matrix, _ delta: inout Matrix) -> Void
  /// f of z + i y with a small y, continued from the side of a kink on which z is: (samples, units).
  let complex: @Sendable (_ z: ComplexMatrix) -> ComplexMatrix

  public static let all: [Activation] = [
    identity, relu, leakyRelu, sigmoid, tanh, softmax, softplus, elu, gelu,
  ]
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

  /// `delta` ⊙ f′, with whatever stands for z and a; all (samples, units).
  func slope(_ delta: Matrix, z: Matrix, a: Matrix) -> Matrix {
    var result = delta
    timesDerivative(z, a, &result)
    return result
  }

  /// Whether f has no kink, so that its complex form is exact on both sides of every z.
  public var isAnalytic: Bool { kinks.isEmpty }
}

// MARK: - Names with a parameter

extension Activation {
  /// The one called `name`, with its parameter after `=` where it has one: `leaky-relu=0.3`.
  ///
  ///     Activation("leaky-relu=0.3")!.formula  // z if z > 0 else 0.3 z
  public init?(_ name: String) {
    if let match = Activation.all.first(where: { $0.name == name }) {
      self = match
      return
    }
    let parts = name.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let make = Activation.families[String(parts[0])],
      let parameter = Double(parts[1]), parameter.isFinite, parameter >= 0
    else { return nil }
    self = make(parameter)
  }

  /// Those with a number in them, from 0 up, by their name without it.
  static let families: [String: @Sendable (Double) -> Activation] = [
    "leaky-relu": { leakyRelu(slope: $0) }, "elu": { elu(alpha: $0) },
  ]

  /// `leaky-relu=0.3`; the name alone for the usual parameter.
  private static func name(_ family: String, _ parameter: Double, usual: Double) -> String {
    parameter == usual ? family : "\(family)=\(shortest(parameter))"
  }

  /// A number as a person types it: 0.3, and 1 for 1.0.
  private static func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Activation {
  public static let identity = Activation(
    name: "identity", formula: "z", derivativeFormula: "1",
    source: "Nielsen ch. 2; Goodfellow et al., Deep Learning, §6.3", isElementwise: true,
    kinks: [], hasSlope: false, isCurved: false,
    numpy: { $0 }, numpyFactor: { _, _ in "" },
    apply: { z, a in a.setEntries(of: z) { $0 } },
    timesDerivative: { _, _, _ in },
    complex: { $0 })

  /// Derivative 0 at z = 0, as in PyTorch; a NaN stays one.
  public static let relu = Activation(
    name: "relu", formula: "max(z, 0)", derivativeFormula: "1 if z > 0 else 0",
    source: "Nielsen ch. 2; Goodfellow et al., Deep Learning, §6.3", isElementwise: true,
    kinks: [0], hasSlope: false, isCurved: false,
    numpy: { "np.maximum(\($0), 0)" }, numpyFactor: { _, z in " * (\(z) > 0)" },
    apply: { z, a in Engine.current.apply({ $0.relu }, z, &a) },
    timesDerivative: { z, _, delta in
      Engine.current.apply({ $0.times_relu_derivative }, z, &delta)
    },
    complex: { $0.mapping { x, y in x > 0 ? (x, y) : (x.isNaN ? x : 0, 0) } })

  /// The usual slope below 0, 0.01 (Maas, Hannun and Ng 2013).
  public static let leakyRelu = leakyRelu(slope: 0.01)

  /// z, and s z below 0, with s from 0 up (Maas, Hannun and Ng 2013). Derivative s at z = 0, as in
  /// PyTorch.
  public static func leakyRelu(slope: Double) -> Activation {
    let text = shortest(slope)
    return Activation(
      name: name("leaky-relu", slope, usual: 0.01), formula: "z if z > 0 else \(text) z",
      derivativeFormula: "1 if z > 0 else \(text)",
      source: "Nielsen ch. 2; Goodfellow et al., Deep Learning, §6.3", isElementwise: true,
      kinks: slope == 1 ? [] : [0], hasSlope: slope != 0 && slope != 1, isCurved: false,
      numpy: { "np.where(\($0) > 0, \($0), \(text) * \($0))" },
      numpyFactor: { _, z in " * np.where(\(z) > 0, 1, \(text))" },
      apply: { z, a in Engine.current.apply({ $0.leaky_relu(slope, $1, $2, $3) }, z, &a) },
      timesDerivative: { z, _, delta in
        Engine.current.apply({ $0.times_leaky_relu_derivative(slope, $1, $2, $3) }, z, &delta)
      },
      complex: { $0.mapping { x, y in x > 0 ? (x, y) : (slope * x, slope * y) } })
  }

  /// From exp(-|z|), which cannot overflow.
  public static let sigmoid = Activation(
    name: "sigmoid", formula: "1 / (1 + exp(-z))", derivativeFormula: "a (1 - a)",
    source: "Nielsen ch. 2; Goodfellow et al., Deep Learning, §6.3", isElementwise: true,
    kinks: [], hasSlope: true, isCurved: true,
    numpy: { "1 / (1 + np.exp(-\($0)))" }, numpyFactor: { a, _ in " * \(a) * (1 - \(a))" },
    apply: { z, a in Engine.current.apply({ $0.sigmoid }, z, &a) },
    timesDerivative: { _, a, delta in
      Engine.current.apply({ $0.times_sigmoid_derivative }, a, &delta)
    },
    complex: { $0.sigmoid() })

  public static let tanh = Activation(
    name: "tanh", formula: "tanh(z)", derivativeFormula: "1 - a²",
    source: "Nielsen ch. 2; Goodfellow et al., Deep Learning, §6.3", isElementwise: true,
    kinks: [], hasSlope: true, isCurved: true,
    numpy: { "np.tanh(\($0))" }, numpyFactor: { a, _ in " * (1 - \(a)**2)" },
    apply: { z, a in Engine.current.apply({ $0.tanh }, z, &a) },
    timesDerivative: { _, a, delta in
      Engine.current.apply({ $0.times_tanh_derivative }, a, &delta)
    },
    complex: { $0.tanh() })

  /// h = exp(z - max z) / Σ exp(z - max z): the shift changes nothing and prevents overflow
  /// (Goodfellow, Bengio and Courville, "Deep Learning", §4.1). Its Jacobian is
  /// J = diag(h) - h hᵀ, so that J g = h ⊙ (g - Σ g h).
  public static let softmax = Activation(
    name: "softmax", formula: "exp(z) / Σ exp(z)", derivativeFormula: "diag(a) - a aᵀ",
    source: "Goodfellow et al., Deep Learning, §4.1 and §6.2.2.3", isElementwise: false,
    kinks: [], hasSlope: true, isCurved: true,
    numpy: { z in
      "np.exp(\(z) - \(z).max(axis=1, keepdims=True)) / "
        + "np.exp(\(z) - \(z).max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)"
    },
    numpyFactor: { a, _ in " * \(a) * (1 - \(a))" },
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
    },
    complex: { $0.softmax() })

  /// log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), which cannot overflow; its derivative is the sigmoid
  /// (Dugas et al. 2001).
  public static let softplus = Activation(
    name: "softplus", formula: "log(1 + exp(z))", derivativeFormula: "1 / (1 + exp(-z))",
    source: "Dugas et al. 2001; Goodfellow et al., Deep Learning, §3.10", isElementwise: true,
    kinks: [], hasSlope: true, isCurved: false,
    numpy: { "np.logaddexp(0, \($0))" }, numpyFactor: { _, z in " / (1 + np.exp(-\(z)))" },
    apply: { z, a in Engine.current.apply({ $0.softplus }, z, &a) },
    timesDerivative: { z, _, delta in
      Engine.current.apply({ $0.times_softplus_derivative }, z, &delta)
    },
    complex: { $0.softplus() })

  /// With α = 1, whose derivative has no jump.
  public static let elu = elu(alpha: 1)

  /// z, and α (e^z - 1) below 0, with α from 0 up (Clevert, Unterthiner and Hochreiter 2016).
  /// Derivative α at z = 0, as in PyTorch.
  public static func elu(alpha: Double) -> Activation {
    let text = shortest(alpha)
    let factor = alpha == 1 ? "" : "\(text) "
    return Activation(
      name: name("elu", alpha, usual: 1),
      formula: "z if z > 0 else \(factor)(exp(z) - 1)",
      derivativeFormula: "1 if z > 0 else \(factor)exp(z)",
      source: "Clevert, Unterthiner and Hochreiter 2016", isElementwise: true,
      kinks: [0], hasSlope: alpha != 0, isCurved: false,
      numpy: { "np.where(\($0) > 0, \($0), \(text) * np.expm1(np.minimum(\($0), 0)))" },
      numpyFactor: { _, z in " * np.where(\(z) > 0, 1, \(text) * np.exp(np.minimum(\(z), 0)))" },
      apply: { z, a in Engine.current.apply({ $0.elu(alpha, $1, $2, $3) }, z, &a) },
      timesDerivative: { z, _, delta in
        Engine.current.apply({ $0.times_elu_derivative(alpha, $1, $2, $3) }, z, &delta)
      },
      complex: { z in
        var power = z
        power.re = z.re.mapping { $0 > 0 ? 0 : $0 }
        power.exponentiate()
        return z.mapping(power) { z, power in
          z.re > 0 ? z : Complex(re: alpha * (power.re - 1), im: alpha * power.im)
        }
      })
  }

  /// z/2 (1 + tanh u), u = √(2/π) (z + 0.044715 z³): the tanh form (Hendrycks and Gimpel 2016), with
  /// f′ = (1 + tanh u)/2 + z/2 (1 - tanh² u) u′. PyTorch's `gelu(approximate="tanh")`.
  public static let gelu = Activation(
    name: "gelu", formula: "z/2 (1 + tanh(0.79788 (z + 0.044715 z³)))",
    derivativeFormula: "(1 + t)/2 + z/2 (1 - t²) (0.79788 + 0.10703 z²) with t = 2a/z - 1",
    source: "Hendrycks and Gimpel 2016, the tanh form", isElementwise: true,
    kinks: [], hasSlope: true, isCurved: false,
    numpy: { z in
      "0.5 * \(z) * (1 + np.tanh(np.sqrt(2 / np.pi) * (\(z) + 0.044715 * \(z)**3)))"
    },
    numpyFactor: { _, z in
      let t = "np.tanh(np.sqrt(2 / np.pi) * (\(z) + 0.044715 * \(z)**3))"
      return " * (0.5 * (1 + \(t)) + 0.5 * \(z) * (1 - \(t)**2)"
        + " * np.sqrt(2 / np.pi) * (1 + 0.134145 * \(z)**2))"
    },
    apply: { z, a in Engine.current.apply({ $0.gelu }, z, &a) },
    timesDerivative: { z, _, delta in
      Engine.current.apply({ $0.times_gelu_derivative }, z, &delta)
    },
    complex: { $0.gelu() })
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
