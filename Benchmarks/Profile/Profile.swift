import ArgumentParser
import Foundation

/// Measures training steps from inside: `Benchmarks/run parts` and `Benchmarks/run growth` call it.
///
/// Everything is printed as Markdown on standard output. Wrong arguments get one sentence and status 2.
@main
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measure where the time of a training step goes, and how it grows.",
    subcommands: [Parts.self, Phases.self, Growth.self])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      if exitCode(for: error).isSuccess { exit(withError: error) }
      FileHandle.standardError.write(Data("profile: \(message(for: error))\n".utf8))
      Foundation.exit(2)
    }
  }
}
