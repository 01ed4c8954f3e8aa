#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Dataset {
  /// The whole of MNIST; the files that are in none of its places are fetched into the cache first.
  ///
  /// ```swift
  /// try Dataset.downloaded(environment: environment, mirror: "file:///media/usb").train.count  // 60000
  /// ```
  ///
  /// - Parameters:
  ///   - mirror: an http, https or file URL below which the four files are, gzipped; the public mirrors
  ///     when nil.
  ///   - isInterrupted: whether to stop; asked at least ten times a second.
  ///   - report: is told how far a file is.
  /// - Throws: `DownloadInterrupted`, or a `DatasetError` with the way out. Files that were fetched whole
  ///   before stay.
  public static func downloaded(
    environment: [String: String], mirror: String? = nil,
    isInterrupted: @escaping () -> Bool = { false },
    report: @escaping (DownloadProgress) -> Void = { _ in }
  ) throws -> Dataset {
    let mirrors = try mirror.map { [try Download.checked(mirror: $0)] } ?? FullMNIST.mirrors
    let cache = FullMNIST.cache(environment)
    let present = try FullMNIST.places(environment).first(where: FullMNIST.isWholeIn)
    // What is damaged in the cache is fetched again; another folder is not ours to change.
    if let present, present != cache { return try full(environment: environment) }
    guard let cache else {
      throw DatasetError(
        "There is no folder to keep MNIST in: XDG_CACHE_HOME and HOME are not set. Set one of them."
      )
    }
    var download = Download(
      folder: cache, mirrors: mirrors, curl: Curl(environment: environment),
      isInterrupted: isInterrupted, report: report)
    return try Dataset(source: .full) { part in try download.load(part) }
  }
}

/// How far the download of one file is.
public struct DownloadProgress: Sendable, Equatable {
  /// "train-images-idx3-ubyte.gz"
  public let file: String
  /// Bytes that have arrived.
  public let done: Int
  /// Bytes that there will be; nil when the server does not say.
  public let total: Int?
}

/// Completes a folder with the files that it lacks.
struct Download {
  let folder: String
  /// Without a slash at the end; the one that answered last is asked first.
  var mirrors: [String]
  var checksum: (Part) -> String = \.mnistChecksum
  var curl: Curl
  var isInterrupted: () -> Bool = { false }
  var report: (DownloadProgress) -> Void = { _ in }

  /// Reads one file, and fetches it before that when it is not there or not what it should be.
  mutating func load(_ part: Part) throws -> LoadedPart {
    let sum = checksum(part)
    if let kept = try? FullMNIST.verified(part, in: folder, checksum: sum) { return kept }
    try TemporaryFile.makeFolder(folder)
    TemporaryFile.removeLeftovers(of: target(part))
    var failures: [String] = []
    for (index, mirror) in mirrors.enumerated() {
      let url = "\(mirror)/\(part.fileName).gz"
      do {
        let loaded = try fetch(part, from: url)
        mirrors.swapAt(0, index)
        return loaded
      } catch let failure as Curl.Failure {
        failures.append("\(Self.withoutPassword(url)): \(failure.reason)")
      } catch is Curl.NotInstalled {
        throw DatasetError(
          "Backstep fetches with curl, which is not installed. "
            + "Install it, or put MNIST's four files into \(folder).")
      }
    }
    throw DatasetError(
      "Cannot fetch \(failures.joined(separator: "; nor ")). Try again later, name another place with "
        + "--mirror URL, or put MNIST's four files into \(folder).")
  }

  /// Fetches one file through a temporary one, which takes its name when its checksum is right.
  private func fetch(_ part: Part, from url: String) throws -> LoadedPart {
    let file = try TemporaryFile(for: target(part))
    var done = 0
    try curl.fetch(url, isInterrupted: isInterrupted) { piece, total in
      try file.write(piece)
      done += piece.count
      report(DownloadProgress(file: part.fileName + ".gz", done: done, total: total))
    }
    let idx = try verified(part, file.path)
    try file.keep()
    // A file without .gz would be read in place of this one, and it has been found wrong.
    unlink(part.path(in: folder))
    return LoadedPart(path: target(part), idx: idx)
  }

  /// Reads what came, and compares its checksum.
  private func verified(_ part: Part, _ path: String) throws -> IDX {
    do {
      guard let file = try File(path, called: "what came") else {
        throw DatasetError("\(path) has been removed while it was being written.")
      }
      let idx = try LoadedPart(part.kind, from: file, upTo: curl.largest).idx
      let sum = idx.sha256()
      guard sum == checksum(part) else {
        throw DatasetError(
          "what came is not MNIST's: its SHA-256 uncompressed is \(sum), and MNIST's is "
            + "\(checksum(part)).")
      }
      return idx
    } catch let error as DatasetError {
      throw Curl.Failure(reason: error.reason)
    }
  }

  private func target(_ part: Part) -> String { part.path(in: folder) + ".gz" }
}

extension Download {
  /// A mirror as it is typed, without the slashes at its end.
  static func checked(mirror: String) throws -> String {
    guard ["http://", "https://", "file://"].contains(where: mirror.lowercased().hasPrefix) else {
      throw DatasetError(
        "\"\(mirror)\" is no URL to fetch from: it must begin with http://, https:// or file:///.")
    }
    var mirror = mirror
    while mirror.hasSuffix("/"), !mirror.hasSuffix("://") { mirror.removeLast() }
    return mirror
  }

  /// A URL as it may be shown: `https://ada:secret@example.org/x` is `https://example.org/x`.
  static func withoutPassword(_ url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, let at = parts[2].lastIndex(of: "@") else { return url }
    let host = parts[2][parts[2].index(after: at)...]
    return (parts[..<2] + [host] + parts[3...]).joined(separator: "/")
  }
}

extension DatasetError {
  /// The sentence without its advice about a file that a person has put somewhere, and its full stop.
  fileprivate var reason: String {
    for advice in [". Get the file again.", ": put the right file there.", "."]
    where description.hasSuffix(advice) {
      return String(description.dropLast(advice.count))
    }
    return description
  }
}
