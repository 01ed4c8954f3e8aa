/// A picture with axes as a drawing: its pixels as an image inside, rows and columns counted from 0.
struct HeatMapSVG {
  let picture: Picture
  let precision: Int

  var svg: String {
    let columns = Double(picture.columns)
    let rows = Double(picture.rows)
    // Square pixels, as large as is pleasant; flat ones where the matrix is very high.
    let side = max(min(480 / columns, 24), 0.5)
    let width = min(columns * side, 960)
    let height = max(min(rows * side, 480), min(rows * 4, 40))
    let rowAxis = picture.rowAxis ?? "row"
    let columnAxis = picture.columnAxis ?? "column"
    func places(_ axis: Axis, _ count: Int, _ length: Double, atMost most: Int)
      -> [(label: String, place: Double)]
    {
      axis.ticks(0...Double(count - 1), atMost: most, areWhole: true).filter {
        Int($0.value) < count
      }.map {
        ($0.label.description, ($0.value + 0.5) * length / Double(count))
      }
    }
    let scale = picture.scale
    let range = ("from \(scale.low) to \(scale.high)" as Line).plain(precision: precision)
    let axes = AxesSVG(
      title: "\(picture.name): a heat map",
      description: "\(picture.rows) rows (\(rowAxis.name)) by \(picture.columns) columns "
        + "(\(columnAxis.name)), values \(range)" + (picture.isSigned ? ", 0 is white" : ""),
      width: width, height: height,
      left: places(rowAxis, picture.rows, height, atMost: max(Int(height / 24), 1)),
      bottom: places(columnAxis, picture.columns, width, atMost: max(Int(width / 56), 1)),
      top: rowAxis.title, right: columnAxis.title, hasGrid: false)
    return axes.svg(
      "<image width=\"\(Markup.length(width))\" height=\"\(Markup.length(height))\" "
        + "preserveAspectRatio=\"none\" image-rendering=\"pixelated\" "
        + "href=\"\(PNG.dataURL(picture))\"/>\n")
  }
}
