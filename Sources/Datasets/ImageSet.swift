/// Labelled images of one size, one byte a pixel: 0 is background, 255 is full ink.
///
/// ```swift
/// let set = ImageSet(rows: 1, columns: 2, pixels: [0, 255, 9, 8], labels: [3, 1])
/// set.count     // 2
/// set.image(1)  // [9, 8]
/// ```
public struct ImageSet: Sendable, Equatable {
  /// The height of one image.
  public let rows: Int
  /// The width of one image.
  public let columns: Int
  /// (count × rows × columns) bytes: image after image, row after row.
  public let pixels: [UInt8]
  /// (count) the class of each image.
  public let labels: [UInt8]

  /// - Parameters:
  ///   - pixels: (count × rows × columns)
  ///   - labels: (count)
  public init(rows: Int, columns: Int, pixels: [UInt8], labels: [UInt8]) {
    precondition(rows > 0 && columns > 0, "images of \(rows)×\(columns) pixels")
    precondition(
      pixels.count == labels.count * rows * columns,
      "\(pixels.count) pixels for \(labels.count) images of \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
    self.labels = labels
  }

  /// How many images there are.
  public var count: Int { labels.count }

  /// The pixels of one image, (rows × columns), counted from 0.
  public func image(_ index: Int) -> ArraySlice<UInt8> {
    precondition(labels.indices.contains(index), "image \(index) of \(count)")
    let size = rows * columns
    return pixels[index * size..<(index + 1) * size]
  }
}
