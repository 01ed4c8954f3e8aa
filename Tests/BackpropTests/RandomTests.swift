import Foundation
import Testing

@testable import Backprop

@Suite struct RandomTests {
  /// `random.json`: the published C code in Python's integers.
  struct File: Decodable, Sendable { let cases: [Case] }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let seed: String
    let state, next: [String]
    let uniform, normal: [Double]
    let below: [Int]
    let epochs: [Epoch]
    var testDescription: String { "seed \(seed)" }
  }

  struct Epoch: Decodable, Sendable {
    let epoch: Int
    let order: [Int32]
  }

  static let file = Result { try Reference.read(File.self, "random.json") }
  static let cases = (try? file.get().cases) ?? []

  @Test("there are cases")
  func fileIsThere() throws {
    #expect(try Self.file.get().cases.count == 5)
  }

  @Test("the numbers of an independent implementation", arguments: cases)
  func reference(expected: Case) throws {
    let seed = try #require(UInt64(expected.seed))
    let start = Random(seed: seed)
    #expect(start.state.map(String.init) == expected.state)

    var random = start
    #expect(expected.next.indices.map { _ in String(random.next()) } == expected.next)
    random = start
    #expect(expected.uniform.indices.map { _ in random.uniform() } == expected.uniform)
    random = start
    let normal = expected.normal.indices.map { _ in random.normal() }
    // Up to an ulp or two: the logarithms differ.
    #expect(relativeError(normal, expected.normal) < 1e-15)
    random = start
    let bounds = [1, 2, 3, 10, 1000, 60000, 1 << 40, 3 << 61]
    #expect(bounds.map { random.below($0) } == expected.below)
    for epoch in expected.epochs {
      var random = Random(seed: seed, epoch: epoch.epoch)
      #expect(random.permutation(of: epoch.order.count) == epoch.order)
    }
  }

  /// The state after seed 1234567 is SplitMix64's first four numbers as Rosetta Code lists them, and
  /// the numbers that follow the state 1, 2, 3, 4 are the test vector of the Rust crate rand_xoshiro.
  @Test("the published test vectors")
  func published() throws {
    #expect(
      Random(seed: 1_234_567).state == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
      ])
    var random = try JSONDecoder().decode(Random.self, from: Data(#"{"state":[1,2,3,4]}"#.utf8))
    #expect(
      (0..<5).map { _ in random.next() } == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      ])
  }

  @Test("uniform numbers lie in [0, 1) and are multiples of 2^-53")
  func uniform() {
    var random = Random(seed: 4)
    let numbers = (0..<10_000).map { _ in random.uniform() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 && ($0 * 0x1p53).rounded() == $0 * 0x1p53 })
    // Five standard errors, 1 / sqrt(12 · 10,000) each.
    #expect(abs(numbers.sum / 10_000 - 0.5) < 5 / 120_000.0.squareRoot())
  }

  @Test("the moments of the normal distribution")
  func normal() {
    var random = Random(seed: 4)
    let count = 10_000.0
    let numbers = (0..<Int(count)).map { _ in random.normal() }
    let mean = { (power: Int) in
      numbers.map { x in (0..<power).reduce(1) { result, _ in result * x } }.sum / count
    }
    // E x^k = 0, 1, 0, 3, with variances 1, 2, 15 and 96; five standard errors each.
    for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      #expect(abs(mean(power) - expected) < 5 * (variance / count).squareRoot(), "E x^\(power)")
    }
  }

  @Test("below takes every number equally often", arguments: [1, 2, 3, 7, 10])
  func below(bound: Int) {
    var random = Random(seed: 6)
    let draws = 14_000
    var counts = Array(repeating: 0, count: bound)
    for _ in 0..<draws { counts[random.below(bound)] += 1 }
    let expected = Double(draws) / Double(bound)
    // A count is binomial; its variance is below its mean.
    #expect(counts.allSatisfy { abs(Double($0) - expected) <= 5 * expected.squareRoot() })
  }

  /// The high half of a product with 3/8 · 2^64 alone gives 0, 1 and 2 modulo 3 in 3, 3 and 2 cases
  /// of 8.
  @Test("below is not biased for a large bound")
  func largeBound() {
    var random = Random(seed: 7)
    let bound = 3 << 61
    let draws = 10_000
    let count = (0..<draws).count { _ in random.below(bound) % 3 == 2 }
    let third = Double(draws) / 3
    #expect(abs(Double(count) - third) < 5 * (third * 2 / 3).squareRoot())
  }
}
