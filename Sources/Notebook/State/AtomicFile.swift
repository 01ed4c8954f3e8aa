import Datasets

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
/// one's name; then the folder is flushed. A symbolic link stays one; owner, group and permissions
/// stay as they were. What is no regular file, such as a pipe, is written to as it is. A file whose
/// name is a mount of its own, as containers have them, cannot be replaced: it is written over, while
/// what was in it stands beside it.
///
/// - Throws: a sentence with the path and the system's reason; the old file is untouched.
public func replaceFile(_ path: String, with bytes: [UInt8]) throws {
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
  try replaceRegularFile(target, with: bytes, old: exists ? status : nil, path)
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
  _ target: String, with bytes: [UInt8], old: stat?, _ path: String
) throws {
  let folder = folder(of: target)
  let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
  guard !name.isEmpty else { throw CommandError("Cannot write \(path): it names no file.") }
  // A file that may not be written is not replaced either.
  if old != nil, access(target, W_OK) != 0 { throw unwritable(path) }
  TemporaryName.removeLeftovers(in: folder)
  // The system gives a new file the permissions that people have asked for, by their umask.
  let (descriptor, temporary) = try newFile(
    in: folder, for: name, mode: old == nil ? 0o666 : 0o600, path)
  defer { close(descriptor) }
  do {
    try write(bytes, to: descriptor, path)
    if let old { try keepOwnerAndPermissions(of: old, descriptor, path) }
    guard fsync(descriptor) == 0 else { throw unwritable(path) }
    if rename(temporary, target) != 0 {
      guard errno == EBUSY, old != nil else { throw unwritable(path) }
      try writeOver(target, with: bytes, path)
      unlink(temporary)
    }
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

/// How a file is called until it is complete: `.session.json.3f2a9c11.backstep-part`.
private enum TemporaryName {
  static let suffix = ".backstep-part"

  static func random(for name: String) -> String {
    let digits = String(UInt32.random(in: 0...(.max)), radix: 16)
    return ".\(String(name.unicodeScalars.prefix(40))).\(digits)\(suffix)"
  }

  static func matches(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(suffix) else { return false }
    let digits = name.dropLast(suffix.count).split(separator: ".").last ?? ""
    return UInt32(digits, radix: 16) != nil
  }

  /// Removes what writers left that were killed.
  static func removeLeftovers(in folder: String) {
    Leftovers.sweep(folder, kind: S_IFREG, where: matches) { unlink($0) }
  }
}

private func newFile(
  in folder: String, for name: String, mode: mode_t, _ path: String
) throws -> (descriptor: Int32, path: String) {
  while true {
    let temporary = folder + TemporaryName.random(for: name)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    if descriptor >= 0 {
      if Leftovers.hold(descriptor, at: temporary) { return (descriptor, temporary) }
      close(descriptor)
    } else if errno != EEXIST, errno != EINTR {
      throw unwritable(path)
    }
  }
}

/// Gives a new file what the old one had. Only root may give files away: for others the group stays
/// where they belong to it, and where it does not, the new group may no more than everybody.
private func keepOwnerAndPermissions(of old: stat, _ descriptor: Int32, _ path: String) throws {
  var mode = old.st_mode & 0o7777
  if fchown(descriptor, old.st_uid, old.st_gid) != 0 {
    mode &= 0o1777
    if fchown(descriptor, .max, old.st_gid) != 0 { mode = mode & ~0o070 | (mode & 0o007) << 3 }
  }
  guard fchmod(descriptor, mode) == 0 else { throw unwritable(path) }
}

/// Writes over a file in its place. What was in it stands beside it, under a name with `~`, until the
/// new content is on the disk.
func writeOver(_ target: String, with bytes: [UInt8], _ path: String) throws {
  let old = try readBytes(target, .session)
  let (copy, backup) = try newBackup(of: target, path)
  do {
    defer { close(copy) }
    try write(old, to: copy, path)
    guard fsync(copy) == 0 else { throw unwritable(path) }
  } catch {
    unlink(backup)
    throw error
  }
  let descriptor = open(target, O_WRONLY | O_CLOEXEC)
  defer { if descriptor >= 0 { close(descriptor) } }
  func overwrite(_ bytes: [UInt8]) throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw unwritable(path) }
    try write(bytes, to: descriptor, path)
    guard ftruncate(descriptor, off_t(bytes.count)) == 0, fsync(descriptor) == 0 else {
      throw unwritable(path)
    }
  }
  do {
    try overwrite(bytes)
  } catch {
    guard (try? overwrite(old)) != nil else {
      throw CommandError("\(error) What was in it is in \(backup).")
    }
    unlink(backup)
    throw error
  }
  unlink(backup)
}

/// `session.json~`, or `session.json~2` and so on where somebody has that already.
private func newBackup(
  of target: String, _ path: String
) throws -> (descriptor: Int32, path: String) {
  for number in 1...1000 {
    let backup = target + "~" + (number == 1 ? "" : "\(number)")
    let descriptor = open(backup, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { return (descriptor, backup) }
    guard errno == EEXIST else { break }
  }
  throw unwritable(path)
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
