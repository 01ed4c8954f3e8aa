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
