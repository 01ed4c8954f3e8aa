import Foundation
import Testing

@testable import Backprop

/// Networks of real size with mistakes that NumPy planted: minutes, and gigabytes of arrays, so
/// only by hand, in a release build.
///
///     python3 Tests/BackpropTests/Reference/diagnosis.py MNIST FOLDER
///     BACKSTEP_PLANTED=FOLDER swift test -c release -Xswiftc -enable-testing \
///       --filter DiagnosisExperiment
@Suite(.enabled(if: PlantedNetwork.folder != nil), .serialized)
struct DiagnosisExperimentTests {
  @Test("what NumPy planted is found", arguments: PlantedNetwork.names)
  func planted(name: String) throws {
    let network = try #require(try PlantedNetwork.all().first { $0.name == name })
    let values = try network.values()
    var trace = try network.trace(values)
    trace.complete(network.objective)
    for noise in network.bits == 64 ? [0, 1e-6] : [0] {
      for withDeltas in [true, false] {
        var tally = Tally()
        for item in network.cases {
          let arrays = try network.foreign(item, values, noise: noise, withDeltas: withDeltas)
          let start = ContinuousClock.now
          let diagnosis = try #require(diagnose(arrays, in: trace, network.objective))
          tally.slowest = max(tally.slowest, ContinuousClock.now - start)
          if let plan = item.plan {
            tally.combinations += 1
            let missed = diagnosis.missed(
              plan, trace, network.objective.setting(trace.layers), withDeltas: withDeltas)
            if missed.isEmpty {
              tally.found += 1
            } else {
              tally.misses.append("\(plan)\n   -> \(missed)")
            }
          } else if let id = item.id {
            tally.singles += 1
            switch diagnosis.answer(to: id) {
            case .named: tally.named += 1
            case .listed: tally.listed.append("\(id): \(diagnosis.line)")
            case .missed: tally.missed.append("\(id): \(diagnosis.line)")
            }
          }
        }
        #expect(tally.named == tally.singles)
        #expect(tally.found * 100 >= tally.combinations * 99)
        #expect(tally.slowest < .seconds(10))
        print("== \(name) noise \(noise) \(withDeltas ? "with" : "without") deltas: \(tally)")
      }
    }
  }

  @Test("noise in place of an array is unknown, and soon", arguments: PlantedNetwork.names)
  func noise(name: String) throws {
    let network = try #require(try PlantedNetwork.all().first { $0.name == name })
    let values = try network.values()
    var trace = try network.trace(values)
    trace.complete(network.objective)
    let item = try #require(network.cases.first { $0.id == "right" })
    let right = try network.foreign(item, values, noise: 0, withDeltas: false)
    var random = Random(seed: 6)
    var all = right
    var slowest = Duration.zero
    for array in right.names(depth: trace.depth) {
      var arrays = right
      let size = right[array]!.norm / Double(right[array]!.count).squareRoot()
      arrays[array] = right[array]!.mapping { _ in size * random.normal() }
      all[array] = arrays[array]
      for given in [arrays, all] {
        let start = ContinuousClock.now
        let diagnosis = try #require(diagnose(given, in: trace, network.objective))
        slowest = max(slowest, ContinuousClock.now - start)
        #expect(diagnosis.mistakes.isEmpty, "\(diagnosis.line)")
        #expect(diagnosis[array.description]?.verdict == .unknown)
      }
    }
    #expect(slowest < .seconds(10))
    print("== \(name) noise: slowest \(slowest)")
  }
}

private struct Tally: CustomStringConvertible {
  var (singles, named, combinations, found) = (0, 0, 0, 0)
  var slowest = Duration.zero
  var (listed, missed, misses) = ([String](), [String](), [String]())

  var description: String {
    let lines =
      listed.map { "  listed " + $0 } + missed.map { "  MISSED " + $0 }
      + misses.map { "  COMBINATION " + $0 }
    return """
      \(named) of \(singles) named, \(listed.count) listed, \(missed.count) missed; \
      \(found) of \(combinations) combinations; slowest \(slowest)
      \(lines.joined(separator: "\n"))
      """
  }
}

enum Answer { case named, listed, missed }

extension Diagnosis {
  /// Whether one mistake planted in all of it is the answer, or among the answers in every array.
  func answer(to id: String) -> Answer {
    if id == "right" { return verdict <= .rounding ? .named : .missed }
    if mistakes.map(\.name) == [id], !arrays.contains(where: { $0.verdict == .unknown }) {
      return .named
    }
    let wrong = arrays.filter { $0.verdict > .rounding }
    let isListed = wrong.allSatisfy { array in
      ([array.mistakes] + array.alternatives).contains { $0.map(\.name) == [id] }
    }
    return isListed && !wrong.isEmpty ? .listed : .missed
  }

  /// Everything in a line, for whoever looks at a failed test.
  var line: String {
    arrays.map { array in
      let options = ([array.mistakes] + array.alternatives).map { option in
        option.map(\.name).joined(separator: "+")
      }
      return "\(array.name) \(array.verdict) \(options.joined(separator: "|"))"
    }
    .joined(separator: "; ") + " => " + mistakes.map(\.name).joined(separator: " ")
  }

  /// The arrays of a combination whose true explanation is not among the answers.
  fileprivate func missed(
    _ plan: [String: String?], _ trace: Trace, _ setting: Setting, withDeltas: Bool
  ) -> [String] {
    let depth = setting.depth
    func planned(_ place: String, _ layer: Int) -> [String] {
      guard let id = plan["\(place) \(layer)"] ?? nil, let mistake = Mistake(id),
        mistake.layers(in: setting).contains(layer)
      else { return [] }
      return [id]
    }
    return arrays.compactMap { array in
      let name = try! ArrayName(array.name, depth: depth)
      let layer = name.layer
      var truth = planned("output", depth)
      for l in (layer..<max(layer, depth)).reversed() { truth += planned("hidden", l) }
      if name.kind != .delta {
        let text = name.kind == .weightGradient ? "dW" : "db"
        truth += planned(text, layer) + planned(text + " l2", layer)
      }
      let options = ([array.mistakes] + array.alternatives).map { Set($0.map(\.name)) }
      // A rolled target leaves the sum of a column as it was.
      if array.verdict <= .rounding, name.kind == .biasGradient { return nil }
      if truth.isEmpty, array.verdict <= .rounding { return nil }
      // What gives the same array with fewer mistakes is as true: some undo others.
      if options.contains(where: { $0.isSubset(of: truth) }), array.verdict == .mistake {
        return nil
      }
      return "\(array.name) \(array.verdict) \(truth): \(options) \(array.distance)"
    }
  }
}

/// One network of `Reference/diagnosis.py` with all that was planted in it.
private struct PlantedNetwork: Decodable {
  let name, kind: String
  let bits: Int
  let sizes: [Int]
  let network: [Place]
  let cases: [Case]

  struct Place: Decodable {
    let name: String
    let shape: [Int]
    let start: Int
  }

  struct Case: Decodable {
    let id: String?
    let plan: [String: String?]?
    let arrays: [Place]
  }

  static let folder = ProcessInfo.processInfo.environment["BACKSTEP_PLANTED"].map {
    URL(fileURLWithPath: $0)
  }

  static let names = (try? all())?.map(\.name) ?? []

  static func all() throws -> [PlantedNetwork] {
    guard let folder else { return [] }
    return try JSONDecoder().decode(
      [PlantedNetwork].self, from: Data(contentsOf: folder.appendingPathComponent("index.json")))
  }

  var objective: Objective {
    Objective(loss: kind == "SE" ? .squaredError : .crossEntropy, l2: 1e-3)
  }

  func values() throws -> Data {
    try Data(
      contentsOf: PlantedNetwork.folder!.appendingPathComponent("\(name).bin"),
      options: .mappedIfSafe)
  }

  private func array(_ place: Place, _ data: Data) -> NamedArray {
    let count = place.shape.reduce(1, *)
    let values = data.withUnsafeBytes { bytes in
      (place.start..<place.start + count).map { i in
        bits == 64
          ? bytes.loadUnaligned(fromByteOffset: 8 * i, as: Double.self)
          : Double(bytes.loadUnaligned(fromByteOffset: 4 * i, as: Float.self))
      }
    }
    return NamedArray(place.name, shape: place.shape, values: values)
  }

  func trace(_ data: Data) throws -> Trace {
    let arrays = Dictionary(
      uniqueKeysWithValues: network.map { ($0.name, array($0, data).values) })
    let depth = sizes.count - 1
    let layers = (1...depth).map { l in
      Layer(
        activation: l < depth || kind != "SCE" ? .sigmoid : .softmax,
        weights: Matrix(rows: sizes[l - 1], columns: sizes[l], values: arrays["W\(l)"]!),
        biases: arrays["b\(l)"]!)
    }
    let samples = Samples(
      inputs: sizes[0], classes: sizes[depth], bytes: arrays["x"]!.map { UInt8($0) },
      labels: arrays["labels"]!.map { UInt8($0) })
    return Trace(
      batch: Batch(Array(0..<samples.count), of: samples), network: Network(layers: layers))
  }

  func foreign(
    _ item: Case, _ data: Data, noise: Double, withDeltas: Bool
  ) throws -> ForeignArrays {
    var random = Random(seed: 5)
    var arrays = item.arrays.map { array($0, data) }.filter {
      withDeltas || !$0.name.hasPrefix("delta")
    }
    if noise > 0 {
      arrays = arrays.map { array in
        NamedArray(
          array.name, shape: array.shape,
          values: array.values.map { $0 * (1 + noise * random.normal()) })
      }
    }
    if item.id == "gradient-accumulated" {
      arrays += network.filter { $0.name.hasPrefix("previous_") }.map { array($0, data) }
    }
    return try ForeignArrays(arrays, sizes: sizes, count: 100)
  }
}
