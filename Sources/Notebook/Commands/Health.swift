import ArgumentParser
import Backprop
import Page

struct Health: Command {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Look for what holds learning back when the gradient is right.",
    discussion: """
      Examines the minibatch at hand (one that is not complete is completed in a copy) and how the \
      network does on up to 1,000 samples of each set; the session does not change. Each finding \
      has its number, the limit and where that comes from, and a way out; on a healthy run there is \
      none. It looks for: \(symptoms).
      """)
  static let group = CommandGroup.verify
  static let examples = ["health", "step 20\nhealth"]
  static let seeAlso = ["show", "evaluate"]

  private static var symptoms: String {
    Symptom.all.map { symptom in
      let limits = symptom.thresholds.map { Value($0).line().description }
      return "\(symptom.name) (\(symptom.measure); \(limits.joined(separator: ", ")))"
    }.joined(separator: ", ")
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let data = try session.requireSamples()
    let training = try session.requireTraining()
    let examination = Examination(training, train: data.train, test: data.test) {
      !host.isInterrupted
    }
    guard let examination else {
      throw Failure(.interrupted, "The examination was interrupted. The session is as it was.")
    }
    let findings = examination.findings
    let facts = Facts(
      "health",
      [
        "findings": .integer(findings.count),
        "train_error_rate": Value(examination.train.errorRate),
        "test_error_rate": Value(examination.test.errorRate),
      ],
      lines: findings.isEmpty
        ? [silence(examination)]
        : ["\(counted(findings.count, "finding"), .strong)"] + findings.flatMap(\.lines))
    return Page(.table(table(findings)), .facts(facts))
  }

  private func silence(_ examination: Examination) -> Line {
    """
    no finding: \(count: Symptom.all.count) symptoms looked for, in \
    \(count: examination.training.trace?.batch.count ?? 0) samples of the minibatch, \
    \(count: examination.train.count) of the training set and \
    \(count: examination.test.count) of the test set
    """
  }

  /// For programs; people read the lines.
  private func table(_ findings: [Finding]) -> Table {
    Table(
      "health",
      columns: ["finding", "subject", "value", "threshold", "source", "sentence"],
      rows: findings.map { finding in
        [
          .string(finding.symptom), .string(finding.subject), .number(finding.value),
          .number(finding.threshold.value), .string(finding.threshold.source),
          .string("\(Line(finding.sentence)) Way out: \(Line(finding.wayOut)).".description),
        ]
      }, shown: 0)
  }
}

extension Finding {
  /// What a person reads of it.
  var lines: [Line] {
    var lines: [Line] = ["\(symptom, .bad), \(place, .name): \(Line(sentence))"]
    if let term { lines.append("  the term: \(Line(term))") }
    return lines + [
      "  way out: \(Line(wayOut))",
      Line(text: "  limit ", .faint) + Value(threshold).line(.faint)
        + Line(text: ": \(threshold.source)", .faint),
    ]
  }

  /// `z1[3, 5]`, or the subject alone.
  var place: String {
    subject + (index.map { "[\($0.map(String.init).joined(separator: ", "))]" } ?? "")
  }
}

extension Value {
  fileprivate init(_ threshold: Threshold) {
    self = threshold.isShare ? .percent(threshold.value) : .number(threshold.value)
  }

  fileprivate func line(_ style: Style) -> Line { line(as: .standard, style) }
}

extension Line {
  /// A sentence of the mathematics, its numbers with their values.
  init(_ sentence: Sentence) {
    self.init()
    for part in sentence.parts {
      switch part {
      case .text(let text): self += Line(text: text)
      case .number(let value): self += "\(value)"
      case .percent(let share): self += "\(percent: share)"
      case .count(let count): self += "\(count: count)"
      }
    }
  }
}
