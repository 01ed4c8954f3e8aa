/// A name and its value.
public struct Fact: Sendable, Equatable {
  public var name: String
  public var value: Value

  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// Values with names, in order: what another program reads, and the lines a person reads instead.
///
///     Facts("evaluate", ["loss": 0.25, "error_rate": .percent(0.07)])
///     // loss        0.25
///     // error rate  7.0%
public struct Facts: Sendable, Equatable {
  public var name: String
  public var values: [Fact]
  /// What a person reads. Without any, each value is shown beside its name.
  public var lines: [Line]
  /// Whether people see them; programs always do.
  public var isShown = true

  public init(_ name: String, values: [Fact], lines: [Line] = []) {
    self.name = name
    self.values = values
    self.lines = lines
  }

  public init(_ name: String, _ values: KeyValuePairs<String, Value>, lines: [Line] = []) {
    self.init(name, values: values.map { Fact($0.key, $0.value) }, lines: lines)
  }

  /// The value of that name. Setting one that is not there adds it at the end.
  public subscript(name: String) -> Value? {
    get { values.first { $0.name == name }?.value }
    set {
      if let index = values.firstIndex(where: { $0.name == name }) {
        if let newValue { values[index].value = newValue } else { values.remove(at: index) }
      } else if let newValue {
        values.append(Fact(name, newValue))
      }
    }
  }
}
