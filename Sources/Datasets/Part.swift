import CDigits

/// One of the four files of a data set: its name, what it holds, and MNIST's own.
enum Part: CaseIterable {
  case trainImages, trainLabels, testImages, testLabels

  var fileName: String {
    switch self {
    case .trainImages: "train-images-idx3-ubyte"
    case .trainLabels: "train-labels-idx1-ubyte"
    case .testImages: "t10k-images-idx3-ubyte"
    case .testLabels: "t10k-labels-idx1-ubyte"
    }
  }

  var kind: IDX.Kind {
    switch self {
    case .trainImages, .testImages: .images
    case .trainLabels, .testLabels: .labels
    }
  }

  /// SHA-256 of MNIST's file, uncompressed.
  var mnistChecksum: String {
    switch self {
    case .trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    case .trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    case .testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    case .testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    }
  }

  /// The excerpt inside the executable, gzipped.
  var embedded: EmbeddedBytes {
    let file =
      switch self {
      case .trainImages: digits_train_images()
      case .trainLabels: digits_train_labels()
      case .testImages: digits_test_images()
      case .testLabels: digits_test_labels()
      }
    return EmbeddedBytes(
      "the built-in \(fileName)", UnsafeBufferPointer(start: file.bytes, count: file.count))
  }

  /// Its path in a folder, uncompressed.
  func path(in folder: String) -> String {
    folder.hasSuffix("/") ? folder + fileName : "\(folder)/\(fileName)"
  }

  /// Opens it in a folder: plain under its name, else with .gz; nil when there is neither.
  func open(in folder: String) throws -> File? {
    try File(path(in: folder)) ?? File(path(in: folder) + ".gz")
  }

  /// The sentence for a folder that does not have it.
  func missing(from folder: String) -> String {
    "Cannot open \(path(in: folder)), plain or with .gz: No such file or directory. "
      + "A data set is the four files " + Part.allCases.map(\.fileName).joined(separator: ", ")
      + "."
  }
}
