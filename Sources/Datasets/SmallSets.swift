// Data sets so small that a person can follow every number of them. They are computed, with nothing but
// sums and products, and so have the same bits on every machine.

extension Dataset {
  /// The names of those that are built in, beside MNIST's sample.
  public static let smallNames = ["xor", "spiral", "sine"]

  /// The one of that name; nil when there is none.
  ///
  /// ```swift
  /// Dataset.small("xor")!.train.numbers(1)  // [0, 1]
  /// ```
  public static func small(_ name: String) -> Dataset? {
    let sets: (train: SampleSet, test: SampleSet)
    switch name {
    case "xor": sets = (xor, xor)
    case "spiral": sets = (spiral(seed: 1), spiral(seed: 2))
    case "sine": sets = (sine(from: 0, count: 60), sine(from: 0.5, count: 59))
    default: return nil
    }
    return Dataset(name: name, source: .small(name), train: sets.train, test: sets.test)
  }

  /// One output that is 1 where exactly one of two inputs is (Minsky and Papert 1969): no line
  /// separates the two classes.
  private static let xor = SampleSet(
    inputs: 2, numbers: [0, 0, 0, 1, 1, 0, 1, 1], values: [0, 1, 1, 0], outputs: 1)

  /// Three arms of 100 points each, after the case study of Stanford's cs231n notes: on arm k the point
  /// at radius r, from 0 to 1, stands at the angle 4k + 4r, moved by up to 0.4 either way.
  private static func spiral(seed: UInt64) -> SampleSet {
    var noise = Noise(state: seed)
    var (points, labels): ([Double], [UInt8]) = ([], [])
    for arm in 0..<3 {
      for i in 0..<100 {
        let r = Double(i) / 99
        let angle = 4 * (Double(arm) + r) + 0.4 * (2 * noise.next() - 1)
        points += [r * sine(angle), r * sine(angle + .pi / 2)]
        labels.append(UInt8(arm))
      }
    }
    return SampleSet(inputs: 2, numbers: points, labels: labels)
  }

  /// y = sin x at points from -3 to 3, a tenth apart or nearly; the test set stands between those of the
  /// training set.
  private static func sine(from offset: Double, count: Int) -> SampleSet {
    let x = (0..<count).map { -3 + 6 * (Double($0) + offset) / 59 }
    return SampleSet(inputs: 1, numbers: x, values: x.map(sine), outputs: 1)
  }

  /// sin x for |x| below 100 or so, by its series after whole turns are taken off: to 1e-15.
  private static func sine(_ x: Double) -> Double {
    let reduced = x - 2 * .pi * (x / (2 * .pi)).rounded()
    let square = reduced * reduced
    var (term, sum) = (reduced, reduced)
    for k in 1...15 {
      term *= -square / Double(2 * k * (2 * k + 1))
      sum += term
    }
    return sum
  }

  /// Numbers from 0 to 1, by SplitMix64 (Steele, Lea and Flood 2014).
  private struct Noise {
    var state: UInt64

    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
  }
}
