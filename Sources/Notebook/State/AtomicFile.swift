#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Replaces a file whole: at any moment the old one or the new one is there.
///
/// The bytes go into a temporary file beside it, which is flushed to the disk and then takes the old
/// one's name; then the folder is flushed. A symbolic link stays one, and permissions stay as they
/// were. What is no regular file, such as a pipe, is written to as it is.
///
/// - Throws: a sentence with the path and the system's reason; the old file is untouched.
func replaceFile(_ path: String, with bytes: [UInt8]) throws {
  if path == "-" { return try write(bytes, to: STDOUT_FILENO, path) }
  var status = stat()
  let exists = stat(path, &status) == 0
  if exists, status.st_mode & S_IFMT == S_IFDIR {
    throw CommandError("Cannot write \(path): it is a folder. Name a file in it.")
  }
  if exists, status.st_mode & S_IFMT != S_IFREG {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable(path) }
    defer { close(descriptor) }
    return try write(bytes, to: descriptor, path)
  }
  let target = exists ? (realPath(path) ?? path) : try endOfLinks(path)
  try replaceRegularFile(target, with: bytes, mode: exists ? status.st_mode & 0o7777 : nil, path)
}

/// The path that a symbolic link to nothing yet leads to, so that the link stays one.
private func endOfLinks(_ start: String) throws -> String {
  var (path, buffer) = (start, [UInt8](repeating: 0, count: Int(PATH_MAX)))
  for _ in 1...40 {
    let count = buffer.withUnsafeMutableBytes { bytes in
      readlink(path, bytes.bindMemory(to: CChar.self).baseAddress!, bytes.count)
    }
    guard count > 0 else { return path }
    let next = String(decoding: buffer[..<count], as: UTF8.self)
    path = next.hasPrefix("/") ? next : folder(of: path) + next
  }
  errno = ELOOP
  throw unwritable(start)
}

private func folder(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
}

private func replaceRegularFile(
  _ target: String, with bytes: [UInt8], mode: mode_t?, _ path: String
) throws {
  let folder = folder(of: target)
  let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
  guard !name.isEmpty else { throw CommandError("Cannot write \(path): it names no file.") }
  // A file that may not be written is not replaced either.
  if mode != nil, access(target, W_OK) != 0 { throw unwritable(path) }
  let temporary =
    "\(folder).\(String(name.unicodeScalars.prefix(40))).\(UInt32.random(in: 0...(.max)))"
  // The system gives a new file the permissions that people have asked for, by their umask.
  let descriptor = open(
    temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode == nil ? 0o666 : 0o600)
  guard descriptor >= 0 else { throw unwritable(path) }
  do {
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path)
    if let mode, fchmod(descriptor, mode) != 0 { throw unwritable(path) }
    guard fsync(descriptor) == 0, rename(temporary, target) == 0 else { throw unwritable(path) }
  } catch {
    unlink(temporary)
    throw error
  }
  let directory = open(folder, O_RDONLY | O_CLOEXEC)
  if directory >= 0 {
    fsync(directory)
    close(directory)
  }
}

private func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
    if count < 0 {
      if errno == EINTR { continue }
      throw unwritable(path)
    }
    rest = rest.dropFirst(count)
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

private func unwritable(_ path: String) -> CommandError {
  CommandError("Cannot write \(path): \(String(cString: strerror(errno))).")
}
