import Page

/// A table in Markdown: the first column is text, the others are figures.
struct MarkdownTable: CustomStringConvertible {
  let headings: [String]
  private(set) var rows: [[String]] = []

  init(_ headings: String...) { self.headings = headings }

  mutating func append(_ cells: String...) {
    precondition(cells.count == headings.count, "\(cells.count) cells in \(headings.count) columns")
    rows.append(cells)
  }

  var description: String {
    let rule = ["---"] + headings.dropFirst().map { _ in "---:" }
    return ([headings, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}

/// So many significant digits: `significant(0.12345)  // 0.123`
func significant(_ value: Double, digits: Int = 3) -> String {
  let text = NumberFormat.significant(digits).text(value)
  return value >= 1000 ? grouped(Int(value.rounded())) : text
}

/// `milliseconds(0.0012)  // 1.2`
func milliseconds(_ seconds: Double) -> String { significant(seconds * 1e3) }

/// `percent(0.25)  // 25.0 %`
func percent(_ share: Double) -> String { NumberFormat.fixed(1).text(share * 100) + " %" }

/// `grouped(60000)  // 60,000`
func grouped(_ count: Int) -> String { NumberFormat.grouped.text(Double(count)) }

/// `rounded(4_812_345)  // 4.81 M`
func rounded(_ count: Double) -> String {
  for (size, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where count >= size {
    return significant(count / size) + " " + letter
  }
  return significant(count)
}

/// `bytes(1_070_000)  // 1.07 MB`
func bytes(_ count: Double) -> String { rounded(count) + (count < 1000 ? " B" : "B") }

extension [Double] {
  /// The one in the middle; of two the higher.
  var median: Double { sorted()[count / 2] }
}

extension Duration {
  var seconds: Double { self / .seconds(1) }
}
