/// A loss: what it says of one sample, and its derivative by the pre-activation of the output.
///
///     delta_L = E ⊙ f′(z_L), E = ∂loss/∂h     or E itself, where f′ cancels
///
/// To add one: write it as a value below, with everything that the program asks of it, and put its
/// name into `all`.
public struct Loss: Named, Sendable {
  public let name: String
  /// Where the loss of a sample comes from.
  public let source: String
  /// Where the output delta comes from.
  let deltaSource: String
  /// The loss of one sample, given the output's activation, as a person writes it.
  public let formula: @Sendable (_ output: Activation) -> String
  /// E in terms of what is called `h` and `y`, as a person writes it: `h - Y`.
  let errorFormula: @Sendable (_ h: String, _ y: String) -> String
  /// The same as NumPy.
  let errorNumPy: String
  /// Whether delta_L is E itself: cross-entropy's f′ cancels (Nielsen ch. 3).
  public let cancelsDerivative: Bool
  /// Whether it is meant for targets that are values, not classes.
  public let isForValues: Bool
  /// Factors on it that people leave out or add, with what to say: ` without the 1/2`.
  let factors: [Factor]
  /// The output activations it goes with.
  public let outputs: [Activation]
  /// The targets that it takes with an output.
  let targets: @Sendable (_ output: Activation) -> TargetRange

  /// The loss of each sample: z, h and Y (samples, outputs).
  let values: @Sendable (_ z: Matrix, _ h: Matrix, _ y: Matrix, _ output: Activation) -> [Double]
  /// Writes E of each sample; all (samples, outputs).
  let error: @Sendable (_ h: Matrix, _ y: Matrix, _ error: inout Matrix) -> Void
  /// The loss of each sample for z + i y, and h of it: for the complex step.
  let complexValues:
    @Sendable (
      _ z: ComplexMatrix, _ h: () -> ComplexMatrix, _ y: Matrix, _ output: Activation
    ) -> [Complex]
  /// On which side of its kinks each entry of a row is, for whoever moves h across them.
  let sides: @Sendable (_ h: ArraySlice<Double>, _ y: ArraySlice<Double>) -> [Bool]
  /// E of one unit, to be read.
  let explanation: @Sendable (_ entry: OutputEntry) -> (terms: Explanation.Terms, formula: Formula)

  public static let all: [Loss] = [squaredError, crossEntropy, absoluteError, huber]

  /// A factor on the loss that people write: `2`, ` without the 1/2`, and how unlikely that is.
  struct Factor {
    let value: Double
    let text: String
    let cost: Double
  }
}

extension Loss {
  /// The loss that goes with an output activation when nobody names one.
  public static func standard(for output: Activation) -> Loss {
    crossEntropy.outputs.contains(output) ? crossEntropy : squaredError
  }

  /// E as a matrix: (samples, outputs).
  func error(_ h: Matrix, _ y: Matrix) -> Matrix {
    var result = Matrix(rows: 0, columns: 0)
    error(h, y, &result)
    return result
  }

  /// Writes ∂loss/∂z of each sample into delta (samples, outputs) (Nielsen ch. 2, BP1).
  func derivative(
    _ z: Matrix, _ h: Matrix, _ y: Matrix, _ output: Activation, _ delta: inout Matrix
  ) {
    error(h, y, &delta)
    if !cancelsDerivative { output.timesDerivative(z, h, &delta) }
  }

  /// The right-hand side of `deltaL = …`, with `error` for E.
  func deltaFormula(_ output: Activation, _ layer: Int, _ error: String) -> String {
    if cancelsDerivative { return error }
    guard output.isElementwise else { return "h * (e - sum(e * h)) with e = \(error)" }
    return Loss.factor(error) + " * f'(z\(layer))"
  }

  /// The output delta in force, as `delta2 = h - Y`.
  public func deltaFormula(output: Activation, layer: Int) -> String {
    "delta\(layer) = " + deltaFormula(output, layer, errorFormula("h", "Y"))
  }

  /// The same as NumPy.
  func deltaNumPy(output: Activation, layer: Int) -> String {
    let delta = "delta\(layer) ="
    if cancelsDerivative { return "\(delta) \(errorNumPy)" }
    guard output.isElementwise else {
      return "e = \(errorNumPy); \(delta) h * (e - (e * h).sum(axis=1, keepdims=True))"
    }
    return "\(delta) " + Loss.factor(errorNumPy) + output.numpyFactor("h", "z\(layer)")
  }

  /// E as a factor: `(h - Y)`, and `sign(h - Y)` as it stands.
  var errorFactor: String { Loss.factor(errorFormula("h", "Y")) }

  /// In parentheses, unless it is one name or one call.
  static func factor(_ formula: String) -> String {
    var (depth, isOpen) = (0, true)
    for (i, character) in formula.enumerated() where isOpen {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      let isLetter = character.isLetter || character.isNumber || ".()".contains(character)
      isOpen = (isLetter || depth > 0) && !(character == "(" && i == 0)
    }
    return isOpen ? formula : "(\(formula))"
  }

  /// - Throws: when the loss does not go with the output activation; the sentence names those that
  ///   do.
  public func requireFit(to output: Activation) throws {
    guard outputs.contains(output) else {
      let fitting = outputs.map(\.name).joined(separator: " or ")
      throw BackpropError(
        "The loss \(name) needs a \(fitting) output, and this network's output is \(output). "
          + "Try: loss \(Loss.standard(for: output))")
    }
  }
}

extension Loss {
  /// ½‖h - y‖², with delta = (h - Y) ⊙ f′(z) (Nielsen ch. 2, BP1).
  public static let squaredError = Loss(
    name: "squared-error", source: "Nielsen ch. 1", deltaSource: "Nielsen ch. 2, BP1",
    formula: { _ in "1/2 sum((h - Y)^2)" },
    errorFormula: difference, errorNumPy: "h - Y",
    cancelsDerivative: false, isForValues: false,
    factors: [
      Factor(value: 2, text: " without the 1/2", cost: 1)
    ],
    outputs: Activation.all, targets: { _ in .any },
    values: { _, h, y, _ in
      (0..<h.rows).map { sample in
        var sum = 0.0
        for (h, y) in zip(h.row(sample), y.row(sample)) { sum += (h - y) * (h - y) }
        return sum / 2
      }
    },
    error: { h, y, error in error.setDifference(h, y) },
    complexValues: { _, h, y, _ in h().squaredError(y) },
    sides: { _, _ in [] },
    explanation: { entry in
      let (h, y) = (entry.h, entry.y)
      return (entry.operands, "\(h.name, h.value) - \(y.name, y.value)")
    })

  /// With softmax -Σ y log h, with sigmoid -Σ [y log h + (1 - y) log(1 - h)]; both have
  /// delta = h - Y (Nielsen ch. 3). Computed from z, so that a saturated output, h = 0 in floating
  /// point, has the finite loss it should have:
  /// softmax log h = z - max z - log Σ exp(z - max z), sigmoid max(z, 0) - z y + log(1 + exp(-|z|)).
  public static let crossEntropy = Loss(
    name: "cross-entropy", source: "Nielsen ch. 3",
    deltaSource: "Nielsen ch. 3: cross-entropy cancels the f' of BP1",
    formula: { output in
      output == .softmax ? "-sum(Y log h)" : "-sum(Y log h + (1 - Y) log(1 - h))"
    },
    errorFormula: difference, errorNumPy: "h - Y",
    cancelsDerivative: true, isForValues: false,
    factors: [
      Factor(value: 0.5, text: " halved", cost: 1.5), Factor(value: 2, text: " doubled", cost: 1.5),
    ],
    outputs: [.softmax, .sigmoid], targets: { $0 == .softmax ? .distributions : .shares },
    values: { z, _, y, output in
      output == .softmax ? softmaxCrossEntropy(z, y) : sigmoidCrossEntropy(z, y)
    },
    error: { h, y, error in error.setDifference(h, y) },
    complexValues: { z, _, y, output in
      output == .softmax ? z.softmaxCrossEntropy(y) : z.sigmoidCrossEntropy(y)
    },
    sides: { _, _ in [] },
    explanation: { entry in
      let (h, y) = (entry.h, entry.y)
      return (entry.operands, "\(h.name, h.value) - \(y.name, y.value)")
    })

  /// Σ|h - y|, with delta = sign(h - Y) ⊙ f′(z), 0 where h = y, as PyTorch's `l1_loss`.
  public static let absoluteError = Loss(
    name: "absolute-error", source: "Goodfellow et al., Deep Learning, §6.2.1.2",
    deltaSource: "Nielsen ch. 2, BP1",
    formula: { _ in "sum(|h - Y|)" },
    errorFormula: { h, y in "sign(\(difference(h, y)))" }, errorNumPy: "np.sign(h - Y)",
    cancelsDerivative: false, isForValues: true, factors: [],
    outputs: Activation.all, targets: { _ in .any },
    values: { _, h, y, _ in
      (0..<h.rows).map { sample in
        zip(h.row(sample), y.row(sample)).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
      }
    },
    error: { h, y, error in
      error.setDifference(h, y)
      error = error.mapping(\.direction)
    },
    complexValues: { _, h, y, _ in
      h().sums(with: y) { e, _ in e.re < 0 ? Complex(re: -e.re, im: -e.im) : e }
    },
    sides: { h, y in zip(h, y).map { $0 > $1 } },
    explanation: { entry in
      let (h, y) = (entry.h, entry.y)
      return (entry.operands, "sign(\(h.name, h.value) - \(y.name, y.value))")
    })

  /// Σ ½e² where |e| ≤ 1, else |e| - ½, with e = h - y: delta = clip(e, -1, 1) ⊙ f′(z) (Huber 1964),
  /// as PyTorch's `huber_loss`.
  public static let huber = Loss(
    name: "huber", source: "Huber 1964", deltaSource: "Nielsen ch. 2, BP1",
    formula: { _ in "sum(e^2/2 if |e| < 1 else |e| - 1/2), e = h - Y" },
    errorFormula: { h, y in "clip(\(difference(h, y)), -1, 1)" },
    errorNumPy: "np.clip(h - Y, -1, 1)",
    cancelsDerivative: false, isForValues: true, factors: [],
    outputs: Activation.all, targets: { _ in .any },
    values: { _, h, y, _ in
      (0..<h.rows).map { sample in
        zip(h.row(sample), y.row(sample)).reduce(0) { sum, pair in
          let e = (pair.0 - pair.1).magnitude
          return sum + (e > 1 ? e - 0.5 : e * e / 2)
        }
      }
    },
    error: { h, y, error in
      error.setDifference(h, y)
      error = error.mapping { $0 > 1 ? 1 : $0 < -1 ? -1 : $0 }
    },
    complexValues: { _, h, y, _ in
      h().sums(with: y) { e, _ in
        if e.re > 1 { return Complex(re: e.re - 0.5, im: e.im) }
        if e.re < -1 { return Complex(re: -e.re - 0.5, im: -e.im) }
        return Complex(re: (e.re * e.re - e.im * e.im) / 2, im: e.re * e.im)
      }
    },
    sides: { h, y in zip(h, y).flatMap { [$0 - $1 > 1, $0 - $1 < -1] } },
    explanation: { entry in
      let (h, y) = (entry.h, entry.y)
      return (entry.operands, "clip(\(h.name, h.value) - \(y.name, y.value), -1, 1)")
    })
}

/// `h - Y`; only what is left where nothing is taken away.
@Sendable private func difference(_ h: String, _ y: String) -> String {
  y == "0" ? h : "\(h) - \(y)"
}

/// One unit of the output in one sample, for whoever explains what the loss makes of it.
struct OutputEntry {
  let sample: Int
  let unit: Int
  /// (outputs) of that sample.
  let outputs, targets: [Double]

  var h: (name: String, value: Double) { ("h[\(sample), \(unit)]", outputs[unit]) }
  var y: (name: String, value: Double) { ("Y[\(sample), \(unit)]", targets[unit]) }
  var operands: Explanation.Terms { .operands([h, y]) }
}

private func softmaxCrossEntropy(_ z: Matrix, _ y: Matrix) -> [Double] {
  let largest = (0..<z.rows).map { z.row($0).largest }
  var exponentials = z
  exponentials.withRows { sample, row in
    for j in row.indices { row[j] -= largest[sample] }
  }
  Engine.current.apply({ $0.exp }, &exponentials.values)
  var logSums = (0..<z.rows).map { exponentials.row($0).sum }
  Engine.current.apply({ $0.log }, &logSums)
  return (0..<z.rows).map { sample in
    var loss = 0.0
    for (z, y) in zip(z.row(sample), y.row(sample)) where y != 0 {
      loss -= y * ((z - largest[sample]) - logSums[sample])
    }
    return loss
  }
}

private func sigmoidCrossEntropy(_ z: Matrix, _ y: Matrix) -> [Double] {
  var exponentials = z.values.map { -abs($0) }
  Engine.current.apply({ $0.exp }, &exponentials)
  let logs = log1p(exponentials)
  return (0..<z.rows).map { sample in
    var loss = 0.0
    for i in sample * z.columns..<(sample + 1) * z.columns {
      let (z, y) = (z.values[i], y.values[i])
      // An infinite z times 0 would be NaN.
      loss += (z < 0 ? 0 : z) - (y == 0 ? 0 : z * y) + logs[i]
    }
    return loss
  }
}

extension Matrix {
  /// self = left - right, all of one shape.
  mutating func setDifference(_ left: Matrix, _ right: Matrix) {
    reshape(rows: left.rows, columns: left.columns)
    withMutableValues { result in
      left.values.withUnsafeBufferPointer { left in
        right.values.withUnsafeBufferPointer { right in
          for i in result.indices { result[i] = left[i] - right[i] }
        }
      }
    }
  }
}
