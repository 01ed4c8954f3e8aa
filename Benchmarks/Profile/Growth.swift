import ArgumentParser
import Backprop
import Foundation

/// How the cost of a step grows with the width and the depth of the network, the batch, the threads.
struct Growth: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print how the time of a step grows with width, depth, batch and threads.")

  @Option(help: "How often each size is measured; the median counts.")
  var rounds = 3

  @Option(
    help: "JSON with the seconds of the matrix products alone: {\"784-300-10 100\": 0.0011, …}.")
  var products: String?

  @Option(help: "Draw the four plots into this file.")
  var svg: String?

  @Flag(
    help: "Only list the networks and batches whose products are wanted, for dense_products.py.")
  var list = false

  /// Where they do not grow themselves; dense_products.py has as many.
  private static let threads = 2

  func validate() throws {
    try Setting.require(rounds, in: 1...1000, "--rounds")
  }

  func run() throws {
    let series = GrowthSeries.all(threads: Growth.threads)
    if list { return listProducts(of: series) }
    let products = try productTimes()
    let digits = try Digits()
    let times = try GrowthTimes(
      series, over: digits.samples, rounds: rounds, products: products)
    print("Steps on \(digits.name); vectors: \(Engine.current.variant).")
    for series in series { print("\n**\(heading(of: series))**\n\n\(table(of: series, times))") }
    if let svg {
      try write(GrowthPlot(series: series, times: times).svg + "\n", to: svg)
    }
  }

  private func listProducts(of series: [GrowthSeries]) {
    var seen: Set<String> = []
    for products in series.flatMap(\.cases).compactMap(\.products)
    where seen.insert(products).inserted {
      print(products)
    }
  }

  private func heading(of series: GrowthSeries) -> String {
    switch series.kind {
    case .width, .depth: "\(series.name), batch 100, \(Growth.threads) threads"
    case .batch: "Batch, \(Growth.threads) threads"
    case .threads: "Threads, batch 100, on \(Workers.coreCount) cores"
    }
  }

  private func table(of series: GrowthSeries, _ times: GrowthTimes) -> MarkdownTable {
    var table = MarkdownTable(
      "network", "batch", "threads", "ms a step", "µs a sample", "multiply-adds a second, dense",
      "step / dense products")
    for growthCase in series.cases {
      let seconds = times[growthCase]
      let size = StepSize(sizes: growthCase.sizes, batch: growthCase.batch, nonzeros: 0)
      table.append(
        growthCase.network.abbreviated, grouped(growthCase.batch), "\(growthCase.threads)",
        milliseconds(seconds), significant(seconds * 1e6 / Double(growthCase.batch)),
        rounded(size.denseMultiplyAdds / seconds),
        times.products(of: growthCase).map { significant(seconds / $0) } ?? "")
    }
    return table
  }

  /// - Throws: when the file is not there, or not what it should be.
  private func productTimes() throws -> [String: Double] {
    guard let products else { return [:] }
    guard let data = FileManager.default.contents(atPath: products) else {
      throw ValidationError("\(products) cannot be read.")
    }
    guard let times = try? JSONDecoder().decode([String: Double].self, from: data) else {
      throw ValidationError(
        "\(products) is not what dense_products.py prints: {\"784-300-10 100\": 0.0011, …}.")
    }
    return times
  }

  private func write(_ text: String, to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
      throw ValidationError("\(path) cannot be written.")
    }
  }
}

extension String {
  /// Layers of one size in a row are counted: `784-100-100-100-10` reads `784-100×3-10`.
  fileprivate var abbreviated: String {
    var runs: [(size: Substring, count: Int)] = []
    for size in split(separator: "-") {
      if runs.last?.size == size, let last = runs.indices.last {
        runs[last].count += 1
      } else {
        runs.append((size, 1))
      }
    }
    return runs.flatMap { run in
      run.count < 3
        ? Array(repeating: String(run.size), count: run.count) : ["\(run.size)×\(run.count)"]
    }.joined(separator: "-")
  }
}
