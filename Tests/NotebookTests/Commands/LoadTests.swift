import Page
import Testing

@testable import Notebook

@Suite struct LoadTests {
  @Test func theSample() {
    var bench = Bench()
    #expect(
      bench.text("load mnist")
        == "MNIST sample: 5,000 training and 1,000 test digits, 28×28, 10 classes\n")
    #expect(
      JSONRenderer.json(bench.host.commands[0].page)
        == #"[{"kind":"facts","name":"data","values":{"name":"mnist","source":"sample","#
        + #""train":5000,"test":1000,"shape":[28,28],"classes":10}}]"#)
    #expect(bench.session == .mnist)
  }

  @Test func aFolder() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("my data")
    let folder = "\(scratch.path)/my data"
    var bench = Bench()
    #expect(
      bench.text("load mnist '\(folder)'")
        == "\(folder): 10 training and 4 test digits, 2×3, 3 classes\n")
    #expect(bench.host.commands[0].page.facts["source"] == .string(folder))
  }

  /// A relative folder is looked for in the working folder, then beside the script.
  @Test func aFolderBesideTheScript() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("tiny")
    let file = try scratch.write("a.backstep", "load mnist tiny\n")
    var bench = Bench()
    #expect(bench.run("run \(file)") == .done)
    #expect(bench.host.commands[0].page.facts["source"] == .string("\(scratch.path)/tiny"))
    #expect(bench.failure("load mnist tiny").contains("No such file or directory"))
  }

  @Test func underANetwork() throws {
    let scratch = try Scratch()
    try scratch.writeTinyData("tiny")
    var bench = Bench(Session(), "network 6-4-3")
    #expect(
      bench.text("load mnist \(scratch.path)/tiny").hasSuffix(
        "\nThe clock is back at the start; the network keeps its weights.\n"))
  }

  @Test func refuses() {
    var bench = Bench()
    #expect(
      bench.failure("load cifar")
        == "There is no data set \"cifar\". Try: load mnist, load mnist FOLDER, or load xor, spiral, sine"
    )
    #expect(bench.failure("load mnist /nowhere").contains("/nowhere"))
    #expect(bench.failure("load mnist /nowhere").contains("No such file or directory"))
    #expect(bench.failure("load mnist full").hasPrefix("There is no full MNIST: "))
    bench.host.environment = ["BACKSTEP_DATA": "/nowhere"]
    #expect(bench.failure("load mnist full").contains("/nowhere/mnist"))
  }
}
