/// What is counted along one side of a chart or picture.
///
///     Axis("time", unit: "s").title  // time (s)
public struct Axis: Sendable, Equatable, ExpressibleByStringLiteral {
  public var name: String
  public var unit: String?
  /// Whether its numbers are shares from 0 to 1, which people read in per cent.
  public var isShare: Bool

  public init(_ name: String, unit: String? = nil, isShare: Bool = false) {
    self.name = name
    self.unit = unit
    self.isShare = isShare
  }

  public init(stringLiteral name: String) {
    self.init(name)
  }

  /// The name, with its unit in parentheses.
  public var title: String { unit.map { "\(name) (\($0))" } ?? name }
}
