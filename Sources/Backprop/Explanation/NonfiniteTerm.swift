// Which term of an entry is not finite, and makes the entry so.

extension Explanation {
  /// The formula and what in it is the first that is not finite: an operand, a term of the sum, the
  /// sum where it overflows, or what is made of it.
  var nonfiniteTerm: Sentence? {
    guard agrees else {
      return "\(formula) would be \(total): it was computed with a mistake."
    }
    guard let culprit = terms.isSum ? sumCulprit : operandCulprit ?? stepCulprit else { return nil }
    return "\(formula): \(culprit)."
  }

  private var operandCulprit: Sentence? {
    for row in terms.rows {
      if case .text(let name) = row[0], case .number(let value)? = row.last, !value.isFinite {
        return "\(name) is \(value)"
      }
    }
    return nil
  }

  private var sumCulprit: Sentence? {
    let letter = terms.columns[0].heading
    var sum = 0.0
    for (k, (row, term)) in zip(terms.rows, terms.values).enumerated() {
      guard term.isFinite else {
        let factors = zip(terms.columns, row).dropLast().compactMap { column, cell in
          if case .number(let value) = cell { (column.heading.at(letter, k), value) } else { nil }
        }
        let names = factors.map { "\($0.0) = \($0.1)" as Sentence }
        return names.isEmpty
          ? "its term at \(letter) = \(k) is \(term)"
          : "its term at \(letter) = \(k), where \(names.joined(" and ")), is \(term)"
      }
      guard (sum + term).isFinite else {
        return "its sum overflows at \(letter) = \(k), where \(term) is added to \(sum)"
      }
      sum += term
    }
    return stepCulprit
  }

  private var stepCulprit: Sentence? {
    guard let step = (steps + [result]).first(where: { !$0.value.isFinite }) else { return nil }
    guard let formula = step.formula else { return "\(step.symbol) is \(step.value)" }
    return "\(step.symbol) = \(formula) is \(step.value)"
  }
}

extension String {
  /// An entry with a number for the letter of one index: `"X[0, i]".at("i", 3)  // X[0, 3]`.
  fileprivate func at(_ letter: String, _ number: Int) -> String {
    guard let open = firstIndex(of: "["), last == "]" else { return self }
    let indices = self[index(after: open)...].dropLast().split(separator: ", ")
    let places = indices.map { $0 == letter ? "\(number)" : String($0) }
    return self[...open] + places.joined(separator: ", ") + "]"
  }
}
