extension Picture {
  /// A smaller picture: each pixel stands for a block of so many rows and columns. A grey one is
  /// their mean; around 0, where a mean would cancel, the value farthest from 0. One value that is
  /// not finite makes the pixel so.
  ///
  ///     Picture("w", shape: [2, 2], values: [1, -3, 0, 2], isSigned: true)
  ///       .shrunk(down: 2, across: 2).values  // [-3]
  func shrunk(down: Int, across: Int) -> Picture {
    if down == 1 && across == 1 { return self }
    var smaller = self
    smaller.range = scale.range
    smaller.shape = [(rows + down - 1) / down, (columns + across - 1) / across]
    smaller.values = stride(from: 0, to: rows, by: down).flatMap { row in
      stride(from: 0, to: columns, by: across).map { column in
        pixel(row..<min(row + down, rows), column..<min(column + across, columns))
      }
    }
    return smaller
  }

  private func pixel(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
    let count = Double(rows.count * columns.count)
    var result = 0.0
    for row in rows {
      for value in values[
        row * self.columns + columns.lowerBound..<row * self.columns + columns.upperBound]
      {
        if !value.isFinite { return .nan }
        if !isSigned {
          result += value / count
        } else if value.magnitude > result.magnitude {
          result = value
        }
      }
    }
    return result
  }

  /// What a pixel of the smaller picture stands for.
  func noteOnShrinking(down: Int, across: Int) -> Line? {
    if down == 1 && across == 1 { return nil }
    let block = "\(down)×\(across)"
    return Line(
      text: isSigned
        ? "each pixel shows the value farthest from 0 of \(block)"
        : "each pixel is the mean of \(block)", .note)
  }
}
