import Testing

@testable import Backprop

@Suite struct EvaluationTests {
  /// More samples than are taken at a time, so the sums are in another order than the trace's.
  @Test("a whole set has the loss and the accuracy of one large minibatch")
  func evaluation() throws {
    let samples = Samples.small(count: 1100)
    var random = Random(seed: 1)
    let network = Network(
      sizes: [6, 5, 3], hidden: .tanh, output: .softmax, initializer: .he, random: &random)
    let objective = Objective(loss: .crossEntropy, l2: 0.01)
    var trace = Trace(batch: Batch(Array(0..<1100), of: samples), network: network)
    trace.complete(objective)

    let evaluation = try #require(network.evaluate(objective, on: samples))
    #expect(relativeError(evaluation.dataLoss, trace.dataLoss) < Reference.tolerance)
    #expect(evaluation.l2Loss == trace.l2Loss)
    #expect(evaluation.accuracy == trace.accuracy)
    let predictions = trace.a[1].argmaxOfRows
    #expect(evaluation.errors == (0..<1100).filter { predictions[$0] != trace.batch.labels![$0] })
    #expect(evaluation.errorRate == Double(evaluation.errors.count) / 1100)
    #expect(evaluation.confusion!.reduce(0) { $0 + $1.reduce(0, +) } == 1100)
    for label in 0..<3 {
      let count = trace.batch.labels!.count { $0 == label }
      #expect(evaluation.confusion![label].reduce(0, +) == count)
    }
    let forward = network.forward(trace.batch)
    #expect(forward.z == trace.z && forward.a == trace.a && forward.completed == .forward(2))
  }
}
