/// The name of an array as people type it: a letter or two and the number of a layer.
///
///     try ArrayName("dW1", depth: 2)  // kind .weightGradient, layer 1
public struct ArrayName: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case inputs = "X"
    case targets = "Y"
    case labels
    case output = "h"
    case weights = "W"
    case biases = "b"
    case preactivation = "z"
    case activation = "a"
    case delta
    case weightGradient = "dW"
    case biasGradient = "db"
    case weightUpdate = "uW"
    case biasUpdate = "ub"

    /// Whether a layer's number follows the letters.
    public var isOfLayer: Bool {
      switch self {
      case .inputs, .targets, .labels, .output: false
      default: true
      }
    }
  }

  public let kind: Kind
  /// From 1; 0 where the kind has no layer.
  public let layer: Int

  public init(_ kind: Kind, _ layer: Int = 0) {
    self.kind = kind
    self.layer = layer
  }

  /// - Throws: when nothing in a network of `depth` layers is called `text`.
  public init(_ text: String, depth: Int) throws {
    let digits = text.suffix(while: { $0.isASCII && $0.isNumber })
    let letters = String(text.dropLast(digits.count))
    if let kind = Kind(rawValue: letters), kind.isOfLayer == !digits.isEmpty {
      guard kind.isOfLayer else {
        self.init(kind)
        return
      }
      guard let layer = Int(digits), (1...depth).contains(layer), digits.first != "0" else {
        if text == "a0" {
          self.init(.inputs)
          return
        }
        throw BackpropError(
          "There is no \(text): this network has \(depth) layer\(depth == 1 ? "" : "s"), "
            + "counted from 1.")
      }
      self.init(kind, layer)
    } else {
      throw BackpropError(
        "There is no array \"\(text)\". There are "
          + "\(ArrayName.all(depth: depth).map(\.description).joined(separator: " "))")
    }
  }

  /// Every name in a network of `depth` layers.
  public static func all(depth: Int) -> [ArrayName] {
    Kind.allCases.flatMap { kind in
      kind.isOfLayer ? (1...depth).map { ArrayName(kind, $0) } : [ArrayName(kind)]
    }
  }

  /// The phase that makes it; weights and biases are always there.
  public func madeBy(depth: Int) -> Phase? {
    switch kind {
    case .inputs, .targets, .labels: .batch
    case .preactivation, .activation: .forward(layer)
    case .output: .forward(depth)
    case .delta: .delta(layer)
    case .weightGradient, .biasGradient: .gradient(layer)
    case .weightUpdate, .biasUpdate: .update
    case .weights, .biases: nil
    }
  }
}

extension ArrayName: CustomStringConvertible {
  public var description: String { kind.isOfLayer ? "\(kind.rawValue)\(layer)" : kind.rawValue }
}

extension Collection {
  /// The longest tail whose elements all satisfy `predicate`.
  fileprivate func suffix(while predicate: (Element) -> Bool) -> SubSequence
  where Self: BidirectionalCollection {
    var start = endIndex
    while start != startIndex, predicate(self[index(before: start)]) { formIndex(before: &start) }
    return self[start...]
  }
}

/// An array with its shape, as NumPy would hold it.
public struct NamedArray: Equatable, Sendable {
  public let name: String
  public let shape: [Int]
  public let values: [Double]
  /// Whether the entries are class numbers.
  public let isInteger: Bool

  public init(_ name: String, shape: [Int], values: [Double], isInteger: Bool = false) {
    self.name = name
    self.shape = shape
    self.values = values
    self.isInteger = isInteger
  }

  init(_ name: String, _ matrix: Matrix) {
    self.init(name, shape: [matrix.rows, matrix.columns], values: matrix.values)
  }

  init(_ name: String, _ vector: [Double]) {
    self.init(name, shape: [vector.count], values: vector)
  }

  public static func == (left: NamedArray, right: NamedArray) -> Bool {
    left.name == right.name && left.shape == right.shape && left.isInteger == right.isInteger
      && left.values.isIdenticalByBits(to: right.values)
  }
}

extension Training {
  /// Whether the array has been computed in the minibatch at hand.
  public func has(_ name: ArrayName) -> Bool {
    guard let phase = name.madeBy(depth: network.depth) else { return true }
    if name.kind == .labels, trace?.batch.labels == nil { return false }
    return trace?.has(phase) ?? false
  }

  /// - Parameter name: what the phase makes and somebody wants.
  /// - Throws: when it is not computed yet; the sentence names the phase that makes it.
  public func require(_ phase: Phase, for name: String) throws {
    guard trace?.has(phase) != true else { return }
    let here = clock.phase == .update ? 0 : clock.phase.position(depth: network.depth)
    let distance = phase.position(depth: network.depth) - here
    throw BackpropError(
      "\(name) is not computed yet: the phase \"\(phase)\" makes it. Try: phase \(distance)")
  }

  /// The array of that name. Weights and biases are those of the network now, after an update the
  /// new ones; all else is of the minibatch at hand.
  ///
  /// - Throws: when it is not computed yet; the sentence names the phase that makes it.
  public func array(_ name: ArrayName) throws -> NamedArray {
    let text = name.description
    let l = name.layer - 1
    switch name.kind {
    case .weights: return NamedArray(text, network.layers[l].weights)
    case .biases: return NamedArray(text, network.layers[l].biases)
    default: break
    }
    if let phase = name.madeBy(depth: network.depth) { try require(phase, for: text) }
    guard let trace else { preconditionFailure("a phase that is there has a trace") }
    switch name.kind {
    case .inputs: return NamedArray(text, trace.batch.x)
    case .targets: return NamedArray(text, trace.batch.y)
    case .labels:
      guard let labels = trace.batch.labels else {
        throw BackpropError("There are no labels here: the targets are values. Try: print Y")
      }
      return NamedArray(
        text, shape: [trace.batch.count], values: labels.map(Double.init), isInteger: true)
    case .output: return NamedArray(text, trace.a[trace.depth - 1])
    case .preactivation: return NamedArray(text, trace.z[l])
    case .activation: return NamedArray(text, trace.a[l])
    case .delta: return NamedArray(text, trace.delta[l])
    case .weightGradient: return NamedArray(text, trace.gradients[l].weights)
    case .biasGradient: return NamedArray(text, trace.gradients[l].biases)
    case .weightUpdate: return NamedArray(text, changes(layer: name.layer)!.weights)
    case .biasUpdate: return NamedArray(text, changes(layer: name.layer)!.biases)
    case .weights, .biases: preconditionFailure("answered above")
    }
  }
}
