import Backprop
import Page

/// The first figure that a command of a journal led to and leads to no more.
struct Divergence {
  /// `step`, `loss`, `norm of W1`, `digest`.
  let figure: String
  let recorded: Value
  let now: Value

  /// Compares two entries of the same command; nil when all their figures have the same bits.
  init?(recorded: JournalEntry, now: JournalEntry) {
    func number(_ value: Double?) -> Value { Value(value) }
    func norm(_ name: String) -> (String, Value, Value) {
      ("norm of \(name)", number(recorded.norms[name]), number(now.norms[name]))
    }
    let (before, after) = (recorded.clock, now.clock)
    let names = Set(recorded.norms.keys).union(now.norms.keys).sorted()
    let figures: [(String, Value, Value)] =
      [
        ("command", .string(recorded.command), .string(now.command)),
        ("step", .integer(before.step), .integer(after.step)),
        ("epoch", .integer(before.epoch), .integer(after.epoch)),
        ("phase", .string(before.phase.description), .string(after.phase.description)),
        ("loss", number(recorded.loss), number(now.loss)),
      ] + names.map(norm) + [("digest", .string(recorded.digest), .string(now.digest))]
    guard let first = figures.first(where: { $0.1 != $0.2 }) else { return nil }
    (figure, self.recorded, self.now) = first
  }

  /// |recorded - now| / |now|, and how many doubles lie between them; nil for what is no number.
  var distance: (relative: Double, ulps: UInt64)? {
    guard case .number(let a) = recorded, case .number(let b) = now, a.isFinite, b.isFinite else {
      return nil
    }
    return ((a - b).magnitude / max(b.magnitude, .leastNonzeroMagnitude), ulps(a, b))
  }

  var line: Line {
    var line: Line = "\(figure, .name): recorded \(exact(recorded)), now \(exact(now), .bad)"
    if let (relative, ulps) = distance {
      line += """
        : relative error \(relative, as: .significant(2)), \(count: ulps) ulp\(ulps == 1 ? "" : "s")
        """
    }
    return line
  }

  private func exact(_ value: Value) -> String {
    value.line(as: .significant(17)).description
  }
}

/// How many steps from one double to the next lead from `a` to `b`.
///
///     ulps(1, 1 + 2 * Double.ulpOfOne)  // 2
func ulps(_ a: Double, _ b: Double) -> UInt64 {
  // The order of doubles is that of their bits, the other way round below 0.
  func position(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits < 0 ? Int64.min - bits : bits
  }
  let (p, q) = (position(a), position(b))
  return p > q ? UInt64(bitPattern: p &- q) : UInt64(bitPattern: q &- p)
}
