/// Something with a standard name that is one of a list: an activation, a loss, an optimizer, an
/// initializer. It is written and read by its name, and equal when the names are.
public protocol Named: Codable, Equatable, CustomStringConvertible {
  var name: String { get }
  static var all: [Self] { get }
  /// The one called `name`: `Activation("relu")`.
  init?(_ name: String)
}

extension Named {
  public init?(_ name: String) {
    guard let match = Self.all.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  public var description: String { name }

  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }

  public init(from decoder: Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let match = Self(name) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "\"\(name)\" is not one of \(Self.all.map(\.name).joined(separator: ", "))")
    }
    self = match
  }

  public func encode(to encoder: Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// What a person asked for and cannot have: one sentence with the value and the way out.
public struct BackpropError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
