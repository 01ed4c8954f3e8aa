import Testing

@testable import Backprop

@Suite struct FingerprintTests {
  func fingerprint(_ body: (inout Fingerprint) -> Void) -> String {
    var fingerprint = Fingerprint()
    body(&fingerprint)
    return fingerprint.description
  }

  /// Saved sessions have these, so that they may never change. Computed apart, in Python 3:
  ///
  ///     import struct
  ///     M, P = 2**64 - 1, 0xFF51AFD7ED558CCD
  ///     def mix(h, w): h = (h ^ w) * P & M; return h ^ h >> 32
  ///     def word(x): return struct.unpack("<Q", struct.pack("<d", x))[0]
  ///     class F:
  ///         def __init__(s): s.l = [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9,
  ///                                 0x94D049BB133111EB, 0xD6E8FEB86659FD93]
  ///         def add(s, w): s.l[0] = mix(s.l[0], w & M)
  ///         def text(s, t): s.add(len(t)); [s.add(b) for b in t]
  ///         def array(s, v):
  ///             s.add(len(v)); whole = len(v) // 4 * 4
  ///             for i, x in enumerate(v): k = i % 4 if i < whole else 0; s.l[k] = mix(s.l[k], word(x))
  ///         def hex(s): r = 0; [r := mix(r, l) for l in s.l]; return f"{r:016x}"
  @Test func theValuesOfAllTimes() {
    #expect(fingerprint { _ in } == "687212d4fcba34b0")
    #expect(fingerprint { $0.add(1) } == "f1a89d10b06d75d5")
    #expect(fingerprint { $0.add(-1) } == "807bda4b8f6dd687")
    #expect(fingerprint { $0.add(0.1) } == "0ba458838ee1b0a3")
    #expect(fingerprint { $0.add("softmax") } == "ebf04631d34e747f")
    #expect(fingerprint { $0.add((0..<11).map { Double($0) / 8 }) } == "b89b3f899f206175")
  }

  @Test func everyBitCounts() {
    let values = (0..<38).map { Double($0) / 7 }
    var seen: Set = [fingerprint { $0.add(values) }]
    for i in values.indices {
      for bit in 0..<64 {
        var changed = values
        changed[i] = Double(bitPattern: values[i].bitPattern ^ 1 << bit)
        #expect(seen.insert(fingerprint { $0.add(changed) }).inserted, "value \(i), bit \(bit)")
      }
    }
  }

  @Test func orderAndLengthCount() {
    let all = [
      fingerprint { $0.add([1.0, 2, 3, 4, 5]) }, fingerprint { $0.add([2.0, 1, 3, 4, 5]) },
      fingerprint { $0.add([5.0, 2, 3, 4, 1]) }, fingerprint { $0.add([1.0, 2, 3, 4]) },
      fingerprint {
        $0.add([1.0, 2, 3])
        $0.add([4.0, 5])
      },
      fingerprint {
        $0.add([1.0, 2])
        $0.add([3.0, 4, 5])
      },
      fingerprint { $0.add([Double]()) }, fingerprint { _ in },
      fingerprint { $0.add("ab") }, fingerprint { $0.add("ba") },
      fingerprint {
        $0.add("a")
        $0.add("b")
      },
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func manyStatesAreToldApart() {
    var random = Random(seed: 1)
    let all = (0..<20_000).map { _ in fingerprint { $0.add(random.next() >> 40) } }
    // 24 bits each, so that some 12 of the numbers are there twice.
    random = Random(seed: 1)
    #expect(Set(all).count == Set((0..<20_000).map { _ in random.next() >> 40 }).count)
  }

  @Test func aNaNIsANaNAndMinusZeroIsNotZero() {
    func of(_ value: Double) -> String { fingerprint { $0.add([1, value]) } }
    #expect(of(.nan) == of(-.nan))
    #expect(of(.nan) == of(.signalingNaN))
    #expect(of(.nan) == of(Double(nan: 0x123, signaling: false)))
    #expect(of(0) != of(-0.0))
    #expect(of(.infinity) != of(-.infinity))
    #expect(of(.infinity) != of(.nan))
  }

  @Test func itHasSixteenDigits() {
    for number in 0..<1000 {
      let text = fingerprint { $0.add(number) }
      #expect(text.count == 16 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }
  }
}
