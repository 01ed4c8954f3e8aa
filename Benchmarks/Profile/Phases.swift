import ArgumentParser
import Backprop

/// The median of each phase for another program: `{"batch": 3.1e-05, "forward 1": 0.00017, …}`.
struct Phases: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the median seconds of each phase of a step as JSON.")

  @OptionGroup var setting: Setting

  func run() throws {
    let samples = try Digits().samples
    var training = try Training.measured(sizes: setting.sizes, batch: setting.batch)
    let times = Engine.$current.withValue(Engine(threads: setting.threads)) {
      StepTimes(&training, over: samples, steps: setting.steps)
    }
    let fields = times.phases.map { "\"\($0)\": \(times.median(of: $0))" }
    print("{" + fields.joined(separator: ", ") + "}")
  }
}
