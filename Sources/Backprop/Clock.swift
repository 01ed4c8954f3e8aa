/// The stations of a minibatch, in order: `batch`, `forward 1` … `forward L`, `loss`,
/// `delta L` … `delta 1`, `gradient L` … `gradient 1`, `update`; `start` is before the first.
public enum Phase: Hashable, Sendable {
  case start, batch
  case forward(Int)
  case loss
  case delta(Int)
  case gradient(Int)
  case update
}

extension Phase: CustomStringConvertible {
  public var description: String {
    switch self {
    case .start: "start"
    case .batch: "batch"
    case .forward(let layer): "forward \(layer)"
    case .loss: "loss"
    case .delta(let layer): "delta \(layer)"
    case .gradient(let layer): "gradient \(layer)"
    case .update: "update"
    }
  }

  /// `Phase("delta 2")  // .delta(2)`; nil for a layer that no network has.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    if words.count == 2 {
      guard let layer = Int(words[1]), (1...Network.deepest).contains(layer) else { return nil }
    }
    switch (words.first, words.count > 1 ? Int(words[1]) : nil, words.count) {
    case ("start", nil, 1): self = .start
    case ("batch", nil, 1): self = .batch
    case ("loss", nil, 1): self = .loss
    case ("update", nil, 1): self = .update
    case ("forward", let layer?, 2): self = .forward(layer)
    case ("delta", let layer?, 2): self = .delta(layer)
    case ("gradient", let layer?, 2): self = .gradient(layer)
    default: return nil
    }
  }

  /// All phases of a minibatch in a network of `depth` layers, `batch` first.
  public static func all(depth: Int) -> [Phase] {
    [.batch] + (1...depth).map(Phase.forward) + [.loss]
      + (1...depth).reversed().map(Phase.delta) + (1...depth).reversed().map(Phase.gradient)
      + [.update]
  }

  /// The phase after this one.
  func next(depth: Int) -> Phase {
    switch self {
    case .start, .update: .batch
    case .batch: .forward(1)
    case .forward(let layer): layer < depth ? .forward(layer + 1) : .loss
    case .loss: .delta(depth)
    case .delta(let layer): layer > 1 ? .delta(layer - 1) : .gradient(depth)
    case .gradient(let layer): layer > 1 ? .gradient(layer - 1) : .update
    }
  }

  /// How many phases of the minibatch are behind, this one included: `start` 0, `batch` 1, ….
  public func position(depth: Int) -> Int {
    switch self {
    case .start: 0
    case .batch: 1
    case .forward(let layer): 1 + layer
    case .loss: 2 + depth
    case .delta(let layer): 3 + 2 * depth - layer
    case .gradient(let layer): 3 + 3 * depth - layer
    case .update: 3 + 3 * depth
    }
  }
}

/// Where training stands.
public struct Clock: Hashable, Sendable {
  /// Updates so far.
  public internal(set) var step = 0
  /// Finished epochs.
  public internal(set) var epoch = 0
  /// The last phase completed.
  public internal(set) var phase = Phase.start

  public init(step: Int = 0, epoch: Int = 0, phase: Phase = .start) {
    self.step = step
    self.epoch = epoch
    self.phase = phase
  }

  /// The last step that is taken from outside, some centuries of training: points of time of the
  /// deepest network are within 64 bits up to here, and what a command adds to them is too.
  public static let lastStep = 1_000_000_000_000_000
}

extension Clock {
  /// How many phases have been completed since the start: the order of all points of time.
  ///
  ///     Clock(step: 2, phase: .batch).instant(depth: 2)  // 2 minibatches of 9 phases, and 1: 19
  public func instant(depth: Int) -> Int {
    let phases = Phase.update.position(depth: depth)
    return step * phases + (phase == .update ? 0 : phase.position(depth: depth))
  }
}
