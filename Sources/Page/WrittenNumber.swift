/// A number as somebody wrote it, and how exactly.
///
///     var text = "1.234e-05, …"[...]
///     let number = WrittenNumber(readingFrom: &text)  // value 1.234e-05, unit 1e-08
///     number?.agrees(with: 1.2344e-05)                // true
///     text                                            // ", …"
public struct WrittenNumber: Sendable, Equatable {
  public var value: Double
  /// What one in the last digit stands for; 0 for `nan` and `inf`.
  public var unit: Double

  /// Reads the longest number the text begins with: `-2`, `5,000`, `11.3`, `1.2e-05`, `nan`, `-inf`.
  /// A point or comma that no digit follows is not a part of it.
  public init?(readingFrom text: inout Substring) {
    var rest = text.utf8
    var digits = ""
    func take(_ count: Int) {
      digits += String(rest.prefix(count))!
      rest = rest.dropFirst(count)
    }
    func run() -> Int { rest.prefix { (48...57).contains($0) }.count }

    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { take(1) }
    for name in ["nan", "inf"] where rest.starts(with: name.utf8) {
      take(3)
      guard let value = Double(digits) else { return nil }
      (self.value, unit) = (value, 0)
      text = text[rest.startIndex...]
      return
    }

    let whole = run()
    if whole == 0 { return nil }
    take(whole)
    if whole <= 3 {
      while rest.first == UInt8(ascii: ",") {
        let before = rest
        rest = rest.dropFirst()
        if run() == 3 {
          take(3)
        } else {
          rest = before
          break
        }
      }
    }
    var exponent = 0
    if rest.first == UInt8(ascii: ".") {
      let before = rest
      rest = rest.dropFirst()
      let decimals = run()
      if decimals > 0 {
        digits += "."
        take(decimals)
        exponent = -decimals
      } else {
        rest = before
      }
    }
    if rest.first == UInt8(ascii: "e") {
      let after = rest.dropFirst()
      let sign = after.first == UInt8(ascii: "-") || after.first == UInt8(ascii: "+") ? 1 : 0
      let power = after.dropFirst(sign).prefix { (48...57).contains($0) }
      if !power.isEmpty, power.count <= 4, let size = Int(String(after.prefix(sign + power.count))!)
      {
        exponent += size
        take(1 + sign + power.count)
      }
    }
    guard let value = Double(digits), let unit = Double("1e\(exponent)") else { return nil }
    (self.value, self.unit) = (value, unit)
    text = text[rest.startIndex...]
  }

  /// Whether this value could have been written so: it is within half a unit of the last digit, or
  /// within `tolerance` of the value's size beyond that.
  public func agrees(with other: Double, tolerance: Double = 1e-6) -> Bool {
    if !value.isFinite || !other.isFinite { return value.isSame(as: other) }
    return (value - other).magnitude <= unit / 2 + tolerance * other.magnitude
  }
}
