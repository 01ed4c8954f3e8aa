import Backprop
import Datasets
import Foundation

/// The training digits: all of MNIST where it is found, else the built-in sample.
struct Digits {
  let samples: Samples
  /// "full MNIST, 60,000 training digits".
  let name: String
  /// The mean of an image's pixels that are not 0: 150 of 784.
  let nonzerosPerImage: Double

  init() throws {
    let full = try? Dataset.full(environment: ProcessInfo.processInfo.environment)
    let dataset = try full ?? .sample()
    let train = dataset.train
    samples = Samples(
      inputs: dataset.inputs, classes: dataset.outputs, bytes: train.pixels, labels: train.labels)
    let which = full == nil ? "the built-in sample of MNIST" : "full MNIST"
    name = "\(which), \(grouped(train.count)) training digits"
    nonzerosPerImage = Double(train.pixels.count { $0 != 0 }) / Double(train.count)
  }
}
