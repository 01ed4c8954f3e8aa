/// A mistake that people make in hand-written backpropagation: one formula of the backward pass done
/// wrong, everything else right.
///
/// A session computes with it (`Objective.mistake`), and a diagnosis compares somebody's arrays with
/// what it gives. To add one: write it as a value in the file of its group and put its name into
/// `all`.
///
///     let mistake = Mistake("hidden-derivative-missing")!
///     mistake.wrong(in: setting)  // delta1 = delta2 W2^T
public struct Mistake: Named, Sendable {
  public let name: String
  public let group: Group
  /// What it does to training. The figures are of `Mistake.measurement`, measured with
  ///
  ///     backstep -c 'load mnist' -c 'network 784-30-10' -c 'optimizer momentum rate=0.1' \
  ///       -c 'set l2=0.001' -c 'mistake sum-not-mean' -c 'epoch 20' -c 'evaluate'
  ///
  /// and `--output sigmoid`, with both losses; for those that need neighbours of one width with
  /// 784-30-30-10.
  public let effect: String
  /// Where its formula differs from the right one.
  let site: Site
  /// What it changes.
  let rules: Rules
  /// The NumPy line that does it right, where the one of the group does not say it.
  var numpyLine: (@Sendable (_ setting: Setting, _ layer: Int) -> String)?
  /// The numbers that its name leaves open.
  public var constants = Constants()
  /// Which of them a diagnosis has to find, and how.
  let open: OpenConstant?

  /// Which formula is wrong; in the order of the backward pass.
  public enum Group: String, CaseIterable, Sendable {
    case outputDelta = "The output delta"
    case hiddenDelta = "The hidden deltas"
    case gradient = "From deltas to gradients"
    case regulariser = "The regulariser"
  }

  /// Numbers that a mistake has in it and its name does not say. A session computes with these; a
  /// diagnosis solves for them.
  public struct Constants: Equatable, Sendable {
    /// By how many rows or classes the targets are rolled, 1 or -1: `np.roll(Y, shift)`.
    public var shift = 1
    /// `weights-already-updated`: W - rate dW is the weight that is read. A session takes the rate of
    /// its optimizer.
    public var rate = 0.1
    /// `array-scaled`: which array, and by how much.
    public var array = ArrayName(.weightGradient, 1)
    public var factor = 3.0
    /// `gradient-clipped`: the largest entry there may be. So small that it always bites.
    public var entryBound = 1e-4
    /// `gradient-norm-clipped`: the largest norm of all arrays together there may be; likewise.
    public var normBound = 1e-2
    /// `target-rows-shuffled`: whose target each sample gets; nil for the order of a session.
    public var order: [Int]?

    public init() {}
  }

  /// How a diagnosis finds the number that a name leaves open.
  enum OpenConstant: Sendable {
    /// It is one of a few.
    case oneOf([Constants])
    /// delta depends on it linearly, so that least squares find it.
    case linear(@Sendable (_ value: Double, _ constants: inout Constants) -> Void)
    /// The rows of delta tell whose targets they were made with.
    case targetOrder
    /// It is the ratio of the data's part of one array to the right one.
    case ratio
    /// Entries pile up at it.
    case largestEntry
    /// One factor below 1 is on all arrays.
    case commonFactor
  }

  init(
    _ name: String, _ group: Group, at site: Site, _ rules: Rules, open: OpenConstant? = nil,
    effect: String, numpy: (@Sendable (_ setting: Setting, _ layer: Int) -> String)? = nil
  ) {
    self.name = name
    self.group = group
    self.site = site
    self.rules = rules
    self.open = open
    self.effect = effect
    numpyLine = numpy
  }

  /// Where the figures in `effect` come from.
  public static let measurement =
    "784-30-10, 20 epochs of the 5,000 digits, momentum 0.9 at rate 0.1, l2 0.001, seed 1"

  public static let all: [Mistake] =
    outputDeltas + hiddenDeltas + gradients + biases + regularisers
}

// MARK: - Where it can be made

extension Mistake {
  /// The layers whose formulas it changes, from 1; none where it does not apply.
  public func layers(in setting: Setting) -> [Int] {
    let depth = setting.depth
    let possible: ClosedRange<Int>
    switch group {
    case .outputDelta: possible = depth...depth
    case .hiddenDelta:
      guard depth > 1 else { return [] }
      possible = 1...depth - 1
    case .gradient, .regulariser: possible = 1...depth
    }
    return possible.filter { site.contains(setting, $0, constants) }
  }

  /// Whether its formula differs from the right one anywhere in this network, with this loss and λ.
  public func applies(to network: Network, loss: Loss, l2: Double) -> Bool {
    applies(to: Setting(network.layers, loss: loss, l2: l2))
  }

  public func applies(to setting: Setting) -> Bool { !layers(in: setting).isEmpty }

  /// Why it cannot be made here: one sentence; nil when it can.
  public func objection(in setting: Setting) -> String? {
    applies(to: setting) ? nil : "The mistake \(name) needs \(site.need)."
  }
}

extension Mistake {
  /// Whether it is in a gradient, and not in a delta alone.
  var changesGradients: Bool { group == .gradient || group == .regulariser }

  /// Whether it needs the gradient of the minibatch before.
  public var needsPreviousGradients: Bool { self == .gradientAccumulated }
}

/// Where a mistake's formula differs from the right one.
struct Site: Sendable {
  /// After "needs": `a hidden layer of sigmoid or tanh units`.
  let need: String
  let contains: @Sendable (_ setting: Setting, _ layer: Int, _ constants: Mistake.Constants) -> Bool

  init(_ need: String, _ contains: @escaping @Sendable (Setting, Int) -> Bool) {
    self.need = need
    self.contains = { setting, layer, _ in contains(setting, layer) }
  }

  init(
    _ need: String, _ contains: @escaping @Sendable (Setting, Int, Mistake.Constants) -> Bool
  ) {
    self.need = need
    self.contains = contains
  }

  static let anywhere = Site("a network") { _, _ in true }
  static let hiddenLayer = Site("a hidden layer") { _, _ in true }
}

/// A network, a loss and λ, as far as they decide which mistakes can be made and how a formula reads.
public struct Setting: Sendable {
  /// The first layer first.
  public let activations: [Activation]
  /// Units, the inputs first.
  public let sizes: [Int]
  public let loss: Loss
  public let l2: Double
  /// N as a formula shows it: a number where the minibatch is known.
  public var count = "N"
  /// The numbers in the mistake whose formula is shown.
  var constants = Mistake.Constants()

  public init(_ layers: [Layer], loss: Loss, l2: Double) {
    activations = layers.map(\.activation)
    sizes = [layers[0].inputs] + layers.map(\.outputs)
    self.loss = loss
    self.l2 = l2
  }

  init(sizes: [Int], output: Activation, loss: Loss, l2: Double = 0.001) {
    self.sizes = sizes
    activations = sizes.dropFirst(2).map { _ in Activation.sigmoid } + [output]
    self.loss = loss
    self.l2 = l2
  }

  public var depth: Int { activations.count }
  var output: Activation { activations[depth - 1] }
  var classes: Int { sizes[depth] }

  /// f of a layer, from 1.
  func activation(_ layer: Int) -> Activation { activations[layer - 1] }
}

extension Objective {
  /// The network with this loss and λ.
  public func setting(_ layers: [Layer]) -> Setting { Setting(layers, loss: loss, l2: l2) }

  /// The mistake, where it changes anything.
  func mistake(in layers: [Layer]) -> Mistake? {
    guard let mistake, mistake.applies(to: setting(layers)) else { return nil }
    return mistake
  }
}
