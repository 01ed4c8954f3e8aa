extension Unicode.Scalar {
  /// Whether a terminal would take it for an order instead of a letter: control characters (C0, DEL
  /// and C1, of which escape codes are made), and those that turn the direction of writing, with
  /// which a line can read other than it is. Neither ends a line nor is a tab.
  public var isOrder: Bool {
    switch self {
    case "\n", "\t": false
    case "\0"..<" ", "\u{7F}"..."\u{9F}": true
    case "\u{200E}", "\u{200F}", "\u{61C}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": true
    default: false
    }
  }
}

extension String {
  /// The text as it may go to a terminal wherever it comes from: a stranger's notebook, the name of a
  /// file, a person's keys. What would be an order to the terminal becomes a sign that is seen.
  ///
  ///     "\u{1B}]0;title\u{7}".harmless()  // "�]0;title�"
  ///
  /// - Parameter sign: what stands in its place, U+FFFD or, where there is no more than ASCII, `?`.
  public func harmless(sign: Unicode.Scalar = "\u{FFFD}") -> String {
    guard unicodeScalars.contains(where: \.isOrder) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(scalar.isOrder ? sign : scalar) }
    return String(text)
  }
}
