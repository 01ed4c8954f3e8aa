/// Of what explains each array, the choice that takes the fewest mistakes in all.
struct FewestMistakes {
  /// For each array the position of its explanation; nil where there is none to choose.
  private(set) var choices: [Int?]
  private(set) var mistakes: [Mistake] = []

  init(_ arrays: [Diagnostician.Judged], _ setting: Setting) {
    choices = arrays.map { _ in nil }
    let open = arrays.indices.filter {
      guard let first = arrays[$0].options.first else { return false }
      return !first.mistakes.isEmpty && !first.delta.isUnknown
    }
    // Every mistake in question, and which of the arrays it would change.
    var all: [Mistake] = []
    var numbers: [String: Int] = [:]
    let options = open.map { i in
      arrays[i].options.prefix(8).map { option in
        Set(
          option.mistakes.map { mistake -> Int in
            if let number = numbers[mistake.key] { return number }
            numbers[mistake.key] = all.count
            all.append(mistake)
            return all.count - 1
          })
      }
    }
    let known = arrays.filter { !$0.options.isEmpty }
    let reach = all.map { mistake in
      known.filter { mistake.changes($0.name, in: setting) }.count
    }

    var best = (cost: Double.infinity, path: [Int](), chosen: Set<Int>())
    var uses = all.map { _ in 0 }
    func visit(_ path: [Int], _ chosen: Set<Int>) {
      guard Double(chosen.count) < best.cost else { return }
      guard path.count < options.count else {
        // One that should change more arrays than it does explains less well.
        let missing = chosen.reduce(0) { $0 + max(0, reach[$1] - uses[$1]) }
        let cost = Double(chosen.count) + 0.9 * Double(missing) / Double(missing + 10)
        if cost < best.cost { best = (cost, path, chosen) }
        return
      }
      for (k, option) in options[path.count].enumerated() {
        for number in option { uses[number] += 1 }
        visit(path + [k], chosen.union(option))
        for number in option { uses[number] -= 1 }
      }
    }
    visit([], [])
    for (i, k) in zip(open, best.path) { choices[i] = k }
    mistakes = best.chosen.map { all[$0] }.sorted { left, right in
      (left.position, left.key) < (right.position, right.key)
    }
  }
}

extension Mistake {
  /// Whether it changes that array itself, and not through another.
  fileprivate func changes(_ array: ArrayName, in setting: Setting) -> Bool {
    guard layers(in: setting).contains(array.layer) else { return false }
    switch group {
    case .outputDelta, .hiddenDelta: return true
    case .gradient, .regulariser:
      if array.kind == .delta { return false }
      if hasRatio { return constants.array == array }
      if rules.scale != nil || rules.array != nil || rules.whole != nil { return true }
      return array.kind == .biasGradient
        ? rules.biases != nil || rules.biasPenalty != nil
        : rules.weights != nil || rules.penalty != nil
    }
  }
}

extension [Diagnostician.Judged] {
  /// One factor on all arrays is one: where they differ, it is none.
  mutating func settleCommonFactor() {
    let factors = filter { $0.name.kind != .delta && !$0.options.isEmpty }.map {
      $0.options.lazy.compactMap(\.commonFactor).first
    }
    let first = factors.lazy.compactMap { $0 }.first
    let isCommon = factors.allSatisfy { factor in
      guard let factor, let first else { return false }
      return (factor / first - 1).magnitude < 1e-3
    }
    for i in indices {
      self[i].options = self[i].options.filter { isCommon || $0.commonFactor == nil }.cheapest
    }
  }
}
