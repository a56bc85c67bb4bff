import Foundation
import Testing

/// A git repository in a temporary directory, with the commits that a test wants.
struct TestRepository {
  let path: String
  /// The commit ids, by the position of the commit in what it was made from.
  private(set) var commits: [String] = []

  /// Makes a repository of commits that are given by the positions of their parents.
  ///
  /// Each commit has a branch of its own (`c0`, `c1` …); `HEAD` is the last one.
  init(parents: [[Int]]) throws {
    path = NSTemporaryDirectory() + "git-history-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try git(["init", "--quiet"])
    var stream = ""
    for (index, parents) in parents.enumerated() {
      stream += "commit refs/heads/c\(index)\nmark :\(index + 1)\n"
      stream += "committer Test <test@example.org> \(1_700_000_000 + index) +0000\n"
      let message = "commit \(index)"
      stream += "data \(message.utf8.count)\n\(message)\n"
      for (place, parent) in parents.enumerated() {
        stream += "\(place == 0 ? "from" : "merge") :\(parent + 1)\n"
      }
      stream += "\n"
    }
    try git(["fast-import", "--quiet"], input: stream)
    guard !parents.isEmpty else { return }
    try git(["symbolic-ref", "HEAD", "refs/heads/c\(parents.count - 1)"])
    commits = try lines(["rev-parse"] + parents.indices.map { "c\($0)" })
  }

  /// Removes the directory; a test defers this, since git may be asked until its end.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func git(_ arguments: [String], input: String = "") throws -> String {
    try Self.run("git", ["-C", path] + arguments, input: input)
  }

  func lines(_ arguments: [String]) throws -> [String] {
    try git(arguments).split(separator: "\n").map(String.init)
  }

  /// Asks git many questions in one process.
  ///
  /// - Parameter questions: The arguments of `git`, as the shell reads them.
  /// - Returns: The lines of each answer.
  /// - Throws: ``CommandFailed``, and errors of starting a process.
  func answers(_ questions: [String]) throws -> [Set<String>] {
    let script = questions.map { "git \($0); echo ." }.joined(separator: "\n")
    let output = try Self.run("sh", ["-s"], input: "cd '\(path)'\n\(script)\n")
    var answers: [Set<String>] = [[]]
    for line in output.split(separator: "\n") {
      if line == "." {
        answers.append([])
      } else {
        answers[answers.count - 1].insert(String(line))
      }
    }
    return answers.dropLast()
  }

  /// Whether git can be run; without it there is nothing to compare with.
  static let hasGit = (try? run("git", ["--version"])) != nil

  @discardableResult
  static func run(_ command: String, _ arguments: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    // Nobody's own settings: the same commits have the same ids everywhere.
    process.environment = ProcessInfo.processInfo.environment.merging([
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "LC_ALL": "C",
      "GIT_DEFAULT_HASH": "sha1", "GIT_CONFIG_NOSYSTEM": "1",
    ]) { $1 }
    let (standardInput, output) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // What is read and what is written may each be more than a pipe holds.
    let writing = standardInput.fileHandleForWriting
    let writer = Thread {
      try? writing.write(contentsOf: Data(input.utf8))
      try? writing.close()
    }
    writer.start()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailed(command: ([command] + arguments).joined(separator: " "))
    }
    return String(decoding: data, as: UTF8.self)
  }
}

struct CommandFailed: Error {
  var command: String
}
