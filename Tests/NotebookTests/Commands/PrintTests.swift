import Page
import Testing

@testable import Notebook

@Suite struct PrintTests {
  @Test func numberVectorAndMatrixForPrograms() {
    var bench = Bench(.tiny, "network 6-3-3 --init zeros", "set shuffle=off batch=2", "phase")
    #expect(
      bench.json("print b1")
        == #"[{"kind":"matrix","name":"b1","shape":[3],"values":[0.0,0.0,0.0]}]"#)
    #expect(
      bench.json("print W2[0, -1]")
        == #"[{"kind":"matrix","name":"W2[0, -1]","shape":[],"values":0.0}]"#)
    #expect(
      bench.json("print W2[:2]")
        == #"[{"kind":"matrix","name":"W2[:2]","shape":[2,3],"#
        + #""values":[[0.0,0.0,0.0],[0.0,0.0,0.0]]}]"#)
    #expect(
      bench.json("print Y")
        == #"[{"kind":"matrix","name":"Y","shape":[2,3],"#
        + #""values":[[1.0,0.0,0.0],[0.0,1.0,0.0]]}]"#)
    #expect(
      bench.json("print labels")
        == #"[{"kind":"matrix","name":"labels","shape":[2],"values":[0,1]}]"#)
    #expect(
      bench.json("print W2[2:2]")
        == #"[{"kind":"matrix","name":"W2[2:2]","shape":[0,3],"values":[]}]"#)
  }

  @Test func forPeople() {
    var bench = Bench(.tiny, "network 6-3-3 --init zeros", "set shuffle=off batch=2", "phase 3")
    #expect(
      bench.text("print a1")
        == """
        [[0.5000, 0.5000, 0.5000],
         [0.5000, 0.5000, 0.5000]]
        a1 (2, 3)  min 0.5  max 0.5  mean 0.5  norm 1.225  zeros 0.0%  nan 0

        """)
    #expect(bench.text("print h[0, 0]") == "h[0, 0] = 0.3333\n")
    #expect(bench.text("print labels").hasPrefix("[0, 1]\nlabels (2,)  min 0  max 1  mean 0.5"))
  }

  @Test func theSameArrayByTwoNames() {
    var bench = Bench(.tiny, "network 6-5-4-3", "phase 4")
    #expect(bench.values("a0") == bench.values("X"))
    #expect(bench.values("h") == bench.values("a3"))
  }

  /// X is the bytes divided by 255, in the order of the minibatch.
  @Test func pixels() {
    var bench = Bench(.tiny, "network 6-4-3", "set shuffle=off batch=2", "phase")
    #expect(
      bench.values("X") == Session.tiny.data!.dataset.train.pixels[..<12].map { Double($0) / 255 })
  }

  @Test(arguments: ["q", "w1", "W", "dw1", "delta", "X1", "labels2", "h1", "a", "Wx"])
  func anUnknownName(name: String) {
    var bench = Bench(.tiny, "network 6-4-3")
    let lines = bench.failure("print \(name)").split(separator: "\n")
    #expect(lines.first?.hasPrefix("There is no name \"\(name)\".") == true)
    #expect(lines.dropFirst() == ["  \(name)", "  ^"])
  }

  /// Anything but a name with slices is its value alone, or an array called as it was typed.
  @Test func expressions() {
    var bench = Bench(.tiny, "network 6-3-3 --init zeros", "set shuffle=off batch=2", "phase 3")
    #expect(bench.text("print max(abs(h - Y))  # far off") == "0.6667\n")
    #expect(bench.text("print norm(a1) > 1") == "true\n")
    #expect(bench.text("print not norm(a1) > 1") == "false\n")
    #expect(
      bench.json("print sum(Y) / 4")
        == #"[{"kind":"facts","name":"print","values":{"value":0.5}}]"#)
    #expect(
      bench.json("print 1 < 2") == #"[{"kind":"facts","name":"print","values":{"value":true}}]"#)
    #expect(
      bench.json("print 1 / 0 - 1 / 0")
        == #"[{"kind":"facts","name":"print","values":{"value":"NaN"}}]"#)
    #expect(
      bench.json("print Y[:, :2] * 2 - 1")
        == #"[{"kind":"matrix","name":"Y[:, :2] * 2 - 1","shape":[2,2],"#
        + #""values":[[1.0,-1.0],[-1.0,1.0]]}]"#)
    #expect(
      bench.json("print labels[1]")
        == #"[{"kind":"matrix","name":"labels[1]","shape":[],"values":1}]"#)
    #expect(bench.text("print -1") == "-1\n")
    bench.run("set precision=7")
    #expect(bench.text("print max(abs(h - Y))") == "0.6666667\n")
  }

  /// A calculator needs no network, and whatever reads one says so.
  @Test func numbersNeedNoNetwork() {
    var bench = Bench()
    #expect(bench.text("print 3 * 4") == "12\n")
    #expect(bench.text("print -abs(2 - 2^3) < 1 and not 2 > 3") == "true\n")
    #expect(bench.page("print norm(3)").facts["value"] == .number(3))
    #expect(bench.run("expect 1 < 2") == .done)
    #expect(bench.run("expect 1 > 2") == .failed(status: 2))
    for line in [
      "print step", "print W1", "print norm(dW1) * 2", "print dead(1)", "print old(1)",
      "print change(2) + 1", "expect loss < 2",
    ] {
      #expect(bench.failure(line).hasPrefix("There is no network yet."), "\(line)")
    }
  }
}
