#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a number is written. Always in the C locale: a point, no spaces.
public enum NumberFormat: Sendable, Equatable {
  /// As many significant digits as the page is rendered with.
  case standard
  /// C's `%.4g`, with a trailing zero dropped only where nothing was rounded away:
  /// 0.25 reads `0.25`, 0.2500001 reads `0.2500`. A whole number reads whole up to 999,999.
  case significant(Int)
  /// C's `%.3f`: digits after the point.
  case fixed(Int)
  /// C's `%.3e`: digits after the point.
  case scientific(Int)
  /// A whole number: `60000`. One that is not whole is written as `standard` writes it.
  case integer
  /// A whole number in groups of three: `60,000`.
  case grouped
  /// Per cent with one decimal, and more where one would make a small share 0.0 or a large one
  /// 100.0: `11.3`, `0.02`, `99.998`. The sign for per cent is text after it.
  case percent

  /// What this value reads.
  ///
  ///     NumberFormat.significant(4).text(1.2345678e-5)  // 1.235e-05
  public func text(_ value: Double, precision: Int = 4) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    switch self {
    case .standard: return Self.general(value, min(max(precision, 1), 17))
    case .significant(let digits): return Self.general(value, min(max(digits, 1), 17))
    case .fixed(let decimals): return Self.print("%.*f", decimals, value)
    case .scientific(let decimals): return Self.print("%.*e", decimals, value)
    case .integer, .grouped:
      if value != value.rounded() { return Self.general(value, min(max(precision, 1), 17)) }
      let digits = Self.print("%.*f", 0, value)
      return self == .grouped ? Self.grouped(digits) : digits
    case .percent: return Self.percent(value)
    }
  }

  private static func general(_ value: Double, _ digits: Int) -> String {
    if value.magnitude < 1e6, value == value.rounded() { return print("%.*f", 0, value) }
    // 15 digits first, for 17 would write 0.1 as 0.10000000000000001.
    for enough in min(digits, 15)...digits {
      let short = print("%.*g", enough, value)
      if Double(short) == value { return short }
    }
    // C's choice of notation, but with the zeros that `%g` would drop.
    let exponent = exponent(of: value, digits: digits)
    return exponent < -4 || exponent >= digits
      ? print("%.*e", digits - 1, value) : print("%.*f", digits - 1 - exponent, value)
  }

  private static func percent(_ value: Double) -> String {
    for decimals in 1...8 {
      let text = print("%.*f", decimals, value)
      guard let written = Double(text), written == 0 || written.magnitude == 100 else {
        return text
      }
      if written == value { break }
    }
    return value.magnitude < 1 && value != 0 ? print("%.*g", 2, value) : print("%.*f", 1, value)
  }

  /// The digits of a whole number in groups of three.
  static func grouped(_ digits: String) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      let rest = digits.count - index
      if rest % 3 == 0, let last = text.last, last != "-" { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// The power of ten of the first of so many significant digits, after rounding: -5 for 1.234e-05.
  static func exponent(of value: Double, digits: Int) -> Int {
    let text = print("%.*e", digits - 1, value)
    return Int(text[text.lastIndex(of: "e")!...].dropFirst())!
  }

  /// C's `printf` for a finite number, whatever the locale says about the decimal point.
  private static func print(_ format: String, _ digits: Int, _ value: Double) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      let length = withVaList([CInt(min(max(digits, 0), 60)), value]) {
        vsnprintf(buffer.baseAddress, buffer.count, format, $0)
      }
      var text: [UInt8] = []
      for byte in buffer.prefix(Int(length)).lazy.map({ UInt8(bitPattern: $0) }) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
          UInt8(ascii: "e"):
          text.append(byte)
        default:
          // The decimal point of some locale, which may take several bytes.
          if text.last != UInt8(ascii: ".") { text.append(UInt8(ascii: ".")) }
        }
      }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
