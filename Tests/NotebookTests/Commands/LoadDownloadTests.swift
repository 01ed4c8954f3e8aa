import Page
import Testing

@testable import Notebook

/// `load mnist full --download`. What servers do is tested beside the data sets.
@Suite struct LoadDownloadTests {
  @Test func optionsThatDoNotFit() {
    var bench = Bench()
    for line in ["load mnist --download", "load mnist /tmp --download --mirror file:///data"] {
      #expect(
        bench.failure(line)
          == "--download fetches full MNIST alone. Try: load mnist full --download")
    }
    #expect(
      bench.failure("load mnist full --mirror file:///data")
        == "--mirror goes with --download. Try: load mnist full --download")
    #expect(
      bench.failure("load mnist full --download --mirror data").hasPrefix(
        "\"data\" is no URL to fetch from"))
    #expect(
      bench.failure("load mnist full").contains("Type load mnist full --download to fetch it"))
  }

  @Test func aMirrorWithoutTheFiles() throws {
    let scratch = try Scratch()
    var bench = Bench()
    bench.host.environment = ["XDG_CACHE_HOME": scratch.path]
    #expect(
      bench.failure("load mnist full --download --mirror file://\(scratch.path)/") == """
        Cannot fetch file://\(scratch.path)/train-images-idx3-ubyte.gz: there is no such file, or it \
        cannot be read. Try again later, name another place with --mirror URL, or put MNIST's four \
        files into \(scratch.path)/backstep/mnist.
        """)
  }

  /// Files that are not MNIST's stop at the first, after its progress has been told.
  @Test func otherFiles() throws {
    let scratch = try Scratch()
    try scratch.write("train-images-idx3-ubyte.gz", "<html>")
    var bench = Bench()
    bench.host.environment = ["XDG_CACHE_HOME": scratch.path]
    let sentence = bench.failure("load mnist full --download --mirror file://\(scratch.path)")
    #expect(sentence.contains("what came is a web page (it starts with <html)"))
    let last = try #require(bench.host.reports.last)
    #expect(last.work == .bytes(file: "train-images-idx3-ubyte.gz"))
    #expect(last.done == 6)
  }

  @Test func interrupted() throws {
    let scratch = try Scratch()
    var bench = Bench()
    bench.host.environment = ["XDG_CACHE_HOME": scratch.path]
    bench.host.reportsBeforeInterrupt = 0
    let outcome = bench.run("load mnist full --download --mirror file:///dev/zero/none")
    #expect(outcome == .failed(status: 130))
    #expect(
      bench.host.commands.last?.failure?.message == """
        Interrupted: no data has been loaded. Files that were complete are kept, and load mnist full \
        --download goes on after them.
        """)
    #expect(bench.session == Session())
  }
}
