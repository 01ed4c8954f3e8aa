import ArgumentParser
import Backprop
import Datasets
import Page

struct Digit: Command {
  static let configuration = CommandConfiguration(
    commandName: "digit", abstract: "Show a digit, its label, and what the network says it is.")
  static let group = CommandGroup.data
  static let examples = ["digit 0", "digit 8 --test"]
  static let seeAlso = ["load", "evaluate"]

  @Argument(help: "Which, from 0, in the order of the file.")
  var number: Int

  @Flag(help: "Take it from the test set instead of the training set.")
  var test = false

  func run(in session: inout Session, host: any Host) throws -> Page {
    let data = try session.requireData()
    let (images, setName) =
      test ? (data.dataset.test, "test set") : (data.dataset.train, "training set")
    guard (0..<images.count).contains(number) else {
      throw CommandError(
        "There is no digit \(number) in the \(setName): it has \(images.count), counted from 0.")
    }
    let label = Int(images.labels[number])
    let picture = Picture(
      "digit", shape: [images.rows, images.columns],
      values: images.image(number).map { Double($0) / 255 }, range: 0...1,
      caption: "digit \(number) of the \(setName)")
    var facts = Facts(
      "digit",
      [
        "number": .integer(number), "set": .string(test ? "test" : "train"),
        "label": .integer(label),
      ],
      lines: ["label \(label)"])
    if let network = session.training?.network, network.inputs == data.dataset.inputs {
      let set = test ? data.test : data.train
      facts.add(network.forward(Batch([number], of: set)).a.last!, label: label)
    }
    return Page(.image(picture), .facts(facts))
  }
}

extension Facts {
  /// What the network answers: its outputs for one sample (1, classes), in words the best two.
  fileprivate mutating func add(_ outputs: Matrix, label: Int) {
    let ranking = (0..<outputs.columns).sorted { outputs[0, $0] > outputs[0, $1] }
    let prediction = outputs.argmaxOfRows[0]
    self["prediction"] = .integer(prediction)
    self["outputs"] = .list(outputs.values.map(Value.number))
    let isRight = prediction == label
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
