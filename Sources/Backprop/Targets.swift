/// What the rows of Y are, and so whether an output can be right or wrong.
public enum Targets: Equatable, Sendable {
  /// One-hot rows of so many classes: the largest output is what the network says.
  case classes(Int)
  /// One output with two values, that of class 0 and that of class 1: the nearer one is what the
  /// network says.
  case twoValues(Double, Double)
  /// Any numbers: there is a distance from them and no right or wrong.
  case values

  /// One-hot where each row is, two values where there is one output and 0 and 1, or -1 and 1, are
  /// its only values and both there; else values.
  ///
  ///     Targets(of: [0, 1, 1, 0], outputs: 1)  // twoValues(0, 1)
  ///
  /// - Parameter y: Y, (samples × outputs), row after row.
  public init(of y: [Double], outputs: Int) {
    guard outputs == 1 else {
      let isOneHot = stride(from: 0, to: y.count, by: outputs).allSatisfy { start in
        let row = y[start..<start + outputs]
        return row.count(where: { $0 == 1 }) == 1 && row.count(where: { $0 == 0 }) == outputs - 1
      }
      self = isOneHot && !y.isEmpty ? .classes(outputs) : .values
      return
    }
    let pair = [(0.0, 1.0), (-1.0, 1.0)].first { low, high in
      y.contains(low) && y.contains(high) && y.allSatisfy { $0 == low || $0 == high }
    }
    self = pair.map { .twoValues($0.0, $0.1) } ?? .values
  }

  /// How many classes there are; nil for values.
  public var classCount: Int? {
    switch self {
    case .classes(let count): count
    case .twoValues: 2
    case .values: nil
    }
  }

  /// The class of each row of Y, (samples, outputs), counted from 0; nil for values.
  func labels(_ y: Matrix) -> [Int]? {
    switch self {
    case .classes: y.argmaxOfRows
    case .twoValues(_, let high): y.values.map { $0 == high ? 1 : 0 }
    case .values: nil
    }
  }

  /// The class that each row of h, (samples, outputs), says; a tie goes to the lower one. Nil for
  /// values.
  public func predictions(_ h: Matrix) -> [Int]? {
    switch self {
    case .classes: h.argmaxOfRows
    case .twoValues(let low, let high): h.values.map { $0 > (low + high) / 2 ? 1 : 0 }
    case .values: nil
    }
  }
}

/// Which targets a loss takes.
public enum TargetRange: Sendable {
  case any
  /// Every entry from 0 to 1.
  case shares
  /// Rows from 0 up that sum to 1.
  case distributions

  /// What a row has to be, after "needs".
  var need: String {
    switch self {
    case .any: "any targets"
    case .shares: "targets from 0 to 1"
    case .distributions: "targets from 0 up that sum to 1 in each row"
    }
  }

  /// What is wrong with a row, as `Y[3, 0] is -0.5`; nil when it fits. A sum may be off by the rounding
  /// of its entries, 1e-6 where they were written with few digits.
  func objection(_ row: ArraySlice<Double>, _ number: Int) -> String? {
    let limit = self == .shares ? 1.0 : .infinity
    guard self != .any else { return nil }
    if let place = row.indices.first(where: { !(row[$0] >= 0 && row[$0] <= limit) }) {
      return "Y[\(number), \(place - row.startIndex)] is \(row[place])"
    }
    guard self == .distributions else { return nil }
    let sum = row.sum
    return abs(sum - 1) <= 1e-6 ? nil : "Y[\(number)] sums to \(sum)"
  }
}

extension Loss {
  /// - Parameter set: what the targets are called: `the training set`.
  /// - Throws: when the targets are not such as the loss takes; the sentence names the rule and the
  ///   row.
  public func requireFit(to samples: Samples, output: Activation, set: String) throws {
    guard let objection = samples.objection(targets(output)) else { return }
    throw BackpropError(misfit(objection, output, in: set))
  }

  /// The same for one minibatch.
  public func requireFit(to batch: Batch, output: Activation) throws {
    let range = targets(output)
    guard batch.targets != .classes(batch.y.columns),
      let objection = (0..<batch.count).lazy.compactMap({
        range.objection(batch.y.row($0), $0)
      }).first
    else { return }
    throw BackpropError(misfit(objection, output, in: "the minibatch"))
  }

  private func misfit(_ objection: String, _ output: Activation, in set: String) -> String {
    "The loss \(name) with a \(output) output needs \(targets(output).need): \(objection) in \(set). "
      + "Try: loss \(Loss.squaredError)"
  }

  /// The loss that goes with an output activation and some targets when nobody names one.
  public static func standard(for output: Activation, targets samples: Samples?) -> Loss {
    let usual = standard(for: output)
    return samples?.objection(usual.targets(output)) == nil ? usual : squaredError
  }
}

extension Samples {
  /// What is wrong with the first row that is not as a loss needs it; nil when all fit.
  func objection(_ range: TargetRange) -> String? {
    guard case .values(let y, let outputs) = content else { return nil }
    return (0..<count).lazy.compactMap {
      range.objection(y[$0 * outputs..<($0 + 1) * outputs], $0)
    }.first
  }
}
