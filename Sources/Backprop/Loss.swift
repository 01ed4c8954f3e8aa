/// A loss: what it says of one sample, and its derivative by the pre-activation of the output.
///
/// To add one: write it as a value below and put its name into `all`.
public struct Loss: Named, Sendable {
  public let name: String
  /// The loss of one sample, given the output's activation, as a person writes it.
  public let formula: @Sendable (_ output: Activation) -> String
  /// The right-hand side of `deltaL = …`, with `error` for h - Y.
  let deltaFormula: @Sendable (_ output: Activation, _ layer: Int, _ error: String) -> String
  /// The output activations it goes with.
  public let outputs: [Activation]

  /// The loss of each sample: z, h and Y (samples, classes).
  let values: @Sendable (_ z: Matrix, _ h: Matrix, _ y: Matrix, _ output: Activation) -> [Double]
  /// Writes ∂loss/∂z of each sample into delta (samples, classes).
  let derivative:
    @Sendable (
      _ z: Matrix, _ h: Matrix, _ y: Matrix, _ output: Activation, _ delta: inout Matrix
    ) -> Void

  public static let all: [Loss] = [squaredError, crossEntropy]

  /// The loss that goes with an output activation when nobody names one.
  public static func standard(for output: Activation) -> Loss {
    crossEntropy.outputs.contains(output) ? crossEntropy : squaredError
  }

  /// The output delta in force, as `delta2 = h - Y`.
  public func deltaFormula(output: Activation, layer: Int) -> String {
    "delta\(layer) = " + deltaFormula(output, layer, "h - Y")
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
    name: "squared-error",
    formula: { _ in "1/2 sum((h - Y)^2)" },
    deltaFormula: { output, layer, error in
      guard output.isElementwise else { return "h * (e - sum(e * h)) with e = \(error)" }
      return (error.contains(" ") ? "(\(error))" : error) + " * f'(z\(layer))"
    },
    outputs: Activation.all,
    values: { _, h, y, _ in
      (0..<h.rows).map { sample in
        var sum = 0.0
        for (h, y) in zip(h.row(sample), y.row(sample)) { sum += (h - y) * (h - y) }
        return sum / 2
      }
    },
    derivative: { z, h, y, output, delta in
      delta.setDifference(h, y)
      output.timesDerivative(z, h, &delta)
    })

  /// With softmax -Σ y log h, with sigmoid -Σ [y log h + (1 - y) log(1 - h)]; both have
  /// delta = h - Y (Nielsen ch. 3). Computed from z, so that a saturated output, h = 0 in floating
  /// point, has the finite loss it should have:
  /// softmax log h = z - max z - log Σ exp(z - max z), sigmoid max(z, 0) - z y + log(1 + exp(-|z|)).
  public static let crossEntropy = Loss(
    name: "cross-entropy",
    formula: { output in
      output == .softmax ? "-sum(Y log h)" : "-sum(Y log h + (1 - Y) log(1 - h))"
    },
    deltaFormula: { _, _, error in error },
    outputs: [.softmax, .sigmoid],
    values: { z, _, y, output in
      output == .softmax ? softmaxCrossEntropy(z, y) : sigmoidCrossEntropy(z, y)
    },
    derivative: { _, h, y, _, delta in delta.setDifference(h, y) })
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
