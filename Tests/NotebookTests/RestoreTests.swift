import Backprop
import Foundation
import Testing

@testable import Notebook

/// What is damaged or does not fit together is refused with the place, and changes nothing.
@Suite struct RestoreTests {
  let scratch: Scratch
  let file: String
  init() throws {
    scratch = try Scratch()
    file = "\(scratch.path)/session.json"
  }

  /// A session just after an update, in the second epoch, and its file.
  func saved() throws -> (bench: Bench, text: String) {
    var bench = try Bench.small(scratch, "network 6-4-3", "optimizer adam", "step 5")
    bench.page("save \(file)")
    return (bench, try scratch.text("session.json"))
  }

  /// Why a file with this text is refused, without the name of the file.
  func refusal(_ text: String, in bench: inout Bench) throws -> String {
    try scratch.write("session.json", text)
    let entries = bench.session.journal
    let sentence = bench.failure("restore \(file)")
    #expect(bench.session.journal == entries)
    return sentence.replacingOccurrences(of: file, with: "FILE")
      .replacingOccurrences(of: "FILE is damaged: ", with: "")
  }

  // MARK: Places

  @Test(
    arguments: [
      // What is not there, or of another kind
      ("l2", nil, "l2 is missing."),
      ("batch", nil, "batch is missing."),
      ("batch/size", nil, "batch.size is missing."),
      ("clock/phase", nil, "clock.phase is missing."),
      ("data", nil, "data is missing."),
      ("data", "null", "data: there is a minibatch, and no data."),
      ("loss", nil, "loss is missing."),
      ("random", nil, "random is missing."),
      ("pass", nil, "pass is missing."),
      ("settings", nil, "settings is missing."),
      ("journal", nil, "journal is missing."),
      ("network", nil, "network is missing."),
      ("network", "null", "pass: there is no network for it."),
      ("network/layers/1/biases", nil, "network.layers[1].biases is missing."),
      ("optimizer/beta1", nil, "optimizer.beta1 is missing."),
      (
        "optimizer/state/layers/0/weights/v", nil, "optimizer.state.layers[0].weights.v is missing."
      ),
      ("optimizer/state/layers/1/biases/m", nil, "optimizer.state.layers[1].biases.m is missing."),
      ("journal/2/digest", nil, "journal[2].digest is missing."),
      ("clock", "5", "clock: an object is needed."),
      ("clock", "[]", "clock: an object is needed."),
      ("clock/step", "\"5\"", "clock.step: a whole number is needed."),
      ("clock/step", "null", "clock.step: a whole number is needed."),
      ("clock/phase", "2", "clock.phase: a text is needed."),
      ("batch/shuffle", "1", "batch.shuffle: true or false is needed."),
      ("batch/indices", "{}", "batch.indices: a list is needed."),
      ("network/layers", "{}", "network.layers: a list is needed."),
      ("network/layers/0", "[]", "network.layers[0]: an object is needed."),
      ("network/layers/0/biases/1", "[]", "network.layers[0].biases[1]: a number is needed."),
      ("network/layers/0/biases/1", "true", "network.layers[0].biases[1]: a number is needed."),
      (
        "network/layers/0/weights/5/3", "null",
        "network.layers[0].weights[5][3]: a number is needed."
      ),
      (
        "network/layers/0/weights/5/3", "\"nan\"",
        "network.layers[0].weights[5][3]: a number is needed."
      ),
      ("journal/0/norms", "[]", "journal[0].norms: an object is needed."),
      // Numbers that are none
      ("clock/step", "5.5", "clock.step: a whole number is needed."),
      ("clock/step", "99999999999999999999", "clock.step: a whole number is needed."),
      ("batch/indices/1", "1e300", "batch.indices[1]: a whole number is needed."),
      // Names
      (
        "loss", "\"hinge\"",
        "loss: \"hinge\" is not one of squared-error, cross-entropy, absolute-error, "
          + "huber."
      ),
      (
        "network/layers/0/activation", "\"swish\"",
        "network.layers[0].activation: \"swish\" is not one of identity, relu, leaky-relu, sigmoid, "
          + "tanh, softmax, softplus, elu, gelu."
      ),
      (
        "network/layers/0/activation", "\"softmax\"",
        "network.layers[0].activation: softmax is for the last layer."
      ),
      (
        "network/layers/1/activation", "\"tanh\"",
        "The loss cross-entropy needs a softmax or sigmoid output, and this network's output is tanh. "
          + "Try: loss squared-error"
      ),
      (
        "network/init", "\"random\"",
        "network.init: \"random\" is not one of zeros, lecun, he, xavier."
      ),
      (
        "optimizer/name", "\"adamw\"",
        "optimizer.name: \"adamw\" is not one of sgd, momentum, nesterov, adagrad, rmsprop, adam."
      ),
      ("optimizer/name", "\"rmsprop\"", "optimizer.decay is missing."),
      (
        "clock/phase", "\"forward 3\"",
        "clock.phase: there is no phase \"forward 3\" in a network of 2 layers."
      ),
      (
        "clock/phase", "\"delta 0\"",
        "clock.phase: there is no phase \"delta 0\"."
      ),
      (
        "clock/phase", "\"Update\"",
        "clock.phase: there is no phase \"Update\"."
      ),
      ("journal/1/phase", "\"lunch\"", "journal[1].phase: there is no phase \"lunch\"."),
      // Shapes
      ("network/layers", "[]", "network.layers: a network has at least one layer."),
      ("network/layers/1/weights/3", nil, "network.layers[1].weights: 3 rows where 4 are needed."),
      (
        "network/layers/0/weights/3/1", nil,
        "network.layers[0].weights[3]: 3 numbers where 4 are needed."
      ),
      (
        "network/layers/0/weights/3", "[]",
        "network.layers[0].weights[3]: 0 numbers where 4 are needed."
      ),
      (
        "network/layers/0/biases/3", nil,
        "network.layers[0].weights[0]: 4 numbers where 3 are needed."
      ),
      ("network/layers/0/biases", "[]", "network.layers[0].biases: a layer has at least one unit."),
      ("network/layers/0/weights", "[]", "network.layers[0].weights: 0 rows where 1 are needed."),
      (
        "optimizer/state/layers/0/weights/m/2", nil,
        "optimizer.state.layers[0].weights.m: 5 rows where 6 are needed."
      ),
      (
        "optimizer/state/layers/1/biases/v/2", nil,
        "optimizer.state.layers[1].biases.v: 2 numbers where 3 are needed."
      ),
      ("optimizer/state/layers/1", nil, "optimizer.state.layers: 1 where 2 are needed."),
      ("pass/layers/1", nil, "pass.layers: 1 where 2 are needed."),
      (
        "pass/layers/1/weights/0/0", nil, "pass.layers[1].weights[0]: 2 numbers where 3 are needed."
      ),
      ("random/state/3", nil, "random.state: four words are needed, not all 0."),
      (
        "random/state", "[\"0\",\"0\",\"0\",\"0\"]",
        "random.state: four words are needed, not all 0."
      ),
      ("random/state/2", "\"-1\"", "random.state[2]: \"-1\" is no whole number below 2^64."),
      (
        "random/seed", "\"18446744073709551616\"",
        "random.seed: \"18446744073709551616\" is no whole number below 2^64."
      ),
      // Ranges
      ("l2", "-0.5", "l2: -0.5 is not possible, it goes from 0 up."),
      ("l2", "\"NaN\"", "l2: nan is not possible, it goes from 0 up."),
      ("optimizer/rate", "-1", "optimizer.rate: rate=-1.0 is not possible: rate goes from 0 up."),
      (
        "optimizer/beta2", "1",
        "optimizer.beta2: beta2=1.0 is not possible: beta2 goes from 0 to below 1."
      ),
      (
        "optimizer/state/updates", "6",
        "optimizer.state.updates: 6 is not possible, it goes from 1 to 5."
      ),
      (
        "optimizer/state/updates", "0",
        "optimizer.state.updates: 0 is not possible, it goes from 1 to 5."
      ),
      ("settings/precision", "18", "settings.precision: 18 is not possible, it goes from 1 to 17."),
      ("batch/size", "0", "batch.size: 0 is not possible, it goes from 1 to 1000000."),
      (
        "batch/size", "9223372036854775807",
        "batch.size: a whole number is needed."
      ),
      ("batch/position", "10", "batch.position: 10 is not possible, it goes from 0 to 9."),
      ("batch/position", "-1", "batch.position: -1 is not possible, it goes from 0 to 9."),
      ("batch/indices/2", "10", "batch.indices[2]: 10 is not possible, it goes from 0 to 9."),
      ("batch/indices/0", "-1", "batch.indices[0]: -1 is not possible, it goes from 0 to 9."),
      ("batch/indices", "[4,5,4]", "batch.indices: a minibatch has no sample twice."),
      ("batch/indices", "[]", "batch.indices: a minibatch has at least one sample."),
      ("clock/step", "-5", "clock.step: -5 is not possible, it goes from 0 to 1000000000000000."),
      (
        "clock/step", "9223372036854775807",
        "clock.step: a whole number is needed."
      ),
      ("clock/epoch", "6", "clock.epoch: 6 is not possible, it goes from 0 to 5."),
      ("clock/epoch", "-1", "clock.epoch: -1 is not possible, it goes from 0 to 5."),
      (
        "journal/2/step", "-1",
        "journal[2].step: -1 is not possible, it goes from 0 to 1000000000000000."
      ),
      // What does not belong together
      ("clock/phase", "\"start\"", "clock.phase: start is not possible at step 5."),
      (
        "clock/phase", "\"delta 1\"",
        "pass.layers: it goes with the phase \"update\" and no other."
      ),
      ("pass/layers", "null", "pass.layers: it goes with the phase \"update\" and no other."),
      ("pass/update", "null", "pass.update: it goes with the phase \"update\" and no other."),
      ("pass/update/updates", "4", "pass.update: it does not belong to the optimizer's state."),
      ("pass/update/updates", nil, "pass.update.updates is missing."),
      ("optimizer/state", "null", "pass.update: it does not belong to the optimizer's state."),
      ("pass", "null", "pass: an object is needed."),
    ] as [(String, String?, String)])
  func damageIsNamed(path: String, json: String?, sentence: String) throws {
    var (bench, text) = try saved()
    let refused = try refusal(edited(text, path, json), in: &bench)
    #expect(refused == sentence)
  }

  @Test(
    arguments: [
      ("format", "\"other\"", "FILE is no saved session: its format is not \"backstep session\"."),
      ("format", nil, "FILE is no saved session: its format is not \"backstep session\"."),
      ("version", nil, "version is missing."),
      (
        "version", "2",
        "FILE has version 2 of the format, and this program reads version 1. A newer Backstep made it."
      ),
      ("version", "0", "version: 0 is not possible, it goes from 1 to 2147483647."),
      ("version", "\"1\"", "version: a whole number is needed."),
    ] as [(String, String?, String)])
  func anotherFormatIsNamed(path: String, json: String?, sentence: String) throws {
    var (bench, text) = try saved()
    let refused = try refusal(edited(text, path, json), in: &bench)
    #expect(refused == sentence)
  }

  @Test(arguments: [
    ("", "the text ends too early at line 1, column 1."),
    ("\n\n  ", "the text ends too early at line 3, column 3."),
    ("hello", "unexpected \"h\" at line 1, column 1."),
    (
      "{\"format\": \"backstep session\",\n}",
      "unexpected \"}\" at line 2, column 1."
    ),
    ("{\"format\": \"\\q\"}", "unexpected \"q\" at line 1, column 14."),
    ("{\"format\": \"\u{1}\"}", "unexpected byte 1 at line 1, column 13."),
    (
      "{\"l2\": NaN}",
      "JSON has no number NaN (in quotation marks it is taken) at line 1, column 8."
    ),
    (
      "[1, -Infinity]",
      "JSON has no number -Infinity (in quotation marks it is taken) at line 1, column 5."
    ),
    ("[Nothing]", "unexpected \"N\" at line 1, column 2."),
    ("{\"l2\": 01}", "unexpected \"1\" at line 1, column 9."),
    ("{\"l2\": 1e999}", "a number is too large at line 1, column 8."),
    ("{\"l2\": [1, -1e400]}", "a number is too large at line 1, column 12."),
    ("{\"l2\": 1, \"l2\": 2}", "the key \"l2\" stands there twice at line 1, column 11."),
    ("{\"\\ud800\": 1}", "half of a character at line 1, column 9."),
    ("[1 2]", "unexpected \"2\" at line 1, column 4."),
    ("[1,]", "unexpected \"]\" at line 1, column 4."),
    ("[1.]", "unexpected \"]\" at line 1, column 4."),
    ("[+1]", "unexpected \"+\" at line 1, column 2."),
    ("[.5]", "unexpected \".\" at line 1, column 2."),
    ("[1e]", "unexpected \"]\" at line 1, column 4."),
    ("[0x1]", "unexpected \"x\" at line 1, column 3."),
    ("{1: 2}", "unexpected \"1\" at line 1, column 2."),
    ("[nul]", "unexpected \"]\" at line 1, column 5."),
    ("\"open", "the text ends too early at line 1, column 6."),
    ("{} {}", "unexpected \"{\" at line 1, column 4."),
    ("{}", "FILE is no saved session: its format is not \"backstep session\"."),
    ("[1, 2]", "the whole: an object is needed."),
    ("12", "the whole: an object is needed."),
    (
      String(repeating: "[", count: 100_000),
      "lists and objects are more than 100 deep at line 1, column 101."
    ),
    (
      String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000),
      "lists and objects are more than 100 deep at line 1, column 101."
    ),
  ])
  func whatIsNoSessionIsNamed(text: String, sentence: String) throws {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    let refused = try refusal(text, in: &bench)
    #expect(refused == sentence)
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    var (bench, text) = try saved()
    var bytes = Array(text.utf8)
    bytes[bytes.firstRange(of: Array("adam".utf8))!.lowerBound] = 0xFF
    try scratch.write("session.json", bytes)
    #expect(
      bench.failure("restore \(file)").hasPrefix(
        "\(file) is damaged: a text is no UTF-8 at line 1, column "))
  }

  @Test func whatIsNoFileIsNamed() throws {
    var bench = Bench(.tiny, "network 6-4-3", "step")
    #expect(
      bench.failure("restore \(scratch.path)/absent.json")
        == "Cannot read \(scratch.path)/absent.json: No such file or directory.")
    #expect(
      bench.failure("restore \(scratch.path)") == "Cannot read \(scratch.path): Is a directory.")
  }

  /// Every key is either needed or says nothing that the rest does not say.
  @Test func everyKeyIsNeeded() throws {
    var (bench, text) = try saved()
    var spare: Set<String> = []
    func visit(_ value: Any, _ path: String) throws {
      if let list = value as? [Any], let first = list.first { try visit(first, path + "/0") }
      for (key, item) in value as? [String: Any] ?? [:] {
        let path = path.isEmpty ? key : "\(path)/\(key)"
        try scratch.write("session.json", edited(text, path, nil))
        let before = bench.session
        if bench.run("restore \(file)") == .done {
          spare.insert(path)
          #expect(bench.session == before, "\(path)")
        }
        try visit(item, path)
      }
    }
    try visit(try JSONSerialization.jsonObject(with: Data(text.utf8)), "")
    // The first program wrote neither of the last two.
    #expect(
      spare.filter { !$0.hasPrefix("journal/0/norms/") }
        == ["generated_by", "ahead", "next_breakpoint"] as Set)
  }

  // MARK: Damage by chance

  /// What a session that was restored must still be able to do, parsed once: that takes longer than
  /// to do it.
  struct Uses {
    let always: [any Command]
    let withNetwork: [any Command]

    init(_ scratch: Scratch) throws {
      always = [
        try Show.parse(["settings"]), try History.parse(["--journal"]),
        try Save.parse(["\(scratch.path)/again.json"]),
      ]
      withNetwork = [
        try Show.parse(["network"]), try Show.parse(["weights"]), try Print.parse(["W1"]),
        try PhaseCommand.parse([]), try Step.parse(["2"]),
      ]
    }

    func expectAll(in session: Session, _ what: String) {
      var session = session
      let host = RecordingHost()
      for command in always + (session.training == nil ? [] : withNetwork) {
        #expect(throws: Never.self, "\(what)") { try command.run(in: &session, host: host) }
      }
      let isItself = session == session
      #expect(isItself, "\(what)")
    }
  }

  /// Restores a file that may be damaged; a refusal must be a sentence and change nothing.
  ///
  /// - Returns: the sentence, nil when the file was taken.
  func refusal(
    _ restore: Restore, over before: Session, _ uses: Uses, _ what: String
  ) -> String? {
    var session = before
    do {
      _ = try restore.run(in: &session, host: RecordingHost())
      uses.expectAll(in: session, what)
      return nil
    } catch {
      let sentence = "\(error)"
      #expect(sentence.contains(file) && error is CommandError, "\(what): \(sentence)")
      #expect(!sentence.contains("Optional(") && !sentence.contains("Error"), "\(sentence)")
      #expect(session.journal == before.journal, "\(what)")
      #expect(session == before, "\(what)")
      return sentence
    }
  }

  @Test func aFileTruncatedAnywhereIsRefused() throws {
    var source = try Bench.small(scratch, "network 6-2-3", "optimizer momentum", "step 2")
    source.page("save \(file)")
    let bytes = try scratch.bytes("session.json")
    let before = Bench(source.session, "step").session
    let (restore, uses) = (try Restore.parse([file]), try Uses(scratch))
    // The last byte is the end of the line.
    for length in 0..<bytes.count - 1 {
      try scratch.renew("session.json", Array(bytes[..<length]))
      let sentence = refusal(restore, over: before, uses, "\(length) bytes")
      #expect(
        sentence?.hasPrefix("\(file) is damaged: the text ends too early at line 1") == true)
    }
  }

  /// With and without --edited, which passes over the digest that finds most of them.
  @Test(arguments: UInt64(1)...4)
  func changedBytesAreRefusedOrHarmless(seed: UInt64) throws {
    var source = try Bench.small(scratch, "network 6-2-3", "optimizer momentum", "phase 15")
    if seed.isMultiple(of: 2) { source.page("finish") }
    source.page("save \(file)")
    let bytes = try scratch.bytes("session.json")
    let before = Bench(source.session, "step").session
    let (restore, uses) = (try Restore.parse([file]), try Uses(scratch))
    let restoreEdited = try Restore.parse([file, "--edited"])
    var dice = Dice(seed)
    var (refused, taken) = (0, 0)
    for _ in 1...2500 {
      var changed = bytes
      let place = Int.random(in: bytes.indices, using: &dice)
      let byte =
        Bool.random(using: &dice)
        ? UInt8.random(in: 0...255, using: &dice)
        : Array("0123456789-+.eE\"\\[]{},: Nn".utf8).randomElement(using: &dice)!
      changed[place] = byte
      try scratch.renew("session.json", changed)
      let what = "byte \(place) to \(byte), seed \(seed)"
      guard let sentence = refusal(restore, over: before, uses, what) else {
        taken += 1
        continue
      }
      refused += 1
      if sentence.hasSuffix("--edited") { _ = refusal(restoreEdited, over: before, uses, what) }
    }
    #expect(refused > 1500 && taken > 10, "\(refused) refused, \(taken) taken")
  }

  // MARK: Edited files

  @Test func anEditedFileIsRefusedUnlessAskedFor() throws {
    var (bench, text) = try saved()
    let weights = try edited(text, "network/layers/1/weights/2/1", "0.5")
    let sentence = try refusal(weights, in: &bench)
    #expect(
      sentence.wholeMatch(
        of:
          /the digest of its contents is [0-9a-f]{16}, and its journal ends with [0-9a-f]{16}\. If you have edited it: restore FILE --edited/
      ) != nil, "\(sentence)")

    var other = Bench()
    other.page("restore \(file) --edited")
    #expect(other.training.network[layer: 2].weights[2, 1] == 0.5)
    // From here on it is a session like any other.
    #expect(other.session.journal.last?.command == "restore \(file) --edited")
    #expect(other.session.journal.last?.digest == other.session.digest)
    other.page("step 2")
    _ = try other.savedAndRestored(scratch)
  }

  @Test(arguments: [
    ("journal", "[]"), ("settings/precision", "5"), ("random/state/1", "\"7\""),
    ("network/init", "\"he\""), ("optimizer/epsilon", "1e-07"), ("batch/size", "4"),
    ("optimizer/state/layers/1/biases/v/2", "0.25"), ("pass/layers/0/biases/0", "0.25"),
    ("batch/indices/0", "0"), ("clock/epoch", "2"),
  ])
  func theDigestFindsWhatNothingElseFinds(path: String, json: String) throws {
    var (bench, text) = try saved()
    text = try edited(text, "batch/indices", "[7,8,9]")
    #expect(
      try refusal(edited(text, path, json), in: &bench).contains("the digest of its contents"))
  }

  // MARK: Data

  @Test func dataThatHasMovedIsRefused() throws {
    let (bench, text) = try saved()
    let fileManager = FileManager.default
    let (old, new) = ("\(scratch.path)/tiny", "\(scratch.path)/moved")
    try fileManager.moveItem(atPath: old, toPath: new)
    var fresh = Bench()
    let refusal =
      "The data of \(file) is not at hand. Cannot open the folder \(old): No such file or directory."
      + " Without a folder, load mnist takes the built-in sample. "
      + "To take another: restore \(file) --other-data"
    #expect(fresh.failure("restore \(file)") == refusal)
    // Nothing is loaded that could be taken.
    #expect(fresh.failure("restore \(file) --other-data") == refusal)
    // What is in memory serves: it is the same.
    var same = Bench(bench.session)
    same.page("restore \(file)")
    #expect(same.session == bench.session)

    fresh.page("load mnist \(new)")
    #expect(fresh.failure("restore \(file)") == refusal)
    fresh.page("restore \(file) --other-data")
    #expect(fresh.training == bench.training)
    #expect(fresh.session.data?.dataset.sourceName == new)
    #expect(fresh.session.journal.last?.command == "restore \(file) --other-data")
    _ = try fresh.savedAndRestored(scratch)
    #expect(try scratch.text("session.json").contains(new))
    // Back in its place, it is found.
    try scratch.write("session.json", text)
    try fileManager.moveItem(atPath: new, toPath: old)
    fresh = Bench()
    fresh.page("restore \(file)")
    #expect(fresh.session == bench.session)
  }

  @Test func dataThatHasChangedIsRefused() throws {
    let (bench, _) = try saved()
    let was = bench.session.data!.dataset.sha256().prefix(12)
    var images = try scratch.bytes("tiny/train-images-idx3-ubyte")
    images[20] += 1
    try scratch.write("tiny/train-images-idx3-ubyte", images)
    var fresh = Bench()
    let sentence = fresh.failure("restore \(file)")
    var changed = Bench(Session(), "load mnist \(scratch.path)/tiny")
    let now = changed.session.checksum()!.prefix(12)
    #expect(
      sentence
        == "\(file) was made with other data than \(scratch.path)/tiny holds now: the checksum "
        + "was \(was)… and is \(now)…. To take another: restore \(file) --other-data")
    fresh.page("restore \(file) --other-data")
    #expect(fresh.session.data == changed.session.data)
    #expect(fresh.training.network == bench.training.network)
    fresh.page("step 3")
    _ = try fresh.savedAndRestored(scratch)
  }

  @Test func otherDataMustFit() throws {
    let (bench, _) = try saved()
    try FileManager.default.removeItem(atPath: "\(scratch.path)/tiny")
    var other = Bench(.sample)
    #expect(
      other.failure("restore \(file) --other-data")
        == "A network with 6 inputs does not fit this data, whose images have 784 pixels. "
        + "Try: network 784-4-10")
    #expect(bench.training.network.sizes == [6, 4, 3])
  }

  /// The path in the file is absolute and without links, however the folder was named.
  @Test func relativeAndLinkedFoldersAreFoundAgain() throws {
    try scratch.writeTinyData("tiny")
    let folder = "\(scratch.path)/tiny"
    let link = "\(scratch.path)/a link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "tiny")
    let up = FileManager.default.currentDirectoryPath.split(separator: "/").map { _ in "../" }
    for path in [
      folder, "\(folder)/", "\(scratch.path)/../\(folder)", link, up.joined() + folder.dropFirst(),
    ] {
      guard FileManager.default.fileExists(atPath: path) else { continue }
      var bench = Bench()
      bench.page("load mnist '\(path)'")
      bench.page("network 6-4-3")
      bench.page("step 2")
      #expect(bench.session.journal.first?.command == "load mnist \(folder)")
      _ = try bench.savedAndRestored(scratch)
      #expect(try scratch.text("session.json").contains("\"source\":\"\(folder)\""))
    }
  }
}

// MARK: - Editing JSON

/// The text with what stands at `path` (`network/layers/1`) replaced by other JSON, or removed.
func edited(_ text: String, _ path: String, _ json: String?) throws -> String {
  func change(_ value: Any, _ keys: ArraySlice<Substring>) -> Any {
    guard let key = keys.first else { return "@" }
    let isRemoved = keys.count == 1 && json == nil
    if var list = value as? [Any] {
      let index = Int(key)!
      if isRemoved {
        list.remove(at: index)
      } else {
        list[index] = change(list[index], keys.dropFirst())
      }
      return list
    }
    var object = value as! [String: Any]
    precondition(object[String(key)] != nil, "nothing at \(path)")
    object[String(key)] = isRemoved ? nil : change(object[String(key)]!, keys.dropFirst())
    return object
  }
  let root = try JSONSerialization.jsonObject(with: Data(text.utf8))
  let changed = try JSONSerialization.data(
    withJSONObject: change(root, path.split(separator: "/")[...]), options: .withoutEscapingSlashes)
  return String(decoding: changed, as: UTF8.self)
    .replacingOccurrences(of: "\"@\"", with: json ?? "")
}
