/// The generator of all random numbers: xoshiro256**, seeded through SplitMix64, so that one seed
/// gives the same weights and the same order of the digits on every machine.
///
///     var random = Random(seed: 1)
///     random.next()                    // 12966619160104079557
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021.
public struct Random: RandomNumberGenerator, Codable, Equatable, Sendable {
  public private(set) var state: [UInt64]

  public init(seed: UInt64) {
    var mixer = SplitMix(state: seed)
    state = (0..<4).map { _ in mixer.next() }
  }

  /// The generator as it was; nil unless there are four words, not all of them 0.
  public init?(state: [UInt64]) {
    guard state.count == 4, state.contains(where: { $0 != 0 }) else { return nil }
    self.state = state
  }

  /// The generator of one epoch's order: it depends on the seed and the epoch's number only.
  public init(seed: UInt64, epoch: Int) {
    var mixer = SplitMix(state: seed)
    self.init(seed: mixer.next() ^ UInt64(epoch))
  }

  public mutating func next() -> UInt64 {
    let result = rotate(state[1] &* 5, by: 7) &* 9
    let shifted = state[1] << 17
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], by: 45)
    return result
  }

  /// A number from U[0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from N(0, 1) by the polar method (Marsaglia and Bray 1964), which needs no sine: the
  /// C library's differ from machine to machine.
  public mutating func normal() -> Double {
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let s = u * u + v * v
      if s > 0 && s < 1 { return u * (-2 * log(s) / s).squareRoot() }
    }
  }

  /// A number from 0..<bound, every one equally likely (Lemire 2019).
  public mutating func below(_ bound: Int) -> Int {
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// 0..<count in a random order (Fisher and Yates).
  public mutating func permutation(of count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    order.withUnsafeMutableBufferPointer { order in
      for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, below(last + 1))
      }
    }
    return order
  }

  private func rotate(_ x: UInt64, by bits: UInt64) -> UInt64 {
    (x << bits) | (x >> (64 - bits))
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): spreads a small seed over the large state.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
