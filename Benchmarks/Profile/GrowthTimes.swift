import Backprop
import Foundation

/// The median seconds of a step of each case, Backstep's and, where they are known, those of its
/// matrix products alone.
struct GrowthTimes {
  private var rounds: [GrowthCase: [Double]] = [:]
  /// By what `GrowthCase.products` says.
  private let products: [String: Double]

  /// Every case once a round, so that a machine that slows down slows down for all.
  init(
    _ series: [GrowthSeries], over samples: Samples, rounds count: Int, products: [String: Double]
  ) throws {
    self.products = products
    let cases = series.flatMap(\.cases)
    for round in 1...count {
      for growthCase in cases {
        let note = "round \(round) of \(count): \(growthCase)\n"
        FileHandle.standardError.write(Data(note.utf8))
        rounds[growthCase, default: []].append(try Self.secondsOfStep(growthCase, over: samples))
      }
    }
  }

  subscript(growthCase: GrowthCase) -> Double { rounds[growthCase]!.median }

  /// Those of the matrix products alone; nil where they are unknown.
  func products(of growthCase: GrowthCase) -> Double? {
    growthCase.products.flatMap { products[$0] }
  }

  /// The median of the steps of at least 0.3 seconds, and of seven at least.
  private static func secondsOfStep(
    _ growthCase: GrowthCase, over samples: Samples
  ) throws -> Double {
    var training = try Training.measured(sizes: growthCase.sizes, batch: growthCase.batch)
    return Engine.$current.withValue(Engine(threads: growthCase.threads)) {
      for _ in 0..<5 { training.step(over: samples) }
      let clock = ContinuousClock()
      let end = clock.now + .milliseconds(300)
      var times: [Double] = []
      while clock.now < end || times.count < 7 {
        times.append(clock.measure { training.step(over: samples) }.seconds)
      }
      return times.median
    }
  }
}
