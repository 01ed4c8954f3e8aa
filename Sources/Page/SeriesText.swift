/// A series in three lines: how many points, its figures, and its course in small bars.
extension TextRenderer {
  func lines(_ series: Series) -> [Line] {
    let name = Line(text: series.name, .name)
    guard let first = series.y.first, let last = series.y.last else {
      return flowed([name, "no points"])
    }
    let count = series.y.count
    var items = [name, "\(count: count) \(count == 1 ? "point" : "points")"]
    items.append("from \(series.x[0]) to \(series.x[count - 1])")
    items.append("first \(first)")
    items.append("last \(last)")
    let finite = series.y.indices.filter { series.y[$0].isFinite }
    if let low = finite.min(by: { series.y[$0] < series.y[$1] }),
      let high = finite.max(by: { series.y[$0] < series.y[$1] })
    {
      items.append("min \(series.y[low]) at \(series.x[low])")
      items.append("max \(series.y[high]) at \(series.x[high])")
    }
    if finite.count < count { items.append("not finite \(count: count - finite.count, .bad)") }
    return flowed(items) + bars(series.y)
  }

  /// A bar for each point, or for the mean of neighbouring points where the screen is too narrow.
  private func bars(_ values: [Double]) -> [Line] {
    let shades = unicode ? Array("▁▂▃▄▅▆▇█") : Array("_.:-=+*#")
    let group = (values.count + max(width, 1) - 1) / max(width, 1)
    let means = stride(from: 0, to: values.count, by: group).map { start in
      let points = values[start..<min(start + group, values.count)]
      return points.reduce(0) { $0 + $1 / Double(points.count) }
    }
    let scale = Scale(means)
    let bars = means.map { $0.isFinite ? shades[scale.level(of: $0, among: shades.count)] : "?" }
    let note: [Line] =
      group > 1 ? [Line(text: "each bar is the mean of \(group) points", .faint)] : []
    return [Line(text: String(bars))] + note.flatMap { wrapped($0) }
  }
}

/// The range of some values, and where a value stands in it.
struct Scale {
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
}
