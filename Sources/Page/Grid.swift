/// A number, a vector or a matrix with its name, as `print dW1` shows it.
///
///     Grid("b", shape: [3], values: [0.5, 0, -0.25])
///     // [ 0.5000,  0.0000, -0.2500]
///     // b (3,)  min -0.25  max 0.5  mean 0.08333  norm 0.5590  zeros 33.3%  nan 0
public struct Grid: Sendable, Equatable {
  public var name: String
  /// NumPy's shape: `[]` for a number, `[n]` for a vector, `[rows, columns]` for a matrix.
  public var shape: [Int]
  /// The elements, row by row.
  public var values: [Double]
  /// Whether the elements are whole by nature, as class numbers are.
  public var isInteger: Bool
  /// A line above the brackets.
  public var caption: Line?

  public init(
    _ name: String, shape: [Int], values: [Double], isInteger: Bool = false, caption: Line? = nil
  ) {
    precondition(shape.count <= 2, "a grid has rank 0, 1 or 2, not \(shape.count)")
    precondition(
      values.count == shape.reduce(1, *),
      "shape \(shape) does not hold \(values.count) values")
    self.name = name
    self.shape = shape
    self.values = values
    self.isInteger = isInteger
    self.caption = caption
  }

  /// A shape as NumPy writes it: `(784, 300)`, `(300,)`, `()`.
  public static func text(ofShape shape: [Int]) -> String {
    let sizes = shape.map { String($0) }.joined(separator: ", ")
    return shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
  }

  /// Equal to the last bit; a NaN equals itself.
  public static func == (first: Grid, second: Grid) -> Bool {
    first.name == second.name && first.shape == second.shape
      && first.isInteger == second.isInteger && first.caption == second.caption
      && first.values.isSame(as: second.values)
  }
}

/// A line through points: the loss of each step, say.
public struct Series: Sendable, Equatable {
  public var name: String
  public var x: [Double]
  public var y: [Double]
  /// A line above it.
  public var caption: Line?

  public init(_ name: String, x: [Double], y: [Double], caption: Line? = nil) {
    precondition(x.count == y.count, "\(x.count) places do not fit \(y.count) values")
    self.name = name
    self.x = x
    self.y = y
    self.caption = caption
  }

  /// Equal to the last bit; a NaN equals itself.
  public static func == (first: Series, second: Series) -> Bool {
    first.name == second.name && first.caption == second.caption
      && first.x.isSame(as: second.x) && first.y.isSame(as: second.y)
  }
}

/// A matrix to look at: a digit, or the weights of one unit laid out like the digit they look at.
public struct Picture: Sendable, Equatable {
  public var name: String
  /// `[rows, columns]`.
  public var shape: [Int]
  /// The brightness of each pixel, row by row.
  public var values: [Double]
  /// The values of the darkest and the brightest shade; those of the picture itself when nil.
  public var range: ClosedRange<Double>?
  /// Whether the scale has 0 in the middle and a hue for each side.
  public var isSigned: Bool
  /// A line above it.
  public var caption: Line?

  public init(
    _ name: String, shape: [Int], values: [Double], range: ClosedRange<Double>? = nil,
    isSigned: Bool = false, caption: Line? = nil
  ) {
    precondition(shape.count == 2, "a picture has rows and columns, not shape \(shape)")
    precondition(
      values.count == shape[0] * shape[1], "shape \(shape) does not hold \(values.count) pixels")
    self.name = name
    self.shape = shape
    self.values = values
    self.range = range
    self.isSigned = isSigned
    self.caption = caption
  }

  /// Equal to the last bit; a NaN equals itself.
  public static func == (first: Picture, second: Picture) -> Bool {
    first.name == second.name && first.shape == second.shape && first.range == second.range
      && first.isSigned == second.isSigned && first.caption == second.caption
      && first.values.isSame(as: second.values)
  }
}
