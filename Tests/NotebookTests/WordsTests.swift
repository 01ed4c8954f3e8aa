import Testing

@testable import Notebook

@Suite struct WordsTests {
  @Test(arguments: [
    ("load mnist", ["load", "mnist"]),
    ("  load \t mnist  ", ["load", "mnist"]),
    (#"load mnist "my digits""#, ["load", "mnist", "my digits"]),
    ("load mnist 'my digits'", ["load", "mnist", "my digits"]),
    (#"a"b c"d"#, ["ab cd"]),
    (#"'say "hi"'"#, [#"say "hi""#]),
    (#""it's""#, ["it's"]),
    ("''", [""]),
    ("set batch=3 # three", ["set", "batch=3"]),
    ("set batch=3# three", ["set", "batch=3#", "three"]),
    ("'# not a comment'", ["# not a comment"]),
    ("load données\u{A0}x", ["load", "données", "x"]),
    (#"C:\path"#, [#"C:\path"#]),
    ("# all of it", []),
    ("", []),
  ])
  func wordsOfALine(line: String, expected: [String]) throws {
    #expect(try words(in: line[...]) == expected)
  }

  @Test(arguments: ["'", "\"", "load 'mnist", "load mnist \"my digits", "a'b"])
  func anOpenQuoteIsAnError(line: String) throws {
    let error = try #require(throws: CommandError.self) { try words(in: line[...]) }
    #expect(error.description.contains("is not closed"))
  }

  @Test(arguments: [
    ("accuracy > 0.9", ["--", "accuracy > 0.9"]),
    ("--epochs 3 accuracy > 0.9", ["--epochs", "3", "--", "accuracy > 0.9"]),
    ("--quiet W1[0, -1]", ["--quiet", "--", "W1[0, -1]"]),
    ("-1", ["--", "-1"]),
    ("  \"x  y\"  ", ["--", "\"x  y\""]),
    ("--epochs", ["--epochs", ""]),
    ("", []),
  ])
  func restOfALine(line: String, expected: [String]) {
    #expect(optionsAndRest(of: line[...], taking: ["--epochs"]) == expected)
  }
}
