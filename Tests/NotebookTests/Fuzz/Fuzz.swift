import Foundation

/// How long and from which seed a fuzz test goes: `BACKSTEP_FUZZ_SECONDS` (3 for each test) and
/// `BACKSTEP_FUZZ_SEED` (1). What fails is done again by its seed alone.
enum Fuzz {
  static func number(_ name: String) -> Double? {
    ProcessInfo.processInfo.environment[name].flatMap { Double($0) }
  }

  /// Calls `body` with one seed after another until the time is over.
  ///
  /// - Returns: how many there were.
  @discardableResult
  static func run(_ body: (UInt64) throws -> Void) rethrows -> Int {
    let end = ContinuousClock.now + .seconds(number("BACKSTEP_FUZZ_SECONDS") ?? 3)
    let first = UInt64(number("BACKSTEP_FUZZ_SEED") ?? 1)
    var seed = first
    repeat {
      try body(seed)
      seed += 1
    } while ContinuousClock.now < end
    return Int(seed - first)
  }
}

/// Changes in the bytes of a file, a few at a time: bits, cuts, repetitions, and words that such files
/// are made of in places where they do not belong.
struct Mutator {
  var dice: GarbageTests.Dice

  init(seed: UInt64) { dice = GarbageTests.Dice(state: seed &* 0x9E37_79B9_7F4A_7C15) }

  static let words: [String] = [
    "-1", "0", "1", "9007199254740992", "9223372036854775807", "1e308", "-0.0", "1e999", "\"NaN\"",
    "null", "true", "[]", "{}", "[[[[", "\"\\ud800\"", "\"\\u0000\"", "\u{1B}]0;x\u{07}",
    "\u{202E}",
    "```backstep\n> step\n```\n", "> quit 0\n", "step 3", "\n", ",", ":", "\"", "\u{0}", "é", "😀",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999,), }", "PK\u{03}\u{04}",
    "update", "delta 2", "W1", "journal", "../../x", "/dev/null", "--edited", "&#x1b;",
    "](http://x)",
  ]

  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &dice)
      let end = min(bytes.count, place + Int.random(in: 0...64, using: &dice))
      switch Int.random(in: 0..<8, using: &dice) {
      case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 4: bytes.removeSubrange(place...)
      case 5: bytes.replaceSubrange(place..<end, with: Self.words.randomElement(using: &dice)!.utf8)
      case 6: bytes.insert(contentsOf: Self.words.randomElement(using: &dice)!.utf8, at: place)
      default:
        // A number becomes another one.
        let digits = bytes[place...].prefix { $0 >= 0x30 && $0 <= 0x39 }
        bytes.replaceSubrange(
          digits.indices, with: Self.words[0..<9].randomElement(using: &dice)!.utf8)
      }
    }
    return bytes
  }
}
