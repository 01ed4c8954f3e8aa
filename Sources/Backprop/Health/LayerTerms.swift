// Which term did it: what is wrong in a layer, taken apart. Layers count from 1.

extension Trace {
  /// z = a_prev W + b: which of the two keeps the dead units of a layer where f says one thing.
  func deadTerm(_ l: Int) -> Sentence {
    let (units, z, a, layer) = (deadUnits(layer: l), z[l - 1], a[l - 1], layers[l - 1])
    let product = "\(inputName(of: l)) W\(l)"
    let constant = units.filter { j in (0..<z.rows).allSatisfy { z[$0, j] == z[0, j] } }
    if 2 * constant.count >= units.count {
      let unweighted = constant.count { layer.weights.column($0).allSatisfy { $0 == 0 } }
      return """
        In \(count: constant.count) of them \(product) is the same for all samples, and in \
        \(count: unweighted) all of W\(l) is 0.
        """
    }
    let off = units.filter { j in (0..<z.rows).allSatisfy { z[$0, j] <= 0 && a[$0, j] == 0 } }
    guard 2 * off.count >= units.count else {
      return """
        z\(l) differs from sample to sample, but with a root mean square of \(z.rms), where f says \
        the same: \(layer.activation.name) did it.
        """
    }
    let means = z.columnMeans
    let mean = off.map { means[$0] }.sum / Double(off.count)
    let bias = off.map { layer.biases[$0] }.sum / Double(off.count)
    return """
      f and f' are 0 where z is below 0, and z\(l) never is above in \(count: off.count) of them: \
      it averages \(mean), of which \(product) makes \(mean - bias) and b\(l) \(bias). \
      \(mean - bias < bias ? "W" : "b")\(l) did it.
      """
  }

  /// f′(z) is small where |z| is large: which of a_prev W and b makes it so.
  func saturationTerm(_ l: Int) -> Sentence {
    let (z, layer) = (z[l - 1], layers[l - 1])
    let products = Matrix(input(of: l - 1) * layer.weights).rms
    let biases = Matrix([layer.biases]).rms
    let parts: Sentence = """
      f' is below 0.01 where |z| is large: z\(l) has a root mean square of \(z.rms), \
      \(inputName(of: l)) W\(l) of \(products), and b\(l) of \(biases).
      """
    guard products >= biases else { return "\(parts) b\(l) did it." }
    return """
      \(parts) W\(l) did it, with one of \(layer.weights.rms): 1/sqrt(inputs) is \
      \(1 / Double(layer.inputs).squareRoot()).
      """
  }

  /// dW = a_prevᵀ delta / N + λW: the two against each other.
  func regulariserTerm(_ l: Int, l2: Double) -> Sentence {
    let (data, decay) = (dataGradient(layer: l).norm, l2 * layers[l - 1].weights.norm)
    return """
      Of dW\(l) = \(inputName(of: l)).T delta\(l) / N + l2 W\(l), the first term has a norm of \
      \(data) and the second one of \(decay).
      """
  }
}
