// What a hypothesis leaves open is solved for by least squares: with B = rule(delta), B' what the
// open number adds, and P a penalty,
//
//     given ≈ s B + u B' + P
//
// First on a few rows, through inner products; what comes near is then computed in full.

/// Least squares of an array against s B + u B' + P, from inner products.
struct Fit {
  let given: Matrix
  let data: Matrix
  let slope: Matrix?
  let directions: [Matrix]
  /// A norm below which nothing is there.
  let floor: Double

  private let squareOfGiven, squareOfData, squareOfSlope, dataSlope: Double
  private let givenData, givenSlope: Double
  private let givenDirections, dataDirections, slopeDirections, squaresOfDirections: [Double]

  init(given: Matrix, data: Matrix, slope: Matrix?, directions: [Matrix], floor: Double) {
    self.floor = floor
    self.given = given
    self.data = data
    self.slope = slope
    self.directions = directions
    squareOfGiven = given.inner(given)
    squareOfData = data.inner(data)
    givenData = given.inner(data)
    squareOfSlope = slope.map { $0.inner($0) } ?? 0
    dataSlope = slope.map { $0.inner(data) } ?? 0
    givenSlope = slope.map { $0.inner(given) } ?? 0
    givenDirections = directions.map { $0.inner(given) }
    dataDirections = directions.map { $0.inner(data) }
    slopeDirections = directions.map { direction in slope.map { $0.inner(direction) } ?? 0 }
    squaresOfDirections = directions.map { $0.inner($0) }
  }

  var isFinite: Bool { (squareOfGiven + squareOfData + squareOfSlope).isFinite }
  var hasData: Bool { squareOfData > 1e-12 * floor * floor }
  var hasSlope: Bool { squareOfSlope > 0 }

  /// How much of the array s B is.
  func share(_ s: Double) -> Double {
    s.magnitude * (squareOfData / max(squareOfGiven, floor * floor)).squareRoot()
  }

  private func of(_ penalty: Question.Multiple, _ products: [Double]) -> Double {
    penalty.factor == 0 ? 0 : penalty.factor * products[penalty.direction]
  }

  /// s and u.
  func solve(_ penalty: Question.Multiple) -> (Double, Double) {
    let first = givenData - of(penalty, dataDirections)
    guard hasSlope else { return (hasData ? first / squareOfData : 1, 0) }
    let second = givenSlope - of(penalty, slopeDirections)
    let determinant = squareOfData * squareOfSlope - dataSlope * dataSlope
    guard determinant > 1e-12 * squareOfData * squareOfSlope else {
      return (first / squareOfData, 0)
    }
    return (
      (first * squareOfSlope - second * dataSlope) / determinant,
      (second * squareOfData - first * dataSlope) / determinant
    )
  }

  /// u, with s given.
  func solveSlope(_ penalty: Question.Multiple, factor: Double) -> Double {
    (givenSlope - of(penalty, slopeDirections) - factor * dataSlope) / squareOfSlope
  }

  /// Whether some s and u bring the sum near.
  func isNear(_ penalty: Question.Multiple, _ nearness: Double) -> Bool {
    let (s, u) = solve(penalty)
    let rest =
      squareOfGiven - 2 * of(penalty, givenDirections)
      + penalty.factor * of(penalty, squaresOfDirections)
    let residual =
      rest - s * (givenData - of(penalty, dataDirections))
      - u * (givenSlope - of(penalty, slopeDirections))
    return residual
      <= nearness * nearness * max(squareOfGiven, floor * floor, .leastNormalMagnitude)
  }

  /// Whether some factor brings the mixture near.
  func isNear(_ mixture: Question.Mixture, _ nearness: Double) -> Bool {
    let (s, penalty) = (mixture.factor, mixture.penalty)
    let square =
      s * s * squareOfData + 2 * s * of(penalty, dataDirections)
      + penalty.factor * of(penalty, squaresOfDirections)
    let product = s * givenData + of(penalty, givenDirections)
    guard product > 0, product < square else { return false }
    return squareOfGiven - product * product / square <= nearness * nearness * squareOfGiven
  }

  /// s B + P.
  func array(_ penalty: Question.Multiple, factor: Double) -> Matrix {
    guard penalty.factor != 0 else { return data.mapping { factor * $0 } }
    return data.mapping(directions[penalty.direction]) { factor * $0 + penalty.factor * $1 }
  }

  /// ‖given - (s B + u B' + P)‖ over the larger norm.
  func distance(_ penalty: Question.Multiple, factor: Double, slope u: Double) -> Double {
    var array = array(penalty, factor: factor)
    if let slope, u != 0 { array = array.mapping(slope) { $0 + u * $1 } }
    return given.distance(from: array, atLeast: floor)
  }
}

extension Matrix {
  /// Σ a b over all entries.
  func inner(_ other: Matrix) -> Double { Engine.current.inner(values, other.values) }
}
