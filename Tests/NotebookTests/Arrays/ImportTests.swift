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
    let sentence = bench.failure("step")
    #expect(sentence.contains("load mnist FOLDER, with images of 2 pixels in 2 classes"))
    bench.page("back --phase 4")
    #expect(bench.training.clock.phase == .delta(2))
    again.page("back --phase 3")
    #expect(again.training.clock.phase == .delta(2))
    #expect(again.values("delta2") == bench.values("delta2"))
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
    ("{\"W1\": [[1, 0], [2, 0]], \"X\": [[1, 2]], \"Y\": [[0.5, 0.5]]}", "not one-hot"),
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
    #expect(bench.failure("import own.json").contains("2 inputs does not fit this data"))
    #expect(bench.failure("import own.json").hasSuffix("into a new session, without data."))
  }
}
