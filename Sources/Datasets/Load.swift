extension Dataset {
  /// The first 5,000 training and 1,000 test digits of MNIST, which the executable carries.
  ///
  /// ```swift
  /// try Dataset.sample().test.count  // 1000
  /// ```
  public static func sample() throws -> Dataset {
    try Dataset(source: .sample) { part in
      let bytes = part.embedded
      return LoadedPart(path: bytes.path, idx: try IDX(part.kind, from: Gzip(bytes)))
    }
  }

  /// Four IDX files with MNIST's names, each plain or gzipped, with images of any size.
  ///
  /// ```swift
  /// try Dataset.folder("fashion").source  // .folder("/home/ada/fashion")
  /// ```
  public static func folder(_ path: String) throws -> Dataset {
    let absolute = try absoluteFolder(path)
    return try Dataset(source: .folder(absolute)) { part in try LoadedPart(part, in: path) }
  }

  /// Reads the four parts one after another and makes sure that they belong together.
  init(source: Source, read: (Part) throws -> LoadedPart) throws {
    let (trainImages, trainLabels) = (try read(.trainImages), try read(.trainLabels))
    let train = try trainImages.labelled(by: trainLabels)
    let (testImages, testLabels) = (try read(.testImages), try read(.testLabels))
    let test = try testImages.labelled(by: testLabels)

    guard (test.rows, test.columns) == (train.rows, train.columns) else {
      throw DatasetError(
        "\(trainImages.path) has images of \(train.rows)×\(train.columns), and \(testImages.path) "
          + "of \(test.rows)×\(test.columns): both must have the same size.")
    }
    let largest = train.labels.max() ?? 0
    if let index = test.labels.firstIndex(where: { $0 > largest }) {
      throw DatasetError(
        "\(testLabels.path) has the label \(test.labels[index]) (of test image \(index)), and the "
          + "training labels end at \(largest): the training images must show every class.")
    }
    self.init(name: "mnist", source: source, train: train, test: test)
  }
}

/// One file, read, and its path for the sentence of an error.
struct LoadedPart {
  let path: String
  let idx: IDX

  init(path: String, idx: IDX) {
    self.path = path
    self.idx = idx
  }

  init(_ part: Part, in folder: String) throws {
    guard let file = try part.open(in: folder) else {
      throw DatasetError(part.missing(from: folder))
    }
    try self.init(part.kind, from: file)
  }

  /// - Parameter largest: how many bytes of images or labels there may be.
  init(_ kind: IDX.Kind, from file: File, upTo largest: Int = IDX.largest) throws {
    path = file.path
    idx =
      try file.isGzip
      ? IDX(kind, from: Gzip(file), upTo: largest) : IDX(kind, from: file, upTo: largest)
  }

  /// These images with those labels.
  func labelled(by labels: LoadedPart) throws -> SampleSet {
    guard idx.sizes[0] == labels.idx.sizes[0] else {
      throw DatasetError(
        "\(path) has \(idx.sizes[0].grouped) images, and \(labels.path) has "
          + "\(labels.idx.sizes[0].grouped) labels: each image needs its label.")
    }
    return SampleSet(
      rows: idx.sizes[1], columns: idx.sizes[2], pixels: idx.bytes, labels: labels.idx.bytes)
  }
}
