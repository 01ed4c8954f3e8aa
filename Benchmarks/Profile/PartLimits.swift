/// The seconds below which a part of a step cannot go on this machine.
struct PartLimits {
  let work: Work
  let memory: Double
  let arithmetic: Double

  var larger: Double { max(memory, arithmetic) }

  /// Those of every part, in order, on the current engine.
  static func all(of size: StepSize, _ rates: LoopRates) -> [PartLimits] {
    let memory = leastSeconds(of: Part.allCases) { part in
      let work = size.work(of: part)
      return Traffic(read: work.read, written: work.written).seconds()
    }
    return Part.allCases.map { part in
      let work = size.work(of: part)
      return PartLimits(
        work: work, memory: memory[part]!, arithmetic: rates.seconds(work.operations))
    }
  }
}
