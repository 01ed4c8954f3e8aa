import ArgumentParser
import Backprop

/// Where the time of a step goes, and how far each part is from what the machine allows.
struct Parts: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the time of each part of a step beside the limits of memory and arithmetic.")

  @OptionGroup var setting: Setting

  func run() throws {
    let digits = try Digits()
    let sizes = try setting.sizes
    var training = try Training.measured(sizes: sizes, batch: setting.batch)
    let size = StepSize(
      sizes: sizes, batch: setting.batch,
      nonzeros: digits.nonzerosPerImage * Double(setting.batch))
    let engine = Engine(threads: setting.threads)
    Engine.$current.withValue(engine) {
      let times = StepTimes(&training, over: digits.samples, steps: setting.steps)
      let rates = LoopRates()
      let limits = PartLimits.all(of: size, rates)
      print(
        """
        A step of \(setting.network), batch \(setting.batch), on \(digits.name), of which \
        \(grouped(Int(digits.nonzerosPerImage.rounded()))) of 784 pixels are not 0; threads: \
        \(setting.threads); vectors: \(engine.variant).

        \(table(times, limits))

        The limits, measured in the same run on the same threads: of memory, the time to copy, read or \
        fill as many bytes, in arrays of that size, as the part must read and write at least once; of \
        arithmetic, its counts over the rates at which the same loops go when all operands lie in the \
        first-level cache; of each the fastest of 21 measurements. A time is the median of \
        \(grouped(setting.steps)) steps, and the last ratio is to the sum of the larger limits.

        \(table(rates))
        """)
    }
  }

  private func table(_ times: StepTimes, _ limits: [PartLimits]) -> MarkdownTable {
    let medians = Part.allCases.map(times.median)
    let sum = medians.reduce(0, +)
    var table = MarkdownTable(
      "part", "ms", "share", "moves", "memory, ms", "computes", "arithmetic, ms", "time / limit")
    for ((part, seconds), limits) in zip(zip(Part.allCases, medians), limits) {
      table.append(
        part.rawValue, milliseconds(seconds), percent(seconds / sum),
        bytes(limits.work.bytes), milliseconds(limits.memory),
        limits.work.operationsInWords, milliseconds(limits.arithmetic),
        significant(seconds / limits.larger))
    }
    let least = limits.reduce(0) { $0 + $1.larger }
    table.append("all parts", milliseconds(sum), "100 %", "", "", "", "", significant(sum / least))
    let whole = times.medianOfWholeSteps
    table.append("a whole step", milliseconds(whole), percent(whole / sum), "", "", "", "", "")
    return table
  }

  private func table(_ rates: LoopRates) -> MarkdownTable {
    var table = MarkdownTable("loop in the first-level cache", "a second")
    for loop in Loop.allCases {
      table.append(loop.rawValue, "\(rounded(rates[loop])) \(loop.kind)")
    }
    return table
  }
}
