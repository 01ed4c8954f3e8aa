import Foundation

/// Validates JSON against the keywords of JSON Schema 2020-12 that `session.schema.json` uses; a
/// keyword that it does not know is an error, so that none is passed over in silence.
struct JSONSchema {
  private let root: [String: Any]
  private let patterns: [String: NSRegularExpression]

  /// The schema of a saved session.
  nonisolated(unsafe) static let session: JSONSchema = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Notebook/session.schema.json")
    return try! JSONSchema(try! Data(contentsOf: file))
  }()

  init(_ text: Data) throws {
    root = try JSONSerialization.jsonObject(with: text) as! [String: Any]
    var patterns: [String: NSRegularExpression] = [:]
    func collect(_ value: Any) throws {
      for value in value as? [Any] ?? [] { try collect(value) }
      for (key, value) in value as? [String: Any] ?? [:] {
        if key == "pattern", let text = value as? String {
          patterns[text] = try NSRegularExpression(pattern: text)
        }
        if key == "patternProperties" {
          for text in (value as! [String: Any]).keys {
            patterns[text] = try NSRegularExpression(pattern: text)
          }
        }
        try collect(value)
      }
    }
    try collect(root)
    self.patterns = patterns
  }

  /// What is wrong, with the place; nothing when the text is valid.
  func failures(in text: String) throws -> [String] {
    let value = try JSONSerialization.jsonObject(
      with: Data(text.utf8), options: .fragmentsAllowed)
    return failures(of: value, root)
  }

  /// `.network.layers[0].biases: type`, one for each keyword that does not hold.
  private func failures(of value: Any, _ schema: [String: Any]) -> [String] {
    var failures: [String] = []
    for (keyword, rule) in schema where !holds(keyword, rule, value, schema, &failures) {
      failures.append(": \(keyword)")
    }
    return failures
  }

  /// Whether one keyword holds; what is wrong inside is added to `failures`.
  private func holds(
    _ keyword: String, _ rule: Any, _ value: Any, _ schema: [String: Any],
    _ failures: inout [String]
  ) -> Bool {
    let (object, list, text) = (value as? [String: Any], value as? [Any], value as? String)
    let number = isBoolean(value) ? nil : (value as? NSNumber)?.doubleValue
    switch keyword {
    case "$schema", "$defs", "title", "description": return true
    case "type": return type(of: value) == rule as! String || isWhole(value, rule as! String)
    case "const": return equal(value, rule)
    case "enum": return (rule as! [Any]).contains { equal(value, $0) }
    case "minimum": return number.map { $0 >= (rule as! NSNumber).doubleValue } ?? true
    case "maximum": return number.map { $0 <= (rule as! NSNumber).doubleValue } ?? true
    case "exclusiveMaximum": return number.map { $0 < (rule as! NSNumber).doubleValue } ?? true
    case "minLength": return text.map { $0.unicodeScalars.count >= rule as! Int } ?? true
    case "minItems": return list.map { $0.count >= rule as! Int } ?? true
    case "maxItems": return list.map { $0.count <= rule as! Int } ?? true
    case "maxProperties": return object.map { $0.count <= rule as! Int } ?? true
    case "uniqueItems": return list.map { Set($0 as! [NSNumber]).count == $0.count } ?? true
    case "required":
      return object.map { object in (rule as! [String]).allSatisfy { object[$0] != nil } } ?? true
    case "pattern": return text.map { matches($0, rule as! String) } ?? true
    case "anyOf":
      return (rule as! [[String: Any]]).contains { self.failures(of: value, $0).isEmpty }
    case "$ref":
      let path = (rule as! String).split(separator: "/").dropFirst()
      let target = path.reduce(root) { $0[String($1)] as! [String: Any] }
      failures += self.failures(of: value, target)
    case "items":
      for (index, item) in (list ?? []).enumerated() {
        failures += self.failures(of: item, rule as! [String: Any]).map { "[\(index)]" + $0 }
      }
    case "properties", "patternProperties":
      for (name, item) in object ?? [:] {
        for schema in schemas(of: name, in: [keyword: rule]) {
          failures += self.failures(of: item, schema).map { ".\(name)" + $0 }
        }
      }
    case "additionalProperties":
      let others = (object ?? [:]).keys.filter { schemas(of: $0, in: schema).isEmpty }
      failures += others.map { ".\($0): not in the schema" }
    default: preconditionFailure("unknown keyword \(keyword)")
    }
    return true
  }

  private func schemas(of name: String, in schema: [String: Any]) -> [[String: Any]] {
    let named = (schema["properties"] as? [String: [String: Any]])?[name]
    let matching = (schema["patternProperties"] as? [String: [String: Any]] ?? [:])
      .filter { matches(name, $0.key) }.values
    return (named.map { [$0] } ?? []) + matching
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    patterns[pattern]!.firstMatch(
      in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
  }

  private func isBoolean(_ value: Any) -> Bool {
    value is NSNumber && String(cString: (value as! NSNumber).objCType) == "c"
  }

  private func type(of value: Any) -> String {
    if isBoolean(value) { return "boolean" }
    return switch value {
    case is NSNull: "null"
    case is String: "string"
    case is [Any]: "array"
    case is [String: Any]: "object"
    default: "number"
    }
  }

  private func isWhole(_ value: Any, _ type: String) -> Bool {
    guard type == "integer", self.type(of: value) == "number" else { return false }
    return (value as! NSNumber).doubleValue.rounded() == (value as! NSNumber).doubleValue
  }

  private func equal(_ left: Any, _ right: Any) -> Bool {
    guard type(of: left) == type(of: right) else { return false }
    if let left = left as? String { return left == right as? String }
    return left is NSNull || left as? NSNumber == right as? NSNumber
  }
}
