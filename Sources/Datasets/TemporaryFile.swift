#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that takes its name when it is complete; until then it lies beside it under another, which
/// no other process uses, and is removed with this value.
final class TemporaryFile {
  /// Where it lies until it is kept.
  let path: String
  /// Where it is to be.
  private let target: String
  private let descriptor: CInt
  private var isKept = false

  /// Starts a file in the folder of another, which stays as it is.
  convenience init(for target: String) throws {
    while true {
      let path = target + "." + String(UInt32.random(in: .min ... .max), radix: 16) + Self.suffix
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        if Leftovers.hold(descriptor, at: path) {
          self.init(descriptor, path, for: target)
          return
        }
        close(descriptor)
      } else if errno != EEXIST, errno != EINTR {
        throw Self.cannotWrite(target)
      }
    }
  }

  init(_ descriptor: CInt, _ path: String, for target: String) {
    (self.descriptor, self.path, self.target) = (descriptor, path, target)
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(path) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = systemWrite(descriptor, piece.baseAddress!, piece.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw Self.cannotWrite(target)
      }
    }
  }

  /// Gives the file its name, in place of one that has it: the old file is there or the new one, whole,
  /// even when the machine stops in between.
  func keep() throws {
    guard synchronize(descriptor), rename(path, target) == 0 else { throw Self.cannotWrite(target) }
    isKept = true
    let folder = open(Self.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = synchronize(folder)
    close(folder)
  }

  /// Some file systems cannot be told to write at once.
  private func synchronize(_ descriptor: CInt) -> Bool {
    fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP
  }
}

extension TemporaryFile {
  private static let suffix = ".part"

  /// Makes a folder and those above it, which are for this person alone, as the XDG Base Directory
  /// Specification asks.
  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    let above = folder(of: path)
    guard errno == ENOENT, above != path else {
      throw cannotWrite(path)
    }
    try makeFolder(above)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw cannotWrite(path) }
  }

  /// Removes what processes left that were killed.
  static func removeLeftovers(of target: String) {
    let name = target.split(separator: "/").last.map(String.init) ?? target
    Leftovers.sweep(folder(of: target), kind: S_IFREG) { found in
      found.hasPrefix(name + ".") && found.hasSuffix(suffix)
        && UInt32(found.dropFirst(name.count + 1).dropLast(suffix.count), radix: 16) != nil
    } remove: {
      unlink($0)
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func cannotWrite(_ path: String) -> DatasetError {
    let code = errno
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
    return DatasetError(
      "Cannot write \(path): \(systemReason(code)). "
        + (isFull ? "Make room there, or set" : "Set")
        + " XDG_CACHE_HOME to another folder that can be written to.")
  }
}

/// The C function, whose name a method here has too.
private func systemWrite(_ file: CInt, _ address: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, address, count)
}
