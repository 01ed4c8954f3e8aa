/// What the text and the SVG of a series have in common: ranges, ticks, figures.
struct Chart {
  let series: Series
  let x: Scale
  let yTicks: [Tick]
  let y: Scale
  /// The edges of the bars, one more than there are bars; none for a line.
  let edges: [Double]

  /// Nil when there is no point with two finite coordinates.
  init?(_ series: Series, yTicks count: Int) {
    self.series = series
    edges = series.edges
    let shown = series.x.indices.filter { series.x[$0].isFinite && series.y[$0].isFinite }
    if shown.isEmpty || !edges.allSatisfy(\.isFinite) { return nil }
    // A stretch without finite values is shown as a gap: the axis has all of it.
    x = Scale(Scale(edges.isEmpty ? series.x : edges).range.widened)
    var values = shown.map { series.y[$0] }
    if !edges.isEmpty { values.append(0) }
    let range = Scale(values).range
    let areWhole = values.areWhole && !series.yAxis.isShare
    yTicks = series.yAxis.ticks(range, atMost: count, areWhole: areWhole, isAround: true)
    let ends = yTicks.map(\.value) + [range.lowerBound, range.upperBound]
    y = Scale(Scale(ends).range.widened)
  }

  func xTicks(atMost count: Int) -> [Tick] {
    let areWhole = edges.isEmpty && series.x.areWhole && !series.xAxis.isShare
    return series.xAxis.ticks(x.range, atMost: count, areWhole: areWhole)
  }

  /// Whether 0 is inside the horizontal axis, as it is for the histogram of signed values.
  var hasZeroInside: Bool { x.low < 0 && x.high > 0 }
}

extension Series {
  /// What is known of the points: how many, from where to where, the extremes.
  var figures: [Line] {
    if case .histogram = kind { return histogramFigures }
    var items = [Line(text: name, .name)]
    guard let first = y.first, let last = y.last else { return items + ["no points"] }
    items.append("\(count: y.count) \(y.count == 1 ? "point" : "points")")
    items.append("from \(x[0]) to \(x[x.count - 1])")
    items.append("first " + line(first))
    items.append("last " + line(last))
    let finite = y.indices.filter { y[$0].isFinite }
    if let low = finite.min(by: { y[$0] < y[$1] }), let high = finite.max(by: { y[$0] < y[$1] }) {
      items.append("min " + line(y[low]) + " at \(x[low])")
      items.append("max " + line(y[high]) + " at \(x[high])")
    }
    return items + notFinite(y.count - finite.count, of: y.count)
  }

  private var histogramFigures: [Line] {
    let counted = y.reduce(0) { $0 + ($1.isFinite ? $1 : 0) }
    let all = counted + Double(uncounted)
    var items = [Line(text: name, .name), "\(counted, as: .grouped) values"]
    if let low = edges.first, let high = edges.last {
      items.append("\(count: y.count) \(y.count == 1 ? "bin" : "bins") from \(low) to \(high)")
    }
    if uncounted > 0 {
      items += notFinite(uncounted, of: Int(exactly: all) ?? uncounted)
    }
    return items
  }

  private func notFinite(_ count: Int, of all: Int) -> [Line] {
    if count == 0 { return [] }
    let share = Double(count) / Double(all)
    return ["not finite \(count: count, .bad) (\(percent: share))"]
  }

  private func line(_ value: Double) -> Line {
    yAxis.isShare ? "\(percent: value)" : "\(value)"
  }
}
