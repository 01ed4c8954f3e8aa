import Backprop
import Foundation
import Testing

@testable import Notebook

extension Session {
  /// Nothing but MNIST's sample, whose checksum is known: reading it takes a while in a debug build.
  static let sample: Session = {
    var session = Session.mnist
    _ = session.checksum()
    return session
  }()
}

extension Bench {
  /// A folder with ten images of 2 by 3 pixels in three classes, loaded by a command; an epoch is
  /// four minibatches of 3, 3, 3 and 1.
  static func small(_ scratch: Scratch, _ lines: String...) throws -> Bench {
    try scratch.writeTinyData("tiny")
    var bench = Bench()
    bench.page("load mnist \(scratch.path)/tiny")
    bench.page("set batch=3 l2=0.01")
    for line in lines { bench.page(line) }
    return bench
  }

  /// Saves, holds the file against the schema, and restores it in another session.
  ///
  /// - Parameter fresh: the other session, new unless a test saves it the time to read its data.
  mutating func savedAndRestored(_ scratch: Scratch, in fresh: Session = Session()) throws -> Bench
  {
    let file = "\(scratch.path)/session.json"
    page("save \(file)")
    #expect(try JSONSchema.session.failures(in: try scratch.text("session.json")) == [])
    var restored = Bench(fresh)
    restored.page("restore \(file)")
    #expect(restored.session.digest == session.digest)
    #expect(restored.session == session)
    #expect(restored.session.journal == session.journal)
    #expect(restored.arrays == arrays)
    return restored
  }

  /// Everything that `print` can show now, by name; by bits.
  var arrays: [NamedArray] {
    guard let training = session.training else { return [] }
    return ArrayName.all(depth: training.network.depth).filter(training.has)
      .map { try! training.array($0) }
  }
}

extension Scratch {
  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  /// Writes a file anew: some file systems wait for the disk when one is cut short and filled again.
  func renew(_ name: String, _ bytes: [UInt8]) throws {
    unlink("\(path)/\(name)")
    try write(name, bytes)
  }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
}

// A failure says which state it was: to print all that is in it takes minutes.

extension Session: CustomTestStringConvertible, CustomReflectable {
  public var testDescription: String {
    "session \(digest) at \(training?.clock.description ?? "no network")"
  }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Training: CustomTestStringConvertible, CustomReflectable {
  public var testDescription: String { "training at \(clock.description)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension LoadedData: CustomTestStringConvertible, CustomReflectable {
  public var testDescription: String { "data \(dataset.title)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
