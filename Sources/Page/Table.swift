/// Rows of values under headings.
///
///     Table("gradients", columns: ["array", "norm"], rows: [["dW1", 0.125], ["dW2", 2.5]])
///     // array   norm
///     // dW1    0.125
///     // dW2      2.5
public struct Table: Sendable, Equatable {
  public var name: String
  public var columns: [Column]
  /// A row has a value for each column; what is missing at its end is null.
  public var rows: [[Value]]
  /// A line above the headings.
  public var caption: Line?
  /// How many rows people see, the first ones; programs get all. What becomes of the others is for
  /// whoever made the table to say. With 0 people see nothing of the table.
  public var shown: Int?

  public init(
    _ name: String, columns: [Column], rows: [[Value]] = [], caption: Line? = nil,
    shown: Int? = nil
  ) {
    self.name = name
    self.columns = columns
    self.rows = rows
    self.caption = caption
    self.shown = shown
  }
}

/// A column of a table: its name for programs and how people see it.
public struct Column: Sendable, Equatable, ExpressibleByStringLiteral {
  public enum Alignment: Sendable { case left, right }

  /// The name in JSON.
  public var name: String
  public var heading: String
  /// Where its text stands; by itself, a column of numbers is aligned right.
  public var alignment: Alignment?
  /// How its numbers are written.
  public var format: NumberFormat
  /// An extra column is the first to be left out where the terminal is narrow.
  public var isExtra: Bool
  /// The style of a cell with this text: `["ok": .good, "wrong": .bad]`. A column with styles passes
  /// judgement on its row, and is the last to be left out.
  public var styles: [String: Style]

  /// - Parameter heading: The name with spaces for its underscores when there is none.
  public init(
    _ name: String, heading: String? = nil, alignment: Alignment? = nil,
    format: NumberFormat = .standard, isExtra: Bool = false, styles: [String: Style] = [:]
  ) {
    self.name = name
    self.heading = heading ?? name.replacingUnderscores
    self.alignment = alignment
    self.format = format
    self.isExtra = isExtra
    self.styles = styles
  }

  public init(stringLiteral name: String) {
    self.init(name)
  }
}

extension String {
  /// `error_rate` as people write it: `error rate`.
  var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
