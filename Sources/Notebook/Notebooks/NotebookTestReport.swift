import Page

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// What `backstep test` shows of its results.

extension NotebookTest.Result {
  /// Of one notebook: that it passes, or every place where it does not.
  public var report: Report {
    let lines: [Line] =
      passes
      ? ["\("ok", .good)    \(file)  \(counted(compared, "output"), .faint)"]
      : ["\("FAIL", .bad)  \(file)"] + mismatches.flatMap { $0.lines(of: file) }
    let table = Table(
      "mismatches",
      columns: [
        "line", "command", "written", "now", "number_written", "number_now", "relative_error",
        "complaint",
      ], rows: mismatches.map(\.row), shown: 0)
    let failure =
      passes
      ? nil
      : Failure(
        .verification, "\(file) says something else in \(counted(mismatches.count, "place")).")
    var report = Report(
      command: "test \(quotedWord(file))", page: Page(.table(table), .text(lines)),
      seconds: seconds, failure: failure)
    report.pageSaysFailure = true
    return report
  }

  /// Of all of them.
  public static func summary(_ results: [Self], seconds: Double) -> Report {
    let failed = results.count { !$0.passes }
    let passed = results.count - failed
    let facts = Facts(
      "summary", ["passed": .integer(passed), "failed": .integer(failed)],
      lines: [
        "\(count: passed, .strong) passed, \(count: failed, failed > 0 ? .bad : .strong) failed"
      ])
    var report = Report(
      command: "test", page: Page(.facts(facts)), seconds: seconds,
      failure: failed == 0
        ? nil : Failure(.verification, "\(failed) of \(counted(results.count, "notebook")) failed.")
    )
    report.pageSaysFailure = true
    return report
  }

  /// What an update does: the new text, how many lines it changes, and whether it mends all.
  public var update: (text: String, lines: Int, mendsAll: Bool)? {
    let lines = mismatches.count { $0.complaint == nil }
    guard let updated, lines > 0 else { return nil }
    return (updated, lines, lines == mismatches.count)
  }
}

extension NotebookTest.Mismatch {
  fileprivate func lines(of file: String) -> [Line] {
    var lines: [Line] = ["  \("\(file):\(line)", .strong)  > \(command)"]
    if let complaint { return lines + complaint.split(separator: "\n").map { "    \($0)" } }
    lines.append("    written  \(written ?? "(nothing)", .faint)")
    lines.append("    now      \(now ?? "(nothing)")")
    if case .number(let text, _, let value)? = difference {
      let error = difference?.relativeError ?? 0
      lines.append(
        "    \(text, .bad) is written where \(value, as: .significant(17)) is: relative error "
          + "\(error, as: .significant(2))")
    }
    return lines
  }

  fileprivate var row: [Value] {
    var (writtenNumber, nowNumber): (Double?, Double?) = (nil, nil)
    if case .number(_, let value, let now)? = difference {
      (writtenNumber, nowNumber) = (value, now)
    }
    return [
      .integer(line), .string(command), Value(written), Value(now), Value(writtenNumber),
      Value(nowNumber), Value(difference?.relativeError), Value(complaint),
    ]
  }
}

/// The notebooks that paths lead to: a file itself, and those files of a folder, at any depth, that
/// have blocks of commands.
///
/// - Throws: when a path leads nowhere, or a folder has none.
public func notebooks(at paths: [String]) throws -> [String] {
  try paths.flatMap { path -> [String] in
    var status = stat()
    guard stat(path, &status) == 0 else { throw unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return [path] }
    let found = notebooks(in: path.hasSuffix("/") ? path : path + "/").sorted()
    guard !found.isEmpty else { throw CommandError("There is no notebook in \(path).") }
    return found
  }
}

private func notebooks(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var found: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    var status = stat()
    guard !name.hasPrefix("."), stat(folder + name, &status) == 0 else { continue }
    if status.st_mode & S_IFMT == S_IFDIR {
      found += notebooks(in: folder + name + "/")
    } else if name.hasSuffix(".md"), status.st_mode & S_IFMT == S_IFREG,
      let text = try? readText(folder + name, .script),
      Script(text, name: name).steps.contains(where: \.isCommand)
    {
      found.append(folder + name)
    }
  }
  return found
}

extension Script.Step {
  fileprivate var isCommand: Bool { if case .command = self { true } else { false } }
}

/// Writes a notebook whose outputs have been brought up to date.
public func updateNotebook(_ file: String, _ text: String) throws {
  try replaceFile(file, with: Array(text.utf8))
}
