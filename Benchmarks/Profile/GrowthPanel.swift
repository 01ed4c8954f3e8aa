import Page

/// One plot of the drawing: both axes are logarithmic, so that what grows in proportion is a line of
/// slope 1.
struct GrowthPanel {
  private static let (width, height) = (376.0, 230.0)
  private static let colours = ["#0969da", "#b2182b"]

  private let series: GrowthSeries
  private let x: PlotAxis
  private let y: PlotAxis
  private var lines: [Curve] = []

  /// Points to join, from the upper left corner of the plot.
  private struct Curve {
    let colour: String
    let isDashed: Bool
    let points: [Point]
  }
  private typealias Point = (x: Double, y: Double)

  init(series: GrowthSeries, times: GrowthTimes) {
    self.series = series
    let seconds = series.cases.map { [times[$0], times.products(of: $0)] }
    let figures = zip(series.cases, seconds).flatMap { growthCase, seconds in
      seconds.compactMap { $0 }.map { series.figure($0, of: growthCase) }
    }
    (x, y) = (PlotAxis(through: series.cases.map(\.x)), PlotAxis(around: figures, free: 0.28))
    for (line, colour) in zip(series.lines, Self.colours) {
      let steps = line.cases.map { point($0, times[$0]) }
      let products = line.cases.compactMap { growthCase in
        times.products(of: growthCase).map { point(growthCase, $0) }
      }
      lines.append(Curve(colour: colour, isDashed: true, points: products))
      lines.append(Curve(colour: colour, isDashed: false, points: steps))
    }
  }

  private func point(_ growthCase: GrowthCase, _ seconds: Double) -> Point {
    (
      x.position(of: Double(growthCase.x)) * Self.width,
      (1 - y.position(of: series.figure(seconds, of: growthCase))) * Self.height
    )
  }

  /// The plot with its labels, which take `margin` on the left.
  var svg: String { axes.svg(lines.map { svg($0, hasDots: !$0.isDashed) }.joined() + legend) }
  var margin: Double { axes.margin }

  private var axes: AxesSVG {
    AxesSVG(
      title: "\(series.name): \(series.unit) by \(series.axis)",
      description: series.lines.map(\.name).joined(separator: ", "),
      width: Self.width, height: Self.height,
      left: y.labels(Self.height).map { ($0.label, Self.height - $0.place) },
      bottom: x.labels(Self.width), top: "\(series.name): \(series.unit)", right: series.axis)
  }

  private func svg(_ line: Curve, hasDots: Bool) -> String {
    if line.points.isEmpty { return "" }
    let places = line.points.map { (x: Markup.length($0.x), y: Markup.length($0.y)) }
    let path = places.map { "\($0.x) \($0.y)" }.joined(separator: "L")
    let style =
      line.isDashed
      ? "stroke-width=\"1.25\" stroke-dasharray=\"5 4\"" : "stroke-width=\"1.75\""
    let dots = places.map {
      "<circle cx=\"\($0.x)\" cy=\"\($0.y)\" r=\"3\" fill=\"\(line.colour)\"/>\n"
    }
    return "<path d=\"M\(path)\" fill=\"none\" stroke=\"\(line.colour)\" \(style) "
      + "stroke-linejoin=\"round\"/>\n" + (hasDots ? dots.joined() : "")
  }
}

extension GrowthPanel {
  /// What the lines are, at the top, which the vertical axis leaves free.
  private var legend: String {
    var entries = zip(series.lines, Self.colours).map { ($0.name, $1, false) }
    if lines.contains(where: { $0.isDashed && !$0.points.isEmpty }) {
      entries.append(("dense products, OpenBLAS", "#59636e", true))
    }
    return entries.enumerated().map { index, entry in
      let (name, colour, isDashed) = entry
      let y = 10 + 19 * Double(index)
      return svg(
        Curve(colour: colour, isDashed: isDashed, points: [(12, y), (38, y)]), hasDots: false)
        + "<text x=\"45\" y=\"\(Markup.length(y + 4.5))\" fill=\"#424a53\">"
        + "\(Markup.escaped(name))</text>\n"
    }.joined()
  }
}

extension GrowthSeries {
  /// What is drawn of a step that takes so many seconds: where the batch grows, a sample's share.
  fileprivate func figure(_ seconds: Double, of growthCase: GrowthCase) -> Double {
    kind == .batch ? seconds * 1e6 / Double(growthCase.batch) : seconds * 1e3
  }

  fileprivate var unit: String { kind == .batch ? "µs a sample" : "ms a step" }
}
