import Foundation
import ProvenanceStorage

/// Runs git in a directory.
struct GitCommand: Sendable {
  var directory: String
  var environment: [String: String]

  /// The most bytes of an answer that are taken: 64 MiB.
  static let outputLimit = 64 << 20

  /// Variables that would lead git to another repository than the directory's: inside a git hook
  /// they are set.
  private static let misleading = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX",
  ]

  /// The first line of an answer.
  func line(_ arguments: [String]) throws -> String {
    let bytes = try output(arguments)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw GitError(message: "git \(arguments[0]) answered with bytes that are not UTF-8")
    }
    let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    guard !line.isEmpty else { throw GitError(message: "git \(arguments[0]) answered nothing") }
    return line
  }

  /// A whole answer.
  func output(_ arguments: [String]) throws -> [UInt8] {
    #if os(Linux) || os(macOS)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", directory] + arguments
    var environment = environment.filter { !Self.misleading.contains($0.key) }
    // Looking must not change the work tree, nor wait for someone's password.
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    process.environment = environment
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // Both pipes at once: git can warn of every file, and would wait for a reader.
    let complaint = Complaint()
    let isRead = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      complaint.read(errors.fileHandleForReading)
      isRead.signal()
    }
    var bytes: [UInt8] = []
    while let chunk = try output.fileHandleForReading.read(upToCount: 1 << 16), !chunk.isEmpty {
      bytes += chunk
      guard bytes.count <= Self.outputLimit else {
        process.terminate()
        throw GitError(
          message: "git \(arguments[0]) answered with more than \(Self.outputLimit) bytes")
      }
    }
    isRead.wait()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw GitError(
        message: complaint.firstLine
          ?? "git \(arguments[0]) failed (\(process.terminationStatus))")
    }
    return bytes
    #else
    throw GitError(message: "git cannot be asked on this platform")
    #endif
  }
}

/// The start of what git says on standard error.
private final class Complaint: Sendable {
  private let start = Lock<[UInt8]>([])

  /// Reads to the end, and keeps the start.
  func read(_ file: FileHandle) {
    while let chunk = try? file.read(upToCount: 1 << 16), !chunk.isEmpty {
      start.withLock { $0 += chunk.prefix(max(0, 4096 - $0.count)) }
    }
  }

  var firstLine: String? {
    start.withLock { String(decoding: $0, as: UTF8.self) }
      .split(separator: "\n").first.map(String.init)
  }
}

/// What git said when it could not answer.
struct GitError: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}
