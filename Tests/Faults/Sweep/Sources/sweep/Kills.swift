import Foundation
import ProvenanceStorage
import ProvenanceTestKit

/// Writers that are killed, while readers in other processes follow.
enum Kills {
  static let killsPerStore = 10

  static func run(count: Int, directory: String) throws {
    let tally = Tally("killed writers")
    var acknowledged = 0
    for seed in 0..<UInt64((count + killsPerStore - 1) / killsPerStore) {
      let path = "\(directory)/store-\(seed)"
      do {
        acknowledged += try run(seed, path)
        tally.add(killsPerStore)
      } catch { tally.add(killsPerStore, ["seed \(seed): \(error)"]) }
      try? FileManager.default.removeItem(atPath: path)
    }
    print("  \(acknowledged) batches were acknowledged")
    try tally.finish(atLeast: count)
  }

  /// Kills the writers of one store, one after the other.
  private static func run(_ seed: UInt64, _ path: String) throws -> Int {
    var random = SeededGenerator(seed: seed)
    let (side, stop) = (path + ".acknowledged", path + ".stop")
    _ = FileManager.default.createFile(atPath: side, contents: nil)
    let readers = try (0..<2).map { _ in try start(["follow", path, stop]) }
    func end() {
      _ = FileManager.default.createFile(atPath: stop, contents: nil)
      for reader in readers { reader.waitUntilExit() }
    }
    do {
      for _ in 0..<killsPerStore {
        let before = size(side)
        let goal = Int.random(in: 0...200, using: &random)
        let writer = try start(["write", path, side])
        while writer.isRunning, size(side) < before + goal {}
        // At some moment of what it does then.
        for _ in 0..<Int.random(in: 0..<300, using: &random) { _ = size(side) }
        kill(writer.processIdentifier, SIGKILL)
        writer.waitUntilExit()
        guard writer.terminationReason == .uncaughtSignal else {
          throw SweepFailure("a writer ended by itself: \(writer.terminationStatus)")
        }
      }
    } catch {
      end()
      throw error
    }
    end()
    for reader in readers where reader.terminationStatus != 0 {
      throw SweepFailure("a reader saw something wrong")
    }
    try Worker.check(at: path, acknowledgements: side)
    return Worker.Acknowledgements.numbers(side, "log").count
  }

  private static func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }

  private static func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }
}
