/// A line as typed, taken apart: the first word and what follows it.
struct TypedLine {
  /// Nil for a blank line and a comment.
  let word: String?
  /// What follows the word, without the space around it.
  let rest: Substring

  init(_ line: String) {
    let text = line.trimmed
    guard let first = text.first, first != "#" else {
      (word, rest) = (nil, "")
      return
    }
    let end = text.firstIndex { $0.isWhitespace } ?? text.endIndex
    word = String(text[..<end])
    rest = text[end...].trimmed
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: Substring {
    let text = Substring(self).drop { $0.isWhitespace }
    guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return text[...last]
  }
}

/// The words of a line: separated by spaces, quoted with '…' or "…" where they have some, up to a
/// comment.
///
///     try words(in: "load mnist \"my digits\"  # mine")  // ["load", "mnist", "my digits"]
///
/// - Throws: when a quote is not closed.
func words(in text: Substring) throws -> [String] {
  var words: [String] = []
  var rest = text.trimmed
  while let first = rest.first, first != "#" {
    var word = ""
    while let character = rest.first, !character.isWhitespace {
      rest.removeFirst()
      guard character == "\"" || character == "'" else {
        word.append(character)
        continue
      }
      guard let end = rest.firstIndex(of: character) else {
        throw CommandError(
          "The quote \(character) is not closed: \(character)\(rest). Add one at its end.")
      }
      word += rest[..<end]
      rest = rest[rest.index(after: end)...]
    }
    words.append(word)
    rest = rest.trimmed
  }
  return words
}

/// The rest of a line as one argument, after the options that stand before it.
///
///     optionsAndRest(of: "--epochs 3 accuracy > 0.9", taking: ["--epochs"])
///     // ["--epochs", "3", "--", "accuracy > 0.9"]
///
/// - Parameter taking: the options that are followed by a value.
func optionsAndRest(of text: Substring, taking: Set<String> = []) -> [String] {
  var arguments: [String] = []
  var rest = text.trimmed
  func takeWord() -> String {
    let end = rest.firstIndex { $0.isWhitespace } ?? rest.endIndex
    defer { rest = rest[end...].trimmed }
    return String(rest[..<end])
  }
  while rest.hasPrefix("--") {
    let option = takeWord()
    arguments.append(option)
    if taking.contains(option) { arguments.append(takeWord()) }
  }
  return rest.isEmpty ? arguments : arguments + ["--", String(rest)]
}

/// A word as it has to be typed: in quotes where it has spaces.
///
///     quotedWord("my digits")  // 'my digits'
public func quotedWord(_ word: String) -> String {
  guard word.isEmpty || word.contains(where: { $0.isWhitespace || "#'\"".contains($0) }) else {
    return word
  }
  guard word.contains("'") else { return "'\(word)'" }
  return "\"\(word.replacing("\"", with: "\"'\"'\""))\""
}
