/// One fully connected layer: `z = a_prev W + b`, `a = f(z)`.
public struct Layer: Codable, Equatable, Sendable {
  public var activation: Activation
  /// W, (inputs, outputs).
  public internal(set) var weights: Matrix
  /// b, (outputs).
  public internal(set) var biases: [Double]

  public var inputs: Int { weights.rows }
  public var outputs: Int { weights.columns }

  public init(activation: Activation, weights: Matrix, biases: [Double]) {
    precondition(
      biases.count == weights.columns,
      "\(biases.count) biases do not fit weights of shape (\(weights.rows), \(weights.columns))")
    self.activation = activation
    self.weights = weights
    self.biases = biases
  }
}

/// By bits.
extension Layer {
  public static func == (left: Layer, right: Layer) -> Bool {
    left.activation == right.activation && left.weights == right.weights
      && left.biases.isIdenticalByBits(to: right.biases)
  }
}

/// A feed-forward network; layers count from 1, as in `W1`.
public struct Network: Codable, Equatable, Sendable {
  public internal(set) var layers: [Layer]

  /// The most layers that are taken from outside.
  public static let deepest = 1000

  public init(layers: [Layer]) {
    precondition(!layers.isEmpty, "a network has at least one layer")
    self.layers = layers
  }

  /// A network with random weights and biases of 0.
  ///
  ///     Network(sizes: [784, 300, 10], hidden: .sigmoid, output: .softmax, initializer: .xavier,
  ///             random: &random).parameterCount  // 238510
  ///
  /// - Parameter sizes: units of each layer, the inputs first; at least two, all positive.
  public init(
    sizes: [Int], hidden: Activation, output: Activation, initializer: Initializer,
    random: inout Random
  ) {
    precondition(sizes.count >= 2 && sizes.allSatisfy { $0 > 0 }, "no network has sizes \(sizes)")
    var layers: [Layer] = []
    for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
      let isLast = layers.count == sizes.count - 2
      layers.append(
        Layer(
          activation: isLast ? output : hidden,
          weights: initializer.weights(inputs: inputs, outputs: outputs, using: &random),
          biases: Array(repeating: 0, count: outputs)))
    }
    self.init(layers: layers)
  }

  /// The layer that a person calls `number`, from 1.
  public subscript(layer number: Int) -> Layer { layers[number - 1] }

  /// L, the number of layers.
  public var depth: Int { layers.count }
  public var inputs: Int { layers[0].inputs }
  public var outputs: Int { layers[layers.count - 1].outputs }
  public var output: Activation { layers[layers.count - 1].activation }
  /// Units of each layer, the inputs first: `[784, 300, 10]`.
  public var sizes: [Int] { [inputs] + layers.map(\.outputs) }

  /// How many numbers there are to learn.
  public var parameterCount: Int {
    layers.reduce(0) { $0 + $1.weights.count + $1.biases.count }
  }

  /// - Throws: when there is no such layer; the sentence says how many there are.
  public func requireLayer(_ number: Int) throws {
    try Network.requireLayer(number, depth: depth)
  }

  /// The same for a network of `depth` layers.
  public static func requireLayer(_ number: Int, depth: Int) throws {
    guard (1...depth).contains(number) else {
      throw BackpropError(
        "There is no layer \(number): this network has \(depth), counted from 1.")
    }
  }
}

extension Matrix {
  /// ‖A‖², the sum of the squares of all entries: `Matrix([[3, 4]]).sumOfSquares  // 25`.
  public var sumOfSquares: Double { Engine.current.sumOfSquares(values) }

  /// ‖A‖, the Frobenius norm: `Matrix([[3, 4]]).norm  // 5`.
  public var norm: Double { sumOfSquares.squareRoot() }

  /// ‖A - sB‖ / max(‖A‖, ‖sB‖), 0 when both are 0; NaN when an entry is.
  ///
  ///     Matrix([[3, 4]]).distance(from: Matrix([[3, 5]]))  // 0.171
  ///
  /// - Parameters:
  ///   - factor: s.
  ///   - smallest: what the larger norm counts at least.
  public func distance(
    from other: Matrix, times factor: Double = 1, atLeast smallest: Double = 0
  ) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    let difference = mapping(other) { $0 - factor * $1 }.norm
    if difference == 0 { return 0 }
    return difference / max(norm, factor.magnitude * other.norm, smallest)
  }
}

extension Matrix: Codable {
  private enum CodingKeys: CodingKey { case rows, columns, values }

  public init(from decoder: Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try container.decode(Int.self, forKey: .rows)
    let columns = try container.decode(Int.self, forKey: .columns)
    let values = try container.decode([Double].self, forKey: .values)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, count == values.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(values.count) values do not fill the shape (\(rows), \(columns))")
    }
    self.init(rows: rows, columns: columns, values: values)
  }

  public func encode(to encoder: Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    try container.encode(values, forKey: .values)
  }
}
