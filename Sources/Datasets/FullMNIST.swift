extension Dataset {
  /// The whole of MNIST from the first of its two places that has it, verified by its checksums:
  /// `$BACKSTEP_DATA/mnist`, then `mnist` in the cache.
  ///
  /// ```swift
  /// try Dataset.full(environment: ["BACKSTEP_DATA": "/data"]).train.count  // 60000
  /// ```
  public static func full(environment: [String: String]) throws -> Dataset {
    let places = FullMNIST.places(environment)
    guard let folder = try places.first(where: FullMNIST.isWholeIn) else {
      if let folder = try places.first(where: FullMNIST.isPartlyIn),
        let part = try Part.allCases.first(where: { try $0.open(in: folder) == nil })
      {
        throw DatasetError(
          "\(part.missing(from: folder)) load mnist full --download fetches what is missing.")
      }
      let looked =
        places.isEmpty
        ? "BACKSTEP_DATA, XDG_CACHE_HOME and HOME are not set"
        : "it is not in " + places.joined(separator: " nor in ")
      throw DatasetError(
        "There is no full MNIST: \(looked). Type load mnist full --download to fetch it, set "
          + "BACKSTEP_DATA to the folder whose subfolder mnist has the four files, or type load mnist "
          + "for the built-in sample.")
    }
    // Nine tenths of the time is for the training images; the rest goes beside them.
    let parts = Part.allCases.concurrentMap { part in
      Result { try FullMNIST.verified(part, in: folder, checksum: part.mnistChecksum) }
    }
    return try Dataset(source: .full) { part in
      try parts[Part.allCases.firstIndex(of: part)!].get()
    }
  }
}

/// Where the whole of MNIST is looked for and fetched from, and how it is recognised.
enum FullMNIST {
  /// Public copies of the four gzipped files, in the order in which they are asked.
  static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
  ]

  /// The folders to look in, in order.
  static func places(_ environment: [String: String]) -> [String] {
    var places: [String] = []
    if let data = environment["BACKSTEP_DATA"], !data.isEmpty { places.append(data + "/mnist") }
    if let cache = cache(environment) { places.append(cache) }
    return places
  }

  /// The folder of the cache, where a copy of MNIST belongs to the program.
  ///
  /// ```swift
  /// FullMNIST.cache(["HOME": "/home/ada"])  // /home/ada/.cache/backstep/mnist
  /// ```
  static func cache(_ environment: [String: String]) -> String? {
    // A relative path there is to be ignored, says the XDG Base Directory Specification.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return cache + "/backstep/mnist"
    }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return home + "/.cache/backstep/mnist"
  }

  /// Whether a folder has the four files.
  static func isWholeIn(_ folder: String) throws -> Bool {
    try Part.allCases.allSatisfy { part in try part.open(in: folder) != nil }
  }

  /// Whether a folder has any of the four files, so that the others are missed there.
  static func isPartlyIn(_ folder: String) throws -> Bool {
    try Part.allCases.contains { part in try part.open(in: folder) != nil }
  }

  /// Reads one file and compares its checksum.
  static func verified(
    _ part: Part, in folder: String, checksum: String
  ) throws -> LoadedPart {
    let loaded = try LoadedPart(part, in: folder)
    let sum = loaded.idx.sha256()
    guard sum == checksum else {
      throw DatasetError(
        "\(loaded.path) is not MNIST's: its SHA-256 uncompressed is \(sum), and MNIST's is "
          + "\(checksum). To load it all the same, type load mnist \(folder).")
    }
    return loaded
  }
}
