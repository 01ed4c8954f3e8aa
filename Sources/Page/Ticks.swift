/// Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.
///
///     Ticks(within: 0.21...2.4, atMost: 6).values  // [0.5, 1, 1.5, 2]
///     Ticks(around: 0.21...2.4, atMost: 6).values  // [0, 0.5, 1, 1.5, 2, 2.5]
struct Ticks: Equatable {
  /// At least one, in ascending order; two or more around a range.
  var values: [Double]
  /// How all of them are written: alike, and each exactly.
  var format: NumberFormat

  /// The ones from the low end of the range to its high end.
  init(within range: ClosedRange<Double>, atMost count: Int, areWhole: Bool = false) {
    self.init(range.widened, max(count, 1), areWhole, isAround: false)
  }

  /// The ones that begin at or below the low end and end at or above the high end.
  init(around range: ClosedRange<Double>, atMost count: Int, areWhole: Bool = false) {
    self.init(range.widened, max(count, 3), areWhole, isAround: true)
  }

  private init(
    _ range: ClosedRange<Double>, _ count: Int, _ areWhole: Bool, isAround: Bool
  ) {
    values = [range.lowerBound, range.upperBound]
    format = .significant(3)
    let length = range.upperBound / 2 - range.lowerBound / 2
    var exponent = NumberFormat.exponent(of: length / Double(count), digits: 1) - 1
    if areWhole { exponent = max(exponent, 0) }
    // From too many ticks to few enough.
    for power in exponent..<exponent + 6 {
      for digit in [1.0, 2, 5] {
        guard let unit = Double("\(Int(digit))e\(power)"), unit > 0, unit.isFinite else { continue }
        let first = Self.multiple(range.lowerBound / unit, roundedUp: !isAround)
        let last = Self.multiple(range.upperBound / unit, roundedUp: isAround)
        // Beyond 2^53 there is no counting in steps of 1.
        guard first.magnitude < 1e15, last.magnitude < 1e15 else { continue }
        if last - first + 1 > Double(count) || (isAround && last == first) { continue }
        if last < first { return }
        let multiples = Int64(first)...Int64(last)
        // Read from decimal digits: three times 0.1 is 0.3, not 0.30000000000000004.
        let ticks = multiples.compactMap { Double("\($0 * Int64(digit))e\(power)") }
        guard ticks.allSatisfy(\.isFinite) else { return }
        values = ticks
        let most = max(first.magnitude, last.magnitude) * digit
        format = Self.format(mostDigits: most, power: power)
        return
      }
    }
  }

  /// The whole number at or beyond the quotient; one that is all but whole is taken as whole.
  private static func multiple(_ quotient: Double, roundedUp: Bool) -> Double {
    let nearest = quotient.rounded()
    if (quotient - nearest).magnitude < 1e-14 * nearest.magnitude { return nearest }
    return quotient.rounded(roundedUp ? .up : .down)
  }

  private static func format(mostDigits: Double, power: Int) -> NumberFormat {
    let digits = NumberFormat.exponent(of: max(mostDigits, 1), digits: 17)
    if power < -5 || digits + power > 5 {
      return .scientific(digits)
    }
    return power < 0 ? .fixed(-power) : .grouped
  }
}

/// A round number on an axis, and where it is.
struct Tick: Equatable {
  var value: Double
  var label: Line
}

extension Axis {
  /// The ticks of this axis over the range, or around it, with their labels.
  func ticks(
    _ range: ClosedRange<Double>, atMost count: Int, areWhole: Bool = false, isAround: Bool = false
  ) -> [Tick] {
    let factor: Double = isShare ? 100 : 1
    let shown = range.lowerBound * factor...range.upperBound * factor
    guard shown.lowerBound.isFinite, shown.upperBound.isFinite else { return [] }
    let ticks =
      isAround
      ? Ticks(around: shown, atMost: count, areWhole: areWhole)
      : Ticks(within: shown, atMost: count, areWhole: areWhole)
    return ticks.values.map { value in
      let format = value == 0 ? NumberFormat.integer : ticks.format
      let label = Line(spans: [Span(value, as: format)])
      return Tick(value: value / factor, label: isShare ? label + "%" : label)
    }
  }
}

extension ClosedRange<Double> {
  /// The range, or with 0 in it where it is a single number.
  var widened: ClosedRange<Double> {
    if lowerBound < upperBound { return self }
    if lowerBound == 0 { return 0...1 }
    return lowerBound < 0 ? lowerBound...0 : 0...upperBound
  }
}

extension [Double] {
  /// Whether every finite one is a whole number, as steps and counts are.
  var areWhole: Bool { allSatisfy { !$0.isFinite || $0 == $0.rounded() } }
}
