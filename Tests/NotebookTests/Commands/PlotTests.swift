import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct PlotTests {
  @Test func theCurveHasAPointForEachUpdate() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "step 5")
    let series = bench.page("plot loss").series
    #expect(series.x == [1, 2, 3, 4, 5])
    #expect(series.y == Array(bench.session.curve.loss))
    bench.page("back 2")
    #expect(bench.page("plot accuracy").series.x == [1, 2, 3])
    #expect(bench.json("plot loss").hasPrefix(#"[{"kind":"series","name":"loss","x":[1"#))
  }

  @Test(arguments: ["gradients", "weights", "activations"])
  func aHistogramCountsEveryEntry(what: String) {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let page = bench.page("plot \(what)")
    #expect(page.blocks.count == 2)
    let name = ["gradients": "dW2", "weights": "W2", "activations": "a2"][what]!
    let series = bench.page("plot \(what) 2").series
    #expect(series.name == name)
    #expect(series.y.reduce(0, +) == Double(bench.values(name).count))
  }

  @Test func featuresAreTheColumnsOfW1OnOneScale() {
    var bench = Bench(.tiny, "network 6-4-3")
    let pictures = bench.page("plot features 1").pictures
    #expect(pictures.map(\.name) == (0..<4).map { "W1[:, \($0)]" })
    #expect(
      pictures.allSatisfy { $0.shape == [2, 3] && $0.isSigned && $0.range == pictures[0].range })
    #expect(pictures[2].values == bench.values("W1[:, 2]"))
    #expect(bench.page("plot features 1 2").pictures.count == 2)
  }

  @Test func arraysAsTheyAreTyped() {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let picture = bench.page("plot delta1").pictures[0]
    #expect(picture.shape == [10, 4] && picture.isSigned)
    #expect(picture.values == bench.values("delta1"))
    #expect(bench.page("plot W2[:, 2]").series.y == bench.values("W2[:, 2]"))
    #expect(bench.page("plot X").pictures[0].isSigned == false)
  }

  @Test(arguments: [
    ("plot loss", "No minibatch has been trained on yet"), ("plot loss 1", "takes no layer"),
    ("plot weights 3", "There is no layer 3"), ("plot weights x", "takes a layer"),
    ("plot features 2", "Only the units of layer 1"), ("plot features 1 9", "has 4 units"),
    ("plot delta1", "not computed yet"), ("plot W1[0, 0]", "is one number"),
    ("plot nonsense", "nonsense"),
  ])
  func refusals(line: String, part: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(bench.failure(line).contains(part))
  }
}

extension Page {
  fileprivate var series: Series {
    blocks.compactMap { if case .series(let it) = $0 { it } else { nil } }[0]
  }
  fileprivate var pictures: [Picture] {
    blocks.compactMap { if case .image(let it) = $0 { it } else { nil } }
  }
}
