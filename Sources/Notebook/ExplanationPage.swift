import Backprop
import Page

/// Below this slope a unit counts as saturated: at most a hundredth of the error comes through.
let saturatedSlope = 0.01

extension Explanation {
  /// The formula, the largest terms, and what becomes of them.
  ///
  /// - Parameters:
  ///   - pass: where the entry is.
  ///   - note: what has to be known about that.
  func page(of pass: Training, note: Line?) -> Page {
    let rows = terms.largestFirst.map { $0.map(Value.init) }
    let nonzeros = terms.values.count { $0 != 0 }
    let shown = terms.isSum ? max(1, min(8, nonzeros)) : rows.count
    let table = Table(
      "terms",
      columns: terms.columns.map { column in
        Column(column.name, heading: column.heading, isExtra: column.name == "index")
      },
      rows: rows, caption: Line(joining: head(pass, note)), shown: shown)
    return Page(.table(table), .facts(facts(pass, shown: shown)))
  }

  private func head(_ pass: Training, _ note: Line?) -> [Line] {
    var lines = [Line(text: formula, .strong), Line(text: source, .faint)]
    if let note { lines.append(note) }
    if let sample, let batch = pass.trace?.batch {
      var line: Line = "sample \(sample) of the minibatch"
      if !batch.isGiven {
        line += " is \(batch.noun) \(batch.indices[sample]) of the training set"
      }
      if let labels = batch.labels { line += ", label \(labels[sample])" }
      lines.append(line)
    }
    if readsParameters, note == nil, pass.clock.phase == .update {
      lines.append("W and b are those of the pass, before the update; print shows them after it")
    }
    return lines
  }

  private func facts(_ pass: Training, shown: Int) -> Facts {
    var facts = Facts(
      "explain",
      [
        "name": .string(name), "formula": .string(formula), "source": .string(source),
        "total": .number(total), "value": .number(value),
      ])
    for step in steps + asides { facts[step.key] = .number(step.value) }
    if let sample, let batch = pass.trace?.batch {
      facts["sample"] = .integer(sample)
      facts["index"] = .integer(batch.indices[sample])
      facts["label"] = Value(batch.labels?[sample])
    }
    facts["mistake"] = Value(pass.objective.mistake?.name)
    facts.lines =
      rest(after: shown) + (steps + [result] + asides).map(\.line) + remarks(pass)
      + disagreement(pass)
    return facts
  }

  /// What the terms that are not shown come to.
  private func rest(after shown: Int) -> [Line] {
    let hidden = terms.largestFirst.dropFirst(shown)
    guard terms.isSum, !hidden.isEmpty else { return [] }
    // Those shown again, in the order of the sum.
    let values = hidden.map { row in
      if case .number(let value)? = row.last { value } else { 0.0 }
    }
    let zeros = values.count { $0 == 0 }
    if zeros == values.count { return ["and \(count: zeros) more, all 0"] }
    let also: Line = zeros == 0 ? "" : ", \(count: zeros) of them 0"
    return ["and \(count: values.count) more\(also); their sum is \(values.sum)"]
  }

  /// What the numbers say.
  private func remarks(_ pass: Training) -> [Line] {
    var lines: [Line] = []
    if let slope = self["slope"], slope < saturatedSlope { lines.append(saturation(slope)) }
    if let data = self["data"], let l2 = self["l2"], abs(l2) > abs(data) {
      lines.append(
        "The regulariser outweighs the data here: \(abs(l2)) against \(abs(data)).")
    }
    let names = terms.columns.map(\.name)
    guard terms.isSum, let samples = names.firstIndex(of: "sample"),
      let first = terms.largestFirst.first, case .integer(let sample) = first[samples],
      let batch = pass.trace?.batch
    else { return lines }
    if terms.values.allSatisfy({ $0 == 0 }) {
      lines.append("No sample contributes anything.")
    } else {
      var line: Line = "Sample \(sample) contributes most"
      if !batch.isGiven {
        line += ": \(batch.noun) \(batch.indices[sample]) of the training set"
      }
      if let labels = batch.labels { line += ", label \(labels[sample])" }
      lines.append(line + ".")
    }
    return lines
  }

  private func saturation(_ slope: Double) -> Line {
    let unit: Line = "The unit is saturated: its slope is \(slope), below \(saturatedSlope)."
    guard let error = self["error"] else {
      return name.hasPrefix("delta")
        ? unit + " With cross-entropy it is no factor: the error comes through whole." : unit
    }
    if error == 0 { return unit }
    if total == 0 { return "The unit lets nothing through: an error of \(error) becomes 0." }
    return unit
      + " It shrank the error from \(error) to \(total), by a factor of \(abs(error / total))."
  }

  /// What the session has instead, when it computes with a mistake.
  private func disagreement(_ pass: Training) -> [Line] {
    if agrees { return [] }
    var mistake: Line = "another formula"
    if let known = pass.objective.mistake {
      let formula = known.wrong(in: known.shown(in: pass.setting))
      mistake = "the mistake \(known.name, .bad) (\(formula))"
    }
    return [
      """
      This session computes it with \(mistake): \(name) is \(value, as: .standard, .bad), \
      and \(total) is right for these terms.
      """
    ]
  }
}

extension Explanation.Step {
  /// `f'(z1[0, 3]) = a (1 - a) = 0.5 * (1 - 0.5) = 0.25`
  fileprivate var line: Line {
    var line: Line = "\(symbol) = "
    if let formula {
      line += "\(formula.description) = \(formula.numbers) = "
    }
    return line + "\(value, as: .standard, key == "total" ? .strong : .plain)"
  }
}

extension Formula {
  /// With numbers; a negative one in parentheses, unless it has some or stands first.
  fileprivate var numbers: Line {
    var line = Line()
    for (i, piece) in pieces.enumerated() {
      switch piece {
      case .text(let text): line += Line(text: text)
      case .number(let value):
        var before: Character?
        if i > 0, case .text(let text) = pieces[i - 1] { before = text.last }
        line += value.sign == .minus && before != nil && before != "(" ? "(\(value))" : "\(value)"
      }
    }
    return line
  }
}

extension Value {
  fileprivate init(_ cell: Explanation.Terms.Cell) {
    switch cell {
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .text(let text): self = .string(text)
    }
  }
}

extension Line {
  /// Lines below one another.
  fileprivate init(joining lines: [Line]) {
    self.init()
    for (i, line) in lines.enumerated() {
      if i > 0 { self += Line(text: "\n") }
      self += line
    }
  }
}
