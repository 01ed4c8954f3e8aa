import Testing

@testable import Page

@Suite struct NumberFormatTests {
  /// C's `%.4g` wherever digits are rounded away; whole and short numbers as people type them.
  @Test(
    arguments: [
      (0, "0"), (-0.0, "-0"), (1, "1"), (100, "100"), (-5, "-5"), (60000, "60000"),
      (999_999, "999999"), (1_000_000, "1e+06"), (12_345_678, "1.235e+07"), (12345.6, "1.235e+04"),
      (2.5, "2.5"), (0.1, "0.1"), (0.001, "0.001"), (1e-5, "1e-05"), (1e-8, "1e-08"),
      (0.0001234, "0.0001234"), (1.234e-5, "1.234e-05"), (0.00012344, "0.0001234"),
      (0.00001234999, "1.235e-05"), (2.302585092994046, "2.303"), (2.3000001, "2.300"),
      (0.1 + 0.2, "0.3000"), (0.99999, "1.000"), (9999.5, "1.000e+04"), (1234.4, "1234"),
      (99999.5, "1.000e+05"), (0.000099999, "0.0001000"),
      (1e-300, "1e-300"), (1.5e300, "1.5e+300"), (.leastNonzeroMagnitude, "4.941e-324"),
      (.greatestFiniteMagnitude, "1.798e+308"), (.nan, "nan"), (-.nan, "nan"), (.infinity, "inf"),
      (-.infinity, "-inf"),
    ] as [(Double, String)])
  func standard(_ value: Double, _ text: String) {
    #expect(NumberFormat.standard.text(value) == text)
  }

  @Test(
    arguments: [
      (1, 0.1234, "0.1"), (1, 1.26e-7, "1e-07"), (2, 0.1234, "0.12"), (6, 0.1234, "0.1234"),
      (6, 1.0 / 3, "0.333333"), (17, 0.1, "0.1"), (17, 0.1 + 0.2, "0.30000000000000004"),
      (17, 1.0 / 3, "0.3333333333333333"), (16, 1.0 / 3, "0.3333333333333333"), (0, 0.26, "0.3"),
      (99, 0.3, "0.3"),
    ] as [(Int, Double, String)])
  func precision(_ digits: Int, _ value: Double, _ text: String) {
    #expect(NumberFormat.standard.text(value, precision: digits) == text)
  }

  @Test func otherFormats() {
    #expect(NumberFormat.fixed(4).text(0.125) == "0.1250")
    #expect(NumberFormat.fixed(1).text(1e300).count == 303)
    #expect(NumberFormat.scientific(3).text(0) == "0.000e+00")
    #expect(NumberFormat.scientific(3).text(-1.23456e-5) == "-1.235e-05")
    #expect(NumberFormat.integer.text(60000) == "60000")
    #expect(NumberFormat.integer.text(2.5) == "2.5")
    #expect(NumberFormat.grouped.text(.nan) == "nan")
  }

  @Test(
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-999, "-999"), (-1000, "-1,000"),
      (238_510, "238,510"), (1_234_567, "1,234,567"), (100_000, "100,000"),
      (-123_456, "-123,456"),
    ] as [(Double, String)])
  func grouped(_ value: Double, _ text: String) {
    #expect(NumberFormat.grouped.text(value) == text)
  }

  /// A share that is not none is never 0.0, one that is not all never 100.0.
  @Test(
    arguments: [
      (0, "0.0"), (11.3, "11.3"), (100, "100.0"), (7.000000000000001, "7.0"), (0.04, "0.04"),
      (0.0004, "0.0004"), (99.96, "99.96"), (99.99957, "99.9996"), (1e-12, "1e-12"),
      (99.9999999999, "100.0"), (150, "150.0"), (.nan, "nan"),
    ] as [(Double, String)])
  func percent(_ value: Double, _ text: String) {
    #expect(NumberFormat.percent.text(value) == text)
  }

  @Test func exponents() {
    #expect(NumberFormat.exponent(of: 1.234e-5, digits: 4) == -5)
    #expect(NumberFormat.exponent(of: 9.99996, digits: 4) == 1)
    #expect(NumberFormat.exponent(of: 1, digits: 1) == 0)
  }

  @Test(
    arguments: [
      ("12.", 12, 1, "."), ("5,000 digits", 5000, 1, " digits"), ("1,2", 1, 1, ",2"),
      ("1,2345", 1, 1, ",2345"), ("11.3%", 11.3, 0.1, "%"), ("-0.250,", -0.25, 0.001, ","),
      ("1.234e-05]", 1.234e-5, 1e-8, "]"), ("1e+06", 1e6, 1e6, ""), ("2epochs", 2, 1, "epochs"),
      ("nan", .nan, 0, ""), ("-inf x", -.infinity, 0, " x"), ("1,234,567.5", 1_234_567.5, 0.1, ""),
    ] as [(String, Double, Double, String)])
  func written(_ text: String, _ value: Double, _ unit: Double, _ rest: String) throws {
    var left = text[...]
    let number = try #require(WrittenNumber(readingFrom: &left))
    #expect(number.value == value || number.value.isNaN && value.isNaN)
    #expect(number.unit == unit)
    #expect(left == rest)
  }

  @Test(arguments: ["", "x1", ".5", "-", "+x", "e5", ", 3"])
  func notANumber(_ text: String) {
    var left = text[...]
    #expect(WrittenNumber(readingFrom: &left) == nil)
    #expect(left == text)
  }

  @Test func agreement() throws {
    var text = "2.303"[...]
    let number = try #require(WrittenNumber(readingFrom: &text))
    #expect(number.agrees(with: 2.302585))
    #expect(number.agrees(with: 2.3035))
    #expect(!number.agrees(with: 2.30351))
    #expect(number.agrees(with: 2.30351, tolerance: 1e-4))
    #expect(!number.agrees(with: .nan))
    var nan = "nan"[...]
    let none = try #require(WrittenNumber(readingFrom: &nan))
    #expect(none.agrees(with: .nan))
    #expect(!none.agrees(with: 0))
  }
}
