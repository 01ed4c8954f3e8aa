/// A series as a drawing: the line through its points, or the bars of a histogram.
struct ChartSVG {
  private static let width = 480.0
  private static let height = 210.0
  let chart: Chart
  let precision: Int

  /// Nil when there is no finite point to draw.
  init?(_ series: Series, precision: Int = 4) {
    guard let chart = Chart(series, yTicks: 7) else { return nil }
    self.chart = chart
    self.precision = precision
  }

  var svg: String {
    let series = chart.series
    let isLine = series.kind == .line
    let axes = AxesSVG(
      title: isLine
        ? "\(series.name): \(series.yAxis.name) by \(series.xAxis.name), a line chart"
        : "\(series.name): a histogram of \(series.xAxis.name)",
      description: series.figures.dropFirst().map { $0.plain(precision: precision) }
        .joined(separator: ", "),
      width: Self.width, height: Self.height,
      left: chart.yTicks.map { ($0.label.description, y($0.value)) },
      bottom: chart.xTicks(atMost: 8).map { ($0.label.description, x($0.value)) },
      top: series.yAxis.title, right: series.xAxis.title)
    return axes.svg(isLine ? curve : bars)
  }

  private func x(_ value: Double) -> Double { chart.x.position(of: value) * Self.width }
  private func y(_ value: Double) -> Double { (1 - chart.y.position(of: value)) * Self.height }

  /// Where a point is not finite, the line has a gap; a point alone is a dot.
  private var curve: String {
    var path = ""
    for run in Envelope(chart.series, scale: chart.x, columns: Int(Self.width)).runs {
      for (index, point) in run.enumerated() {
        let (x, y) = (Markup.length(x(point.x)), Markup.length(y(point.y)))
        path += (index == 0 ? "M" : "L") + x + " " + y
      }
      if run.count == 1 { path += "h0" }
    }
    return
      "<path class=\"line\" d=\"\(path)\" fill=\"none\" stroke=\"#0969da\" stroke-width=\"1.75\" "
      + "stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n"
  }

  /// Each bar says its edges and its count to whoever points at it.
  private var bars: String {
    var bars = ""
    for (index, count) in chart.series.y.enumerated() where count.isFinite && count > 0 {
      let (low, high) = (chart.edges[index], chart.edges[index + 1])
      let isPositive = chart.hasZeroInside && low >= 0
      let text = ("\(low) to \(high): \(count, as: .grouped)" as Line).plain(precision: precision)
      // What is not 0 shows.
      let top = min(y(count), Self.height - 1)
      bars +=
        "<rect class=\"\(isPositive ? "positive" : "negative")\" x=\"\(Markup.length(x(low) + 0.5))\" "
        + "y=\"\(Markup.length(top))\" width=\"\(Markup.length(max(x(high) - x(low) - 1, 0.5)))\" "
        + "height=\"\(Markup.length(Self.height - top))\" "
        + "fill=\"\(isPositive ? "#b2182b" : "#2166ac")\">"
        + "<title>\(Markup.escaped(text))</title></rect>\n"
    }
    if chart.hasZeroInside {
      let zero = Markup.length(x(0))
      bars +=
        "<path class=\"axis\" d=\"M\(zero) 0V\(Markup.length(Self.height))\" stroke=\"#59636e\" "
        + "stroke-dasharray=\"3 3\" fill=\"none\"/>\n"
    }
    return bars
  }
}

/// The points of a line that a drawing so many columns wide can show: of each column the first, the
/// lowest, the highest and the last, which draw the same line as all (Jugel et al. 2014, "M4").
struct Envelope {
  typealias Point = (x: Double, y: Double)
  /// Stretches of finite points.
  private(set) var runs: [[Point]] = []

  init(_ series: Series, scale: Scale, columns: Int) {
    var run: [Point] = []
    var column: [Point] = []
    var number = -1
    func chosen() -> [Point] {
      if column.count <= 4 { return column }
      let low = column.indices.min { column[$0].y < column[$1].y }!
      let high = column.indices.max { column[$0].y < column[$1].y }!
      return Set([0, low, high, column.count - 1]).sorted().map { column[$0] }
    }
    for (x, y) in zip(series.x, series.y) {
      guard x.isFinite, y.isFinite else {
        run += chosen()
        column = []
        if !run.isEmpty { runs.append(run) }
        run = []
        continue
      }
      let place = scale.level(of: x, among: columns)
      if place != number {
        run += chosen()
        column = []
        number = place
      }
      column.append((x, y))
    }
    run += chosen()
    if !run.isEmpty { runs.append(run) }
  }
}
