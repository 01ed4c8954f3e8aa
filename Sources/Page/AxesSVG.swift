/// A drawing with its axes as SVG. It carries its own colours, so that it can stand alone on white;
/// a page overrides them by class.
package struct AxesSVG {
  static let fontSize = 13.0
  /// About how wide a digit is, with room for the larger letters of a narrow page.
  private static let digit = 10.0

  var title: String
  var description: String
  /// The size of what is inside the axes.
  var width: Double
  var height: Double
  /// The labels of the axes, each with its place from the left or from the top.
  var left: [(label: String, place: Double)]
  var bottom: [(label: String, place: Double)]
  /// What the axes are called.
  var top: String
  var right: String
  /// Whether a faint line goes across at each label of the vertical axis.
  var hasGrid: Bool

  package init(
    title: String, description: String, width: Double, height: Double,
    left: [(label: String, place: Double)], bottom: [(label: String, place: Double)], top: String,
    right: String, hasGrid: Bool = true
  ) {
    self.title = title
    self.description = description
    self.width = width
    self.height = height
    self.left = left
    self.bottom = bottom
    self.top = top
    self.right = right
    self.hasGrid = hasGrid
  }

  /// What the labels take on the left.
  package var margin: Double {
    14 + (left.map { Double($0.label.count) }.max() ?? 0) * Self.digit
  }

  /// The whole, with the drawing in coordinates from its upper left corner.
  package func svg(_ drawing: String) -> String {
    let above = 30.0
    let total = (width: margin + width + 16, height: above + height + 50)
    let n = Markup.length
    var svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" role=\"img\" "
      + "aria-label=\"\(Markup.escaped(title + ". " + description))\" "
      + "viewBox=\"0 0 \(n(total.width)) \(n(total.height))\" width=\"\(n(total.width))\" "
      + "height=\"\(n(total.height))\" font-family=\"system-ui, sans-serif\" "
      + "font-size=\"\(n(Self.fontSize))\">\n<title>\(Markup.escaped(title))</title>\n"
      + "<desc>\(Markup.escaped(description))</desc>\n"
      + "<rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
      + "<g transform=\"translate(\(n(margin)) \(n(above)))\">\n"
    let rules = left.map { "M0 \(n($0.place))H\(n(width))" }.joined()
    if hasGrid, !rules.isEmpty {
      svg += "<path class=\"grid\" d=\"\(rules)\" stroke=\"#e2e5e9\" fill=\"none\"/>\n"
    }
    svg += drawing
    let ticks =
      left.map { "M-5 \(n($0.place))h5" }.joined()
      + bottom.map { "M\(n($0.place)) \(n(height))v5" }.joined()
    svg +=
      "<path class=\"axis\" d=\"M0 0V\(n(height))H\(n(width))\(ticks)\" stroke=\"#59636e\" "
      + "fill=\"none\"/>\n<g class=\"label\" fill=\"#424a53\">\n"
    for (label, place) in left {
      svg +=
        "<text x=\"-8\" y=\"\(n(place + 4.5))\" text-anchor=\"end\">\(Markup.escaped(label))</text>\n"
    }
    for (label, place) in bottom {
      svg +=
        "<text x=\"\(n(place))\" y=\"\(n(height + 21))\" text-anchor=\"middle\">"
        + "\(Markup.escaped(label))</text>\n"
    }
    svg +=
      "<text x=\"\(n(8 - margin))\" y=\"-14\" font-weight=\"600\">\(Markup.escaped(top))</text>\n"
      + "<text x=\"\(n(width))\" y=\"\(n(height + 43))\" text-anchor=\"end\" font-weight=\"600\">"
      + "\(Markup.escaped(right))</text>\n"
    return svg + "</g>\n</g>\n</svg>"
  }
}
