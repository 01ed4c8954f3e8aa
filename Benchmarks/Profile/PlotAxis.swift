import Foundation
import Page

/// A logarithmic axis: where values stand along one side of a plot, and its ticks.
struct PlotAxis {
  let ticks: [Double]
  private let low: Double
  private let high: Double

  /// Through these values, each with a tick, a little from both ends.
  init(through values: [Int]) {
    ticks = Set(values).sorted().map(Double.init)
    let (first, last) = (log10(ticks[0]), log10(ticks[ticks.count - 1]))
    let margin = (last - first) * 0.05
    (low, high) = (first - margin, last + margin)
  }

  /// From a round number to a round number around these values: powers of ten, and 2 and 5 times
  /// them as long as that makes few ticks. At its end a share of the axis stays free.
  init(around values: [Double], free: Double) {
    let (least, most) = (values.min()!, values.max()!)
    let digits = most / least > 100 ? [1.0] : [1, 2, 5]
    // Read from decimal digits: 10 to the power of -1 need not be 0.1.
    let round = (-9...9).flatMap { power in digits.map { Double("\($0)e\(power)")! } }
    let (first, last) = (round.last { $0 <= least }!, round.first { $0 >= most }!)
    ticks = round.filter { (first...last).contains($0) }
    low = log10(first)
    high = low + (log10(last) - low) / (1 - free)
  }

  /// From 0 at its beginning to 1 at its end.
  func position(of value: Double) -> Double { (log10(value) - low) / (high - low) }

  /// The ticks with their places on an axis of that length.
  func labels(_ length: Double) -> [(label: String, place: Double)] {
    ticks.map { (NumberFormat.standard.text($0), position(of: $0) * length) }
  }
}
