/// The range of some values, and where a value stands in it.
struct Scale: Equatable {
  var low: Double
  var high: Double

  /// From the least finite value to the greatest; nothing finite makes it 0 to 0.
  init(_ values: [Double]) {
    let finite = values.lazy.filter(\.isFinite)
    low = finite.min() ?? 0
    high = finite.max() ?? 0
  }

  init(_ range: ClosedRange<Double>) {
    low = range.lowerBound
    high = range.upperBound
  }

  /// From 0 at the low end to 1 at the high end. Where there is but one value: 0 for 0, else ½.
  func position(of value: Double) -> Double {
    // Halves, for the difference of two finite numbers may be infinite.
    let length = high / 2 - low / 2
    if length <= 0 { return value == 0 ? 0 : 0.5 }
    return min(max((value / 2 - low / 2) / length, 0), 1)
  }

  /// Which of so many steps is nearest.
  func level(of value: Double, among steps: Int) -> Int {
    Int((position(of: value) * Double(steps - 1)).rounded())
  }

  /// Which of so many steps shows the value on a scale with 0 in the middle, where only 0 itself is.
  func signedLevel(of value: Double, among steps: Int) -> Int {
    let middle = steps / 2
    if value == 0 || high == 0 { return middle }
    let distance = min(value.magnitude / high, 1) * Double(middle)
    let level = max(1, Int(distance.rounded(.up)))
    return value < 0 ? middle - level : middle + level
  }

  var range: ClosedRange<Double> { low...high }
}
