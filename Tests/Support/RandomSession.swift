/// The commands of a session, drawn at random out of what a person could type who goes back and forth
/// in time: moves, changes, checkpoints, stops and questions, in any order, with typing errors few.
///
///     var random = RandomSession(seed: 7)
///     random.command(at: .init(step: 3, depth: 2, checkpoints: ["a"]))  // "goto a"
///
/// The same seed and the same places give the same session.
public struct RandomSession {
  /// What the choice depends on: most of what is drawn is possible there.
  public struct Place {
    public var step: Int
    public var depth: Int
    /// Names that `goto` knows.
    public var checkpoints: [String]
    /// Numbers that `delete` knows.
    public var stops: [Int]

    public init(step: Int, depth: Int, checkpoints: [String] = [], stops: [Int] = []) {
      (self.step, self.depth, self.checkpoints, self.stops) = (step, depth, checkpoints, stops)
    }
  }

  /// Inputs and classes of the data.
  private let sizes: (inputs: Int, classes: Int)
  private var dice: Dice

  public init(seed: UInt64, inputs: Int = 6, classes: Int = 3) {
    (dice, sizes) = (Dice(seed), (inputs, classes))
  }

  public mutating func pick<Item>(_ items: [Item]) -> Item { items.randomElement(using: &dice)! }

  /// True once in so many times.
  public mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &dice) == 0 }

  /// Builds a network of one to three layers.
  public mutating func network() -> String {
    let hidden = pick(["-", "-4-", "-4-", "-5-3-"])
    return "network \(sizes.inputs)\(hidden)\(sizes.classes)"
      + pick(["", " --hidden tanh", " --hidden relu --init he"])
      + pick(["", " --output sigmoid"]) + pick(["", " --seed 2"])
  }

  public mutating func command(at place: Place) -> String {
    switch Int.random(in: 0..<100, using: &dice) {
    case ..<26: forward(place)
    case ..<50: elsewhere(place)
    case ..<72: change()
    case ..<86: checkpoint(place)
    case ..<93: stop(place)
    case ..<99: question()
    default: network()
    }
  }

  private mutating func forward(_ place: Place) -> String {
    switch Int.random(in: 0..<9, using: &dice) {
    case 0...2: "step \(pick([1, 1, 1, 2, 3, 5, 70]))"
    case 3...5: "phase \(pick([1, 1, 2, 5, 13]))"
    case 6: "finish"
    case 7: pick(["epoch", "epoch 2", "continue --epochs 2"])
    default: "until --epochs 2 \(condition())"
    }
  }

  private mutating func elsewhere(_ place: Place) -> String {
    switch Int.random(in: 0..<9, using: &dice) {
    case 0, 1: "back \(pick([1, 1, 1, 2, 4, 90]))"
    case 2, 3: "back --phase \(pick([1, 1, 2, 7, 11]))"
    case 4: "goto \(Int.random(in: 0...place.step + 2, using: &dice))"
    case 5: "goto \(Int.random(in: 0...place.step + 1, using: &dice)) \(phase(place))"
    case 6: "back until \(condition())"
    default: "goto \(pick(place.checkpoints.isEmpty ? ["0"] : place.checkpoints))"
    }
  }

  private mutating func change() -> String {
    switch Int.random(in: 0..<6, using: &dice) {
    case 0: "loss \(pick(["squared-error", "cross-entropy"]))"
    case 1...3:
      "set "
        + pick([
          "l2=0.1", "l2=0", "batch=3", "batch=4", "batch=7", "batch=10", "rate=0.3", "rate=0.1",
          "shuffle=off", "shuffle=on", "batch=5 rate=0.2 l2=0.01", "precision=6", "history=1MB",
        ])
    case 4:
      "optimizer "
        + pick([
          "sgd", "momentum rate=0.2", "nesterov", "rmsprop", "adagrad rate=0.1", "adam rate=0.01",
        ])
    default:
      "mistake "
        + pick([
          "off", "off", "sum-not-mean", "gradient-accumulated", "weights-already-updated",
          "output-derivative-extra", "hidden-derivative-missing",
        ])
    }
  }

  private mutating func checkpoint(_ place: Place) -> String {
    let name = pick(["a", "b", "c", "d"])
    return once(in: 8) ? "delete \(name)" : "checkpoint \(name)"
  }

  private mutating func stop(_ place: Place) -> String {
    switch Int.random(in: 0..<8, using: &dice) {
    case 0: "break \(phase(place))"
    case 1: "break \(condition())"
    case 2: "watch loss by 5%"
    case 3: "display norm(W1)"
    case 4: "catch \(pick(["nan", "dead", "vanishing", "plateau"]))"
    default: "delete \(pick(place.stops.isEmpty ? ["all"] : place.stops.map(String.init)))"
    }
  }

  private mutating func question() -> String {
    pick([
      "print W1", "print loss", "show deltas", "show settings", "show checkpoints",
      "show breakpoints", "evaluate", "history --journal", "compare a now", "health", "loss",
      "optimizer", "plot loss", "nonsense",
    ])
  }

  private mutating func condition() -> String {
    pick(["loss < 1", "loss > 1", "accuracy > 0.5", "norm(W1) > 2", "step % 3 == 0", "epoch >= 2"])
  }

  private mutating func phase(_ place: Place) -> String {
    let layer = Int.random(in: 1...max(place.depth, 1), using: &dice)
    return pick(["batch", "loss", "forward \(layer)", "delta \(layer)", "gradient \(layer)"])
  }
}
