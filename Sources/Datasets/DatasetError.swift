/// Why a data set or a file of arrays cannot be read: one sentence with the path, what was found there,
/// and the way out.
///
/// ```swift
/// try Dataset.folder("nowhere")
/// // Cannot open the folder nowhere: No such file or directory. …
/// ```
public struct DatasetError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension Int {
  /// The number with commas between its thousands, as every sentence here prints it.
  ///
  /// ```swift
  /// 47_040_016.grouped  // "47,040,016"
  /// ```
  var grouped: String {
    let digits = Array(String(magnitude))
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
