/// What is wrong with somebody's gradient: each array for itself, from the output back, and what it
/// comes to.
public struct Diagnosis: Sendable {
  /// In the order in which they were judged.
  public internal(set) var arrays: [ArrayDiagnosis] = []
  /// The fewest mistakes that explain all arrays together, in the catalogue's order.
  public internal(set) var mistakes: [Mistake] = []
  public internal(set) var cost: CostDiagnosis?

  /// Below this relative distance it is the same formula.
  static let sameBelow = 1e-9

  /// The worst of all arrays.
  public var verdict: ArrayDiagnosis.Verdict { arrays.map(\.verdict).max() ?? .right }

  /// The first array, from the output back, that is not right; nil when all are.
  public var firstWrong: String? {
    arrays.first { $0.verdict == .mistake || $0.verdict == .unknown }?.name
  }

  public subscript(name: String) -> ArrayDiagnosis? { arrays.first { $0.name == name } }
}

/// Holds somebody's arrays against what each mistake, and several together, would have given.
///
/// From the output back, array by array: given deltas first, then dW, then db; what a layer's
/// arrays say of its delta is what the next ones are computed from.
///
/// - Parameters:
///   - trace: the same minibatch, forward, with the same weights.
///   - objective: loss and λ. A mistake that the session trains with does not count.
///   - proceeds: asked now and then; false ends it.
/// - Returns: nil when it was ended.
public func diagnose(
  _ arrays: ForeignArrays, in trace: Trace, _ objective: Objective,
  proceeds: () -> Bool = { true }
) -> Diagnosis? {
  var diagnostician = Diagnostician(arrays, trace, objective)
  return diagnostician.run(proceeds: proceeds)
}
