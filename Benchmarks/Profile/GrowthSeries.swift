import Backprop

/// A step of one size, in a line of steps that grow.
struct GrowthCase: Hashable {
  let kind: GrowthSeries.Kind
  let sizes: [Int]
  var batch = 100
  let threads: Int
  /// What grows: the units of a layer, the layers, the samples, the threads.
  let x: Int

  /// `784-300-10`
  var network: String { sizes.map(String.init).joined(separator: "-") }

  /// `784-300-10 100`, for dense_products.py, which has one number of threads.
  var products: String? { kind == .threads ? nil : "\(network) \(batch)" }
}

extension GrowthCase: CustomStringConvertible {
  var description: String { "\(network), batch \(batch), threads \(threads)" }
}

/// Steps that differ in one thing, with a line in the plot for each kind of network.
struct GrowthSeries {
  enum Kind: String { case width, depth, batch, threads }

  let kind: Kind
  /// What the horizontal axis counts.
  let axis: String
  let lines: [Line]

  struct Line {
    let name: String
    let cases: [GrowthCase]
  }

  /// As a heading: `Width`.
  var name: String { kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst() }
  var cases: [GrowthCase] { lines.flatMap(\.cases) }
}

// MARK: - All of them, with so many threads where these do not grow

extension GrowthSeries {
  static func all(threads: Int) -> [GrowthSeries] {
    [width(threads), depth(threads), batch(threads), overThreads]
  }

  private static func width(_ threads: Int) -> GrowthSeries {
    func line(_ name: String, _ sizes: (Int) -> [Int]) -> Line {
      let cases = [30, 100, 300, 1000, 3000].map {
        GrowthCase(kind: .width, sizes: sizes($0), threads: threads, x: $0)
      }
      return Line(name: name, cases: cases)
    }
    return GrowthSeries(
      kind: .width, axis: "units of a hidden layer, W",
      lines: [line("784-W-10") { [784, $0, 10] }, line("784-W-W-10") { [784, $0, $0, 10] }])
  }

  private static func depth(_ threads: Int) -> GrowthSeries {
    let cases = [1, 2, 4, 8, 16].map { depth in
      let sizes = [784] + Array(repeating: 100, count: depth) + [10]
      return GrowthCase(kind: .depth, sizes: sizes, threads: threads, x: depth)
    }
    return GrowthSeries(
      kind: .depth, axis: "hidden layers, D", lines: [Line(name: "784-100×D-10", cases: cases)])
  }

  /// Each divides 5,000 and 60,000, the sizes of the sample and of full MNIST, so that no minibatch
  /// of an epoch is smaller.
  private static func batch(_ threads: Int) -> GrowthSeries {
    let cases = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000].map {
      GrowthCase(kind: .batch, sizes: [784, 300, 10], batch: $0, threads: threads, x: $0)
    }
    return GrowthSeries(
      kind: .batch, axis: "samples a minibatch", lines: [Line(name: "784-300-10", cases: cases)])
  }

  /// 1, 2, 4, …, the number of cores, and twice that.
  private static var overThreads: GrowthSeries {
    let cores = Workers.coreCount
    let threads = (0..<8).map { 1 << $0 }.filter { $0 < cores } + [cores, 2 * cores]
    let lines = [[784, 300, 10], [784, 800, 800, 10]].map { sizes in
      let cases = threads.map { GrowthCase(kind: .threads, sizes: sizes, threads: $0, x: $0) }
      return Line(name: cases[0].network, cases: cases)
    }
    return GrowthSeries(kind: .threads, axis: "threads", lines: lines)
  }
}
