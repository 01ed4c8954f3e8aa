import Foundation
import Testing

@testable import Page

@Suite struct JSONTests {
  func parsed(_ json: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(json.utf8), options: [.fragmentsAllowed])
  }

  @Test func everyBlock() {
    let page = Page(
      .text(["step \(12)", "loss \(0.25), \(percent: 0.5)"]),
      .facts(
        Facts(
          "stop",
          [
            "step": 12, "loss": nil, "accuracy": .percent(0.25), "ok": true, "why": "a \"b\"",
            "l": [1, 2.5], "o": ["x": false],
          ], lines: ["not in JSON"])),
      .table(
        Table(
          "gradients", columns: ["array", Column("data_norm", isExtra: true), "shape"],
          rows: [["dW1", 0.1, .shape([784, 30])], ["db1"]], caption: "not in JSON")),
      .matrix(Grid("m", shape: [2, 2], values: [1, -0.0, 0.1, 1e-7])),
      .matrix(Grid("v", shape: [3], values: [.nan, .infinity, -.infinity])),
      .matrix(Grid("n", shape: [], values: [0.5])),
      .matrix(Grid("labels", shape: [2], values: [5, 0], isInteger: true)),
      .matrix(Grid("e", shape: [0, 3], values: [])), .matrix(Grid("f", shape: [2, 0], values: [])),
      .series(Series("loss", x: [0, 1], y: [2.5, .nan])),
      .image(Picture("digit 0", shape: [1, 2], values: [0, 1])))
    let expected = [
      #"{"kind":"text","text":"step 12\nloss 0.25, 50.0%"}"#,
      #"{"kind":"facts","name":"stop","values":{"step":12,"loss":null,"accuracy":0.25,"ok":true,"#
        + #""why":"a \"b\"","l":[1,2.5],"o":{"x":false}}}"#,
      #"{"kind":"table","name":"gradients","columns":["array","data_norm","shape"],"#
        + #""rows":[["dW1",0.1,[784,30]],["db1",null,null]]}"#,
      #"{"kind":"matrix","name":"m","shape":[2,2],"values":[[1.0,-0.0],[0.1,1e-07]]}"#,
      #"{"kind":"matrix","name":"v","shape":[3],"values":["NaN","Infinity","-Infinity"]}"#,
      #"{"kind":"matrix","name":"n","shape":[],"values":0.5}"#,
      #"{"kind":"matrix","name":"labels","shape":[2],"values":[5,0]}"#,
      #"{"kind":"matrix","name":"e","shape":[0,3],"values":[]}"#,
      #"{"kind":"matrix","name":"f","shape":[2,0],"values":[[],[]]}"#,
      #"{"kind":"series","name":"loss","x":[0.0,1.0],"y":[2.5,"NaN"]}"#,
      #"{"kind":"image","name":"digit 0","shape":[1,2],"values":[[0.0,1.0]]}"#,
    ]
    #expect(JSONRenderer.json(page) == "[" + expected.joined(separator: ",") + "]")
    #expect(throws: Never.self) { try parsed(JSONRenderer.json(page)) }
    #expect(JSONRenderer.json(.empty) == "[]")
    #expect(JSON.value(["a", nil]) == #"["a",null]"#)
  }

  /// RFC 8259, section 7: quotation mark, backslash and U+0000 to U+001F must be escaped.
  @Test func stringsReadBack() throws {
    var all = "é × 数 😀 \u{10FFFF} \u{FEFF} \u{2028}\u{2029} \u{7F} \r\n </script>"
    for code in 0..<128 { all.unicodeScalars.append(Unicode.Scalar(UInt8(code))) }
    let json = JSON.quoted(all)
    let back = try #require(try parsed(json) as? String)
    #expect(Array(back.unicodeScalars) == Array(all.unicodeScalars))
    #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x2028 })
    #expect(JSON.quoted("a\u{1}\"\\\n") == #""a\u0001\"\\\n""#)
  }

  @Test func doublesReadBackToTheBit() throws {
    var numbers = SeededNumbers(seed: 1)
    var values = (0..<5000).map { _ in numbers.pattern() }.filter(\.isFinite)
    values += [
      0, -0.0, 5, 1e16, 1e22, 1e23, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .leastNormalMagnitude, .pi,
      .greatestFiniteMagnitude, 0.1, 1e-5, 123_456_789_012_345_680,
    ]
    let wrong = values.filter { value in
      let text = JSON.number(value)
      return Double(text)?.bitPattern != value.bitPattern || !isNumber(text)
    }
    #expect(wrong == [])
    struct Block: Decodable { var values: [Double] }
    let grid = Grid("a", shape: [values.count], values: values)
    let json = Data(JSONRenderer.json(Page(.matrix(grid))).utf8)
    let read = try JSONDecoder().decode([Block].self, from: json)[0].values
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }

  /// RFC 8259, section 6: `[ minus ] int [ frac ] [ exp ]`.
  func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
  }

  @Test func notFinite() {
    #expect(JSON.number(.nan) == #""NaN""#)
    #expect(JSON.number(-.nan) == #""NaN""#)
    #expect(JSON.number(.infinity) == #""Infinity""#)
    #expect(JSON.number(-.infinity) == #""-Infinity""#)
  }
}
