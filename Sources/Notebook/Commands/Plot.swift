import ArgumentParser
import Backprop
import Page

struct Plot: Command {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw a curve, a histogram, a heat map, or what units look at.",
    discussion: """
      loss, accuracy: of each minibatch so far. gradients, weights, activations [LAYER]: how often \
      each value occurs. features 1 [UNITS]: the weights of the first layer's units as images, blue \
      below 0, red above. The name of an array, with indices if you like: a heat map of a matrix, the \
      course of a vector: plot delta1, plot W2[:, 3].
      """)
  static let group = CommandGroup.look
  static let examples = [
    "step 20\nplot loss", "plot weights 1", "plot features 1", "step\nplot delta1",
  ]
  static let seeAlso = ["show", "print", "digit"]
  static let reading = Reading.restOfLine

  @Argument(help: "loss, accuracy, gradients, weights, activations, features, or an array.")
  var what: String

  static func candidates(
    for argument: String, typed: [String], in session: Session
  ) -> [String]? {
    guard let training = session.training else { return [] }
    guard typed.isEmpty else { return (1...training.network.depth).map(String.init) }
    let names = ArrayName.all(depth: training.network.depth).filter(training.has)
    return topics + names.map(\.description)
  }

  func run(in session: inout Session, host: any Host) throws -> Page {
    let training = try session.requireTraining()
    let typed = String(what.prefix { $0 != "#" }.trimmed)
    let words = typed.split { $0.isWhitespace }.map(String.init)
    guard let topic = words.first, Plot.topics.contains(topic) else {
      return try session.arrayPage(typed)
    }
    let numbers = words.dropFirst().compactMap { Int($0) }
    let most = topic == "features" ? 2 : topic == "loss" || topic == "accuracy" ? 0 : 1
    guard numbers.count == words.count - 1, numbers.count <= most else {
      throw CommandError(
        most == 0
          ? "plot \(topic) takes no layer. Try: plot \(topic)"
          : "plot \(topic) takes a layer\(most == 2 ? " and a number of units" : ""). "
            + "Try: plot \(topic) 1")
    }
    if let layer = numbers.first { try training.network.requireLayer(layer) }
    switch topic {
    case "loss", "accuracy": return try session.curvePage(topic)
    case "gradients": return try histograms(.weightGradient, numbers.first, training)
    case "weights": return try histograms(.weights, numbers.first, training)
    case "activations": return try histograms(.activation, numbers.first, training)
    default:
      return try session.featuresPage(layer: numbers.first, units: numbers.dropFirst().first)
    }
  }

  private static let topics = [
    "loss", "accuracy", "gradients", "weights", "activations", "features",
  ]

  /// A histogram for each layer, or one.
  private func histograms(
    _ kind: ArrayName.Kind, _ layer: Int?, _ training: Training
  ) throws -> Page {
    let layers = layer.map { $0...$0 } ?? 1...training.network.depth
    return Page(
      blocks: try layers.map { layer in
        let array = try training.array(ArrayName(kind, layer))
        let zeros = array.values.count { $0 == 0 }
        let caption: Line? =
          zeros == 0
          ? nil
          : "\(array.name, .name): \(count: zeros) of \(count: array.values.count) entries are exactly 0"
        return .series(.histogram(array.name, of: array.values, caption: caption))
      })
  }
}

extension Session {
  /// Loss or accuracy against the step.
  fileprivate func curvePage(_ what: String) throws -> Page {
    let isLoss = what == "loss"
    let values = Array(isLoss ? curve.loss : curve.accuracy)
    if !isLoss, let last = values.last, last.isNaN {
      throw CommandError("There is no accuracy: the targets are values. Try: plot loss")
    }
    guard !values.isEmpty else {
      throw CommandError(
        "No minibatch has been trained on yet, so there is no \(what). Try: step 20")
    }
    return Page(
      .series(
        Series(
          what, x: values.indices.map { Double(curve.first + $0) }, y: values,
          xAxis: "step", yAxis: isLoss ? "loss" : Axis("accuracy", isShare: true))))
  }

  /// The weights of units as images of the size of the inputs, on one scale.
  fileprivate func featuresPage(layer: Int?, units: Int?) throws -> Page {
    let (data, network) = (try requireData(), try requireTraining().network)
    guard layer ?? 1 == 1 else {
      throw CommandError(
        "Only the units of layer 1 look at pixels. Try: plot features 1, or plot W\(layer!)")
    }
    let weights = network[layer: 1].weights
    let shown = units ?? min(weights.columns, 20)
    guard (1...weights.columns).contains(shown) else {
      throw CommandError(
        "plot features 1 \(shown) is not possible: layer 1 has \(counted(weights.columns, "unit"))."
      )
    }
    let image = data.dataset.train
    guard data.dataset.isOfImages else {
      throw CommandError("Only of images are weights pictures. Try: plot W1")
    }
    let most = weights.values.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    var page = Page()
    for unit in 0..<shown {
      page.append(
        .image(
          Picture(
            "W1[:, \(unit)]", shape: [image.rows, image.columns], values: weights.column(unit),
            range: -most...most, isSigned: true)))
    }
    if shown < weights.columns {
      page.append(
        "the first \(count: shown) of \(count: weights.columns) units; all: plot features 1 \(weights.columns)"
      )
    }
    return page
  }

  /// A matrix as a heat map, a vector as a line.
  fileprivate func arrayPage(_ text: String) throws -> Page {
    let reference = try ArrayReference(text)
    let training = try requireTraining()
    let array = try reference.value(in: training)
    let isSigned = array.values.contains { $0 < 0 }
    switch array.shape.count {
    case 2:
      let axes = reference.axes(depth: training.network.depth)
      return Page(
        .image(
          Picture(
            text, shape: array.shape, values: array.values, isSigned: isSigned,
            rowAxis: axes?.rows, columnAxis: axes?.columns)))
    case 1:
      return Page(
        .series(
          Series(
            text, x: array.values.indices.map(Double.init), y: array.values, xAxis: "index",
            yAxis: Axis(text))))
    default:
      throw CommandError("\(text) is one number. Try: print \(text)")
    }
  }
}

extension ArrayReference {
  /// What the rows and the columns of a whole matrix are; nil for a part of one.
  fileprivate func axes(depth: Int) -> (rows: Axis, columns: Axis)? {
    guard subscripts.isEmpty, let name = try? ArrayName(name, depth: depth) else { return nil }
    switch name.kind {
    case .inputs: return ("sample", "pixel")
    case .targets, .output: return ("sample", "class")
    case .preactivation, .activation, .delta: return ("sample", "unit")
    case .weights, .weightGradient, .weightUpdate:
      return (name.layer == 1 ? "pixel" : "unit before", name.layer == depth ? "class" : "unit")
    default: return nil
    }
  }
}
