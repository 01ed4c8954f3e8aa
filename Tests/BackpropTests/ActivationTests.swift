import Testing

@testable import Backprop

@Suite struct ActivationTests {
  static let z = Matrix([[-3, -0.5, -1e-3, 0.25, 2], [5, 1, -4, 3, -2]])

  /// As in `TraceTests`: the quotient's own error is about 1e-10.
  @Test("f' equals central differences of f", arguments: Activation.hidden)
  func derivative(activation: Activation) {
    let (z, h) = (Self.z, 1e-5)
    let up = activation(Matrix(rows: 2, columns: 5, values: z.values.map { $0 + h }))
    let down = activation(Matrix(rows: 2, columns: 5, values: z.values.map { $0 - h }))
    let quotients = zip(up.values, down.values).map { ($0 - $1) / (2 * h) }
    let derivative = activation.derivative(z: z, a: activation(z))
    #expect(relativeError(derivative.values, quotients) < 1e-8)
  }

  @Test("at 0, relu has slope 0 and leaky-relu 0.01, as in PyTorch")
  func kinks() {
    let zero = Matrix([[0, -0.0]])
    #expect(Activation.relu.derivative(z: zero, a: zero) == Matrix([[0, 0]]))
    #expect(Activation.leakyRelu.derivative(z: zero, a: zero) == Matrix([[0.01, 0.01]]))
  }

  @Test("limits of each function")
  func limits() {
    let z = Matrix([[-.infinity, .infinity, -800, 800, .nan, 0]])
    #expect(Activation.sigmoid(z) == Matrix([[0, 1, 0, 1, .nan, 0.5]]))
    #expect(Activation.tanh(z) == Matrix([[-1, 1, -1, 1, .nan, 0]]))
    #expect(Activation.relu(z) == Matrix([[0, .infinity, 0, 800, .nan, 0]]))
    #expect(Activation.leakyRelu(z) == Matrix([[-.infinity, .infinity, -8, 800, .nan, 0]]))
    #expect(Activation.identity(z) == z)
  }

  /// Ten terms, each rounded once and divided once.
  @Test("rows of softmax sum to 1, however large z is", arguments: [1e-3, 1, 30, 800, 1e300])
  func softmaxRows(scale: Double) {
    var random = Random(seed: 9)
    let z = Matrix(
      rows: 7, columns: 10, values: (0..<70).map { _ in scale * (2 * random.uniform() - 1) })
    let h = Activation.softmax(z)
    for row in 0..<7 {
      #expect(abs(h.row(row).sum - 1) < 1e-15)
      #expect(h.row(row).allSatisfy { $0 >= 0 && $0 <= 1 })
    }
    #expect(h.argmaxOfRows == z.argmaxOfRows)
  }

  @Test("softmax does not see a shift of z")
  func softmaxShift() {
    let z = Matrix([[1, 2, 4], [-8, 0, 8]])
    let shifted = Matrix([[1025, 1026, 1028], [1016, 1024, 1032]])
    #expect(Activation.softmax(z) == Activation.softmax(shifted))
  }

  /// As `TraceTests` holds the formulas against PyTorch's.
  @Test("a parameter is part of the name")
  func parameters() throws {
    #expect(Activation("leaky-relu=0.3")?.name == "leaky-relu=0.3")
    #expect(Activation("leaky-relu=0.30")?.name == "leaky-relu=0.3")
    #expect(Activation("leaky-relu=0.01")?.name == "leaky-relu")
    #expect(Activation("elu=1")?.name == "elu" && Activation("elu=0.5")?.name == "elu=0.5")
    for name in [
      "leaky-relu=", "leaky-relu=x", "leaky-relu=-1", "leaky-relu=inf", "relu=0.1", "=1",
    ] {
      #expect(Activation(name) == nil, "\(name)")
    }
    let z = Matrix([[-2, 3]])
    let half = try #require(Activation("leaky-relu=0.5"))
    #expect(half(z) == Matrix([[-1, 3]]))
    for activation in Activation.all { #expect(Activation(activation.name) == activation) }
  }

  @Test("the limits of the smooth ones, and no digits lost near 0")
  func smoothLimits() {
    let z = Matrix([[-.infinity, .infinity, -800, 800, .nan, 0]])
    #expect(Activation.softplus(z) == Matrix([[0, .infinity, 0, 800, .nan, 0.6931471805599453]]))
    #expect(Activation.elu(z) == Matrix([[-1, .infinity, -1, 800, .nan, 0]]))
    #expect(Activation.gelu(z) == Matrix([[0, .infinity, 0, 800, .nan, 0]]))
    // e^z - 1 = z + z²/2 + z³/6 of a small z.
    #expect(relativeError(Activation.elu(Matrix([[-1e-9]])).values[0], -9.999999995e-10) < 1e-15)
  }

  @Test("softmax has no slope a unit and is no hidden activation")
  func softmaxIsForOutputs() {
    #expect(!Activation.hidden.contains(.softmax))
    #expect(Activation.hidden.count == Activation.all.count - 1)
  }
}
