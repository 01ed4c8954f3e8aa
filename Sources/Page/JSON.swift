/// The blocks of a page as the JSON array another program reads.
///
///     JSONRenderer.json("step \(12)")  // [{"kind":"text","text":"step 12"}]
public enum JSONRenderer {
  /// Always valid by RFC 8259, at full precision, nothing left out.
  public static func json(_ page: Page) -> String {
    var writer = JSONWriter(capacity: page.blocks.reduce(2) { $0 + $1.jsonSize })
    writer.list(page.blocks) { $0.block($1) }
    return writer.text
  }
}

/// The pieces for whoever writes the object around the blocks.
public enum JSON {
  /// `JSON.quoted("a \"b\"")  // "a \"b\""`, with its quotation marks and escapes.
  public static func quoted(_ text: String) -> String {
    var writer = JSONWriter(capacity: text.utf8.count + 2)
    writer.string(text)
    return writer.text
  }

  /// The shortest text that reads back as the same number; `"NaN"`, `"Infinity"`, `"-Infinity"` in
  /// quotation marks, for JSON has no such numbers.
  public static func number(_ value: Double) -> String {
    var writer = JSONWriter(capacity: 24)
    writer.number(value)
    return writer.text
  }

  /// A value, with all it holds.
  public static func value(_ value: Value) -> String {
    var writer = JSONWriter(capacity: 64)
    writer.value(value)
    return writer.text
  }
}

extension Block {
  /// About how many bytes it will take.
  fileprivate var jsonSize: Int {
    switch self {
    case .matrix(let grid): 64 + 24 * grid.values.count
    case .image(let picture): 64 + 24 * picture.values.count
    case .series(let series): 64 + 48 * series.y.count
    case .table(let table): 64 + 24 * table.rows.count * table.columns.count
    case .text, .facts: 256
    }
  }
}

/// Text that grows at its end only; a matrix of 784 by 300 is written in some 20 ms.
private struct JSONWriter {
  var text = ""

  init(capacity: Int) {
    text.reserveCapacity(capacity)
  }

  mutating func block(_ block: Block) {
    switch block {
    case .text(let lines):
      text += #"{"kind":"text","text":"#
      string(lines.map(\.description).joined(separator: "\n"))
    case .facts(let facts):
      head("facts", facts.name)
      text += #","values":"#
      object(facts.values)
    case .table(let table):
      head("table", table.name)
      text += #","columns":"#
      list(table.columns) { $0.string($1.name) }
      text += #","rows":"#
      list(table.rows) { writer, row in
        let missing = max(0, table.columns.count - row.count)
        writer.list(row + Array(repeating: .null, count: missing)) { $0.value($1) }
      }
    case .matrix(let grid):
      head("matrix", grid.name)
      array(grid.values, shape: grid.shape, isInteger: grid.isInteger)
    case .series(let series):
      head("series", series.name)
      text += #","x":"#
      numbers(series.x[...])
      text += #","y":"#
      numbers(series.y[...])
    case .image(let picture):
      head("image", picture.name)
      array(picture.values, shape: picture.shape)
    }
    text += "}"
  }

  private mutating func head(_ kind: String, _ name: String) {
    text += #"{"kind":""# + kind + #"","name":"#
    string(name)
  }

  private mutating func array(_ values: [Double], shape: [Int], isInteger: Bool = false) {
    text += #","shape":"#
    value(.shape(shape))
    text += #","values":"#
    nested(values, shape: shape, isInteger: isInteger)
  }

  private mutating func nested(_ values: [Double], shape: [Int], isInteger: Bool = false) {
    switch shape.count {
    case 0: numbers(values[...], isInteger: isInteger, brackets: false)
    case 1: numbers(values[...], isInteger: isInteger)
    default:
      let columns = shape[1]
      list(0..<shape[0]) { writer, row in
        writer.numbers(values[row * columns..<(row + 1) * columns], isInteger: isInteger)
      }
    }
  }

  private mutating func numbers(
    _ values: ArraySlice<Double>, isInteger: Bool = false, brackets: Bool = true
  ) {
    if brackets { text += "[" }
    var isFirst = true
    for value in values {
      if !isFirst { text += "," }
      isFirst = false
      if isInteger, let whole = Int(exactly: value) {
        text += String(whole)
      } else {
        number(value)
      }
    }
    if brackets { text += "]" }
  }

  mutating func value(_ value: Value) {
    switch value {
    case .null: text += "null"
    case .bool(let isTrue): text += isTrue ? "true" : "false"
    case .integer(let count): text += String(count)
    case .number(let number), .percent(let number): self.number(number)
    case .shape(let sizes): list(sizes) { $0.text += String($1) }
    case .array(let values, let shape): nested(values, shape: shape)
    case .string(let string): self.string(string)
    case .list(let values): list(values) { $0.value($1) }
    case .object(let facts): object(facts)
    }
  }

  private mutating func object(_ facts: [Fact]) {
    text += "{"
    for (index, fact) in facts.enumerated() {
      if index > 0 { text += "," }
      string(fact.name)
      text += ":"
      value(fact.value)
    }
    text += "}"
  }

  mutating func list<Items: Sequence>(
    _ items: Items, _ write: (inout JSONWriter, Items.Element) -> Void
  ) {
    text += "["
    var isFirst = true
    for item in items {
      if !isFirst { text += "," }
      isFirst = false
      write(&self, item)
    }
    text += "]"
  }

  mutating func number(_ value: Double) {
    if value.isFinite {
      value.write(to: &text)
    } else {
      text += value.isNaN ? #""NaN""# : value < 0 ? #""-Infinity""# : #""Infinity""#
    }
  }

  mutating func string(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\u{2028}", "\u{2029}",
        _ where scalar.isOrder:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
