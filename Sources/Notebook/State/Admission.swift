// A journal that comes out of a file is data, and a stranger's. All of it is read and held against
// what a journal can hold before any of it is carried out: commands that change the session and that
// `journal(from:to:)` or a move writes, each by its own declaration, `Command.isOfJournal`. So a
// journal writes nothing, fetches nothing, runs no other file and does not end the program. What it
// reads are the data its own commands name as a person would: `load mnist FOLDER`, `import FILE` and
// `restore FILE --edited`, whose own journal is not carried out.

/// The command of a journal's line.
///
/// - Throws: `"save x.json" is no command that a journal holds`, when a journal cannot have it.
func journalCommand(_ line: String) throws -> any Command {
  let typed = TypedLine(line)
  guard let word = typed.word, let type = command(called: word),
    let command = try? parsed(type, typed.rest), command.isOfJournal
  else {
    throw CommandError("\(quoted(line)) is no command that a journal holds")
  }
  return command
}

/// A line in quotation marks, shortened where it is long.
private func quoted(_ line: String) -> String {
  let shown = line.prefix(60)
  return "\"\(shown)\(shown.endIndex == line.endIndex ? "" : "…")\""
}
