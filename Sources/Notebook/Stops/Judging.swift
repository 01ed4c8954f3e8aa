import Backprop
import Page

extension Session {
  /// Gives each watch the number that it starts from, as far as that is computed.
  mutating func prepareStops() {
    previousStop = training
    guard !stops.all.isEmpty, let training else { return }
    var scope = Scope(training, previous: previousStop)
    stops.update { point in
      if case .watch(let expression, _) = point.kind, point.last == nil {
        point.last = (try? expression.value(in: &scope))?.scalar
      }
    }
  }

  /// What stops the clock after the phase that was just completed.
  mutating func judgeStops() -> [Hit] {
    guard !stops.all.isEmpty, let training else { return [] }
    let (phase, depth) = (training.clock.phase, training.network.depth)
    var scope = Scope(training, previous: previousStop)
    var hits: [Hit] = []
    let curve = curve
    stops.update { point in
      guard point.isJudged(at: phase, depth: depth),
        let hit = point.judge(training, curve, &scope)
      else { return }
      point.hits += 1
      hits.append(hit)
    }
    return hits
  }
}

extension StopPoint {
  fileprivate mutating func judge(
    _ training: Training, _ curve: Curve, _ scope: inout Scope
  ) -> Hit? {
    let name: Line = "\(command.prefix { $0 != " " }) \(number)"
    switch kind {
    case .breakpoint(let phase, let condition):
      let title: Line = "breakpoint \(number)"
      guard let condition else { return Hit(reason: title + ": \(phase!.description)") }
      do {
        return try condition.condition(in: &scope)
          ? Hit(reason: title + ": \(condition.text)") : nil
      } catch {
        return Hit(reason: title + " cannot be judged: \("\(error)")")
      }
    case .watch(let expression, let share):
      guard let now = try? expression.value(in: &scope), let value = now.scalar else { return nil }
      guard let old = last else {
        last = value
        return nil
      }
      let isSame = value == old || (value.isNaN && old.isNaN)
      guard !isSame, !(abs(value - old) < share * abs(old)) else { return nil }
      last = value
      let before: ExpressionValue = if case .truth = now { .truth(old != 0) } else { .number(old) }
      return Hit(reason: name + ": \(expression.text) \(before.line) -> \(now.line)")
    case .trouble(let trouble):
      // A number that is not finite spreads to the phases that follow, and is the same trouble.
      let phase = training.clock.phase
      let place = trouble == .nan ? .update : phase
      guard let finding = trouble.find(in: training, curve: curve) else { return nil }
      let (step, last) = (
        training.clock.step, known.updateValue(training.clock.step, forKey: place)
      )
      if let last, step - last <= StopPoint.memory { return nil }
      return Hit(reason: name + " \(trouble.name): \(finding.place)", finding: finding)
    case .display: return nil
    }
  }
}
