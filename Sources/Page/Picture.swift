/// A matrix to look at: a digit, the weights of one unit laid out like the digit they look at, or,
/// with axes, a heat map.
public struct Picture: Sendable, Equatable {
  public var name: String
  /// `[rows, columns]`.
  public var shape: [Int]
  /// The brightness of each pixel, row by row.
  public var values: [Double]
  /// The values of the darkest and the brightest shade; those of the picture itself when nil.
  /// Neighbouring pictures of one shape that share it are shown side by side.
  public var range: ClosedRange<Double>?
  /// Whether the scale has 0 in the middle and a hue for each side.
  public var isSigned: Bool
  /// What the rows and columns are, for a heat map: `"sample"` and `"unit"`, counted from 0.
  public var rowAxis: Axis?
  public var columnAxis: Axis?
  /// A line above it.
  public var caption: Line?

  public init(
    _ name: String, shape: [Int], values: [Double], range: ClosedRange<Double>? = nil,
    isSigned: Bool = false, rowAxis: Axis? = nil, columnAxis: Axis? = nil, caption: Line? = nil
  ) {
    precondition(shape.count == 2, "a picture has rows and columns, not shape \(shape)")
    precondition(
      values.count == shape[0] * shape[1], "shape \(shape) does not hold \(values.count) pixels")
    self.name = name
    self.shape = shape
    self.values = values
    self.range = range
    self.isSigned = isSigned
    self.rowAxis = rowAxis
    self.columnAxis = columnAxis
    self.caption = caption
  }

  /// Equal to the last bit; a NaN equals itself.
  public static func == (first: Picture, second: Picture) -> Bool {
    first.name == second.name && first.shape == second.shape && first.range == second.range
      && first.isSigned == second.isSigned && first.rowAxis == second.rowAxis
      && first.columnAxis == second.columnAxis && first.caption == second.caption
      && first.values.isSame(as: second.values)
  }

  var rows: Int { shape[0] }
  var columns: Int { shape[1] }
  var isEmpty: Bool { values.isEmpty }
  var hasAxes: Bool { rowAxis != nil || columnAxis != nil }

  /// The values at the ends of its shades: around 0 as far as the farthest where it is signed.
  var scale: Scale {
    let scale = range.map(Scale.init) ?? Scale(values)
    if !isSigned { return scale }
    let most = max(-scale.low, scale.high)
    return Scale((0 - most)...most)
  }

  /// Whether the other one may stand beside it, under one legend.
  func isAlike(_ other: Picture) -> Bool {
    shape == other.shape && isSigned == other.isSigned && range != nil && range == other.range
      && !isEmpty && !hasAxes && !other.hasAxes && other.caption == nil
  }
}

extension Page {
  /// The blocks with pictures that stand side by side in one group, every other block alone.
  var figures: [Figure] {
    var figures: [Figure] = []
    for block in blocks {
      guard case .image(let picture) = block else {
        figures.append(.block(block))
        continue
      }
      if case .pictures(let others)? = figures.last, others[0].isAlike(picture) {
        figures[figures.count - 1] = .pictures(others + [picture])
      } else {
        figures.append(.pictures([picture]))
      }
    }
    return figures
  }
}

/// One block of a page, or pictures side by side. The caption of the first is that of all.
enum Figure {
  case block(Block)
  case pictures([Picture])
}
