#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a killed process has left, told from what a living one is still at work on.
///
/// Whoever makes a temporary file or folder holds a lock on it (`flock`). The lock ends with the
/// process, however that ends and on whatever machine, and no process number can be mistaken for
/// another's: what nobody holds, nobody needs.
package enum Leftovers {
  /// Takes the lock on a file or folder that has just been made and opened.
  ///
  /// - Returns: false when another process was quicker and is about to remove it: make another.
  package static func hold(_ descriptor: CInt, at path: String) -> Bool {
    // Where the file system knows no locks, nothing can be told, and nothing is ever removed.
    guard lock(descriptor) || errno != EWOULDBLOCK else { return false }
    return isSame(descriptor, path)
  }

  /// Removes from a folder what killed processes of this person have left there.
  ///
  /// A name is no proof. What goes is this person's own: a plain file that has no other name, or a
  /// folder that is closed to everybody else. A symbolic link is neither.
  ///
  /// - Parameters:
  ///   - kind: `S_IFREG` for files, `S_IFDIR` for folders.
  ///   - isOurs: whether a name is of the kind that is made there.
  ///   - remove: does it, given the path.
  package static func sweep(
    _ folder: String, kind: mode_t, where isOurs: (String) -> Bool, remove: (String) -> Void
  ) {
    for name in names(in: folder) where isOurs(name) {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      // A pipe with this name would be waited for, a link followed.
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == kind,
        status.st_uid == geteuid(),
        kind == S_IFDIR ? status.st_mode & 0o077 == 0 : status.st_nlink == 1,
        lock(descriptor), isSame(descriptor, path)
      else { continue }
      remove(path)
    }
  }

  private static func lock(_ descriptor: CInt) -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Whether the path still leads to what is open.
  private static func isSame(_ descriptor: CInt, _ path: String) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(descriptor, &open) == 0 && lstat(path, &named) == 0
      && open.st_dev == named.st_dev && open.st_ino == named.st_ino
  }

  private static func names(in folder: String) -> [String] {
    guard let entries = opendir(folder) else { return [] }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        })
    }
    return names
  }
}
