import Testing

@testable import Backprop

@Suite struct ForeignArraysTests {
  let sizes = [3, 2, 2]

  @Test("one vector in the order W1, b1, W2, b2")
  func gradient() throws {
    let values = (0..<14).map(Double.init)
    let arrays = try ForeignArrays(
      [NamedArray("gradient", values)], sizes: sizes, count: 5)
    #expect(arrays.weightGradients[1] == Matrix([[0, 1], [2, 3], [4, 5]]))
    #expect(arrays.biasGradients[1] == [6, 7])
    #expect(arrays.weightGradients[2] == Matrix([[8, 9], [10, 11]]))
    #expect(arrays.biasGradients[2] == [12, 13] && !arrays.isTransposed)
    let turned = try ForeignArrays(
      [
        NamedArray("gradient", values),
        NamedArray("W1", shape: [2, 3], values: Array(values[..<6])),
      ],
      sizes: sizes, count: 5)
    #expect(turned.isTransposed)
    #expect(turned.weightGradients[1] == Matrix([[0, 3], [1, 4], [2, 5]]))
    #expect(turned.weightGradients[2] == Matrix([[8, 10], [9, 11]]))
  }

  @Test("square weights are turned with the others")
  func square() throws {
    let one = NamedArray("dW1", Matrix([[1, 2, 3], [4, 5, 6]]))
    let two = NamedArray("dW2", Matrix([[1, 2], [3, 4]]))
    let arrays = try ForeignArrays([two, one], sizes: sizes, count: 5)
    #expect(arrays.isTransposed)
    #expect(arrays.weightGradients[2] == Matrix([[1, 3], [2, 4]]))
    #expect(try !ForeignArrays([two], sizes: sizes, count: 5).isTransposed)
  }

  @Test("deltas may have samples in columns, biases be columns")
  func columns() throws {
    let arrays = try ForeignArrays(
      [
        NamedArray("delta1", Matrix([[1, 2, 3], [4, 5, 6]])),
        NamedArray("db1", Matrix([[1], [2]])), NamedArray("previous_db2", [3, 4]),
        NamedArray("cost", shape: [], values: [0.5]), NamedArray("colour", [1, 2, 3]),
      ], sizes: sizes, count: 3)
    #expect(arrays.deltas[1] == Matrix([[1, 4], [2, 5], [3, 6]]))
    #expect(arrays.biasGradients == [1: [1, 2]] && arrays.previousBiasGradients == [2: [3, 4]])
    #expect(arrays.cost == 0.5)
  }

  @Test(
    "what does not fit is said",
    arguments: [
      (NamedArray("dW1", Matrix([[1, 2]])), "dW1 has shape (1, 2); in this network it is (3, 2)."),
      (NamedArray("db2", [1, 2, 3]), "db2 has shape (3); in this network it is (2)."),
      (NamedArray("delta2", [1, 2]), "delta2 has shape (2); in this network it is (5, 2)."),
      (
        NamedArray("gradient", [1]),
        "gradient has 1 numbers; this network has 14 weights and biases."
      ), (NamedArray("cost", [1, 2]), "cost has 2 numbers; it should be one."),
    ])
  func misfits(array: NamedArray, sentence: String) {
    #expect(throws: BackpropError(sentence)) {
      try ForeignArrays([array], sizes: sizes, count: 5)
    }
  }
}

@Suite struct CostDiagnosisTests {
  private func cost(
    _ plant: Plant, _ mistake: Mistake? = nil, _ value: (Trace) -> Double
  ) throws -> CostDiagnosis {
    var arrays = plant.arrays(mistake)
    arrays.cost = value(plant.trace)
    return try #require(diagnose(arrays, in: plant.trace, plant.objective)?.cost)
  }

  @Test("the session's loss is right", arguments: Plant.all)
  func right(plant: Plant) throws {
    #expect(try cost(plant) { $0.loss }.verdict == .right)
    #expect(try cost(plant) { Double(Float($0.loss)) }.verdict == .rounding)
    for wrong in [1.2345 * plant.trace.loss, .nan, .infinity, 0] {
      #expect(try cost(plant) { _ in wrong }.verdict == .unknown)
    }
  }

  @Test("another cost has a name")
  func named() throws {
    let (squared, sigmoid, softmax) = (Plant.all[0], Plant.all[1], Plant.all[2])
    let n = Double(squared.trace.batch.count)
    func sentence(_ plant: Plant, _ mistake: Mistake? = nil, _ value: (Trace) -> Double) throws
      -> String
    {
      let found = try cost(plant, mistake, value)
      #expect(found.verdict == .mistake)
      return found.sentence
    }
    #expect(
      try sentence(squared) { 2 * $0.dataLoss + $0.l2Loss }
        == "Your cost is squared-error without the 1/2.")
    #expect(
      try sentence(squared) { n * $0.dataLoss + $0.l2Loss }
        == "Your cost is squared-error summed over the batch, not its mean.")
    #expect(
      try sentence(softmax) { $0.dataLoss }
        == "Your cost is cross-entropy without the regulariser.")
    #expect(
      try sentence(softmax) { $0.dataLoss + 2 * $0.l2Loss }
        == "Your cost is cross-entropy with l2 sum(W^2), without its 1/2.")
    let crossEntropy = { (trace: Trace) in
      Loss.crossEntropy.values(trace.z[2], trace.a[2], trace.batch.y, .sigmoid).sum / n
        + trace.l2Loss
    }
    #expect(try sentence(squared, nil, crossEntropy) == "Your cost is cross-entropy.")
    #expect(
      try sentence(squared, .outputDerivativeMissing, crossEntropy)
        == "Your cost is cross-entropy. Your output delta is right for it. "
        + "Try: loss cross-entropy")
    let squaredError = { (trace: Trace) in
      Loss.squaredError.values(trace.z[2], trace.a[2], trace.batch.y, .sigmoid).sum / n
        + trace.l2Loss
    }
    #expect(
      try sentence(sigmoid, .outputDerivativeExtra, squaredError)
        == "Your cost is squared-error. Your output delta is right for it. "
        + "Try: loss squared-error")
  }

  @Test("a right cost says which of the two is the mistake")
  func gradientIsWrong() throws {
    #expect(
      try cost(Plant.all[0], .outputDerivativeMissing) { $0.loss }.sentence
        == "Your cost is this session's loss. So it is the gradient that is wrong: "
        + "h - Y is cross-entropy's delta.")
  }
}
