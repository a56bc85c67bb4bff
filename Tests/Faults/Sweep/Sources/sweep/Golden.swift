import Foundation
import ProvenanceStorage
import ProvenanceTestKit

/// A closed store in memory, and what it holds.
///
/// HEAD proves all of it.
struct Golden: Sendable {
  static let path = "/store"
  let name: String
  /// Whether its bytes are those of a fixture.
  let isPinned: Bool
  let system = MemoryFileSystem()
  let contents: [[LogEntry]]

  /// The log of a pinned fixture.
  init(fixture: URL) throws {
    name = fixture.lastPathComponent
    isPinned = true
    try system.createDirectory(Self.path, permissions: 0o755)
    try system.createDirectory(Self.path + "/log", permissions: 0o755)
    let log = fixture.appending(path: "log")
    let segments = try FileManager.default.contentsOfDirectory(atPath: log.path).sorted()
    for file in ["FORMAT", "HEAD"] + segments.map({ "log/" + $0 }) {
      let bytes = [UInt8](try Data(contentsOf: fixture.appending(path: file)))
      try system.setContent(of: Self.path + "/" + file, to: bytes)
    }
    contents = try Self.contents(of: system)
  }

  /// A log that was opened and went on several times, with groups and large records.
  init(reopened: Int) throws {
    name = "log reopened \(reopened) times"
    isPinned = false
    try Logs.create(system).close()
    for round in 0..<reopened {
      let log = try Logs.open(system)
      _ = try log.append([Logs.batch(3 * round), Logs.batch(3 * round + 1, entries: 1, size: 900)])
      _ = try log.append([Logs.batch(3 * round + 2, entries: 4)])
      try log.close()
    }
    try system.unlink(Self.path + "/LOCK")
    contents = try Self.contents(of: system)
  }

  static func contents(of system: MemoryFileSystem) throws -> [[LogEntry]] {
    let log = try Logs.open(system.copy(), .read)
    let contents = try Logs.contents(log)
    try log.close()
    return contents
  }

  /// The files that are damaged.
  var files: [String] { system.filePaths }

  /// Opens a damaged copy: says what is wrong, `nil` where all is there or an error says so.
  ///
  /// - Parameters:
  ///   - path: The damaged file.
  ///   - bytes: What it holds.
  ///   - mode: Whether to open for writing.
  ///   - opened: Whether an opening that succeeds is right.
  /// - Returns: What is wrong.
  func judge(
    _ path: String, _ bytes: [UInt8], _ mode: DirectoryRecordLog.Mode, opened: Bool
  ) -> String? {
    do {
      let image = system.copy()
      try image.setContent(of: path, to: bytes)
      let log = try Logs.open(image, mode)
      defer { try? log.close() }
      guard try Logs.contents(log) == contents else { return "acknowledged commits are missing" }
      return opened ? nil : "opened although a part is gone"
    } catch let error as StorageError {
      let kinds: Set<StorageError.Kind> = [.corrupt, .unsupportedFormat, .notAStore]
      return kinds.contains(error.kind) ? nil : "\(error)"
    } catch { return "\(error)" }
  }
}
