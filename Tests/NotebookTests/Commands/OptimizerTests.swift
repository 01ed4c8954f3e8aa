import Backprop
import Page
import Testing

@testable import Notebook

@Suite struct OptimizerTests {
  /// PyTorch's defaults, but for the rate of 0.1 where it has none or a smaller one.
  @Test(arguments: [
    ("sgd", "rate=0.1", #""rate":0.1"#),
    ("momentum", "rate=0.1 momentum=0.9", #""rate":0.1,"momentum":0.9"#),
    ("nesterov", "rate=0.1 momentum=0.9", #""rate":0.1,"momentum":0.9"#),
    ("adagrad", "rate=0.01 epsilon=1e-10", #""rate":0.01,"epsilon":1e-10"#),
    (
      "rmsprop", "rate=0.01 decay=0.99 epsilon=1e-08",
      #""rate":0.01,"decay":0.99,"epsilon":1e-08"#
    ),
    (
      "adam", "rate=0.001 beta1=0.9 beta2=0.999 epsilon=1e-08",
      #""rate":0.001,"beta1":0.9,"beta2":0.999,"epsilon":1e-08"#
    ),
  ])
  func confirms(name: String, settings: String, values: String) throws {
    for network in ["", "network 6-4-3"] {
      var bench = Bench(.tiny, network)
      let rule = try #require(Optimizer.Rule(name))
      let text = bench.text("optimizer \(name)")
      #expect(text == "\(name) \(settings)\n\(rule.formula)\n")
      let json =
        #"[{"kind":"facts","name":"optimizer","values":{"name":""# + name + #"","# + values + "}}]"
      #expect(bench.json("optimizer \(name)") == json)
      // Without a name it shows the one in force.
      #expect(bench.json("optimizer") == json)
      // What it shows can be typed.
      #expect(bench.json("optimizer \(name) \(settings)") == json)
    }
  }

  @Test func choosingOneClearsItsState() {
    var bench = Bench(.tiny, "network 6-4-3", "optimizer adam", "step 3")
    let pass = bench.values("uW1")
    #expect(bench.training.optimizerState.updates == 3)
    bench.run("optimizer")
    #expect(bench.training.optimizerState.updates == 3)
    bench.run("optimizer adam")
    #expect(bench.training.optimizerState == OptimizerState())
    // The update that has been applied is still there to see.
    #expect(bench.values("uW1") == pass)
  }

  @Test func theSettingsOfTheLastOneAreForgotten() {
    var bench = Bench(.tiny, "optimizer rmsprop rate=0.5 decay=0.1")
    #expect(bench.text("optimizer rmsprop").hasPrefix("rmsprop rate=0.01 decay=0.99"))
  }

  @Test(arguments: [
    ("sgd momentum=0.9", "The optimizer sgd has no setting \"momentum\". It has: rate"),
    (
      "adam decay=0.9",
      "The optimizer adam has no setting \"decay\". It has: rate, beta1, beta2, epsilon"
    ),
    ("rmsprop decay=1", "decay=1.0 is not possible: decay goes from 0 to below 1."),
    ("rmsprop decay=-0.1", "decay=-0.1 is not possible: decay goes from 0 to below 1."),
    ("momentum momentum=1.5", "momentum=1.5 is not possible: momentum goes from 0 to below 1."),
    ("adam beta2=2", "beta2=2.0 is not possible: beta2 goes from 0 to below 1."),
    ("adam epsilon=-1", "epsilon=-1.0 is not possible: epsilon goes from 0 up."),
    ("sgd rate=-0.5", "rate=-0.5 is not possible: rate goes from 0 up."),
    ("sgd rate=x", "rate=x: \"x\" is no number. Write, for example, 0.001"),
    ("sgd rate=nan", "rate=nan: \"nan\" is no number. Write, for example, 0.001"),
  ])
  func refuses(arguments: String, sentence: String) {
    var bench = Bench(.tiny, "network 6-4-3", "optimizer momentum", "step")
    #expect(bench.failure("optimizer \(arguments)") == sentence)
  }

  @Test func aSettingNeedsAValue() {
    var bench = Bench()
    #expect(bench.failure("optimizer sgd rate").contains("Usage: optimizer [<name>]"))
    #expect(bench.failure("optimizer sgd =3").contains("Usage: optimizer [<name>]"))
  }
}
