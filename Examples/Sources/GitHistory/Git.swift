import Foundation

/// Asks git about a repository.
struct Git {
  var repository: String

  struct Answer {
    var output: [UInt8]
    var errors: String
    var isSuccess: Bool

    var lines: [Substring] { String(decoding: output, as: UTF8.self).split(separator: "\n") }
  }

  func ask(_ arguments: [String]) throws(GitHistoryError) -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", repository] + arguments
    // Messages are looked at, so they must not be translated.
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
      // The questions asked here leave little on standard error, so this order cannot block.
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return Answer(
        output: Array(bytes), errors: String(decoding: complaint, as: UTF8.self),
        isSuccess: process.terminationStatus == 0)
    } catch {
      throw .gitFailed("\(error)")
    }
  }

  /// The lines of an answer that must not fail.
  func lines(_ arguments: [String]) throws(GitHistoryError) -> [Substring] {
    let answer = try ask(arguments)
    guard answer.isSuccess else { throw .gitFailed(answer.errors) }
    return answer.lines
  }
}

/// Why a history cannot be loaded or asked.
public enum GitHistoryError: Error, Equatable, CustomStringConvertible {
  /// The directory is in no git repository.
  case notARepository(String)
  /// No commit has this name.
  case unknownRevision(String)
  /// Several commits start with these digits.
  case ambiguousRevision(String, candidates: [String])
  /// git could not be run, or failed; what it says.
  case gitFailed(String)

  /// For people.
  public var description: String {
    switch self {
    case .notARepository(let path): "\(path): not a git repository"
    case .unknownRevision(let revision): "\(revision): no such commit"
    case .ambiguousRevision(let revision, let candidates):
      "\(revision) could be any of \(candidates.joined(separator: ", "))"
    case .gitFailed(let message): "git failed: \(message)"
    }
  }
}
