/// A line as a chart of dots, a histogram as bars, each with its axes, and its figures below.
extension TextRenderer {
  func lines(_ series: Series) -> [Line] {
    guard let chart = Chart(series, yTicks: 6) else { return flowed(series.figures) }
    if case .histogram = series.kind { return bars(chart) + flowed(series.figures) }
    return curve(chart) + flowed(series.figures)
  }

  /// Blue, and red for what is above 0 where the sign matters: both readable on black and on white.
  private func ink(isPositive: Bool = false) -> Style {
    colour ? .ink(isPositive ? 160 : 33, on: nil) : .plain
  }

  /// Twelve lines high; as wide as the screen, but not wider than is pleasant.
  private func curve(_ chart: Chart) -> [Line] {
    let height = 12
    let ticks = chart.yTicks.map { (tick: $0, label: settled($0.label)) }
    let margin = ticks.map(\.label.columns).max() ?? 0
    let columns = max(min(width, 120) - margin - 2, 8)
    var canvas = Canvas(columns: columns, rows: height, areDotsFine: unicode)
    canvas.draw(chart)
    var labels: [Int: Line] = [:]
    for (tick, label) in ticks {
      let dots = height * canvas.dotsDown
      labels[(dots - 1 - chart.y.level(of: tick.value, among: dots)) / canvas.dotsDown] = label
    }
    let axes = AxesText(
      columns: columns, margin: margin, left: labels, top: chart.series.yAxis.title,
      right: chart.series.xAxis.title
    ) { count in
      chart.xTicks(atMost: count).map { ($0.label, chart.x.level(of: $0.value, among: columns)) }
    }
    let drawing = canvas.lines.map { Line(text: $0, ink()) }
    var note: [Line] = []
    let across = columns * canvas.dotsAcross
    if chart.series.x.count > across {
      let points = (chart.series.x.count + across - 1) / across
      let column = unicode ? "column of dots" : "column"
      note = wrapped(
        "each \(column) reaches from the least to the greatest of some \(points) points")
    }
    return framed(drawing, axes) + note
  }

  /// A bar a line, from its edges to its count; a rule where the values change their sign.
  private func bars(_ chart: Chart) -> [Line] {
    let edges = chart.edges
    // Round edges are written alike, others as they are.
    let ticks = Ticks(around: edges[0]...edges[edges.count - 1], atMost: edges.count)
    let isExact = edges.allSatisfy { edge in ticks.values.contains { $0.isNear(edge) } }
    let labels = edges.map { edge in
      let format = edge == 0 ? .integer : isExact ? ticks.format : NumberFormat.standard
      return settled(Line(spans: [Span(edge, as: format)]))
    }
    let low = labels.dropLast().map(\.columns).max() ?? 0
    let high = labels.dropFirst().map(\.columns).max() ?? 0
    let dash: Line = unicode ? " … " : " ... "
    let margin = low + dash.columns + high
    let counts = chart.series.y.map { settled(Line(spans: [Span($0, as: .grouped)])) }
    let room = max(min(width, 100) - margin - 3 - (counts.map(\.columns).max() ?? 0), 1)
    let most = chart.series.y.lazy.filter(\.isFinite).max() ?? 0

    var lines = [Line(text: chart.series.xAxis.title, .faint)].filter { !$0.isEmpty }
    for (index, count) in chart.series.y.enumerated() {
      if edges[index] == 0, index > 0 {
        let rule = String(repeating: unicode ? "─" : "-", count: room)
        let zero = ("\(0.0, as: .integer)" as Line).padded(to: margin, alignment: .right)
        lines.append(zero + Line(text: (unicode ? " ┼" : " +") + rule))
      }
      let label =
        labels[index].padded(to: low, alignment: .right) + dash
        + labels[index + 1].padded(to: high, alignment: .right)
      let share = count.isFinite && most > 0 ? max(count, 0) / most : 0
      let bar = bar(share, of: room)
      let ink = ink(isPositive: chart.hasZeroInside && edges[index] >= 0)
      let axis: Line = unicode ? " │" : " |"
      lines.append(
        label + axis + Line(text: bar, ink) + (bar.isEmpty ? "" : " ") + counts[index])
    }
    return lines.map(settled)
  }

  /// A bar that ends in eighths of a character; what is not 0 shows.
  private func bar(_ share: Double, of columns: Int) -> String {
    if share == 0 { return "" }
    let parts = unicode ? 8 : 1
    let length = max(1, Int((share * Double(columns * parts)).rounded()))
    let whole = String(repeating: unicode ? "█" : "#", count: length / parts)
    return length % parts == 0
      ? whole : whole + ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][length % 8 - 1]
  }
}

extension Double {
  /// Whether both are the same decimal number, give or take the rounding.
  fileprivate func isNear(_ other: Double) -> Bool {
    (self - other).magnitude <= 1e-9 * max(magnitude, other.magnitude)
  }
}
