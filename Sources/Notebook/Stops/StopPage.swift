import Backprop
import Page

extension Session {
  /// What ends every command that moves the clock: what stopped it, what is displayed at each stop,
  /// and where the clock stands.
  mutating func stopPage(reason: Line, hits: [Hit] = []) -> Page {
    guard let training else { return .empty }
    var page = Page()
    for finding in hits.compactMap(\.finding) { page.append(.facts(finding.facts)) }
    var scope = Scope(training, previous: previousStop)
    page += showDisplays(in: &scope)
    page.append(stop(training, reason: reason))
    return page
  }

  /// Removes what stops at, or shows, layers that the network of now does not have, and says so.
  mutating func removeUnfitStops() -> [Line] {
    guard let depth = training?.network.depth else { return [] }
    return stops.removeUnfit(depth: depth).map { point in
      "deleted \(point.number): \(point.command) (this network has \(counted(depth, "layer")))"
    }
  }

  /// What is displayed at each stop, or one of them.
  mutating func showDisplays(in scope: inout Scope, only number: Int? = nil) -> Page {
    var page = Page()
    guard let training else { return page }
    stops.update { point in
      guard case .display(let expression) = point.kind, number ?? point.number == point.number
      else {
        return
      }
      page += point.display(expression, training, in: &scope)
    }
    return page
  }

  /// The page of a move and why it ended; `whenThere` says it when nothing else did.
  mutating func stopPage(_ motion: Motion, whenThere reason: Line) -> Page {
    var page = Page()
    if !motion.again.isEmpty { page.append("done again: \(motion.again.joined(separator: ", "))") }
    switch motion.end {
    case .there, .epochsOver: page += stopPage(reason: reason)
    case .interrupted: page += stopPage(reason: "interrupted")
    case .stopped(let hits):
      page += stopPage(reason: Line(joining: hits.map(\.reason), with: "; "), hits: hits)
    }
    return page
  }
}

extension StopPoint {
  /// The value of a display, with the one before when it has changed.
  fileprivate mutating func display(
    _ expression: Expression, _ training: Training, in scope: inout Scope
  ) -> Page {
    var facts = Facts(
      "display", ["number": .integer(number), "expression": .string(expression.text)])
    let title: Line = "\(expression.text, .name)"
    let value: ExpressionValue
    do { value = try expression.value(in: &scope) } catch {
      let needed = expression.neededPhase(depth: training.network.depth)
      let isToCome = needed.map { training.trace?.has($0) != true } ?? false
      facts["value"] = .null
      facts.lines = [title + (isToCome ? ": not computed yet" : ": \("\(error)")")]
      return Page(.facts(facts))
    }
    if case .array(let array) = value {
      return Page(
        .matrix(
          Grid(
            expression.text, shape: array.shape, values: array.values, isInteger: array.isInteger)))
    }
    facts["value"] = value.value
    var line = title + " = \(value.line)"
    if let number = value.scalar {
      if let last, !last.isIdentical(to: number) {
        facts["old"] = .number(last)
        line += "  (was \(last))"
      }
      last = number
    }
    facts.lines = [line]
    return Page(.facts(facts))
  }
}

extension Finding {
  /// What a caught trouble says.
  fileprivate var facts: Facts {
    Facts(
      "catch",
      [
        "finding": .string(symptom), "subject": .string(subject), "value": .number(value),
        "index": index.map(Value.shape) ?? .null,
        "term": Value(term.map { Line($0).description }),
        "threshold": .number(threshold.value), "source": .string(threshold.source),
        "sentence": .string(Line(sentence).description),
        "way_out": .string(Line(wayOut).description),
      ], lines: lines)
  }
}
