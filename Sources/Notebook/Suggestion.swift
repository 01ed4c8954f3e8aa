/// `There is no command "stpe". Did you mean "step"?`, the question only where a name is near.
func noSuch(_ what: String, _ word: String, among names: [String]) -> String {
  let sentence = "There is no \(what) \"\(shortened(word))\"."
  guard let near = nearest(to: word, among: names) else { return sentence }
  return sentence + " Did you mean \"\(near)\"?"
}

/// A word as a sentence quotes it: no more than its beginning where it is very long.
func shortened(_ word: some StringProtocol) -> String {
  let start = word.prefix(40)
  return word.dropFirst(60).isEmpty ? String(word) : start + "…"
}

/// A sentence that fits on a screen, whatever was typed: its very long words are shortened, and so is
/// what is left.
///
///     shortenedSentence("There is no file aaa….")  // however many a's there were
func shortenedSentence(_ text: String) -> String {
  guard text.utf8.count > 300 else { return text }
  var (result, run) = ("", text.startIndex)
  func word(_ end: String.Index) -> String {
    let word = text[run..<end]
    return word.dropFirst(300).isEmpty ? String(word) : word.prefix(40) + "…"
  }
  for index in text.indices where text[index].isWhitespace {
    result += word(index) + String(text[index])
    run = text.index(after: index)
    if result.utf8.count > 4000 { return result.prefix(2000) + "…" }
  }
  return result + word(text.endIndex)
}

/// What to type here for a word of another debugger, shell or database; nil for any other.
func elsewhere(_ word: String) -> String? {
  guard let first = word.first else { return nil }
  let wayOut =
    switch first {
    case "!", "%", "$":
      "Backstep runs no shell commands: use another terminal, or Ctrl-Z and later fg."
    case "?": "Type: help"
    case ".", "\\", ":":
      "Commands have no \"\(first)\" before them here. Type \"help\" for the list, \"quit\" to leave."
    default: elsewhereWords[word.lowercased()]
    }
  return wayOut.map { "There is no command \"\(shortened(word))\". \($0)" }
}

private let elsewhereWords = [
  "exit": "To leave: quit", "bye": "To leave: quit",
  "info": "What there is to see: show network, show settings, show breakpoints (\"help show\").",
  "list": "The phases of a step: help phases. The commands so far: history",
  "bt": "The prompt says where the clock stands. The commands so far: history",
  "backtrace": "The prompt says where the clock stands. The commands so far: history",
  "where": "The prompt says where the clock stands; also: show batch, show network",
  "frame": "A layer's values: show activations 1, show deltas 1",
  "up": "A layer's values: show activations 1, show deltas 1",
  "next": "To go on: phase for one phase, step for one minibatch.",
  "stepi": "To go on by one phase: phase", "nexti": "To go on by one phase: phase",
  "reverse-step": "To go back: back", "undo": "To go back: back", "rs": "To go back: back",
  "tbreak": "To go on to a point once: until",
  "clear": "To clear the screen: Ctrl-L. To delete a breakpoint: delete 1",
  "cls": "To clear the screen: Ctrl-L", "man": "Type: help",
  "shell": "Backstep runs no shell commands: use another terminal, or Ctrl-Z and later fg.",
  "ls": "Backstep runs no shell commands: use another terminal, or Ctrl-Z and later fg.",
  "cd": "Backstep runs no shell commands: start it in the folder, or name files by their path.",
  "python": "Backstep runs no Python: print computes, as in \"print norm(W1)\".",
]

/// The name with the fewest typing errors between it and the word; nil when that is too many.
///
///     nearest(to: "stpe", among: ["step", "show"])  // "step"
func nearest(to word: String, among names: [String]) -> String? {
  // No name is this long.
  guard word.utf8.count <= 256 else { return nil }
  let limit = max(1, word.count / 3)
  return
    names
    .map { ($0, typingErrors(Array(word.lowercased()), Array($0.lowercased()))) }
    .filter { $0.1 <= limit }
    .min { $0.1 < $1.1 }?.0
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the
/// other (Damerau and Levenshtein, optimal string alignment).
private func typingErrors(_ a: [Character], _ b: [Character]) -> Int {
  // No name is this long, and the table below grows with the product.
  guard a.count <= 64, b.count <= 64 else { return .max }
  var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
  for i in 0...a.count { table[i][0] = i }
  for j in 0...b.count { table[0][j] = j }
  for i in a.indices {
    for j in b.indices {
      var best = table[i][j] + (a[i] == b[j] ? 0 : 1)
      best = min(best, table[i][j + 1] + 1, table[i + 1][j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, table[i - 1][j - 1] + 1)
      }
      table[i + 1][j + 1] = best
    }
  }
  return table[a.count][b.count]
}
