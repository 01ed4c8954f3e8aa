import Backprop
import Foundation
import Testing

@testable import Notebook

@Suite struct ImportTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func bench(_ session: Session = Session(), _ lines: String...) -> Bench {
    var bench = Bench(session)
    bench.host.folder = scratch.path + "/"
    for line in lines { bench.page(line) }
    return bench
  }

  /// An exported pass, imported, computes the same arrays.
  @Test func whatWasExportedComesBack() throws {
    var there = bench(
      .mnist, "network 784-6-10 --hidden tanh --output sigmoid", "loss squared-error",
      "set batch=20 l2=0.01", "step 3", "export pass.npz")
    var here = bench(.mnist, "import pass.npz")
    #expect(here.training.clock == Clock(phase: .batch))
    #expect(here.training.network[layer: 1].activation == .tanh)
    #expect(here.training.objective == Objective(loss: .squaredError, l2: 0.01))
    here.page("phase 7")
    for name in ["X", "Y", "z1", "a1", "z2", "h", "delta2", "delta1", "dW2", "db2", "dW1", "db1"] {
      #expect(here.values(name) == there.values(name), "\(name)")
    }
  }

  /// A network of another size, with a minibatch that is in no data set: it can be stepped, checked,
  /// saved and gone back to.
  @Test func somebodysOwnNetworkWithoutData() throws {
    try scratch.write(
      "own.json",
      """
      {"W1": [[0.5, -0.25, 0.1], [0.125, 1, 0]], "b1": [0, 0.5, -0.5],
       "W2": [[1, -1], [0.5, 0.25], [0, 2]], "b2": [0.1, -0.1],
       "X": [[1.5, -2], [0, 0.5], [3, 1]], "labels": [0, 1, 1], "l2": 0.1}
      """)
    var bench = bench(Session(), "import own.json --hidden tanh")
    #expect(bench.training.network.sizes == [2, 3, 2])
    bench.page("phase 7")
    #expect(bench.run("check") == .done)
    bench.page("explain dW1[0, 1]")
    bench.page("save own-session.json")
    var again = self.bench(Session(), "restore own-session.json")
    #expect(again.session == bench.session)
    #expect(again.session.digest == bench.session.digest)
    bench.page("finish")
    bench.page("back --phase 4")
    #expect(bench.training.clock.phase == .delta(2))
    again.page("back --phase 3")
    #expect(again.training.clock.phase == .delta(2))
    #expect(again.values("delta2") == bench.values("delta2"))
    again.page("replay own-session.json")
  }

  /// The minibatch is the training set, and each step takes all of it: one and two outputs, classes and
  /// values.
  @Test(arguments: [
    ("[[0], [1], [1]]", "[[0.3], [-0.2], [0.5]]", true),
    ("[[0.5], [-3], [0.25]]", "[[1], [2], [3]]", false),
    ("[[0.01, 0.99], [0.99, 0.01], [0.5, 0.5]]", "[[1, -1], [0.5, 0.25], [0, 2]]", false),
    ("[[0, 1], [1, 0], [1, 0]]", "[[1, -1], [0.5, 0.25], [0, 2]]", true),
  ])
  func anImportedPassStandsOnItsOwn(y: String, w2: String, hasClasses: Bool) throws {
    try scratch.write(
      "own.json",
      """
      {"W1": [[0.5, -0.25, 0.1], [0.125, 1, 0]], "W2": \(w2),
       "X": [[1.5, -2], [0, 0.5], [3, 1]], "Y": \(y)}
      """)
    let line = "import own.json --hidden tanh --output \(hasClasses ? "sigmoid" : "identity")"
    var bench = bench(Session(), line)
    let loss = bench.page("evaluate").facts["loss"]
    bench.page("step 3")
    #expect(bench.page("step").facts["accuracy"] == .null || hasClasses)
    bench.page("epoch 2")
    #expect(bench.training.clock.step == 6 && bench.values("X").count == 6)
    #expect(bench.page("evaluate").facts["loss"]!.number! < loss!.number!)
    #expect((bench.page("evaluate").facts["rmse"] == nil) == hasClasses)
    #expect(bench.run("check") == .done)
    for line in ["health", "show batch", "explain delta2[0, 0]", "explain loss", "plot loss"] {
      bench.page(line)
    }
    bench.page("save own-session.json")
    var again = self.bench(Session(), "restore own-session.json")
    #expect(again.session == bench.session)
    for line in ["phase 3", "back 2", "step 2", "goto 1 delta 2", "step 4", "until step > 9"] {
      #expect(bench.json(line) == again.json(line), "\(line)")
    }
    #expect(again.session == bench.session)
    bench.page("save own-session.json")
    again.page("replay own-session.json")
  }

  @Test(arguments: [
    ("{\"dW1\": [1]}", "nothing to import"),
    ("{\"W1\": [[1, 2]], \"W2\": [[1, 2], [3, 4], [5, 6]]}", "do not fit together"),
    ("{\"W1\": [1, 2]}", "a matrix is needed"),
    ("{\"W1\": [[1], [2]], \"b1\": [1, 2, 3]}", "do not fit together"),
    ("{\"W1\": [[1, 0], [2, 0]], \"X\": [[1, 2, 3]], \"labels\": [0]}", "do not fit together"),
    ("{\"W1\": [[1, 0], [2, 0]], \"X\": [[1, 2]]}", "without Y or labels"),
    ("{\"W1\": [[1, 0], [2, 0]], \"X\": [[1, 2]], \"labels\": [5]}", "classes go from 0 to 1"),
    (
      "{\"W1\": [[1, 0], [2, 0]], \"X\": [[1, 2]], \"Y\": [[0.5, 0.6]], \"loss\": \"cross-entropy\"}",
      "Y[0] sums to 1.1"
    ),
    ("{\"W1\": [[1, 0], [2, 0]]}", "no X"),
  ])
  func whatDoesNotFit(text: String, part: String) throws {
    try scratch.write("own.json", text)
    var bench = bench()
    let sentence = bench.failure("import own.json")
    #expect(sentence.contains(part), "\(sentence)")
  }

  @Test func itHasToFitTheData() throws {
    try scratch.write(
      "own.json", "{\"W1\": [[1, 0], [2, 0]], \"X\": [[1, 2]], \"labels\": [1]}")
    var bench = bench(.mnist)
    #expect(bench.text("import own.json").contains("MNIST sample does not fit this network"))
    #expect(bench.session.data == nil)
    bench.page("step 3")
    // Weights alone are no minibatch to go on with.
    try scratch.write("weights.json", "{\"W1\": [[1, 0], [2, 0]]}")
    var other = self.bench(.mnist)
    other.page("network 784-10")
    #expect(other.run("import weights.json") == .failed(status: 1))
  }
}
