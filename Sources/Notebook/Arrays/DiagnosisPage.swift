import Backprop
import Page

/// What a diagnosis says: the verdict of each array, then each mistake with its formulas.
struct DiagnosisPage {
  private let diagnosis: Diagnosis
  private let pass: ForeignPass
  private let setting: Setting

  init(_ diagnosis: Diagnosis, _ pass: ForeignPass) {
    self.diagnosis = diagnosis
    self.pass = pass
    var setting = pass.objective.setting(pass.layers)
    setting.count = "\(pass.batch.count)"
    self.setting = setting
  }

  var page: Page {
    var page = Page(.table(table), .text(verdicts))
    for mistake in diagnosis.mistakes { page.append(.facts(explanation(of: mistake))) }
    page.append(.facts(summary))
    return page
  }

  /// For programs; people read the lines.
  private var table: Table {
    Table(
      "diagnosis", columns: ["array", "verdict", "mistakes", "alternatives", "distance"],
      rows: diagnosis.arrays.map { array in
        [
          .string(array.name), .string(array.verdict.rawValue), names(array.mistakes),
          .list(array.alternatives.map(names)), .number(array.distance),
        ]
      }, shown: 0)
  }

  private func names(_ mistakes: [Mistake]) -> Value { .list(mistakes.map { .string($0.name) }) }

  private var verdicts: [Line] {
    var lines: [Line] = []
    if pass.isTransposed {
      lines.append("Their weights are stored (outputs, inputs); they are read turned round.")
    }
    if pass.assumesActivations { lines.append(pass.assumption) }
    if let cost = diagnosis.cost { lines.append(Line(text: cost.sentence, cost.verdict.style)) }
    let width = (diagnosis.arrays.map(\.name.count).max() ?? 0) + 2
    for array in diagnosis.arrays {
      var line: Line =
        "\(array.name.padded(to: width), .name)\(array.verdict.rawValue.padded(to: 10), array.verdict.style)"
      line += text(of: array)
      lines.append(line)
    }
    return lines
  }

  private func text(of array: ArrayDiagnosis) -> Line {
    switch array.verdict {
    case .right, .rounding: return "distance \(array.distance, as: .significant(2))"
    case .unknown:
      return
        "distance \(array.distance, as: .significant(2)) from the right one, and from no mistake less"
        + worst(array)
    case .mistake:
      var line = joined(array.mistakes)
      for other in array.alternatives { line += ", or " + joined(other) }
      if array.isInherited { line += Line(text: "  (only through the delta)", .faint) }
      return line
    }
  }

  /// Where to look first.
  private func worst(_ array: ArrayDiagnosis) -> Line {
    guard let worst = array.worst else { return "" }
    let place = array.name + "[" + worst.index.map(String.init).joined(separator: ", ") + "]"
    return "; most at \(place, .name): \(worst.given), right \(worst.right)"
  }

  private func joined(_ mistakes: [Mistake]) -> Line {
    Line(text: mistakes.map(\.name).joined(separator: " + "), .strong)
  }

  private func explanation(of mistake: Mistake) -> Facts {
    let arrays = diagnosis.arrays.filter { array in
      array.mistakes.contains { $0.key == mistake.key }
    }.map(\.name)
    var lines: [Line] = [
      "", "\(mistake.name, .bad) in \(arrays.joined(separator: ", "))",
      "  wrong   \(Line(text: mistake.wrong(in: setting), .bad))",
      "  right   \(Line(text: mistake.right(in: setting)))",
      "  NumPy   \(Line(text: mistake.numpy(in: setting), .name))",
    ]
    lines += paragraph(mistake.effect)
    return Facts(
      "mistake",
      [
        "id": .string(mistake.name), "arrays": .list(arrays.map(Value.string)),
        "wrong": .string(mistake.wrong(in: setting)), "right": .string(mistake.right(in: setting)),
        "numpy": .string(mistake.numpy(in: setting)), "effect": .string(mistake.effect),
      ], lines: lines)
  }

  private var summary: Facts {
    Facts(
      "summary",
      [
        "verdict": .string(diagnosis.verdict.rawValue), "mistakes": names(diagnosis.mistakes),
        "first_wrong": Value(diagnosis.firstWrong), "transposed": .bool(pass.isTransposed),
        "cost": Value(diagnosis.cost?.sentence),
        "from_file": .list(pass.taken.map(Value.string)),
      ], lines: ["", conclusion])
  }

  private var conclusion: Line {
    let first = diagnosis.firstWrong ?? ""
    switch diagnosis.verdict {
    case .right: return "\("right", .good): every array is the gradient of \(loss)."
    case .rounding:
      return "\("right", .good) up to rounding: every array is the gradient of \(loss)."
    case .mistake:
      return
        "\(counted(diagnosis.mistakes.count, "mistake"), .bad) in all; \(first, .name) is the first array, from the output back, that is wrong."
    case .unknown:
      var known = diagnosis.mistakes.isEmpty ? "" : " What is known is named above."
      let missing = ["W1", "X"].filter { !pass.taken.contains($0) }
      if !missing.isEmpty {
        known +=
          " The file has no \(missing.joined(separator: " and no ")): the session's were taken, as they are now."
      }
      return
        "\("unknown", .bad): no mistake of the catalogue gives these arrays. \(first, .name) is the first, from the output back, that differs: compare its formula first.\(known)"
    }
  }

  private var loss: String { "\(pass.objective.loss) with l2 \(short(pass.objective.l2))" }
}

extension ForeignPass {
  /// What the activations are taken for where nobody says.
  var assumption: Line {
    let names = layers.map(\.activation.name).joined(separator: ", ")
    return "The layers are taken for \(names); --hidden and --output say otherwise."
  }
}

extension ArrayDiagnosis.Verdict {
  fileprivate var style: Style {
    switch self {
    case .right, .rounding: .good
    case .mistake, .unknown: .bad
    }
  }
}
