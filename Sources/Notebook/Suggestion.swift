/// `There is no command "stpe". Did you mean "step"?`, the question only where a name is near.
func noSuch(_ what: String, _ word: String, among names: [String]) -> String {
  let shown = word.count > 60 ? word.prefix(60) + "..." : word
  let sentence = "There is no \(what) \"\(shown)\"."
  guard let near = nearest(to: word, among: names) else { return sentence }
  return sentence + " Did you mean \"\(near)\"?"
}

/// The name with the fewest typing errors between it and the word; nil when that is too many.
///
///     nearest(to: "stpe", among: ["step", "show"])  // "step"
func nearest(to word: String, among names: [String]) -> String? {
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
