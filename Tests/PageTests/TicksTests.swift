import Testing

@testable import Page

@Suite struct TicksTests {
  @Test(
    arguments: [
      (0.21...2.4, 6, [0.5, 1, 1.5, 2], [0, 0.5, 1, 1.5, 2, 2.5]),
      (0...399, 5, [0, 100, 200, 300], [0, 100, 200, 300, 400]),
      (-0.3...0.1, 6, [-0.3, -0.2, -0.1, 0, 0.1], [-0.3, -0.2, -0.1, 0, 0.1]),
      (1e-7...4.5e-7, 5, [1e-7, 2e-7, 3e-7, 4e-7], [1e-7, 2e-7, 3e-7, 4e-7, 5e-7]),
      (7...7, 5, [0, 2, 4, 6], [0, 2, 4, 6, 8]),
      (0...0, 3, [0, 0.5, 1], [0, 0.5, 1]),
      (-2 ... -2, 3, [-2, -1, 0], [-2, -1, 0]),
    ] as [(ClosedRange<Double>, Int, [Double], [Double])])
  func roundNumbers(range: ClosedRange<Double>, count: Int, inside: [Double], outside: [Double]) {
    #expect(Ticks(within: range, atMost: count).values == inside)
    #expect(Ticks(around: range, atMost: count).values == outside)
  }

  @Test func wholeNumbersOnly() {
    #expect(Ticks(within: 0...2, atMost: 10, areWhole: true).values == [0, 1, 2])
    #expect(Ticks(around: 0...1, atMost: 6, areWhole: true).values == [0, 1])
  }

  /// Each label reads back as the tick itself: the digits are neither too few nor those of rounding.
  @Test(arguments: UInt64(1)...4)
  func labelsAreExact(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<300 {
      let ends = [numbers.double(), numbers.double()]
      if !ends.allSatisfy(\.isFinite) { continue }
      let range = ends.min()!...ends.max()!
      for count in [1, 3, 7] {
        for ticks in [Ticks(within: range, atMost: count), Ticks(around: range, atMost: count)] {
          #expect(ticks.values == ticks.values.sorted())
          #expect(ticks.values.count <= max(count, 3))
        }
        let axis: Axis = "x"
        for tick in axis.ticks(range, atMost: count) {
          var text = tick.label.description[...]
          let written = WrittenNumber(readingFrom: &text)
          #expect(written?.agrees(with: tick.value, tolerance: 1e-15) == true && text.isEmpty)
        }
      }
      let around = Ticks(around: range, atMost: 6).values
      #expect(around.first! <= range.lowerBound || around.first!.isNear(range.lowerBound))
      #expect(around.last! >= range.upperBound || around.last!.isNear(range.upperBound))
    }
  }

  @Test func theEndsOfDouble() {
    let most = Double.greatestFiniteMagnitude
    let least = Double.leastNonzeroMagnitude
    for range in [-most...most, 0...least, most...most, 1e15...(1e15 + 1), 1...1.0.nextUp] {
      for count in [1, 2, 5] {
        for ticks in [Ticks(within: range, atMost: count), Ticks(around: range, atMost: count)] {
          #expect(!ticks.values.contains { !$0.isFinite })
        }
      }
    }
  }

  @Test func shares() {
    let axis = Axis("accuracy", isShare: true)
    #expect(
      axis.ticks(0...1, atMost: 6).map(\.label.description)
        == ["0%", "20%", "40%", "60%", "80%", "100%"])
    #expect(axis.ticks(0...1, atMost: 6)[1].value == 0.2)
    #expect(
      axis.ticks(0.99...1, atMost: 3).map(\.label.description) == ["99.0%", "99.5%", "100.0%"])
    #expect(Axis("time", unit: "s").title == "time (s)")
  }
}

extension Double {
  fileprivate func isNear(_ other: Double) -> Bool {
    (self - other).magnitude <= 1e-6 * max(magnitude, other.magnitude)
  }
}
