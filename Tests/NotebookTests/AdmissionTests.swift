import Foundation
import Testing

@testable import Notebook

/// A journal out of a file is data: what no `journal(from:to:)` and no move writes is refused, before
/// anything of it is done.
@Suite struct AdmissionTests {
  /// Lines that are typed: every example of every command, and what a stranger would try.
  static let lines =
    commands.flatMap { $0.examples.flatMap { $0.split(separator: "\n").map(String.init) } }
    + commands.flatMap { type in ["\(type.name)", "\(type.name) x", "\(type.name) --help"] }
    + [
      "save /tmp/x.json", "export x.npz", "record --replace x.md", "note <script>", "quit 0",
      "load mnist full --download", "load mnist full --download --mirror http://127.0.0.1/",
      "load mnist x --mirror http://127.0.0.1/", "run x", "replay self.json", "restore self.json",
      "set prompt='{step}'", "set precision=17", "set history=64GB", "set l2=0 history=64GB",
      "step 0", "step -1", "phase 0", "epoch 0", "s 3", "st 3", "until step > 3", "continue",
      "back", "goto 0", "checkpoint a", "break loss", "delete 1", "", "# step", "mistake", "loss",
      "optimizer", "help", "step\nquit 0", "step 1; save x", "step 3 4", "import", "check",
    ]

  /// What this program writes into journals when the lines that it accepts are typed.
  static let written: [String] = {
    var written: Set<String> = []
    let scratch = try! Scratch()
    for line in lines where !["run", "replay", "restore"].contains(TypedLine(line).word) {
      var bench = Bench(.tiny, "network 6-5-4-3", "set batch=4", "step 2", "phase 3")
      bench.host.folder = scratch.path + "/"
      let before = bench.session.journal.count
      bench.run(line)
      written.formUnion(bench.session.journal.map(\.command).dropFirst(before))
    }
    return written.sorted()
  }()

  @Test func whatIsWrittenIsAdmitted() throws {
    #expect(Self.written.count > 20)
    for line in Self.written { #expect(throws: Never.self) { _ = try journalCommand(line) } }
    for line in ["restore /a.json --edited", "import /a.npz --hidden tanh", "load mnist /data"] {
      #expect(throws: Never.self) { _ = try journalCommand(line) }
    }
  }

  /// What is admitted changes the session and nothing else: by its word it is one of those whose
  /// entries a journal can have.
  @Test(arguments: lines)
  func allElseIsRefused(line: String) {
    let words: Set = [
      "load", "import", "network", "loss", "optimizer", "set", "step", "phase", "finish", "epoch",
      "mistake", "restore",
    ]
    guard (try? journalCommand(line)) != nil else { return }
    #expect(words.contains(String(TypedLine(line).word ?? "")))
    for part in ["--download", "--mirror", "prompt=", "precision=", "history=", "\n", " 0", " -1"] {
      #expect(!line.contains(part))
    }
    if TypedLine(line).word == "restore" { #expect(line.contains("--")) }
  }

  /// In the journal, in a checkpoint's, in any place of it: `restore` and `replay` refuse the file and
  /// say which entry, and nothing has been written.
  @Test(arguments: [
    "save hacked.json", "export hacked.npz", "record --replace hacked.md", "run x.backstep",
    "replay session.json", "quit 0", "load mnist full --download --mirror http://127.0.0.1:9/",
  ])
  func isRefusedWithEntryAndReason(line: String) throws {
    let scratch = try Scratch()
    var bench = try Bench.small(scratch, "network 6-4-3", "step", "checkpoint a", "step")
    bench.page("save \(scratch.path)/session.json")
    let text = try scratch.text("session.json")
    // The entry of `step 1` stands in the journal and in the checkpoint's.
    let hostile = text.replacing("\"command\":\"step 1\"", with: "\"command\":\"\(line)\"")
    #expect(hostile != text)
    try scratch.write("hostile.json", hostile)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
    for command in ["restore", "replay"] {
      var other = Bench(.tiny, "network 6-5-3", "step")
      let before = other.session
      let sentence = other.failure("\(command) \(scratch.path)/hostile.json")
      #expect(sentence.contains("journal[") && sentence.contains("no command that a journal holds"))
      #expect(other.session == before)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == files)
  }

  /// What is long is shown shortened.
  @Test func aLongLineIsShortened() {
    let error = #expect(throws: CommandError.self) {
      _ = try journalCommand("save " + String(repeating: "x", count: 1_000_000))
    }
    #expect((error?.description.count ?? .max) < 150)
  }
}

/// A notebook may be a stranger's: it writes below the working folder, or not at all.
@Suite struct ConfinementTests {
  @Test(arguments: ["save", "export", "record", "record --replace", "export --stub numpy"])
  func aNotebookWritesBelowTheWorkingFolder(command: String) throws {
    let scratch = try Scratch()
    try scratch.write("work/inner/there", "")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/work/out", withDestinationPath: scratch.path)
    let ending = command.hasPrefix("record") ? ".md" : command == "save" ? ".json" : ".npz"
    let host = RecordingHost()
    host.folder = scratch.path + "/work/"
    var session = Bench(.tiny, "network 6-4-3", "set batch=4", "step").session
    for (name, isInside) in [
      ("a", true), ("inner/b", true), ("./c", true), ("../d", false), ("out/e", false),
      (scratch.path + "/f", false), (scratch.path + "/work/g", true), ("inner/../../h", false),
      ("nothing/../../i", false), ("/j/k", false),
    ] {
      let file = command.contains("stub") ? name : name + ending
      let notebook = "```backstep\n> \(command) \(file)\n```\n"
      var interpreter = Interpreter(host: host)
      interpreter.files = ["x.md"]
      let outcome = interpreter.play(Script(notebook, name: "x.md"), in: &session)
      #expect((outcome == .done) == isInside, "\(command) \(file)")
      if !isInside, let failure = host.commands.last?.failure?.message {
        #expect(failure.contains("outside of it") || failure.contains("No such file"), "\(failure)")
      }
    }
    // What a person types, and a file of commands, writes where it says.
    let outside = command.contains("stub") ? "../typed" : "../typed" + ending
    #expect(Interpreter(host: host).run("\(command) \(outside)", in: &session) == .done)
  }

  @Test func aNotebookFetchesFromThePublicMirrorsOnly() throws {
    let host = RecordingHost()
    var session = Session()
    let text = "```backstep\n> load mnist full --download --mirror http://127.0.0.1:9/\n```\n"
    var interpreter = Interpreter(host: host)
    interpreter.files = ["x.md"]
    let outcome = interpreter.play(Script(text, name: "x.md"), in: &session)
    #expect(outcome == .failed(status: 1))
    #expect(host.commands.last?.failure?.message.contains("public mirrors only") == true)
  }
}
