import CSHA256
import Testing

@testable import Datasets

@Suite struct SHA256Tests {
  /// FIPS 180-4's examples: `printf TEXT | sha256sum` prints the same.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func theStandardsExamples(_ text: String, _ digest: String) {
    var hash = SHA256()
    hash.add(Array(text.utf8))
    #expect(hash.hexadecimal == digest)
  }

  /// The standard's long example, added in pieces of every length up to three blocks.
  @Test func aMillionTimesTheLetterA() {
    var (hash, added, piece) = (SHA256(), 0, 0)
    while added < 1_000_000 {
      let count = min(piece % 193, 1_000_000 - added)
      hash.add([UInt8](repeating: 0x61, count: count))
      (added, piece) = (added + count, piece + 1)
    }
    #expect(
      hash.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// Processors with instructions for it and those without come to the same.
  @Test func plainArithmeticComesToTheSame() {
    let bytes = (0..<64 * 300).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 5) }
    var (fast, plain) = ([UInt32](1...8), [UInt32](1...8))
    sha256_blocks(&fast, bytes, 300)
    sha256_blocks_portable(&plain, bytes, 300)
    #expect(fast == plain)
  }
}
