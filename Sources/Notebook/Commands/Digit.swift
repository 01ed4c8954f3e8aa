import ArgumentParser
import Backprop
import Datasets
import Page

struct Digit: Command {
  static let configuration = CommandConfiguration(
    commandName: "digit",
    abstract: "Show a digit or other sample, its target, and the network's answer.",
    discussion:
      "\"sample 3\" is the same: an image is drawn, of other samples there are the numbers.")
  static let group = CommandGroup.data
  static let otherNames = ["sample"]
  static let examples = ["digit 0", "digit 8 --test", "sample 3"]
  static let seeAlso = ["load", "evaluate"]

  @Argument(help: "Which, from 0, in the order of the file.")
  var number: Int

  @Flag(help: "Take it from the test set instead of the training set.")
  var test = false

  func run(in session: inout Session, host: any Host) throws -> Page {
    let data = try session.requireData()
    let (samples, setName) =
      test ? (data.dataset.test, "test set") : (data.dataset.train, "training set")
    let noun = data.dataset.isOfImages ? "digit" : "sample"
    guard (0..<samples.count).contains(number) else {
      throw CommandError(
        "There is no \(noun) \(number) in the \(setName): it has \(samples.count), counted from 0.")
    }
    let batch = Batch([number], of: test ? data.test : data.train)
    var facts = Facts(
      noun, ["number": .integer(number), "set": .string(test ? "test" : "train")])
    if let label = batch.labels?[0] {
      facts["label"] = .integer(label)
      facts.lines = ["label \(label)"]
    }
    if batch.targets != .classes(batch.y.columns) {
      facts["target"] = .list(batch.y.values.map(Value.number))
      facts.lines = [Line.list("target", batch.y.values)]
    }
    if let network = session.training?.network, network.inputs == data.dataset.inputs {
      facts.add(network.forward(batch).a.last!, batch)
    }
    guard data.dataset.isOfImages else {
      let x = samples.numbers(number)
      facts["x"] = .list(x.map(Value.number))
      facts.lines.insert(Line.list("\(noun) \(number) of the \(setName): X", x), at: 0)
      return Page(.facts(facts))
    }
    let picture = Picture(
      "digit", shape: [samples.rows, samples.columns], values: samples.numbers(number),
      range: 0...1, caption: "digit \(number) of the \(setName)")
    return Page(.image(picture), .facts(facts))
  }
}

extension Line {
  /// `X [0, 1]`, of many numbers the first eight.
  fileprivate static func list(_ name: String, _ values: [Double]) -> Line {
    var line: Line = "\(name) ["
    for (i, value) in values.prefix(8).enumerated() { line += i == 0 ? "\(value)" : ", \(value)" }
    return line + (values.count > 8 ? ", ...]" : "]")
  }
}

extension Facts {
  /// What the network answers: its outputs for one sample, (1, outputs); of classes in words the best
  /// two.
  fileprivate mutating func add(_ outputs: Matrix, _ batch: Batch) {
    let values = Value.list(outputs.values.map(Value.number))
    guard let label = batch.labels?[0], let prediction = batch.targets.predictions(outputs)?[0]
    else {
      self["outputs"] = values
      lines = [lines[0] + "," + Line.list(" the network says", outputs.values)]
      return
    }
    self["prediction"] = .integer(prediction)
    self["outputs"] = values
    let isRight = prediction == label
    guard case .classes = batch.targets else {
      lines = [
        lines[0]
          + ", the network says \(outputs[0, 0]): \(isRight ? "right" : "wrong", isRight ? .good : .bad)"
      ]
      return
    }
    let ranking = (0..<outputs.columns).sorted { outputs[0, $0] > outputs[0, $1] }
    var line: Line =
      "label \("\(label)", .strong), the network says \("\(prediction)", .strong) (output \(outputs[0, prediction]))"
    let second = ranking.first { $0 != prediction }
    if let second { line += ", then \(second) (\(outputs[0, second]))" }
    if label != prediction, label != second, label < outputs.columns {
      line += ", \(label) (\(outputs[0, label]))"
    }
    line += ": \(isRight ? "right" : "wrong", isRight ? .good : .bad)"
    lines = [line]
  }
}
