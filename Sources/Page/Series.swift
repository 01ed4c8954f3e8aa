/// A line through points, the loss of each step, say; or the bars of a histogram.
///
///     Series("loss", x: [0, 1, 2], y: [2.5, 1.25, 0.75], xAxis: "step")
public struct Series: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case line
    /// Bars from 0 up to `y`, each as wide as this, with its middle at `x`.
    case histogram(binWidth: Double)
  }

  public var name: String
  public var x: [Double]
  public var y: [Double]
  public var kind: Kind
  public var xAxis: Axis
  public var yAxis: Axis
  /// How many values are in no bin of a histogram, for they are not finite.
  public var uncounted: Int
  /// A line above it.
  public var caption: Line?

  /// - Parameter yAxis: The name of the series when there is none.
  public init(
    _ name: String, x: [Double], y: [Double], kind: Kind = .line, xAxis: Axis = "x",
    yAxis: Axis? = nil, uncounted: Int = 0, caption: Line? = nil
  ) {
    precondition(x.count == y.count, "\(x.count) places do not fit \(y.count) values")
    self.name = name
    self.x = x
    self.y = y
    self.kind = kind
    self.xAxis = xAxis
    self.yAxis = yAxis ?? Axis(name)
    self.uncounted = uncounted
    self.caption = caption
  }

  /// Equal to the last bit; a NaN equals itself.
  public static func == (first: Series, second: Series) -> Bool {
    first.name == second.name && first.kind == second.kind && first.xAxis == second.xAxis
      && first.yAxis == second.yAxis && first.uncounted == second.uncounted
      && first.caption == second.caption && first.x.isSame(as: second.x)
      && first.y.isSame(as: second.y)
  }
}

extension Series {
  /// How often the values fall in each of at most `bins` bins. Their edges are round numbers, 0 one
  /// of them where there are values on both sides; a value on an edge is in the upper bin.
  ///
  ///     let counts = Series.histogram("W1", of: [-0.5, 0, 0.25, 1.75], bins: 4)
  ///     counts.x  // [-0.5, 0.5, 1.5]: bins from -1 to 0, 0 to 1, 1 to 2
  ///     counts.y  // [1, 2, 1]
  public static func histogram(
    _ name: String, of values: [Double], bins: Int = 20, xAxis: Axis? = nil, caption: Line? = nil
  ) -> Series {
    let finite = values.filter(\.isFinite)
    var series = Series(
      name, x: [], y: [], kind: .histogram(binWidth: 1), xAxis: xAxis ?? Axis(name),
      yAxis: "count", uncounted: values.count - finite.count, caption: caption)
    guard let low = finite.min(), let high = finite.max() else { return series }
    let edges = Ticks(around: low...high, atMost: max(bins, 1) + 1).values
    var counts = [Double](repeating: 0, count: edges.count - 1)
    // From the nearest edges, for a quotient may be rounded to the wrong side of one.
    let scale = Scale(edges[0]...edges[edges.count - 1])
    for value in finite {
      var bin = min(Int(scale.position(of: value) * Double(counts.count)), counts.count - 1)
      while bin > 0, value < edges[bin] { bin -= 1 }
      while bin < counts.count - 1, value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    series.x = counts.indices.map { edges[$0] / 2 + edges[$0 + 1] / 2 }
    series.y = counts
    series.kind = .histogram(binWidth: (scale.high / 2 - scale.low / 2) / Double(counts.count) * 2)
    return series
  }

  /// The edges of a histogram's bins: one more than there are bins.
  var edges: [Double] {
    guard case .histogram(let width) = kind, let first = x.first, let last = x.last else {
      return []
    }
    let scale = (low: first - width / 2, high: last + width / 2)
    let share = 1 / Double(x.count)
    return (0...x.count).map { edge in
      let high = scale.high * (Double(edge) * share)
      let exact = scale.low * (Double(x.count - edge) * share) + high
      // An edge at 0 is 0, whatever the rounding.
      return exact.magnitude < width * 1e-9 ? 0 : exact
    }
  }
}
