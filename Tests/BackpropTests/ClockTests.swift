import Testing

@testable import Backprop

@Suite struct ClockTests {
  @Test("the stations of a minibatch")
  func order() {
    #expect(
      Phase.all(depth: 2).map(\.description) == [
        "batch", "forward 1", "forward 2", "loss", "delta 2", "delta 1", "gradient 2",
        "gradient 1", "update",
      ])
    #expect(
      Phase.all(depth: 1).map(\.description) == [
        "batch", "forward 1", "loss", "delta 1", "gradient 1", "update",
      ])
  }

  @Test("next goes through them and around; position counts them", arguments: 1...4)
  func nextAndPosition(depth: Int) {
    let phases = Phase.all(depth: depth)
    #expect(phases.count == 3 + 3 * depth)
    #expect(Phase.start.position(depth: depth) == 0)
    var phase = Phase.start
    for (index, expected) in (phases + phases).enumerated() {
      phase = phase.next(depth: depth)
      #expect(phase == expected)
      #expect(phase.position(depth: depth) == index % phases.count + 1)
    }
  }

  @Test("a phase reads its own text back", arguments: [Phase.start] + Phase.all(depth: 3))
  func text(phase: Phase) {
    #expect(Phase(phase.description) == phase)
  }

  @Test(
    "what is no phase",
    arguments: [
      "", "forward", "forward x", "loss 1", "delta 1 2", "Delta 1", "forward1", "start 0",
    ])
  func noPhase(text: String) {
    #expect(Phase(text) == nil)
  }
}
