import Notebook

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lines typed in earlier shells: `$XDG_STATE_HOME/backstep/history`, one a line, for nobody
/// else's eyes (mode 0600).
///
/// Each line is appended as it is typed, under a lock, so that two shells keep each other's lines.
/// A file that has grown too long is replaced by a shorter one in one move, so that at any moment the
/// lines are there; who has waited for the lock meanwhile takes it on the new one.
/// Where there is no place for a file, or it cannot be written, nothing is kept and nobody is bothered.
struct HistoryFile {
  static let limit = 10_000

  private let path: String

  /// Nil when there is no home for it.
  init?(environment: [String: String]) {
    guard
      let folder = userFolder("XDG_STATE_HOME", else: ".local/state", environment)
    else { return nil }
    path = folder + "/history"
    makeFolders(folder)
  }

  /// The lines there are, oldest first, cut to the limit in the file as well.
  func load() -> [String] {
    withLockedFile { file in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(file, &buffer, buffer.count)
        if count <= 0 { break }
        bytes += buffer[..<count]
      }
      let lines = bytes.split(separator: UInt8(ascii: "\n"))
      let kept = lines.suffix(HistoryFile.limit)
      if lines.count > HistoryFile.limit {
        try? replaceFile(path, with: Array(kept.map { $0 + [UInt8(ascii: "\n")] }.joined()))
      }
      return kept.map { String(decoding: $0, as: UTF8.self) }
    } ?? []
  }

  func append(_ line: String) {
    withLockedFile { file in
      lseek(file, 0, SEEK_END)
      writeAll(Array((line + "\n").utf8), to: file)
    }
  }

  @discardableResult
  private func withLockedFile<Result>(_ body: (Int32) -> Result) -> Result? {
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard file >= 0 else { return nil }
      defer { close(file) }
      guard flock(file, LOCK_EX) == 0 else { return nil }
      guard isStillThere(file) else { continue }
      fchmod(file, 0o600)
      return body(file)
    }
  }

  /// Whether the path still leads to this file, and not to one that has taken its place.
  private func isStillThere(_ file: Int32) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(file, &opened) == 0 && stat(path, &named) == 0
      && (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
  }

  private func writeAll(_ bytes: [UInt8], to file: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

/// Backstep's folder among a person's own files: in the folder that the variable names, else in one
/// under HOME (XDG Base Directory Specification); nil when there is neither.
func userFolder(
  _ variable: String, else standard: String, _ environment: [String: String]
) -> String? {
  if let folder = environment[variable], folder.hasPrefix("/") { return folder + "/backstep" }
  guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
  return home + "/" + standard + "/backstep"
}

/// Makes a folder and those above it; what cannot be made shows when a file is opened in it.
private func makeFolders(_ path: String) {
  var end = path.startIndex
  while let slash = path[end...].dropFirst().firstIndex(of: "/") {
    mkdir(String(path[..<slash]), 0o700)
    end = slash
  }
  mkdir(path, 0o700)
}
