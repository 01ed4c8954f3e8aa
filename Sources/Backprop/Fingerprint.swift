/// A short name for a state: 64 bits that change when any bit of what went in changes. It tells two
/// sessions apart and finds damage; it is no protection against somebody who wants a collision.
///
///     var fingerprint = Fingerprint()
///     fingerprint.add([1.0, 2.0])
///     fingerprint.description  // 16 hexadecimal digits
///
/// Each word w goes into a lane as `h = (h xor w) · p; h = h xor (h >> 32)`, a multiplication by an
/// odd number and a shift, both of which can be undone, so that no single change is lost. Arrays use
/// four lanes in turn, for speed. A NaN counts as one and the same, whatever its sign and payload.
public struct Fingerprint: CustomStringConvertible {
  private var lanes = SIMD4<UInt64>(
    0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB, 0xD6E8_FEB8_6659_FD93)
  private static let factor: UInt64 = 0xFF51_AFD7_ED55_8CCD

  public init() {}

  public mutating func add(_ word: UInt64) {
    lanes[0] = Fingerprint.mix(lanes[0], word)
  }

  public mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

  public mutating func add(_ number: Double) { add(Fingerprint.word(number)) }

  public mutating func add(_ text: String) {
    add(text.utf8.count)
    for byte in text.utf8 { add(UInt64(byte)) }
  }

  /// How many numbers there are, and each of them.
  public mutating func add(_ values: [Double]) {
    add(values.count)
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    values.withUnsafeBufferPointer { values in
      var i = 0
      while i + 4 <= values.count {
        a = Fingerprint.mix(a, Fingerprint.word(values[i]))
        b = Fingerprint.mix(b, Fingerprint.word(values[i + 1]))
        c = Fingerprint.mix(c, Fingerprint.word(values[i + 2]))
        d = Fingerprint.mix(d, Fingerprint.word(values[i + 3]))
        i += 4
      }
      while i < values.count {
        a = Fingerprint.mix(a, Fingerprint.word(values[i]))
        i += 1
      }
    }
    lanes = SIMD4(a, b, c, d)
  }

  /// 16 hexadecimal digits.
  public var description: String {
    // From 0, so that the same change in two lanes, the sign of a last number, does not meet.
    var result: UInt64 = 0
    for lane in 0..<4 { result = Fingerprint.mix(result, lanes[lane]) }
    let digits = String(result, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  @inline(__always)
  private static func mix(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let product = (lane ^ word) &* factor
    return product ^ (product >> 32)
  }

  @inline(__always)
  private static func word(_ number: Double) -> UInt64 {
    number.isNaN ? 0x7FF8_0000_0000_0000 : number.bitPattern
  }
}
