import CKernels
import Foundation
import Testing

// exp, log and tanh are ours because the C library's differ from one machine to the next. They must
// be within 1 ulp of the true value and have the same bits in every variant.

private enum Elementary: String, CaseIterable {
  case exp, log, tanh

  func callAsFunction(_ x: [Double], _ variant: KernelVariant) -> [Double] {
    let loops = variant.loops
    let run =
      switch self {
      case .exp: loops.exp!
      case .log: loops.log!
      case .tanh: loops.tanh!
      }
    return [Double](unsafeUninitializedCapacity: x.count) { y, count in
      run(x, y.baseAddress, Int64(x.count))
      count = x.count
    }
  }
}

/// A point of Reference/elementary.txt, which Reference/elementary.py made with mpmath: the true
/// value is y plus `rest` ulps.
private struct ElementaryReference {
  var x: Double
  var y: Double
  var rest: Double

  static func read(_ function: Elementary) throws -> [ElementaryReference] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/elementary.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let start = try #require(lines.firstIndex { $0 == function.rawValue })
    return try lines[(start + 1)...].prefix { $0.contains(" ") }.map { line in
      let words = line.split(separator: " ")
      return ElementaryReference(
        x: Double(bitPattern: try #require(UInt64(words[0], radix: 16))),
        y: Double(bitPattern: try #require(UInt64(words[1], radix: 16))),
        rest: try #require(Double(words[2])))
    }
  }

  /// How many ulps `value` is from the true value.
  func error(of value: Double) -> Double {
    abs((value - y) / y.ulp - rest)
  }
}

@Suite struct ElementaryFunctionsTests {
  // The bound is what CKernels.h promises. Over 60 million random points each, measured against
  // libquadmath, the largest errors were 0.879 (exp), 0.853 (log) and 0.802 ulp (tanh).
  @Test(arguments: Elementary.allCases, KernelVariant.all)
  fileprivate func `within 1 ulp of mpmath`(function: Elementary, variant: KernelVariant) throws {
    let references = try ElementaryReference.read(function)
    #expect(references.count > 900)
    let results = function(references.map(\.x), variant)
    var worst = (error: 0.0, x: 0.0)
    for (reference, result) in zip(references, results) {
      let error = reference.error(of: result)
      #expect(!error.isNaN, "\(function)(\(reference.x)) = \(result)")
      if error > worst.error { worst = (error, reference.x) }
    }
    #expect(worst.error <= 1, "\(function)(\(worst.x)) is off by \(worst.error) ulp")
  }

  @Test(arguments: KernelVariant.all)
  func `special values are those of the C standard`(variant: KernelVariant) {
    let largest = Double.greatestFiniteMagnitude
    let smallest = Double.leastNonzeroMagnitude
    let expected: [(Elementary, [(Double, Double)])] = [
      (
        .exp,
        [
          (0, 1), (-0.0, 1), (.infinity, .infinity), (-.infinity, 0), (.nan, .nan),
          (709.7827128933841, .infinity), (largest, .infinity), (-745.1332191019412, 0),
          (-largest, 0), (smallest, 1),
        ]
      ),
      (
        .log,
        [
          (0, -.infinity), (-0.0, -.infinity), (1, 0), (.infinity, .infinity), (.nan, .nan),
          (-.infinity, .nan), (-1, .nan), (-smallest, .nan),
        ]
      ),
      (
        .tanh,
        [
          (0, 0), (-0.0, -0.0), (.infinity, 1), (-.infinity, -1), (.nan, .nan), (largest, 1),
          (-largest, -1), (smallest, smallest), (-smallest, -smallest), (1e-200, 1e-200),
        ]
      ),
    ]
    for (function, pairs) in expected {
      for (x, y) in pairs {
        let result = function([x], variant)
        #expect(kernelBits(result) == kernelBits([y]), "\(function)(\(x)) = \(result[0])")
      }
    }
  }

  @Test(arguments: Elementary.allCases)
  fileprivate func `every variant has the same bits`(function: Elementary) {
    var random = KernelRandom(state: 8)
    // Any bit pattern at all, then magnitudes that a network meets.
    var x = (0..<100_000).map { _ in Double(bitPattern: random.next()) }
    x += (0..<100_003).map { _ in
      Double(Int64(bitPattern: random.next()) >> 20) * 0x1p-38 * (function == .exp ? 20 : 1)
    }
    let variants = KernelVariant.all.map { kernelBits(function(x, $0)) }
    for (variant, bits) in zip(KernelVariant.all, variants) {
      let same = bits == variants[0]
      #expect(same, "\(variant.testDescription)")
    }
  }

  // The remainder of an array is computed apart; each value must not depend on its place.
  @Test(arguments: Elementary.allCases, KernelVariant.all)
  fileprivate func `the place in the array does not matter`(
    function: Elementary, variant: KernelVariant
  ) {
    var random = KernelRandom(state: 9)
    let x = random.values(31, in: 0.01...3)
    let together = kernelBits(function(x, variant))
    #expect(together == x.flatMap { kernelBits(function([$0], variant)) })
    for count in 0...x.count {
      let first = function(Array(x.prefix(count)), variant)
      #expect(kernelBits(first) == Array(together.prefix(count)))
    }
  }
}
