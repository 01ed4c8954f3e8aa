/// How a line that stands in a notebook differs from the one that was printed now.
public enum LineDifference: Sendable, Equatable {
  /// The text is another.
  case text
  /// A number is: as written, and the value that it should be.
  case number(written: String, value: Double, now: Double)

  /// |written - now| / |now|; nil for text.
  public var relativeError: Double? {
    guard case .number(_, let value, let now) = self else { return nil }
    return value == now ? 0 : (value - now).magnitude / now.magnitude
  }
}

extension Line {
  /// Compares a written line with this one, laid out: numbers with the values behind them, all other
  /// text exactly, any run of spaces as one.
  ///
  ///     let line: Line = "loss \(2.3025851)"
  ///     line.difference(from: "loss  2.303", tolerance: 1e-6)  // nil
  ///     line.difference(from: "loss 2.302", tolerance: 1e-6)   // .number(…)
  ///
  /// - Parameter tolerance: beyond half a unit of its last digit, a number may differ by this share
  ///   of itself.
  public func difference(from written: some StringProtocol, tolerance: Double) -> LineDifference? {
    var rest = Substring(written)
    var difference: LineDifference?
    for span in spans {
      switch span.content {
      case .number(let value, _):
        // Numbers are aligned with spaces, and those depend on their signs and sizes.
        rest = rest.drop { $0 == " " }
        let start = rest
        guard let number = WrittenNumber(readingFrom: &rest) else { return .text }
        if difference == nil, !number.agrees(with: value, tolerance: tolerance) {
          difference = .number(
            written: String(start[..<rest.startIndex]), value: number.value, now: value)
        }
      case .text(let text):
        guard rest.skip(text) else { return .text }
      }
    }
    return rest.allSatisfy { $0 == " " } ? difference : .text
  }
}

extension Substring {
  /// Takes a text off the beginning, where any run of spaces stands for any other. Spaces may be
  /// missing at the edge of the line and behind a bracket, where numbers are aligned.
  fileprivate mutating func skip(_ text: String) -> Bool {
    var expected = text[...]
    var before: Character?
    while let character = expected.first {
      if character == " " {
        let isFree = startIndex == base.startIndex || isEmpty || before.map("[(".contains) == true
        guard first == " " || isFree else { return false }
        expected = expected.drop { $0 == " " }
        self = drop { $0 == " " }
      } else {
        if startIndex == base.startIndex { self = drop { $0 == " " } }
        guard first == character else { return false }
        removeFirst()
        expected.removeFirst()
        before = character
      }
    }
    return true
  }
}
