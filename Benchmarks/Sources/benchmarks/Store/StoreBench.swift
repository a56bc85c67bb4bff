import Foundation
import ProvenanceStorage

/// A folder for the files of one benchmark, on a file system that the rows name.
final class StoreBench {
  let directory: String
  /// The name of the file system, such as `ext4`.
  let fileSystem: String

  /// Makes the folder, in the one that was named on the command line or else the temporary one.
  init(_ bench: Workbench) throws {
    let parent = bench.options.directory ?? FileManager.default.temporaryDirectory.path
    directory = "\(parent)/provenance-benchmark-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    fileSystem = try SystemFileSystem().fileSystemKind(at: directory).name
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Makes a folder.
  func folder(_ name: String) throws -> String {
    let path = path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
  }

  /// The databases that the system has.
  func databases() throws -> [any CommitContender] {
    let sqlite = SQLiteContender(path("sqlite.db"))
    let lmdb = LMDBContender(try folder("lmdb"))
    for (name, isThere) in [("SQLite", sqlite != nil), ("LMDB", lmdb != nil)] where !isThere {
      note("\(name) is not installed here: its rows are left out")
    }
    let databases: [(any CommitContender)?] = [sqlite, lmdb]
    return databases.compactMap(\.self)
  }
}
