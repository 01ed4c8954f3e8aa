import Testing

@testable import Backprop

/// What our own rules plant, on small networks; NumPy plants in DiagnosisExperimentTests.
@Suite struct DiagnosisTests {
  // MARK: One mistake everywhere

  @Test("every mistake is found, alone or with its twins", arguments: Mistake.all)
  func everyMistake(mistake: Mistake) throws {
    // Each loss with one of the networks and another precision, so that it does not take long.
    let number = Mistake.all.firstIndex(of: mistake)!
    for i in 0..<3 {
      let plants = [Plant.all[i], Plant.all[i + 3]].filter { mistake.applies(to: $0.setting) }
      guard !plants.isEmpty else { continue }
      let plant = plants[number % plants.count]
      let (precision, arrays) = plant.precisions(mistake)[(i + number / 2) % 4]
      let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
      expect(mistake, in: diagnosis, plant, precision)
    }
  }

  @Test("every mistake is found in every precision", .enabled(if: isOptimised))
  func everyPrecision() throws {
    for mistake in Mistake.all {
      for plant in Plant.all where mistake.applies(to: plant.setting) {
        for (precision, arrays) in plant.precisions(mistake) {
          let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
          expect(mistake, in: diagnosis, plant, precision)
        }
      }
    }
  }

  private func expect(_ mistake: Mistake, in diagnosis: Diagnosis, _ plant: Plant, _ text: String) {
    let isTwin = diagnosis.mistakes.count == 1 && plant.isTwin(mistake, diagnosis.mistakes[0])
    #expect(
      diagnosis.answer(to: mistake.name) != .missed && isTwin,
      "\(plant.testDescription), \(text): \(diagnosis.line)")
  }

  @Test("right arrays are right, in either orientation and precision", arguments: Plant.all)
  func right(plant: Plant) throws {
    for isTransposed in [false, true] {
      let named = plant.named(plant.arrays(nil), isTransposed: isTransposed)
      let arrays = try ForeignArrays(
        named, sizes: plant.setting.sizes, count: plant.trace.batch.count)
      #expect(arrays.isTransposed == isTransposed)
      let exact = try #require(diagnose(arrays, in: plant.trace, plant.objective))
      #expect(exact.verdict == .right && exact.firstWrong == nil && exact.mistakes.isEmpty)
      #expect(exact.arrays.count == 3 * plant.setting.depth)
      for rough in [arrays.rounded, arrays.noisy] {
        let diagnosis = try #require(diagnose(rough, in: plant.trace, plant.objective))
        #expect(diagnosis.verdict == .rounding && diagnosis.firstWrong == nil, "\(diagnosis.line)")
      }
    }
  }

  @Test("a delta with 1/N in it is no mistake")
  func convention() throws {
    let plant = Plant.all[0]
    var arrays = plant.arrays(nil)
    for (layer, delta) in arrays.deltas {
      arrays.deltas[layer] = delta.mapping { $0 / Double(delta.rows) }
    }
    let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
    #expect(diagnosis.verdict == .right)
    #expect(diagnosis["delta1"]?.isDividedByBatch == true)
    #expect(diagnosis["dW1"]?.isDividedByBatch == false)
  }

  // MARK: Several mistakes

  /// A rule for delta_L and each hidden delta; for each array a scale and a regulariser of its own.
  @Test("combinations are found", arguments: Plant.all)
  func combinations(plant: Plant) throws {
    var random = Random(seed: 17)
    var missed: [String] = []
    for _ in 0..<(isOptimised ? 200 : 6) {
      let (arrays, truth) = plant.combination(&random)
      let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
      let isFound = diagnosis.arrays.allSatisfy { array in
        let truth = truth[array.name]!
        if array.verdict <= .rounding { return truth.isEmpty || array.distanceFromRight < 1e-9 }
        return ([array.mistakes] + array.alternatives).contains {
          Set($0.map(\.name)).isSubset(of: truth) && !$0.isEmpty
        }
      }
      if !isFound { missed.append("\(truth) \(diagnosis.line)") }
    }
    #expect(missed.count * 100 <= (isOptimised ? 200 : 0), "\(missed.joined(separator: "\n"))")
  }

  /// The output weights' delta has its derivative, the output biases' has none, and h - Y goes
  /// back.
  @Test("the founding question's code")
  func foundingQuestion() throws {
    let plant = Plant.all[0]
    let (trace, objective) = (plant.trace, plant.objective)
    var arrays = plant.arrays(.hiddenDeltaFromError).withoutDeltas
    let error = trace.a[trace.depth - 1].minus(trace.batch.y)
    arrays.biasGradients[trace.depth] = error.batchMeans
    let diagnosis = try #require(diagnose(arrays, in: trace, objective))
    #expect(
      Set(diagnosis.mistakes.map(\.name))
        == ["output-derivative-missing", "hidden-delta-from-error"])
    let output = "\(trace.depth)"
    #expect(diagnosis["dW" + output]?.verdict == .right)
    #expect(diagnosis["db" + output]?.mistakes == [.outputDerivativeMissing])
    #expect(diagnosis["db" + output]?.isInherited == false)
    #expect(diagnosis["dW1"]?.mistakes == [.hiddenDeltaFromError])
    #expect(diagnosis.firstWrong == "db" + output)
  }

  @Test("what comes of a later delta carries its name")
  func inherited() throws {
    let plant = Plant.all[0]
    let diagnosis = try #require(
      diagnose(plant.arrays(.targetMissing), in: plant.trace, plant.objective))
    let last = plant.trace.depth
    for array in diagnosis.arrays {
      #expect(array.mistakes == [.targetMissing] && array.alternatives.isEmpty)
      #expect(array.isInherited == (array.name != "delta\(last)"), "\(array.name)")
    }
  }

  @Test("an array names its part, the summary the fewest")
  func parts() throws {
    let plant = Plant.all[0]
    let diagnosis = try #require(
      diagnose(plant.arrays(.l2LastLayerOnly), in: plant.trace, plant.objective))
    #expect(diagnosis["dW1"]?.mistakes == [.l2Missing])
    #expect(diagnosis["dW1"]?.alternatives.contains([.l2LastLayerOnly]) == true)
    #expect(diagnosis.mistakes == [.l2LastLayerOnly])
    #expect(diagnosis["dW\(plant.trace.depth)"]?.verdict == .right)
  }

  @Test("open numbers are solved for")
  func constants() throws {
    let plant = Plant.all[0]
    func found(_ mistake: Mistake, _ set: (inout Mistake.Constants) -> Void) throws
      -> Mistake.Constants
    {
      var planted = mistake
      set(&planted.constants)
      let diagnosis = try #require(
        diagnose(plant.arrays(planted), in: plant.trace, plant.objective))
      #expect(diagnosis.mistakes == [mistake], "\(diagnosis.line)")
      return try #require(diagnosis.mistakes.first).constants
    }
    #expect(abs(try found(.weightsAlreadyUpdated) { $0.rate = 0.37 }.rate - 0.37) < 1e-9)
    let scaled = try found(.arrayScaled) {
      $0.array = ArrayName(.biasGradient, 1)
      $0.factor = -2.7
    }
    #expect(scaled.array == ArrayName(.biasGradient, 1) && abs(scaled.factor + 2.7) < 1e-9)
    // Twice one array is no twice everything.
    #expect(
      abs(
        try found(.arrayScaled) {
          $0.array = ArrayName(.weightGradient, 2)
          $0.factor = 2
        }.factor - 2) < 1e-9)
    #expect(abs(try found(.gradientClipped) { $0.entryBound = 3e-3 }.entryBound - 3e-3) < 1e-12)
    #expect(abs(try found(.gradientNormClipped) { $0.normBound = 7e-3 }.normBound - 7e-3) < 1e-12)
    #expect(try found(.targetRowsRolled) { $0.shift = -1 }.shift == -1)
    let order = [3, 4, 0, 1, 2] + Array(5..<plant.trace.batch.count)
    let theirs = try #require(try found(.targetRowsShuffled) { $0.order = order }.order)
    let labels = plant.trace.batch.labels!
    #expect(theirs.map { labels[$0] } == order.map { labels[$0] })
  }

  // MARK: What is none of them

  @Test("noise is unknown, and the first array is named", arguments: Plant.all)
  func noise(plant: Plant) throws {
    var random = Random(seed: 23)
    let right = plant.arrays(nil)
    for name in right.names(depth: plant.trace.depth) {
      var arrays = right
      let size = right[name]!.norm / Double(right[name]!.count).squareRoot()
      arrays[name] = right[name]!.mapping { _ in size * random.normal() }
      let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
      #expect(diagnosis.firstWrong == name.description && diagnosis.mistakes.isEmpty)
      #expect(diagnosis[name.description]?.verdict == .unknown, "\(diagnosis.line)")
      for array in diagnosis.arrays where array.name != name.description {
        #expect(array.verdict == .right, "\(name): \(diagnosis.line)")
      }
    }
  }

  /// Every array follows from it, and none has a name.
  @Test("a formula of no catalogue is unknown, all the way down", arguments: Plant.all)
  func unheardOf(plant: Plant) throws {
    let (trace, depth) = (plant.trace, plant.trace.depth)
    var wrong = trace
    wrong.delta[depth - 1] = trace.delta[depth - 1].mapping { $0 * $0 * $0 }
    let arrays = plant.arrays(from: wrong)
    for arrays in [arrays, arrays.withoutDeltas] {
      let diagnosis = try #require(diagnose(arrays, in: trace, plant.objective))
      #expect(diagnosis.firstWrong == arrays.names(depth: depth)[0].description)
      #expect(diagnosis.arrays.allSatisfy { $0.verdict == .unknown && $0.mistakes.isEmpty })
      #expect(diagnosis.mistakes.isEmpty && diagnosis.verdict == .unknown, "\(diagnosis.line)")
    }
    let diagnosis = try #require(diagnose(arrays, in: trace, plant.objective))
    #expect(diagnosis["delta\(depth)"]?.isInherited == false)
    #expect(diagnosis["dW\(depth)"]?.isInherited == true)
  }

  @Test("zeros, NaN and infinities are no trap", arguments: [0, .nan, .infinity, 1e300, 1e-300])
  func extremes(value: Double) throws {
    for plant in Plant.all.prefix(isOptimised ? 6 : 1) {
      let right = plant.arrays(nil)
      var all = right
      for name in right.names(depth: plant.trace.depth) {
        all[name] = right[name]!.mapping { _ in value }
        var arrays = right
        arrays[name] = all[name]
        let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
        #expect(diagnosis.firstWrong == name.description, "\(value) \(diagnosis.line)")
      }
      let diagnosis = try #require(diagnose(all, in: plant.trace, plant.objective))
      #expect(diagnosis.verdict == .unknown)
      #expect(diagnosis.firstWrong == "delta\(plant.trace.depth)")
    }
  }

  @Test("nothing given, nothing said; and it can be ended")
  func ended() throws {
    let plant = Plant.all[0]
    let nothing = try #require(diagnose(ForeignArrays(), in: plant.trace, plant.objective))
    #expect(nothing.arrays.isEmpty && nothing.verdict == .right && nothing.firstWrong == nil)
    var left = 3
    let ended = diagnose(plant.arrays(.targetMissing), in: plant.trace, plant.objective) {
      left -= 1
      return left > 0
    }
    #expect(ended == nil)
  }

  @Test("single arrays are enough", arguments: ["dW1", "db1", "dW2"])
  func single(name: String) throws {
    let plant = Plant.all[0]
    let name = try ArrayName(name, depth: plant.trace.depth)
    for mistake in [Mistake.hiddenDerivativeMissing, .outputDerivativeMissing, .factorTwo] {
      var arrays = ForeignArrays()
      arrays[name] = plant.arrays(mistake)[name]
      let diagnosis = try #require(diagnose(arrays, in: plant.trace, plant.objective))
      if arrays[name]!.distance(from: plant.arrays(nil)[name]!) < 1e-9 { continue }
      #expect(diagnosis.mistakes == [mistake], "\(diagnosis.line)")
    }
  }

  /// The session's own mistake is not what is compared with.
  @Test("a session that trains with a mistake diagnoses with the right formulas")
  func trainedWrongly() throws {
    let plant = Plant.all[0]
    var objective = plant.objective
    objective.mistake = .targetMissing
    var trace = Trace(batch: plant.trace.batch, network: Network(layers: plant.trace.layers))
    trace.complete(objective)
    let diagnosis = try #require(diagnose(plant.arrays(nil), in: trace, objective))
    #expect(diagnosis.verdict == .right)
  }
}
