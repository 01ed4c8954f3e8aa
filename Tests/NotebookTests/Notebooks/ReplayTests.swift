import Backprop
import Foundation
import Testing

@testable import Notebook

@Suite struct ReplayTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func saved() throws -> Bench {
    try scratch.writeTinyData("tiny")
    var bench = Bench(
      Session(), "load mnist \(scratch.path)/tiny", "network 6-4-3 --hidden relu", "step 2",
      "loss squared-error", "phase 6", "set l2=0.25", "step 5")
    bench.host.folder = scratch.path + "/"
    bench.page("save a.json")
    return bench
  }

  /// Any figure of any entry, changed by the least possible: the replay names that entry.
  @Test func anAlteredFigureIsNamed() throws {
    let saved = try saved()
    for (index, entry) in saved.session.journal.enumerated() {
      for figure in ["loss", "step", "digest", "norm of W1", "norm of dW2"] {
        let name = String(figure.dropFirst("norm of ".count))
        var (clock, loss, digest, norms) = (entry.clock, entry.loss, entry.digest, entry.norms)
        switch figure {
        case "loss":
          guard let old = loss else { continue }
          loss = old.nextUp
        case "step": clock = Clock(step: clock.step + 1, epoch: clock.epoch, phase: clock.phase)
        case "digest": digest = "0123456789abcdef"
        default:
          guard let norm = norms[name] else { continue }
          norms[name] = norm.nextDown
        }
        var (altered, entries) = (saved.session, Array(saved.session.journal))
        entries[index] = JournalEntry(
          command: entry.command, clock: clock, loss: loss, digest: digest, norms: norms)
        altered.journal = Journal(entries)
        try scratch.write("b.json", altered.fileText())
        var bench = Bench(Session())
        bench.host.folder = scratch.path + "/"
        #expect(bench.run("replay b.json") == .failed(status: 2))
        let facts = try #require(bench.host.commands.last?.page.facts)
        #expect(facts["number"] == .integer(index + 1), "\(figure)")
        #expect(facts["figure"] == .string(figure))
        #expect(facts["command"] == .string(saved.session.journal[index].command))
        if figure.contains("norm") || figure == "loss" { #expect(facts["ulps"] == 1.0) }
        #expect(bench.session == Session())
      }
    }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 7])
  func standsAtAnyStepWithTheRestAhead(step: Int) throws {
    var saved = try saved()
    var bench = Bench(Session())
    bench.host.folder = scratch.path + "/"
    bench.page("replay a.json --to \(step)")
    #expect(bench.training.clock.step == step)
    saved.page("goto \(step)")
    #expect(bench.session.digest == saved.session.digest)
    #expect(bench.session.journal.map(\.command) == saved.session.journal.map(\.command))
    bench.page("goto 7")
    saved.page("goto 7")
    #expect(bench.session.training == saved.session.training)
    #expect(bench.session.journal == saved.session.journal)
  }

  @Test func distanceInUlps() {
    #expect(ulps(1, 1 + 2 * Double.ulpOfOne) == 2)
    #expect(ulps(-0.0, 0.0) == 0)
    #expect(ulps(-Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude) == 2)
    #expect(ulps(1, 1) == 0)
  }
}
