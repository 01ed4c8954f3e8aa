import Page

/// Four plots in one drawing: Backstep's steps and, dashed, their dense products alone.
struct GrowthPlot {
  let series: [GrowthSeries]
  let times: GrowthTimes

  /// A plot with its labels, and those of its vertical axis.
  private static let (width, height, margin) = (456.0, 326.0, 64.0)

  var svg: String {
    let (width, height) = (Markup.length(2 * Self.width + 8), Markup.length(2 * Self.height + 8))
    let plots = series.enumerated().map { index, series in
      let (row, column) = index.quotientAndRemainder(dividingBy: 2)
      let panel = GrowthPanel(series: series, times: times)
      // Below one another the axes begin at one place, whatever their labels.
      let x = Markup.length(Double(column) * Self.width + Self.margin - panel.margin)
      let y = Markup.length(Double(row) * Self.height + 8)
      return "<g transform=\"translate(\(x) \(y))\">\n\(panel.svg)\n</g>\n"
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
      + "width=\"\(width)\" height=\"\(height)\" font-family=\"system-ui, sans-serif\">\n"
      + "<title>How the time of a training step grows</title>\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + plots.joined() + "</svg>"
  }
}
