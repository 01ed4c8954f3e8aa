import Foundation
import Testing

@testable import Notebook

/// Stops, displays and checkpoints in a saved session.
@Suite struct SavedStopTests {
  let scratch: Scratch
  let file: String
  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/session.json"
  }

  /// Three breakpoints and a checkpoint.
  private func bench() throws -> Bench {
    try Bench.small(
      scratch, "network 6-4-3 --hidden relu", "step 2", "checkpoint before", "watch step by 10%",
      "break gradient 1 if norm(dW1) > 1e9", "catch dead", "display norm(dW1)", "step 3", "step")
  }

  @Test func theyGoOnWhereTheyWere() throws {
    var bench = try bench()
    bench.page("set prompt='{step} {loss}' history=2MB precision=6")
    bench.session.stops.update { if $0.number == 3 { $0.known = [.forward(1): 2] } }
    var restored = try bench.savedAndRestored(scratch)
    #expect(restored.session.stops == bench.session.stops)
    #expect(restored.session.stops.all.map(\.hits) == bench.session.stops.all.map(\.hits))
    #expect(restored.session.stops.all.map(\.known) == bench.session.stops.all.map(\.known))
    #expect(restored.session.checkpoints == bench.session.checkpoints)
    #expect(restored.session.timeline.budget == 2_000_000)
    for line in ["continue", "show breakpoints", "compare before now", "goto before", "step"] {
      #expect(restored.text(line) == bench.text(line), "\(line)")
    }
  }

  /// They keep their numbers, and new ones count on from the highest that there ever was.
  @Test func theyKeepTheirNumbers() throws {
    var bench = try bench()
    for line in ["delete 2", "break delta 1", "delete 5"] { bench.page(line) }
    var restored = try bench.savedAndRestored(scratch)
    #expect(restored.session.stops.all.map(\.number) == [1, 3, 4])
    #expect(restored.text("break delta 1") == "6: break delta 1\n")
    restored.page("delete all")
    restored = try restored.savedAndRestored(scratch)
    #expect(restored.text("break delta 1") == "7: break delta 1\n")
  }

  @Test func whatANewNetworkLeavesCanBeSaved() throws {
    var bench = try bench()
    bench.page("break delta 2")
    bench.page("network 6-3")
    _ = try bench.savedAndRestored(scratch)
    bench.page("goto before")
    bench.page("break delta 2")
    _ = try bench.savedAndRestored(scratch)
  }

  @Test(
    arguments: [
      ("breakpoints", nil, "breakpoints is missing."),
      ("breakpoints", "{}", "breakpoints: a list is needed."),
      ("breakpoints/0", "7", "breakpoints[0]: an object is needed."),
      ("breakpoints/0/number", nil, "breakpoints[0].number is missing."),
      (
        "breakpoints/0/number", "0",
        "breakpoints[0].number: 0 is not possible, it goes from 1 to 1000000000."
      ),
      (
        "breakpoints/1/number", "1",
        "breakpoints[1].number: 1 is not possible, it goes from 2 to 1000000000."
      ),
      ("breakpoints/0/command", nil, "breakpoints[0].command is missing."),
      ("breakpoints/0/command", "3", "breakpoints[0].command: a text is needed."),
      (
        "breakpoints/0/command", "\"step 3\"",
        "breakpoints[0].command: \"step 3\" sets nothing that stops the clock."
      ),
      (
        "breakpoints/0/command", "\"catch fire\"",
        "breakpoints[0].command: \"catch fire\" sets nothing that stops the clock."
      ),
      (
        "breakpoints/0/command", "\"break delta 3\"",
        "breakpoints[0].command: There is no phase \"delta 3\" here. There are: batch, forward 1, "
          + "forward 2, loss, delta 2, delta 1, gradient 2, gradient 1, update."
      ),
      (
        "breakpoints/0/command", "\"break delta 2 if norm(dW1) > 1\"",
        "breakpoints[0].command: At delta 2, norm(dW1) > 1 cannot be judged: it needs what the later "
          + "phase gradient 1 makes. Try: break gradient 1 if norm(dW1) > 1"
      ),
      ("breakpoints/0/hits", nil, "breakpoints[0].hits is missing."),
      (
        "breakpoints/0/hits", "-1",
        "breakpoints[0].hits: -1 is not possible, it goes from 0 to 9007199254740992."
      ),
      ("breakpoints/0/hits", "0.5", "breakpoints[0].hits: a whole number is needed."),
      ("breakpoints/0/last", "\"x\"", "breakpoints[0].last: a number is needed."),
      ("breakpoints/2/known", "[]", "breakpoints[2].known: an object is needed."),
      (
        "breakpoints/2/known", "{\"delta 3\": 1}",
        "breakpoints[2].known: there is no phase \"delta 3\" in a network of 2 layers."
      ),
      (
        "breakpoints/2/known", "{\"forward 1\": -1}",
        "breakpoints[2].known.forward 1: -1 is not possible, it goes from 0 to 1000000000000000."
      ),
      (
        "next_breakpoint", "3",
        "next_breakpoint: 3 is not possible, it goes from 5 to 1000000001."
      ),
      ("checkpoints", nil, "checkpoints is missing."),
      ("checkpoints", "5", "checkpoints: a list is needed."),
      ("checkpoints/0/name", nil, "checkpoints[0].name is missing."),
      (
        "checkpoints/0/name", "\"now\"",
        "checkpoints[0].name: \"now\" is no name for a checkpoint: it begins with a letter, goes on "
          + "with letters, digits, -, _ or ., and is not \"now\". Try: checkpoint before"
      ),
      ("checkpoints/0/state", "null", "checkpoints[0].state: an object is needed."),
      (
        "checkpoints/0/state/network", "null",
        "checkpoints[0].state.network: a checkpoint has a network."
      ),
      ("checkpoints/0/state/data", "null", "checkpoints[0].state.data: a checkpoint has data."),
      ("checkpoints/0/state/loss", nil, "checkpoints[0].state.loss is missing."),
      (
        "checkpoints/0/state/clock/phase", "\"delta 7\"",
        "checkpoints[0].state.clock.phase: there is no phase \"delta 7\" in a network of 2 layers."
      ),
      (
        "checkpoints/0/state/network/layers/1/weights/3", nil,
        "checkpoints[0].state.network.layers[1].weights: 3 rows where 4 are needed."
      ),
      ("settings/prompt", "5", "settings.prompt: a text is needed."),
      (
        "settings/history", "12",
        "settings.history: 12 is not possible, it goes from 1000000 to 64000000000."
      ),
      (
        "settings/prompt", "\"{x}\"",
        "settings.prompt: prompt={x} is not possible: in braces there can be {step} {epoch} {phase} "
          + "{loss} {accuracy} {mistake}."
      ),
    ] as [(String, String?, String)])
  func damageIsNamed(path: String, json: String?, sentence: String) throws {
    var bench = try bench()
    bench.page("save \(file)")
    let text = try scratch.text("session.json")
    try scratch.write("session.json", edited(text, path, json))
    #expect(bench.failure("restore \(file)") == "\(file) is damaged: \(sentence)")
  }

  @Test func twoCheckpointsOfOneNameAreRefused() throws {
    var bench = try bench()
    bench.page("checkpoint after")
    bench.page("save \(file)")
    let text = try scratch.text("session.json")
    try scratch.write("session.json", edited(text, "checkpoints/1/name", "\"before\""))
    #expect(
      bench.failure("restore \(file)")
        == "\(file) is damaged: checkpoints[1].name: there are two of this name.")
  }
}
