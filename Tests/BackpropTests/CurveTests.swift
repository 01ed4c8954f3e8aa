import Testing

@testable import Backprop

@Suite struct CurveTests {
  /// A training of three steps, one minibatch each.
  private func steps(_ count: Int) throws -> [Training] {
    var (training, samples) = try HealthTests.made()
    return (0..<count).map { _ in
      training.step(over: samples)
      return training
    }
  }

  @Test("an entry a step, from the first")
  func append() throws {
    let trainings = try steps(3)
    var curve = Curve()
    for training in trainings { curve.append(training) }
    #expect(curve.first == 1 && curve.last == 3 && curve.count == 3)
    #expect(Array(curve.loss) == trainings.map { $0.trace!.loss })
    #expect(Array(curve.accuracy) == trainings.map { $0.trace!.accuracy! })
  }

  @Test("a step that does not follow begins anew")
  func anew() throws {
    let trainings = try steps(3)
    var curve = Curve()
    curve.append(trainings[0])
    curve.append(trainings[2])
    #expect(curve.first == 3 && curve.last == 3)
    #expect(curve.loss == [trainings[2].trace!.loss])
    curve.append(trainings[1])
    #expect(curve.first == 2 && curve.count == 1)
  }

  @Test("cut leaves what came before, and can be appended to", arguments: 0...6)
  func cut(step: Int) throws {
    var curve = Curve(first: 2, loss: [5, 4, 3], accuracy: [0.1, 0.2, 0.3])
    curve.cut(after: step)
    let kept = min(max(step - 1, 0), 3)
    #expect(Array(curve.loss) == Array([5, 4, 3].prefix(kept)) && curve.accuracy.count == kept)
    #expect(curve.first == 2 && curve.last == 1 + kept)
    var again = Curve()
    let trainings = try steps(3)
    for training in trainings { again.append(training) }
    let whole = again
    again.cut(after: 1)
    for training in trainings[1...] { again.append(training) }
    #expect(again == whole)
  }

  @Test("equal by bits")
  func equality() {
    #expect(Curve(loss: [.nan], accuracy: [0]) == Curve(loss: [.nan], accuracy: [0]))
    #expect(Curve(loss: [0], accuracy: [0]) != Curve(loss: [-0.0], accuracy: [0]))
    #expect(Curve(first: 2, loss: [1], accuracy: [0]) != Curve(loss: [1], accuracy: [0]))
    #expect(Curve(loss: [1], accuracy: [0]) != Curve(loss: [1], accuracy: [1]))
  }
}
