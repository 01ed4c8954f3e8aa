/// Arrays of somebody's backward pass over a minibatch, as far as they gave them; layers count from
/// 1, shapes are ours: dW (inputs, outputs), delta (N, outputs).
///
///     let arrays = try ForeignArrays(read, sizes: [784, 300, 10], count: 100)
///     diagnose(arrays, in: trace, Objective(loss: .crossEntropy, l2: 1e-3))
public struct ForeignArrays: Sendable {
  public var deltas: [Int: Matrix] = [:]
  public var weightGradients: [Int: Matrix] = [:]
  public var biasGradients: [Int: [Double]] = [:]
  /// Of the minibatch before.
  public var previousWeightGradients: [Int: Matrix] = [:]
  public var previousBiasGradients: [Int: [Double]] = [:]
  /// The number that their cost function gives.
  public var cost: Double?
  /// Whether their weights were stored (outputs, inputs), and have been turned round.
  public private(set) var isTransposed = false

  public init() {}
}

// MARK: - From names and shapes

extension ForeignArrays {
  /// Takes `dW*`, `db*`, `delta*`, `previous_dW*`, `previous_db*`, `cost` and `gradient`, all
  /// gradients in a row: W1, b1, W2, b2, …. `W*` only tell how weights are stored; what else there
  /// is is left to others.
  ///
  /// Weights are (outputs, inputs) when an array whose two sizes differ has that shape; square ones
  /// go with the others.
  ///
  /// - Parameters:
  ///   - sizes: units, the inputs first.
  ///   - count: N.
  /// - Throws: when a shape does not fit; the sentence has both.
  public init(_ arrays: [NamedArray], sizes: [Int], count: Int) throws {
    isTransposed = arrays.contains { array in
      guard let (name, _) = ForeignArrays.name(of: array.name, depth: sizes.count - 1),
        name.kind == .weightGradient || name.kind == .weights
      else { return false }
      let (inputs, outputs) = (sizes[name.layer - 1], sizes[name.layer])
      return inputs != outputs && array.shape == [outputs, inputs]
    }
    for array in arrays {
      switch array.name {
      case "cost":
        guard array.values.count == 1 else {
          throw BackpropError("cost has \(array.values.count) numbers; it should be one.")
        }
        cost = array.values[0]
      case "gradient": try addGradient(array, sizes: sizes)
      default: try add(array, sizes: sizes, count: count)
      }
    }
  }

  /// `dW1`, or `previous_dW1` of the minibatch before.
  private static func name(of text: String, depth: Int) -> (name: ArrayName, isPrevious: Bool)? {
    let prefix = "previous_"
    let isPrevious = text.hasPrefix(prefix)
    let rest = isPrevious ? String(text.dropFirst(prefix.count)) : text
    guard let name = try? ArrayName(rest, depth: depth) else { return nil }
    return (name, isPrevious)
  }

  private mutating func add(_ array: NamedArray, sizes: [Int], count: Int) throws {
    guard let (name, isPrevious) = ForeignArrays.name(of: array.name, depth: sizes.count - 1)
    else { return }
    let l = name.layer
    switch name.kind {
    case .weightGradient:
      let matrix = try weights(array, inputs: sizes[l - 1], outputs: sizes[l])
      if isPrevious { previousWeightGradients[l] = matrix } else { weightGradients[l] = matrix }
    case .biasGradient:
      guard array.values.count == sizes[l] else {
        throw misfit(array, "(\(sizes[l]))")
      }
      if isPrevious {
        previousBiasGradients[l] = array.values
      } else {
        biasGradients[l] = array.values
      }
    case .delta where !isPrevious:
      if array.shape == [count, sizes[l]] {
        deltas[l] = Matrix(rows: count, columns: sizes[l], values: array.values)
      } else if array.shape == [sizes[l], count] {
        let columns = Matrix(rows: sizes[l], columns: count, values: array.values)
        deltas[l] = Matrix(columns.transposed)
      } else {
        throw misfit(array, "(\(count), \(sizes[l]))")
      }
    default: break
    }
  }

  private func weights(_ array: NamedArray, inputs: Int, outputs: Int) throws -> Matrix {
    guard array.shape == (isTransposed ? [outputs, inputs] : [inputs, outputs]) else {
      throw misfit(array, "(\(inputs), \(outputs))")
    }
    return stored(array.values, inputs: inputs, outputs: outputs)
  }

  private func stored(_ values: [Double], inputs: Int, outputs: Int) -> Matrix {
    guard isTransposed else { return Matrix(rows: inputs, columns: outputs, values: values) }
    return Matrix(Matrix(rows: outputs, columns: inputs, values: values).transposed)
  }

  private mutating func addGradient(_ array: NamedArray, sizes: [Int]) throws {
    let needed = zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    guard array.values.count == needed else {
      throw BackpropError(
        "gradient has \(array.values.count) numbers; this network has \(needed) weights and biases."
      )
    }
    var rest = array.values[...]
    for (l, (inputs, outputs)) in zip(1..., zip(sizes, sizes.dropFirst())) {
      weightGradients[l] = stored(
        Array(rest.prefix(inputs * outputs)), inputs: inputs, outputs: outputs)
      rest = rest.dropFirst(inputs * outputs)
      biasGradients[l] = Array(rest.prefix(outputs))
      rest = rest.dropFirst(outputs)
    }
  }

  private func misfit(_ array: NamedArray, _ expected: String) -> BackpropError {
    let shape = array.shape.map(String.init).joined(separator: ", ")
    return BackpropError("\(array.name) has shape (\(shape)); in this network it is \(expected).")
  }
}

extension ForeignArrays {
  /// What was given under a name; biases as a row.
  subscript(name: ArrayName) -> Matrix? {
    get {
      switch name.kind {
      case .delta: deltas[name.layer]
      case .weightGradient: weightGradients[name.layer]
      case .biasGradient: biasGradients[name.layer].map(asRow)
      default: nil
      }
    }
    set {
      switch name.kind {
      case .delta: deltas[name.layer] = newValue
      case .weightGradient: weightGradients[name.layer] = newValue
      case .biasGradient: biasGradients[name.layer] = newValue?.values
      default: preconditionFailure("\(name) is nothing that a backward pass computes")
      }
    }
  }

  /// From the output back, of each layer first its delta.
  func names(depth: Int) -> [ArrayName] {
    (1...depth).reversed().flatMap { layer in
      [ArrayName.Kind.delta, .weightGradient, .biasGradient].map { ArrayName($0, layer) }
    }
    .filter { self[$0] != nil }
  }

  /// Previous gradients, biases as a row.
  func previous(_ name: ArrayName) -> Matrix? {
    switch name.kind {
    case .weightGradient: previousWeightGradients[name.layer]
    case .biasGradient: previousBiasGradients[name.layer].map(asRow)
    default: nil
    }
  }
}

extension Matrix {
  var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// Whether every entry has only the 24 bits of float32.
  var isSinglePrecision: Bool { values.allSatisfy { Double(Float($0)) == $0 } }
}
