import CKernels
import Foundation
import Testing

// Every variant of every loop against the plainest Swift loop, bit for bit. That makes the variants
// equal to each other, too.

/// One implementation of the loops: "avx512", "avx2", …
struct KernelVariant: Sendable, CustomTestStringConvertible {
  let index: Int32

  static let all = (0..<kernels_count()).map { KernelVariant(index: $0) }

  var loops: kernels { kernels_at(index).pointee }
  var testDescription: String { String(cString: loops.name) }
}

/// SplitMix64, so that a failure can be had again.
struct KernelRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func values(_ count: Int, in range: ClosedRange<Double> = -2...2) -> [Double] {
    (0..<count).map { _ in .random(in: range, using: &self) }
  }

  /// Half the entries are zeros, some of them -0.
  mutating func halfZeros(_ count: Int) -> [Double] {
    values(count).map { x in x < -1 ? 0 : x < 0 ? -0.0 : x }
  }
}

/// The bit patterns, with all NaNs alike.
func kernelBits(_ x: [Double]) -> [UInt64] {
  x.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
}

private let special: [Double] = [
  0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
  .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, 1e-200, -1e200,
]

// MARK: - Products

/// A product's sizes. The widths of the result reach past every way to divide columns into strips.
private struct Shape {
  var samples: Int
  var inputs: Int
  var outputs: Int

  static let all =
    [
      (0, 3, 9), (3, 0, 9), (3, 9, 0), (1, 1, 1), (1, 31, 300), (7, 8, 7), (8, 7, 8), (9, 31, 31),
      (10, 12, 300), (31, 9, 101), (2, 300, 10), (300, 5, 20), (5, 260, 77), (260, 130, 9),
    ].map { Shape(samples: $0.0, inputs: $0.1, outputs: $0.2) }
    + (1...112).map { Shape(samples: 5, inputs: 6, outputs: $0) }
}

/// A result is cut in several ways into blocks: whole, into a few of its rows and columns, and into
/// single rows and eight columns.
private func divisions(rows: Int, columns: Int) -> [[block]] {
  func ranges(_ bounds: [Int]) -> [Range<Int>] { zip(bounds, bounds.dropFirst()).map { $0..<$1 } }
  func blocks(_ rows: [Range<Int>], _ columns: [Range<Int>]) -> [block] {
    columns.flatMap { columns in
      rows.map {
        block(
          from_row: Int64($0.lowerBound), to_row: Int64($0.upperBound),
          from_column: Int64(columns.lowerBound), to_column: Int64(columns.upperBound))
      }
    }
  }
  return [
    blocks([0..<rows], [0..<columns]),
    blocks(ranges([0, rows / 3, rows]), ranges([0, columns / 2 / 8 * 8, columns])),
    blocks(
      (0..<rows).map { $0..<($0 + 1) },
      stride(from: 0, to: columns, by: 8).map { $0..<min($0 + 8, columns) }),
  ]
}

/// The nonzero entries of a matrix (rows, columns), in the arrays `struct sparse` points to.
private struct Nonzeros {
  var start: [Int64] = [0]
  var column: [Int32] = []
  var value: [Double] = []

  init(_ a: [Double], rows: Int, columns: Int) {
    for i in 0..<rows {
      for j in 0..<columns where a[i * columns + j] != 0 {
        column.append(Int32(j))
        value.append(a[i * columns + j])
      }
      start.append(Int64(value.count))
    }
  }

  func withPointers(_ body: (sparse) -> Void) {
    start.withUnsafeBufferPointer { start in
      column.withUnsafeBufferPointer { column in
        value.withUnsafeBufferPointer { value in
          body(
            sparse(
              start: start.baseAddress, column: column.baseAddress, value: value.baseAddress))
        }
      }
    }
  }
}

private func transposed(_ a: [Double], rows: Int, columns: Int) -> [Double] {
  var result = a
  for i in 0..<rows { for j in 0..<columns { result[j * rows + i] = a[i * columns + j] } }
  return result
}

/// Runs `fill` on an array with eight guards on either side, which must stay as they are.
private func filled(_ count: Int, _ fill: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
  let guards = [Double](repeating: 12345, count: 8)
  var array = guards + [Double](repeating: -7, count: count) + guards
  array.withUnsafeMutableBufferPointer { fill($0.baseAddress! + guards.count) }
  #expect(array.prefix(guards.count) + array.suffix(guards.count) == (guards + guards)[...])
  return Array(array.dropFirst(guards.count).dropLast(guards.count))
}

/// Every division must give `expected`, and each block must leave the rest alone.
private func expectBlocks(
  _ expected: [Double], rows: Int, columns: Int, _ shape: Shape,
  _ fill: (UnsafeMutablePointer<Double>, block) -> Void
) {
  for blocks in divisions(rows: rows, columns: columns) {
    let result = filled(expected.count) { pointer in for block in blocks { fill(pointer, block) } }
    #expect(kernelBits(result) == kernelBits(expected), "\(shape) in \(blocks.count) blocks")
  }
  for part in divisions(rows: rows, columns: columns)[1] {
    let result = filled(expected.count) { fill($0, part) }
    for i in 0..<rows {
      for j in 0..<columns {
        let isInside =
          (part.from_row..<part.to_row).contains(Int64(i))
          && (part.from_column..<part.to_column).contains(Int64(j))
        if !isInside { #expect(result[i * columns + j] == -7, "\(shape) (\(i), \(j))") }
      }
    }
  }
}

/// z = a w + bias
private func plainForward(_ a: [Double], _ w: [Double], _ bias: [Double]?, _ s: Shape) -> [Double] {
  var z = [Double](repeating: 0, count: s.samples * s.outputs)
  for n in 0..<s.samples {
    for j in 0..<s.outputs {
      var sum = 0.0
      for k in 0..<s.inputs { sum += a[n * s.inputs + k] * w[k * s.outputs + j] }
      z[n * s.outputs + j] = if let bias { sum + bias[j] } else { sum }
    }
  }
  return z
}

/// dw = (aᵀ delta) * scale + l2 * w
private func plainGradient(
  _ a: [Double], _ delta: [Double], _ w: [Double], scale: Double, l2: Double, _ s: Shape
) -> [Double] {
  var dw = [Double](repeating: 0, count: s.inputs * s.outputs)
  for i in 0..<s.inputs {
    for j in 0..<s.outputs {
      var sum = 0.0
      for n in 0..<s.samples { sum += a[n * s.inputs + i] * delta[n * s.outputs + j] }
      sum *= scale
      if l2 != 0 { sum += l2 * w[i * s.outputs + j] }
      dw[i * s.outputs + j] = sum
    }
  }
  return dw
}

@Suite struct KernelsTests {
  @Test(arguments: KernelVariant.all)
  func `forward, dense and sparse, and backward equal the plain loop`(variant: KernelVariant) {
    let loops = variant.loops
    var random = KernelRandom(state: 1)
    for s in Shape.all {
      let a = random.halfZeros(s.samples * s.inputs)
      let w = random.values(s.inputs * s.outputs)
      let bias = random.values(s.outputs)
      let inputs = Int64(s.inputs)
      let outputs = Int64(s.outputs)

      expectBlocks(plainForward(a, w, bias, s), rows: s.samples, columns: s.outputs, s) {
        loops.forward(a, w, bias, $0, $1, inputs, outputs)
      }
      let withoutBias = plainForward(a, w, nil, s)
      expectBlocks(withoutBias, rows: s.samples, columns: s.outputs, s) {
        loops.forward(a, w, nil, $0, $1, inputs, outputs)
      }
      let turned = transposed(w, rows: s.inputs, columns: s.outputs)
      expectBlocks(withoutBias, rows: s.samples, columns: s.outputs, s) {
        loops.backward(a, turned, $0, $1, outputs, inputs)
      }
      Nonzeros(a, rows: s.samples, columns: s.inputs).withPointers { nonzeros in
        expectBlocks(withoutBias, rows: s.samples, columns: s.outputs, s) {
          loops.forward_sparse(nonzeros, w, nil, $0, $1, inputs, outputs)
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func `gradient, dense and sparse, equals the plain loop`(variant: KernelVariant) {
    let loops = variant.loops
    var random = KernelRandom(state: 2)
    for (number, s) in Shape.all.enumerated() {
      let a = random.halfZeros(s.samples * s.inputs)
      let delta = random.values(s.samples * s.outputs)
      let w = random.values(s.inputs * s.outputs)
      let l2 = number.isMultiple(of: 2) ? 0.001 : 0
      let scale = 1 / 3.0
      let samples = Int64(s.samples)
      let inputs = Int64(s.inputs)
      let outputs = Int64(s.outputs)

      let expected = plainGradient(a, delta, w, scale: scale, l2: l2, s)
      expectBlocks(expected, rows: s.inputs, columns: s.outputs, s) {
        loops.gradient(a, delta, w, $0, $1, samples, inputs, outputs, scale, l2)
      }
      let columns = transposed(a, rows: s.samples, columns: s.inputs)
      Nonzeros(columns, rows: s.inputs, columns: s.samples).withPointers { nonzeros in
        expectBlocks(expected, rows: s.inputs, columns: s.outputs, s) {
          loops.gradient_sparse(nonzeros, delta, w, $0, $1, samples, outputs, scale, l2)
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func `an infinite weight times 0 is NaN in the dense products`(variant: KernelVariant) {
    let s = Shape(samples: 5, inputs: 6, outputs: 11)
    let a = [Double](repeating: 0, count: s.samples * s.inputs)
    var w = [Double](repeating: 1, count: s.inputs * s.outputs)
    w[3] = .infinity
    w[s.outputs * 2 + 10] = .nan
    let rows = divisions(rows: s.samples, columns: s.outputs)[0][0]
    let z = filled(s.samples * s.outputs) { variant.loops.forward(a, w, nil, $0, rows, 6, 11) }
    #expect(kernelBits(z) == kernelBits(plainForward(a, w, nil, s)))
    #expect(z.count { $0.isNaN } == 2 * s.samples)

    let delta = special + [Double](repeating: 2, count: s.samples * s.outputs - special.count)
    let inputs = divisions(rows: s.inputs, columns: s.outputs)[0][0]
    let dw = filled(w.count) {
      variant.loops.gradient(a, delta, w, $0, inputs, 5, 6, 11, 0.5, 0)
    }
    #expect(kernelBits(dw) == kernelBits(plainGradient(a, delta, w, scale: 0.5, l2: 0, s)))
    #expect(dw.contains { $0.isNaN })
  }

  // MARK: - Sums and the transpose

  @Test(arguments: KernelVariant.all)
  func `column sums and transpose`(variant: KernelVariant) {
    var random = KernelRandom(state: 3)
    let sizes = [0, 1, 2, 7, 8, 9, 16, 31]
    for rows in sizes {
      for columns in sizes + [300] {
        let a = random.values(rows * columns)
        var sums = [Double](repeating: 0, count: columns)
        for i in 0..<rows { for j in 0..<columns { sums[j] += a[i * columns + j] } }
        let expected = sums.map { $0 * 0.01 }
        let result = filled(columns) {
          variant.loops.column_sums(a, $0, Int64(rows), Int64(columns), 0.01)
        }
        #expect(kernelBits(result) == kernelBits(expected), "(\(rows), \(columns))")

        let turned = filled(a.count) {
          variant.loops.transpose(a, $0, Int64(rows), Int64(columns))
        }
        #expect(turned == transposed(a, rows: rows, columns: columns), "(\(rows), \(columns))")
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func `inner product in eight partial sums`(variant: KernelVariant) {
    var random = KernelRandom(state: 5)
    for count in Array(0...40) + [1000] {
      let (x, y) = (random.values(count), random.values(count))
      var partial = [Double](repeating: 0, count: 8)
      for i in 0..<count { partial[i % 8] += x[i] * y[i] }
      #expect(variant.loops.inner_product(x, y, Int64(count)) == partial.reduce(0, +), "\(count)")
    }
    #expect(variant.loops.inner_product([0, 1], [.infinity, 1], 2).isNaN)
  }

  @Test(arguments: KernelVariant.all)
  func `sum of squares in eight partial sums`(variant: KernelVariant) {
    var random = KernelRandom(state: 4)
    for count in Array(0...40) + [1000] {
      let x = random.values(count)
      var partial = [Double](repeating: 0, count: 8)
      for i in 0..<count { partial[i % 8] += x[i] * x[i] }
      #expect(variant.loops.sum_of_squares(x, Int64(count)) == partial.reduce(0, +), "\(count)")
    }
    #expect(variant.loops.sum_of_squares([1, .infinity], 2) == .infinity)
    #expect(variant.loops.sum_of_squares([.nan], 1).isNaN)
  }

  @Test(arguments: KernelVariant.all)
  func `one infinity or NaN anywhere is found`(variant: KernelVariant) {
    for count in [0, 1, 7, 8, 9, 31, 32, 33, 70] {
      var x = [Double](repeating: .greatestFiniteMagnitude, count: count)
      #expect(variant.loops.all_finite(x, Int64(count)) == 1, "\(count)")
      for i in 0..<count {
        x[i] = [.infinity, -.infinity, .nan][i % 3]
        #expect(variant.loops.all_finite(x, Int64(count)) == 0, "\(i) of \(count)")
        x[i] = 0
      }
    }
  }

  // MARK: - Elementwise

  @Test(arguments: KernelVariant.all)
  func `activations equal their formulas, in place too`(variant: KernelVariant) {
    let loops = variant.loops
    var random = KernelRandom(state: 5)
    for count in [0, 1, 7, 8, 9, 31, 300] {
      let z = Array((special + random.values(count, in: -30...30)).shuffled(using: &random))
      let count = Int64(z.count)
      var e = z.map { -abs($0) }
      e.withUnsafeMutableBufferPointer { loops.exp($0.baseAddress, $0.baseAddress, count) }
      let expected: [(String, [Double], (UnsafeMutablePointer<Double>) -> Void)] = [
        (
          "sigmoid", zip(z, e).map { z, e in z >= 0 ? 1 / (1 + e) : e / (1 + e) },
          { loops.sigmoid($0, $0, count) }
        ),
        ("relu", z.map { $0 < 0 ? 0 : $0 }, { loops.relu($0, $0, count) }),
        (
          "leaky-relu", z.map { $0 < 0 ? 0.01 * $0 : $0 }, { loops.leaky_relu(0.01, $0, $0, count) }
        ),
      ]
      for (name, values, run) in expected {
        let result = filled(z.count) {
          $0.update(from: z, count: z.count)
          run($0)
        }
        #expect(kernelBits(result) == kernelBits(values), "\(name) of \(count)")
      }
    }
  }

  /// Their values are held against PyTorch's in `TraceTests`; here, one variant against another.
  @Test(arguments: KernelVariant.all)
  func `the smooth activations have the same bits in every variant`(variant: KernelVariant) {
    let first = KernelVariant.all[0].loops
    var random = KernelRandom(state: 7)
    for count in [1, 7, 9, 31, 300] {
      let z = Array((special + random.values(count, in: -30...30)).shuffled(using: &random))
      typealias Run = (kernels, UnsafeMutablePointer<Double>, Int64) -> Void
      let loops: [(String, Run)] = [
        ("softplus", { $0.softplus(z, $1, $2) }), ("gelu", { $0.gelu(z, $1, $2) }),
        ("elu", { $0.elu(0.5, z, $1, $2) }),
        ("softplus'", { $0.times_softplus_derivative(z, $1, $2) }),
        ("gelu'", { $0.times_gelu_derivative(z, $1, $2) }),
        ("elu'", { $0.times_elu_derivative(0.5, z, $1, $2) }),
      ]
      for (name, run) in loops {
        let results = [first, variant.loops].map { table in
          filled(z.count) { values in
            values.update(repeating: 3, count: z.count)
            run(table, values, Int64(z.count))
          }
        }
        #expect(kernelBits(results[0]) == kernelBits(results[1]), "\(name) of \(count)")
      }
    }
  }

  @Test(arguments: KernelVariant.all)
  func `derivatives multiply delta`(variant: KernelVariant) {
    let loops = variant.loops
    var random = KernelRandom(state: 6)
    for count in [0, 1, 7, 8, 9, 31, 300] {
      let z = Array((special + random.values(count)).shuffled(using: &random))
      let delta = Array((special + random.values(count)).shuffled(using: &random))
      let derivatives: [(String, (Double) -> Double, (UnsafeMutablePointer<Double>) -> Void)] = [
        ("sigmoid", { $0 * (1 - $0) }, { loops.times_sigmoid_derivative(z, $0, Int64(z.count)) }),
        ("tanh", { 1 - $0 * $0 }, { loops.times_tanh_derivative(z, $0, Int64(z.count)) }),
        ("relu", { $0 > 0 ? 1 : 0 }, { loops.times_relu_derivative(z, $0, Int64(z.count)) }),
        (
          "leaky-relu", { $0 > 0 ? 1 : 0.01 },
          { loops.times_leaky_relu_derivative(0.01, z, $0, Int64(z.count)) }
        ),
      ]
      for (name, derivative, run) in derivatives {
        let result = filled(z.count) {
          $0.update(from: delta, count: z.count)
          run($0)
        }
        let expected = zip(z, delta).map { z, delta in delta * derivative(z) }
        #expect(kernelBits(result) == kernelBits(expected), "\(name) of \(count)")
      }
    }
  }
}

// MARK: - Complex numbers

extension KernelsTests {
  /// The formulas in Swift, one number at a time; exp and tanh are the loops', tested elsewhere.
  @Test(arguments: KernelVariant.all)
  func `functions of complex numbers equal their formulas`(variant: KernelVariant) {
    let loops = variant.loops
    func real(
      _ loop: (UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int64) -> Void, _ x: Double
    ) -> Double {
      var y = [0.0]
      loop([x], &y, 1)
      return y[0]
    }
    func sineAndCosine(_ y: Double) -> (Double, Double) {
      guard y.magnitude < 0.5 else { return (sin(y), cos(y)) }
      let s = y * y
      return (
        y * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72 * (1 - s / 110))))),
        1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56 * (1 - s / 90))))
      )
    }
    func exponential(_ x: Double, _ y: Double) -> (Double, Double) {
      let (power, (sine, cosine)) = (real(loops.exp, x), sineAndCosine(y))
      return (power * cosine, power * sine)
    }
    func sigmoid(_ x: Double, _ y: Double) -> (Double, Double) {
      let (c, d) = x > 0 ? exponential(-x, -y) : exponential(x, y)
      let (a, b) = x > 0 ? (1, 0) : (c, d)
      let size = (1 + c) * (1 + c) + d * d
      return ((a * (1 + c) + b * d) / size, (b * (1 + c) - a * d) / size)
    }
    func tanh(_ x: Double, _ y: Double) -> (Double, Double) {
      let (t, (sine, cosine)) = (real(loops.tanh, x), sineAndCosine(y))
      let tangent = sine / cosine
      let divisor = 1 + t * t * tangent * tangent
      return (t * (1 + tangent * tangent) / divisor, tangent * (1 - t * t) / divisor)
    }

    var random = KernelRandom(state: 8)
    for count in [0, 1, 7, 8, 9, 31, 300] {
      let x = random.values(count, in: -30...30)
      // Steps from the usual one up to where the series no longer hold.
      let y = (0..<count).map { i in [1e-20, -1e-20, 0, 1e-3, -0.4, 0.5, 2, .nan][i * 5 % 8] }
      for (name, plain, loop) in [
        ("exp", exponential, loops.complex_exp), ("sigmoid", sigmoid, loops.complex_sigmoid),
        ("tanh", tanh, loops.complex_tanh),
      ] {
        var re: [Double] = []
        let im = filled(count) { im in
          im.update(from: y, count: count)
          re = filled(count) { re in
            re.update(from: x, count: count)
            loop!(re, im, Int64(count))
          }
        }
        let expected = zip(x, y).map { plain($0, $1) }
        #expect(kernelBits(re) == kernelBits(expected.map(\.0)), "\(name) of \(count)")
        #expect(kernelBits(im) == kernelBits(expected.map(\.1)), "\(name) of \(count)")
      }
    }
  }
}

// MARK: - Optimizers

/// One update of one weight, with the operations in the order of the formula in CKernels.h.
private struct PlainOptimizer: Sendable, CustomTestStringConvertible {
  let name: String
  let change: @Sendable (optimizer, _ g: Double, _ m: inout Double, _ v: inout Double) -> Double
  /// The loop, given g, m, v, w_old, w and the count.
  let run: @Sendable (kernels, optimizer, Arrays) -> Void

  struct Arrays {
    var g: UnsafePointer<Double>
    var m, v: UnsafeMutablePointer<Double>
    var old: UnsafePointer<Double>
    var new: UnsafeMutablePointer<Double>
    var count: Int64
  }

  var testDescription: String { name }

  static let all = [
    PlainOptimizer(
      name: "sgd",
      change: { o, g, _, _ in -o.rate * g },
      run: { $0.sgd($1, $2.g, $2.old, $2.new, $2.count) }),
    PlainOptimizer(
      name: "momentum",
      change: { o, g, m, _ in
        m = o.momentum * m + g
        return -o.rate * m
      },
      run: { $0.momentum($1, $2.g, $2.m, $2.old, $2.new, $2.count) }),
    PlainOptimizer(
      name: "nesterov",
      change: { o, g, m, _ in
        m = o.momentum * m + g
        return -o.rate * (g + o.momentum * m)
      },
      run: { $0.nesterov($1, $2.g, $2.m, $2.old, $2.new, $2.count) }),
    PlainOptimizer(
      name: "adagrad",
      change: { o, g, _, v in
        v = v + g * g
        return -o.rate * g / (v.squareRoot() + o.epsilon)
      },
      run: { $0.adagrad($1, $2.g, $2.v, $2.old, $2.new, $2.count) }),
    PlainOptimizer(
      name: "rmsprop",
      change: { o, g, _, v in
        v = o.decay * v + (1 - o.decay) * (g * g)
        return -o.rate * g / (v.squareRoot() + o.epsilon)
      },
      run: { $0.rmsprop($1, $2.g, $2.v, $2.old, $2.new, $2.count) }),
    PlainOptimizer(
      name: "adam",
      change: { o, g, m, v in
        m = o.beta1 * m + (1 - o.beta1) * g
        v = o.beta2 * v + (1 - o.beta2) * (g * g)
        return -(o.rate / o.correction1) * m / (v.squareRoot() / o.correction2 + o.epsilon)
      },
      run: { $0.adam($1, $2.g, $2.m, $2.v, $2.old, $2.new, $2.count) }),
  ]
}

extension KernelsTests {
  @Test(arguments: KernelVariant.all, PlainOptimizer.all)
  fileprivate func `optimizers equal their formulas`(
    variant: KernelVariant, plain: PlainOptimizer
  ) {
    let settings = optimizer(
      rate: 0.01, momentum: 0.9, decay: 0.99, epsilon: 1e-8, beta1: 0.9, beta2: 0.999,
      correction1: 1 - 0.9, correction2: (1 - 0.999).squareRoot())
    var random = KernelRandom(state: 7)
    for count in [0, 1, 7, 8, 9, 31, 300] {
      let g = Array((special + random.values(count)).shuffled(using: &random).prefix(count))
      let old = random.values(count)
      let m = random.values(count)
      let v = random.values(count, in: 0...1)

      var expectedM = m
      var expectedV = v
      let expected = (0..<count).map { i in
        old[i] + plain.change(settings, g[i], &expectedM[i], &expectedV[i])
      }
      for inPlace in [false, true] {
        var newV = v
        var new = old
        let newM = filled(count) { m1 in
          m1.update(from: m, count: count)
          newV.withUnsafeMutableBufferPointer { v1 in
            new.withUnsafeMutableBufferPointer { new in
              old.withUnsafeBufferPointer { old in
                g.withUnsafeBufferPointer { g in
                  guard let g = g.baseAddress, let new = new.baseAddress else { return }
                  plain.run(
                    variant.loops, settings,
                    .init(
                      g: g, m: m1, v: v1.baseAddress!,
                      old: inPlace ? UnsafePointer(new) : old.baseAddress!, new: new,
                      count: Int64(count)))
                }
              }
            }
          }
        }
        #expect(kernelBits(new) == kernelBits(expected), "\(count) weights")
        #expect(kernelBits(newM) == kernelBits(expectedM), "\(count) weights")
        #expect(kernelBits(newV) == kernelBits(expectedV), "\(count) weights")
      }
    }
  }
}
