import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct ShowTests {
  static let summary = ["array", "shape", "norm", "mean", "min", "max", "zeros", "nonfinite"]

  static let tables: [(name: String, arrays: [String], more: [String])] = [
    ("weights", ["W1", "W2"], []),
    ("biases", ["b1", "b2"], []),
    ("activations", ["a1", "a2"], []),
    ("preactivations", ["z1", "z2"], []),
    ("deltas", ["delta1", "delta2"], []),
    ("gradients", ["dW1", "db1", "dW2", "db2"], ["data_norm", "l2_norm"]),
    ("updates", ["uW1", "ub1", "uW2", "ub2"], ["ratio"]),
  ]

  private func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Each row says of its array what its entries say.
  @Test(arguments: tables)
  func aRowAnArray(name: String, arrays: [String], more: [String]) {
    var bench = Bench(.tiny, "network 6-4-3 --hidden relu", "set batch=4 l2=0.25", "step 2")
    let page = bench.page("show \(name)")
    #expect(page.blocks.count == 1)
    let table = page.table
    #expect(table.name == name)
    #expect(table.columns.map(\.name) == Self.summary + more)
    #expect(table.rows.map(\.[0]) == arrays.map(Value.string))
    for (row, array) in zip(table.rows, arrays) {
      let grid = bench.page("print \(array)").grid
      let (values, count) = (grid.values, Double(grid.values.count))
      #expect(row[1] == .shape(grid.shape))
      // Sums of some twenty numbers in another order.
      #expect(abs(row[2].number! - norm(values)) <= 1e-14 * norm(values))
      #expect(abs(row[3].number! - values.reduce(0, +) / count) < 1e-14)
      #expect(row[4] == .number(values.min()!))
      #expect(row[5] == .number(values.max()!))
      #expect(row[6] == .percent(Double(values.count { $0 == 0 }) / count))
      #expect(row[7] == 0)
    }
  }

  /// A gradient is what the data say plus l2 W; the biases have no l2 term.
  @Test func whatAGradientIsMadeOf() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4 l2=0.25", "phase 8")
    let rows = bench.page("show gradients").table.rows
    let weights = bench.values("W1")
    let data = zip(bench.values("dW1"), weights).map { $0 - 0.25 * $1 }
    #expect(abs(rows[0][8].number! - norm(data)) < 1e-14)
    #expect(abs(rows[0][9].number! - 0.25 * norm(weights)) < 1e-14)
    #expect(abs(rows[1][8].number! - norm(bench.values("db1"))) < 1e-14)
    #expect(rows[1][9] == 0.0)
  }

  /// The ratio of an update is to the weights it changed, not to the new ones.
  @Test func theRatioOfAnUpdate() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4", "phase 8")
    let old = bench.values("W1")
    bench.run("phase")
    let rows = bench.page("show updates").table.rows
    let expected = norm(bench.values("uW1")) / norm(old)
    #expect(abs(rows[0][8].number! - expected) < 1e-14 * expected)
    // The first biases are 0.
    #expect(rows[1][8] == .number(.infinity))
  }

  @Test func gradientsForPrograms() {
    var bench = Bench(.tiny, "network 6-3 --init zeros", "set shuffle=off", "step")
    #expect(
      bench.json("show weights").hasPrefix(
        #"[{"kind":"table","name":"weights","columns":["array","shape","norm","mean","min","max","#
          + #""zeros","nonfinite"],"rows":[["W1",[6,3],"#))
    #expect(
      bench.json("show gradients").hasPrefix(
        #"[{"kind":"table","name":"gradients","columns":["array","shape","norm","mean","min","max","#
          + #""zeros","nonfinite","data_norm","l2_norm"],"rows":[["dW1",[6,3],"#))
  }

  @Test(arguments: tables)
  func withALayerTheArraysThemselves(name: String, arrays: [String], more: [String]) {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    for layer in [1, 2] {
      let names = arrays.filter { $0.hasSuffix("\(layer)") }
      let printed = names.map { Block.matrix(bench.page("print \($0)").grid) }
      #expect(bench.page("show \(name) \(layer)").blocks == printed)
    }
    #expect(
      bench.failure("show \(name) 3")
        == "There is no layer 3: this network has 2, counted from 1.")
    #expect(bench.failure("show \(name) 0").hasPrefix("There is no layer 0"))
  }

  /// In mid-minibatch: what is there; when nothing is, the sentence names the nearest phase.
  @Test func inTheMiddleOfAMinibatch() {
    var bench = Bench(.tiny, "network 6-5-4-3", "phase")
    for (name, array, phase, distance) in [
      ("preactivations", "z1", "forward 1", 1), ("activations", "a1", "forward 1", 1),
      ("deltas", "delta3", "delta 3", 5), ("updates", "uW1", "update", 11),
    ] {
      #expect(
        bench.failure("show \(name)")
          == "\(array) is not computed yet: the phase \"\(phase)\" makes it. Try: phase \(distance)"
      )
    }
    let gradients = bench.failure("show gradients")
    #expect(gradients.hasSuffix("the phase \"gradient 3\" makes it. Try: phase 8"), "\(gradients)")
    bench.run("phase 2")
    #expect(bench.page("show activations").table.rows.map(\.[0]) == ["a1", "a2"])
    bench.run("phase 4")
    #expect(bench.page("show deltas").table.rows.map(\.[0]) == ["delta2", "delta3"])
    #expect(
      bench.failure("show deltas 1")
        == "delta1 is not computed yet: the phase \"delta 1\" makes it. Try: phase 1")
  }

  @Test func network() {
    var bench = Bench(Session(), "network 784-30-10 --hidden tanh", "optimizer rmsprop")
    #expect(
      bench.json("show network")
        == #"[{"kind":"table","name":"network","columns":["layer","inputs","outputs","activation","#
        + #""parameters"],"rows":[[1,784,30,"tanh",23550],[2,30,10,"softmax",310]]}]"#)
    #expect(
      bench.text("show network").hasPrefix(
        "784-30-10: 23,860 parameters, loss cross-entropy, optimizer rmsprop\n"))
  }

  @Test func batch() {
    var bench = Bench(.tiny, "network 6-4-3", "set batch=4 shuffle=off")
    #expect(
      bench.failure("show batch")
        == "There is no minibatch yet: the phase \"batch\" takes one. Try: phase")
    bench.run("phase")
    #expect(
      bench.json("show batch")
        == #"[{"kind":"facts","name":"batch","values":{"size":4,"indices":[0,1,2,3],"#
        + #""labels":[0,1,2,0]}},{"kind":"table","name":"classes","#
        + #""columns":["label","0","1","2"],"rows":[["samples",2,1,1]]}]"#)
    #expect(bench.text("show batch").hasPrefix("4 of 10 training samples: 0 1 2 3\n"))
  }

  @Test(arguments: ["network", "batch", "settings"])
  func takesNoLayer(topic: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    #expect(
      bench.failure("show \(topic) 2") == "show \(topic) takes no layer, so 2 has no place here.")
  }

  // MARK: Settings

  @Test func settings() {
    var bench = Bench()
    #expect(
      bench.text("show settings")
        == "optimizer sgd rate=0.1\nset batch=100 l2=0 shuffle=on precision=4 prompt=standard history=256MB\n"
    )
    #expect(
      bench.json("show settings")
        == #"[{"kind":"facts","name":"settings","values":{"optimizer":"sgd","batch":100,"l2":0.0,"#
        + #""shuffle":true,"precision":4,"prompt":null,"history":256000000,"rate":0.1}}]"#)
    bench = Bench(Session.mnist, "network 784-16-10 --seed 3", "loss squared-error")
    #expect(
      bench.text("show settings")
        == """
        load mnist
        network 784-16-10 --hidden sigmoid --output softmax --init xavier --seed 3
        loss squared-error
        optimizer sgd rate=0.1
        set batch=100 l2=0 shuffle=on precision=4 prompt=standard history=256MB

        """)
  }

  /// Typing what it shows into a fresh session gives the same session, whatever was set.
  @Test(arguments: [
    [
      "set batch=7 l2=0.3 shuffle=off precision=9", "optimizer rmsprop rate=0.00012345678901234567",
    ],
    ["network 6-3 --output tanh --init lecun", "set l2=1e-300 rate=1e300"],
    ["network 6-5-4-3 --hidden leaky-relu --output sigmoid --init he --seed 99"],
    ["network 6-4-3 --output sigmoid", "loss squared-error", "optimizer adam beta1=0.3"],
    ["optimizer nesterov rate=0.1 momentum=0.99999", "network 6-4-3 --hidden identity"],
    ["set l2=0.30000000000000004"],
  ])
  func settingsCanBeTypedBack(lines: [String]) throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("my 'own' # data")
    var bench = Bench(Session(), "load mnist \"\(scratch.path)/my 'own' # data\"")
    for line in lines { bench.page(line) }
    var other = Bench()
    for line in bench.text("show settings").split(separator: "\n") { other.page(String(line)) }
    #expect(other.session == bench.session)
  }
}
