/// Pictures as images that hold their own bytes, crisp at any size, with their range below.
extension HTMLRenderer {
  func pictures(_ pictures: [Picture]) -> String {
    let picture = pictures[0]
    if picture.isEmpty {
      return text(layout.lines(pictures))
    }
    if picture.hasAxes {
      let svg = HeatMapSVG(picture: picture, precision: precision).svg
      return figure("heatmap", svg, caption: picture.caption, legend(pictures), key: key(picture))
    }
    if pictures.count == 1 {
      return figure(
        "picture", image(picture, width: 196), caption: picture.caption, legend(pictures),
        key: key(picture))
    }
    let tiles = pictures.map { picture in
      let name = Markup.escaped(picture.name)
      return "<figure>\(image(picture, width: 112))<figcaption>\(name)</figcaption></figure>\n"
    }
    return figure(
      "pictures", "<div class=\"tiles\">\n\(tiles.joined())</div>", caption: picture.caption,
      legend(pictures), key: key(picture))
  }

  /// About so wide, each pixel of the picture a whole number of the screen's.
  private func image(_ picture: Picture, width: Int) -> String {
    let factor = max(1, width / max(picture.columns, picture.rows))
    let name = picture.caption ?? Line(text: picture.name)
    let size = "\(picture.rows)×\(picture.columns) pixels"
    return "<img src=\"\(PNG.dataURL(picture))\" width=\"\(picture.columns * factor)\" "
      + "height=\"\(picture.rows * factor)\" "
      + "alt=\"\(attribute(name)): \(size), \(attribute(range(picture)))\">"
  }

  private func range(_ picture: Picture) -> Line {
    let scale = picture.scale
    return "range \(scale.low) … \(scale.high)" + (picture.isSigned ? ", 0 in the middle" : "")
  }

  func legend(_ pictures: [Picture]) -> Line {
    let name = Line(text: pictures[0].name, .name)
    let start = pictures.count > 1 || pictures[0].caption != nil ? Line() : name + ": "
    let strange = pictures.reduce(0) { $0 + $1.values.count { !$0.isFinite } }
    let remark: Line = strange > 0 ? "; \("magenta", .bad): \(count: strange) not finite" : ""
    return start + range(pictures[0]) + remark
  }

  /// The shades from the low end to the high end, as a picture too: it is there on paper.
  private func key(_ picture: Picture) -> String {
    let steps = (0...32).map { picture.isSigned ? Double($0 - 16) / 16 : Double($0) / 32 }
    let shades = Picture(
      "shades", shape: [1, steps.count], values: steps, isSigned: picture.isSigned)
    let text = picture.isSigned ? "from blue over white to red" : "from black to white"
    return " <img class=\"key\" src=\"\(PNG.dataURL(shades))\" alt=\"\(text)\">"
  }
}
