#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Host {
  /// A file or folder that a command reads: a relative path is looked for in the working folder, then
  /// beside the script that the command stands in.
  func locate(_ file: String) -> String {
    let path = path(file)
    guard file != "-", !file.hasPrefix("/"), !fileExists(path), let folder = scriptFolder,
      fileExists(folder + file)
    else { return path }
    return folder + file
  }

  /// The bytes of a file that a command reads.
  func read(_ file: String, _ kind: FileKind) throws -> [UInt8] {
    let path = locate(file)
    return try naming(file, for: path) {
      try readBytes(path, kind, isInterrupted: { isInterrupted })
    }
  }

  /// Replaces a file whole, or writes it anew.
  func write(_ file: String, _ bytes: [UInt8]) throws {
    let path = try target(file)
    try naming(file, for: path) { try replaceFile(path, with: bytes) }
  }

  /// The path of a file or folder that a command is to write.
  ///
  /// - Throws: when a notebook would write outside the working folder: it may be a stranger's.
  func target(_ file: String) throws -> String {
    let path = path(file)
    guard isInNotebook, file != "-" else { return path }
    let root = realPath(workingFolder ?? ".") ?? "/"
    // What is there counts without its links; of what is not, the folder that it would be in.
    var (above, rest) = (path, "")
    while realPath(above) == nil, let slash = above.lastIndex(of: "/"), slash > above.startIndex {
      rest = String(above[slash...]) + rest
      above = String(above[..<slash])
    }
    if realPath(above) == nil { (above, rest) = (".", "/" + path) }
    let real = (realPath(above) ?? "/") + rest
    guard (real + "/").hasPrefix(root == "/" ? "/" : root + "/"), !rest.contains("/../") else {
      throw CommandError(
        "A notebook writes below the working folder only, and \(file) is outside of it. To write it "
          + "all the same, type the command yourself.")
    }
    return path
  }

  /// Errors speak of a file as it was typed.
  private func naming<Result>(
    _ file: String, for path: String, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let error as CommandError {
      throw CommandError(error.description.replacing(path, with: file))
    }
  }

  /// A file or folder that a command writes: a relative path begins in the working folder.
  func path(_ file: String) -> String {
    guard let workingFolder, file != "-", !file.hasPrefix("/") else { return file }
    return workingFolder + file
  }
}

/// The absolute path without symbolic links; nil where there is nothing.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

func unreadable(_ path: String) -> CommandError {
  CommandError("Cannot read \(path): \(String(cString: strerror(errno))).")
}

public func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Makes a folder, unless it is there.
///
/// - Throws: a sentence with the path and the system's reason.
func makeFolder(_ path: String, called name: String) throws {
  guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
  throw CommandError("Cannot make the folder \(name): \(String(cString: strerror(errno))).")
}
