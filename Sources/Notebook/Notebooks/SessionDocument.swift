import Page

// What was typed in a session and what it came to, as a document to read.

extension Session {
  /// - Parameter title: where no heading says one.
  /// - Returns: nil when nothing has been typed that belongs into it.
  func document(title: String, host: any Host) -> Document? {
    let (beginning, since) = typedHere
    // What another session had done is done again, so that its outputs are there.
    var items = doneAgain(beginning, host: host)
    for item in since {
      switch item.kind {
      case .note: items.append(.prose(item.text))
      case .aside: break
      case .query, .change, .cutShort, .failed:
        items.append(.command(item.text))
        if !item.page.isEmpty { items.append(.page(item.page)) }
        if let failure = item.failure { items.append(.failure(failure)) }
      }
    }
    guard !items.isEmpty else { return nil }
    return Document(title: items.heading ?? title, items: items)
  }

  private func doneAgain(_ commands: [String], host: any Host) -> [Document.Item] {
    var session = Session()
    return commands.flatMap { command -> [Document.Item] in
      do {
        return [
          .command(command), .page(try session.perform(command, host: QuietHost(host))),
        ]
      } catch {
        return [.command(command), .failure("\(error)")]
      }
    }
  }
}

extension [Document.Item] {
  /// The text of the first heading.
  fileprivate var heading: String? {
    for case .prose(let text) in self {
      for line in text.split(separator: "\n") where line.hasPrefix("# ") {
        return String(line.dropFirst(2).trimmed)
      }
    }
    return nil
  }
}

extension Session {
  /// Forgets what was typed so far, so that a document begins here.
  public mutating func beginTranscript() { transcript = [] }
}
