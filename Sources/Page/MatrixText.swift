/// Numbers, vectors and matrices as PyTorch prints them, and a line that sums them up.
extension TextRenderer {
  /// More than 1000 elements are shown by the three at each edge. A matrix wider than the screen
  /// loses columns in its middle; a vector goes on in the next line.
  func lines(_ grid: Grid) -> [Line] {
    let isLarge = grid.values.count > 1000
    switch grid.shape.count {
    case 0:
      let format = grid.isInteger ? NumberFormat.integer : .standard
      let name = Line(text: grid.name + " = ")
      return [settled(name + Line(spans: [Span(grid.values[0], as: format, mark(grid.values[0]))]))]
    case 1:
      let items = Elided(grid.shape[0], atMost: isLarge ? 6 : .max)
      let form = ElementForm(items.indices.map { grid.values[$0] }, grid.isInteger, precision)
      let cells = items.cells { cell(grid.values[$0], form) }
      return vector(cells) + summary(grid)
    default:
      let (rows, columns) = (grid.shape[0], grid.shape[1])
      if rows * columns == 0 { return [Line(text: "[]")] + summary(grid) }
      let down = Elided(rows, atMost: isLarge ? 6 : .max)
      var across = Elided(columns, atMost: isLarge ? 6 : .max)
      let shown = down.indices.flatMap { row in
        across.indices.map { grid.values[row * columns + $0] }
      }
      let form = ElementForm(shown, grid.isInteger, precision)
      across = across.fitting(width - 4, cell: form.width)
      let lines = down.cells { row in
        "["
          + Line(joining: across.cells { cell(grid.values[row * columns + $0], form) }, with: ", ")
          + "]"
      }
      return bracketed(lines) + summary(grid)
    }
  }

  /// One row a line, between the outer brackets.
  private func bracketed(_ rows: [Line]) -> [Line] {
    rows.enumerated().map { index, row in
      (index == 0 ? "[" : " ") + row + (index == rows.count - 1 ? "]" : ",")
    }
  }

  /// `[a, b, c]`, over as many lines as it takes.
  private func vector(_ cells: [Line]) -> [Line] {
    var lines: [Line] = ["["]
    for (index, cell) in cells.enumerated() {
      let item = cell + (index == cells.count - 1 ? "]" : ",")
      let last = lines[lines.count - 1]
      let gap = last.columns <= 1 ? 0 : 1
      if last.columns > 1, last.columns + gap + item.columns > width {
        lines.append(" " + item)
      } else {
        lines[lines.count - 1] = last + Line(text: gap == 0 ? "" : " ") + item
      }
    }
    return cells.isEmpty ? ["[]"] : lines
  }

  private func cell(_ value: Double, _ form: ElementForm) -> Line {
    form.line(value, mark(value)).padded(to: form.width, alignment: .right)
  }

  func mark(_ value: Double) -> Style { value.isFinite ? .plain : .bad }

  private func summary(_ grid: Grid) -> [Line] { flowed(figures(grid)) }

  /// `dW1 (784, 300)  min -0.01234  max 0.0211  mean 1.2e-05  norm 0.3  zeros 36.2%  nan 0`, over all
  /// elements, shown or not. Where some are not finite, the figures are those of the finite ones.
  func figures(_ grid: Grid) -> [Line] {
    let all = GridSummary(grid.values)
    let extreme: NumberFormat = grid.isInteger ? .integer : .standard
    var items: [Line] = ["\(grid.name, .name) \(Grid.text(ofShape: grid.shape))"]
    if grid.values.isEmpty { return items + ["empty"] }
    if all.finite > 0 {
      let scope: Line = all.finite < grid.values.count ? "finite: " : ""
      items.append(scope + "min \(all.min, as: extreme)")
      items.append("max \(all.max, as: extreme)")
      items.append("mean \(all.mean)")
      items.append("norm \(all.norm)")
    }
    items.append("zeros \(percent: Double(all.zeros) / Double(grid.values.count))")
    items.append("nan \(all.nans, all.nans > 0 ? .bad : .plain)")
    if all.infinities > 0 { items.append("inf \(all.infinities, .bad)") }
    return items
  }
}

/// How all elements of one matrix are written: alike, and equally wide.
struct ElementForm {
  var format: NumberFormat
  /// Whole numbers that need not be whole end in a point.
  var hasPoint = false
  var width = 0

  /// PyTorch's rule: scientific where the magnitudes (zeros apart) are over 1000-fold, above 1e8 or
  /// below 1e-4; else as many decimals as give the largest all its significant digits and the
  /// smallest two, so that what is not 0 never reads 0.0000.
  init(_ values: [Double], _ isInteger: Bool, _ precision: Int) {
    let digits = min(max(precision, 1), 17)
    let magnitudes = values.lazy.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
    let least = magnitudes.min() ?? 1
    let most = magnitudes.max() ?? 1
    if magnitudes.allSatisfy({ $0 == $0.rounded() }), isInteger || most <= 1e8 {
      format = .integer
      hasPoint = !isInteger
    } else if most / least > 1000 || most > 1e8 || least < 1e-4 {
      format = .scientific(digits - 1)
    } else {
      let forLargest = digits - 1 - NumberFormat.exponent(of: most, digits: digits)
      let forSmallest = 1 - NumberFormat.exponent(of: least, digits: 2)
      format = .fixed(max(forLargest, forSmallest, 1))
    }
    width = values.map { line($0).columns }.max() ?? 0
  }

  func line(_ value: Double, _ style: Style = .plain) -> Line {
    let number = Line(spans: [Span(value, as: format, style)])
    return hasPoint && value.isFinite ? number + "." : number
  }
}

/// Which of a row of items are shown: all, or some at each end with `...` between.
struct Elided {
  let count: Int
  var head: Int
  var tail: Int

  init(_ count: Int, atMost limit: Int) {
    self.count = count
    head = count <= limit ? count : (limit + 1) / 2
    tail = count <= limit ? 0 : limit / 2
  }

  var indices: [Int] { Array(0..<head) + Array(count - tail..<count) }

  /// As many as there is room for, the first at least.
  func fitting(_ room: Int, cell: Int) -> Elided {
    let shown = head + tail
    let needed = shown * (cell + 2) - 2 + (shown < count ? 5 : 0)
    return needed <= room
      ? self : Elided(count, atMost: min(shown, max(1, (room - 3) / (cell + 2))))
  }

  func cells(_ cell: (Int) -> Line) -> [Line] {
    let dots: [Line] = head + tail < count ? ["..."] : []
    return (0..<head).map(cell) + dots + (count - tail..<count).map(cell)
  }
}

/// What the summary line says of the elements.
struct GridSummary {
  var finite = 0
  var zeros = 0
  var nans = 0
  var infinities = 0
  var min = Double.infinity
  var max = -Double.infinity
  var mean = 0.0
  var norm = 0.0

  init(_ values: [Double]) {
    for value in values {
      if value.isFinite {
        finite += 1
        if value == 0 { zeros += 1 }
        if value < min { min = value }
        if value > max { max = value }
      } else if value.isNaN {
        nans += 1
      } else {
        infinities += 1
      }
    }
    let largest = Swift.max(max, -min)
    if finite == 0 || largest == 0 { return }
    // Squares of what is very large or very small leave the range of a Double.
    let scale = (1e-140...1e140).contains(largest) ? 1 : largest
    var sum = 0.0
    var squares = 0.0
    for value in values where value.isFinite {
      let scaled = value / scale
      sum += scaled
      squares += scaled * scaled
    }
    mean = sum / Double(finite) * scale
    norm = squares.squareRoot() * scale
  }
}
