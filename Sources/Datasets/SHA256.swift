import CSHA256

/// SHA-256, as FIPS 180-4 defines it.
///
/// ```swift
/// var hash = SHA256()
/// hash.add(Array("abc".utf8))
/// hash.hexadecimal  // "ba7816bf…f20015ad", 64 digits
/// ```
struct SHA256 {
  /// FIPS 180-4, 5.3.3: the fractions of the square roots of the first eight primes.
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// What has been added and does not fill a block of 64 bytes yet.
  private var rest: [UInt8] = []
  private var count = 0

  mutating func add(_ bytes: [UInt8]) {
    count += bytes.count
    var bytes = bytes[...]
    if !rest.isEmpty {
      let missing = bytes.prefix(64 - rest.count)
      rest += missing
      bytes = bytes.dropFirst(missing.count)
      guard rest.count == 64 else { return }
      mix(rest[...])
      rest = []
    }
    mix(bytes)
    rest = Array(bytes.suffix(bytes.count % 64))
  }

  /// The digest of everything added, as 64 digits.
  var hexadecimal: String {
    // 5.1.1: one bit, zeros, and the length in bits as the last eight bytes of a block.
    var last = self
    let length = UInt64(count) * 8
    let zeros = (119 - count % 64) % 64
    last.add(
      [0x80] + [UInt8](repeating: 0, count: zeros)
        + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> $0) })
    let digits = Array("0123456789abcdef")
    return String(
      last.state.flatMap { word in
        stride(from: 28, through: 0, by: -4).map { digits[Int(word >> $0 & 15)] }
      })
  }

  /// Mixes in the whole blocks at the beginning of some bytes.
  private mutating func mix(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBufferPointer { sha256_blocks(&state, $0.baseAddress, Int64($0.count / 64)) }
  }
}
