import Backprop
import Datasets
import Foundation

let dataset = try Dataset.full(environment: ProcessInfo.processInfo.environment)
let samples = Samples(
  inputs: dataset.inputs, classes: dataset.classes, bytes: dataset.train.pixels,
  labels: dataset.train.labels)
let sizes = CommandLine.arguments.dropFirst().first.map { $0.split(separator: "-").map { Int($0)! } } ?? [784, 300, 10]
let threads = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 2

var random = Random(seed: 1)
let network = Network(
  sizes: sizes, hidden: .sigmoid, output: .softmax, initializer: .xavier, random: &random)
var training = try Training(network: network, l2: 0.001, optimizer: Optimizer(.rmsprop))
try training.setOptimizerSetting("rate", to: 0.001)

func median(_ x: [Double]) -> Double { x.sorted()[x.count / 2] }
Engine.$current.withValue(Engine(threads: threads)) {
  var times: [Phase: [Double]] = [:]
  var whole: [Double] = []
  let clock = ContinuousClock()
  for _ in 0..<1000 {
    var total = 0.0
    repeat {
      let phase = training.nextPhase
      let time = clock.measure { training.advance(over: samples) } / .milliseconds(1)
      times[phase, default: []].append(time)
      total += time
    } while training.clock.phase != .update
    whole.append(total)
  }
  for phase in Phase.all(depth: network.depth) { print(phase, median(times[phase]!)) }
  print("sum", median(whole))
  whole = (0..<1000).map { _ in clock.measure { training.step(over: samples) } / .milliseconds(1) }
  print("step", median(whole))
}
