/// Samples of one shape, and what each is to come to: images of one byte a pixel with their classes, or
/// any numbers.
///
/// ```swift
/// let set = SampleSet(rows: 1, columns: 2, pixels: [0, 255, 9, 8], labels: [3, 1])
/// set.count     // 2
/// set.image(1)  // [9, 8]
/// ```
public struct SampleSet: Sendable, Equatable {
  /// (count × inputs), sample after sample.
  public enum Features: Sendable, Equatable {
    /// 0 is background, 255 is full ink; the network reads byte / 255.
    case bytes([UInt8])
    case numbers([Double])
  }

  public enum Targets: Sendable, Equatable {
    /// (count) the class of each sample.
    case labels([UInt8])
    /// (count × outputs), sample after sample.
    case values([Double], outputs: Int)
  }

  /// Of one sample: [28, 28] of an image, [2] of a point.
  public let shape: [Int]
  public let features: Features
  public let targets: Targets
  /// How many samples there are.
  public let count: Int

  /// - Parameters:
  ///   - pixels: (count × rows × columns)
  ///   - labels: (count)
  public init(rows: Int, columns: Int, pixels: [UInt8], labels: [UInt8]) {
    precondition(rows > 0 && columns > 0, "images of \(rows)×\(columns) pixels")
    precondition(
      pixels.count == labels.count * rows * columns,
      "\(pixels.count) pixels for \(labels.count) images of \(rows)×\(columns)")
    (shape, count) = ([rows, columns], labels.count)
    (features, targets) = (.bytes(pixels), .labels(labels))
  }

  /// - Parameters:
  ///   - numbers: (count × inputs)
  ///   - values: (count × outputs)
  public init(inputs: Int, numbers: [Double], values: [Double], outputs: Int) {
    self.init(inputs: inputs, numbers: numbers, .values(values, outputs: outputs))
    precondition(values.count == count * outputs, "\(values.count) values for \(count) samples")
  }

  /// - Parameters:
  ///   - numbers: (count × inputs)
  ///   - labels: (count)
  public init(inputs: Int, numbers: [Double], labels: [UInt8]) {
    self.init(inputs: inputs, numbers: numbers, .labels(labels))
    precondition(labels.count == count, "\(labels.count) labels for \(count) samples")
  }

  private init(inputs: Int, numbers: [Double], _ targets: Targets) {
    precondition(inputs > 0 && numbers.count % inputs == 0, "rows of \(inputs) numbers")
    (shape, count) = ([inputs], numbers.count / inputs)
    (features, self.targets) = (.numbers(numbers), targets)
  }

  /// What the network reads of one sample.
  public var inputs: Int { shape.reduce(1, *) }
  /// The height and the width of one image; of numbers a row of them.
  public var rows: Int { shape.count == 2 ? shape[0] : 1 }
  public var columns: Int { shape[shape.count - 1] }

  /// (count × rows × columns) bytes of images, image after image; nothing of numbers.
  public var pixels: [UInt8] { if case .bytes(let bytes) = features { bytes } else { [] } }

  /// (count) the class of each sample; nothing where the targets are values.
  public var labels: [UInt8] { if case .labels(let labels) = targets { labels } else { [] } }

  /// The pixels of one image, (rows × columns), counted from 0.
  public func image(_ index: Int) -> ArraySlice<UInt8> {
    precondition((0..<count).contains(index), "image \(index) of \(count)")
    return pixels[index * inputs..<(index + 1) * inputs]
  }

  /// What the network reads of one sample, (inputs), counted from 0.
  public func numbers(_ index: Int) -> [Double] {
    let range = index * inputs..<(index + 1) * inputs
    return switch features {
    case .bytes(let bytes): bytes[range].map { Double($0) / 255 }
    case .numbers(let numbers): Array(numbers[range])
    }
  }

  /// What it is to come to, (outputs); nothing where there are classes.
  public func values(_ index: Int) -> [Double] {
    guard case .values(let values, let outputs) = targets else { return [] }
    return Array(values[index * outputs..<(index + 1) * outputs])
  }
}

extension SampleSet {
  /// Adds shape, features and targets: each number as the eight bytes of a 64-bit word, the lowest first.
  func add(to hash: inout SHA256) {
    func add(_ words: some Sequence<UInt64>) {
      hash.add(
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }
    add(([count] + shape).map { UInt64($0) })
    switch features {
    case .bytes(let bytes): hash.add(bytes)
    case .numbers(let numbers): add(numbers.map(\.bitPattern))
    }
    switch targets {
    case .labels(let labels): hash.add(labels)
    case .values(let values, let outputs):
      add([UInt64(outputs)])
      add(values.map(\.bitPattern))
    }
  }
}
