import Backprop

extension Clock {
  /// For tests to compare a clock in one piece.
  var description: String { "step \(step) epoch \(epoch) \(phase)" }
}
