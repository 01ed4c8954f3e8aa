/// A document as a Jupyter notebook (nbformat 4.5): prose as Markdown cells, each command as a code
/// cell with its outputs, which are text, HTML and pictures at once.
///
/// The same document gives the same bytes. Nothing in it says that its language were Python.
public struct JupyterRenderer: Sendable {
  /// Significant digits of a number.
  public var precision: Int

  public init(precision: Int = 4) {
    self.precision = precision
  }

  public func json(_ document: Document) -> String {
    var cells: [String] = []
    var commands = 0
    for cell in titled(document).cells {
      let id = "\"id\": \"cell-\(cells.count + 1)\""
      switch cell {
      case .prose(let text):
        cells.append(
          "  {\n   \"cell_type\": \"markdown\",\n   \(id),\n   \"metadata\": {},\n"
            + "   \"source\": \(lines(text))\n  }")
      case .command(let text, let outputs):
        commands += 1
        let shown = outputs.flatMap(self.outputs).map { "    " + $0 }
        let list = shown.isEmpty ? "[]" : "[\n" + shown.joined(separator: ",\n") + "\n   ]"
        cells.append(
          "  {\n   \"cell_type\": \"code\",\n   \"execution_count\": \(commands),\n   \(id),\n"
            + "   \"metadata\": {},\n   \"outputs\": \(list),\n"
            + "   \"source\": \(lines(text ?? ""))\n  }")
      }
    }
    return """
      {
       "cells": [
      \(cells.joined(separator: ",\n"))
       ],
       "metadata": {
        "kernelspec": {
         "display_name": "Backstep",
         "language": "backstep",
         "name": "backstep"
        },
        "language_info": {
         "file_extension": ".backstep",
         "mimetype": "text/x-backstep",
         "name": "backstep"
        },
        "title": \(JSON.quoted(document.title))
       },
       "nbformat": 4,
       "nbformat_minor": 5
      }

      """
  }

  /// The document, with its title as a heading where it does not begin with one.
  private func titled(_ document: Document) -> Document {
    if case .prose(let text)? = document.items.first,
      case .heading(1, _)? = Markdown(text).blocks.first
    {
      return document
    }
    var document = document
    if !document.title.isEmpty { document.items.insert(.prose("# " + document.title), at: 0) }
    return document
  }

  private func outputs(_ output: Document.Output) -> [String] {
    switch output {
    case .failure(let sentence):
      let text = JSON.quoted(sentence)
      return [
        "{\"output_type\": \"error\", \"ename\": \"Error\", \"evalue\": \(text), "
          + "\"traceback\": [\(JSON.quoted("error: " + sentence))]}"
      ]
    case .page(let page):
      return page.figures.flatMap { [display($0), legend($0)].compactMap(\.self) }
    }
  }

  /// One block, in the kinds that a notebook chooses from, the poorest first.
  private func display(_ figure: Figure) -> String? {
    let blocks =
      switch figure {
      case .block(let block): [block]
      case .pictures(let pictures): pictures.map(Block.image)
      }
    let page = Page(blocks: blocks)
    let text = TextRenderer(precision: precision).render(page)
    if text.isEmpty { return nil }
    var data = ["\"text/plain\": \(lines(text))"]
    var metadata = ""
    func describe(_ kind: String, _ name: String) {
      metadata = "\"\(kind)\": {\"alt\": \(JSON.quoted(name))}"
    }
    switch figure {
    case .block(.text), .block(.facts): break
    case .block(.series(let series)):
      if let chart = ChartSVG(series, precision: precision) {
        data.append("\"image/svg+xml\": \(lines(chart.svg))")
        describe("image/svg+xml", "\(series.name): a plot")
      }
    case .pictures(let pictures) where !pictures[0].isEmpty:
      if pictures[0].hasAxes {
        let svg = HeatMapSVG(picture: pictures[0], precision: precision).svg
        data.append("\"image/svg+xml\": \(lines(svg))")
        describe("image/svg+xml", "\(pictures[0].name): a heat map")
      } else {
        data.append("\"image/png\": \(JSON.quoted(Base64.text(png(pictures))))")
        describe("image/png", pictures.map(\.name).joined(separator: ", "))
      }
    case .block, .pictures:
      data.append("\"text/html\": \(lines(HTMLRenderer(precision: precision).html(page)))")
    }
    return "{\"output_type\": \"display_data\", \"metadata\": {\(metadata)}, \"data\": {"
      + data.joined(separator: ", ") + "}}"
  }

  /// What stands below a plot or a picture, for a notebook shows the image instead of its text.
  private func legend(_ figure: Figure) -> String? {
    let html = HTMLRenderer(precision: precision)
    var lines: [Line?]
    switch figure {
    case .block(.series(let series)) where ChartSVG(series) != nil:
      lines = [series.caption, html.legend(series)]
    case .pictures(let pictures) where !pictures[0].isEmpty:
      let names = pictures.map(\.name).joined(separator: ", ")
      lines = [
        pictures[0].caption, pictures.count > 1 ? Line(text: names) : nil, html.legend(pictures),
      ]
    case .block, .pictures: return nil
    }
    let text = TextRenderer(precision: precision).render(Page(lines: lines.compactMap(\.self)))
    return "{\"output_type\": \"display_data\", \"metadata\": {}, \"data\": "
      + "{\"text/plain\": \(self.lines(text))}}"
  }

  /// One picture some 200 pixels wide, or several in rows, for a notebook shows a file at its size.
  private func png(_ pictures: [Picture]) -> [UInt8] {
    let picture = pictures[0]
    let width = pictures.count == 1 ? 196 : 112
    return PNG.bytes(
      pictures, enlargement: max(1, width / max(picture.rows, picture.columns)), across: 6)
  }

  /// Text as a list of lines, as Jupyter itself writes it.
  private func lines(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for scalar in text.unicodeScalars {
      line.unicodeScalars.append(scalar)
      if scalar == "\n" {
        lines.append(line)
        line = ""
      }
    }
    if !line.isEmpty { lines.append(line) }
    return "[" + lines.map(JSON.quoted).joined(separator: ", ") + "]"
  }
}
