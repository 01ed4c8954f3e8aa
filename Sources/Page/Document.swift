/// A session to read: prose, commands and what they printed, in order. `HTMLRenderer` makes a page
/// of it and `JupyterRenderer` a Jupyter notebook.
///
///     Document(title: "A first step", items: [
///       .prose("# A first step"), .command("step 1"), .page("step \(1)  loss \(2.3)"),
///     ])
public struct Document: Sendable, Equatable {
  public enum Item: Sendable, Equatable {
    /// Markdown.
    case prose(String)
    /// What was typed, without the prompt.
    case command(String)
    /// What the command before it printed.
    case page(Page)
    /// The sentence with which the command before it failed.
    case failure(String)
  }

  public var title: String
  public var items: [Item]

  public init(title: String, items: [Item]) {
    self.title = title
    self.items = items
  }
}

extension Document {
  /// Prose, or a command with what came of it. What is printed without a command before it is a cell
  /// whose command is nil.
  enum Cell: Equatable {
    case prose(String)
    case command(String?, outputs: [Output])
  }

  enum Output: Equatable {
    case page(Page)
    case failure(String)
  }

  /// The items, each command together with its outputs. Pages one after another are one.
  var cells: [Cell] {
    var cells: [Cell] = []
    for item in items {
      switch item {
      case .prose(let text): cells.append(.prose(text))
      case .command(let text): cells.append(.command(text, outputs: []))
      case .page(let page): Self.add(.page(page), to: &cells)
      case .failure(let sentence): Self.add(.failure(sentence), to: &cells)
      }
    }
    return cells
  }

  private static func add(_ output: Output, to cells: inout [Cell]) {
    guard case .command(let text, var outputs)? = cells.last else {
      cells.append(.command(nil, outputs: [output]))
      return
    }
    if case .page(let more) = output, case .page(let before)? = outputs.last {
      outputs[outputs.count - 1] = .page(before + more)
    } else {
      outputs.append(output)
    }
    cells[cells.count - 1] = .command(text, outputs: outputs)
  }
}
