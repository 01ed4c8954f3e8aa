import Backprop

/// The parts that a person asks after; each has a phase, or one for every layer.
enum Part: String, CaseIterable {
  case batch, forward, loss, deltas, gradients, update

  init?(_ phase: Phase) {
    switch phase {
    case .start: return nil
    case .batch: self = .batch
    case .forward: self = .forward
    case .loss: self = .loss
    case .delta: self = .deltas
    case .gradient: self = .gradients
    case .update: self = .update
    }
  }
}

/// Steps measured phase by phase and, in turn with them, as a whole.
struct StepTimes {
  /// The phases of a step, and the seconds of each in every step: (steps, phases).
  let phases: [Phase]
  private var seconds: [[Double]] = []
  private var wholeSteps: [Double] = []

  init(_ training: inout Training, over samples: Samples, steps: Int) {
    phases = Phase.all(depth: training.network.depth)
    for _ in 0..<20 { training.step(over: samples) }
    let clock = ContinuousClock()
    for _ in 0..<steps {
      seconds.append(
        phases.map { _ in clock.measure { training.advance(over: samples) }.seconds })
      wholeSteps.append(clock.measure { training.step(over: samples) }.seconds)
    }
  }

  /// The median over the steps.
  func median(of phase: Phase) -> Double {
    let index = phases.firstIndex(of: phase)!
    return seconds.map { $0[index] }.median
  }

  /// The median over the steps of the sum of the part's phases.
  func median(of part: Part) -> Double {
    let indices = phases.indices.filter { Part(phases[$0]) == part }
    return seconds.map { step in indices.reduce(0) { $0 + step[$1] } }.median
  }

  var medianOfWholeSteps: Double { wholeSteps.median }
}
