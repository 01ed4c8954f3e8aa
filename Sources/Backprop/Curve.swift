/// The loss and the accuracy of each minibatch as it was trained on, by step: what is left of a
/// minibatch when the next one has begun.
///
///     var curve = Curve()
///     training.step(over: samples)
///     curve.append(training)
///     curve.loss  // [2.34]
public struct Curve: Equatable, Sendable {
  /// The step of the first entry: 1 for a session from its beginning.
  public private(set) var first: Int
  public private(set) var loss: SharedList<Double>
  public private(set) var accuracy: SharedList<Double>

  public init(first: Int = 1, loss: [Double] = [], accuracy: [Double] = []) {
    precondition(loss.count == accuracy.count, "a loss and an accuracy for each step")
    self.first = first
    self.loss = SharedList(loss)
    self.accuracy = SharedList(accuracy)
  }

  public var count: Int { loss.count }
  /// The step of the last entry, before `first` when there is none.
  public var last: Int { first + count - 1 }

  /// Adds the minibatch that `training` has just finished. A curve that does not lead up to it
  /// begins anew there.
  public mutating func append(_ training: Training) {
    guard training.clock.phase == .update, let trace = training.trace else {
      preconditionFailure("a minibatch belongs to the curve when its update is done")
    }
    if training.clock.step != last + 1 { self = Curve(first: training.clock.step) }
    loss.append(trace.loss)
    accuracy.append(trace.accuracy ?? .nan)
  }

  /// Adds the entries of the steps that follow.
  public mutating func append(loss: [Double], accuracy: [Double]) {
    precondition(loss.count == accuracy.count, "a loss and an accuracy for each step")
    for value in loss { self.loss.append(value) }
    for value in accuracy { self.accuracy.append(value) }
  }

  /// Forgets what came after a step.
  public mutating func cut(after step: Int) {
    let kept = min(max(step - first + 1, 0), count)
    loss.cut(to: kept)
    accuracy.cut(to: kept)
  }
}

/// By bits: a NaN equals a NaN.
extension Curve {
  public static func == (left: Curve, right: Curve) -> Bool {
    left.first == right.first && left.count == right.count
      && left.commonPrefix(with: right) == left.count
  }

  /// How many entries at the beginning have the same bits in another curve.
  public func commonPrefix(with other: Curve) -> Int {
    guard first == other.first else { return 0 }
    return min(
      loss.commonPrefix(with: other.loss) { $0.isIdentical(to: $1) },
      accuracy.commonPrefix(with: other.accuracy) { $0.isIdentical(to: $1) })
  }
}
