import Backprop
import Page

/// The prompt as a person wants it: text with parts of the clock in braces.
///
///     set prompt='{step} {phase} loss {loss}'     12 update loss 0.2917>
public enum PromptFormat {
  /// What `set prompt=…` calls the usual one.
  static let standardName = "standard"
  static let parts = ["step", "epoch", "phase", "loss", "accuracy", "mistake"]
  private static let standard = "backstep {step} {phase}{mistake}"

  /// - Returns: nil for the usual one.
  /// - Throws: when a brace is not closed, or something else stands in it.
  static func checked(_ text: String) throws -> String? {
    if text == standardName { return nil }
    for piece in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
      guard let end = piece.firstIndex(of: "}"), parts.contains(String(piece[..<end])) else {
        throw CommandError(
          "prompt=\(text) is not possible: in braces there can be "
            + "\(parts.map { "{\($0)}" }.joined(separator: " ")).")
      }
    }
    let letters = text.unicodeScalars
    guard text.count <= 200, letters.allSatisfy({ $0 != "\n" && $0 != "\t" && !$0.isOrder }) else {
      throw CommandError(
        "A prompt is one line of at most 200 characters, without control characters.")
    }
    return text
  }

  /// The prompt for a session, which ends in `> `.
  public static func text(for session: Session) -> String {
    guard let training = session.training else { return "backstep> " }
    let trace = training.trace.flatMap { $0.has(.loss) ? $0 : nil }
    let number = NumberFormat.significant(session.precision)
    var text = session.prompt ?? standard
    let values = [
      "step": "\(training.clock.step)", "epoch": "\(training.clock.epoch)",
      "phase": training.clock.phase.description, "loss": trace.map { number.text($0.loss) } ?? "-",
      "accuracy": trace?.accuracy.map { NumberFormat.percent.text($0 * 100) + "%" } ?? "-",
      "mistake": training.objective.mistake.map { " [mistake \($0)]" } ?? "",
    ]
    for part in parts { text = text.replacing("{\(part)}", with: values[part]!) }
    return text + "> "
  }
}

/// A size of memory as people write it: `256MB`.
struct ByteCount: CustomStringConvertible {
  let count: Int

  private static let units = [("GB", 1_000_000_000), ("MB", 1_000_000)]

  init(_ count: Int) { self.count = count }

  /// From 1 MB to 64 GB.
  init?(_ text: String) {
    for (unit, size) in ByteCount.units where text.uppercased().hasSuffix(unit) {
      guard let number = Double(text.dropLast(2).trimmed), number > 0 else { return nil }
      let bytes = number * Double(size)
      guard (1e6...64e9).contains(bytes) else { return nil }
      count = Int(bytes)
      return
    }
    return nil
  }

  var description: String {
    let (unit, size) = ByteCount.units.first { count % $0.1 == 0 } ?? ("MB", 1_000_000)
    return "\(short(Double(count) / Double(size)))\(unit)"
  }
}
