import Foundation
import Provenance
import ProvenanceStorage
import Testing

@testable import ProvenanceCapture

#if os(Linux) || os(macOS)
/// A git repository in a temporary directory, whatever the machine's configuration of git.
struct Repository {
  let path: String
  static let variables = [
    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
  ]

  init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try git("init", "--quiet", "--initial-branch=main")
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let command = GitCommand(directory: path, environment: Self.variables)
    return String(decoding: try command.output(arguments), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  @discardableResult
  func commit() throws -> String {
    try git("add", "--all")
    try git("commit", "--quiet", "--message", "a commit")
    return try git("rev-parse", "HEAD")
  }
}

/// The code that a run executed, as git tells it; and runs that go on where git tells nothing.
@Suite struct CaptureGitTests {
  let workshop: Workshop
  let repository: Repository

  init() throws {
    workshop = try Workshop()
    repository = try Repository(workshop.directory + "/project")
  }

  /// Captures a run, and returns the code that it executed and why there is none.
  func capture(
    _ path: String? = nil, variables: [String: String] = Repository.variables
  ) async throws -> (code: Code?, missing: String?) {
    var launch = LaunchCapture(repository: path ?? repository.path, environment: false)
    launch.gitVariables = variables
    let run = try await workshop.recorder(launch: launch).run("train") { $0.node }
    #expect(workshop.status(run) == "succeeded")
    let graph = workshop.store.graph
    let codes = try graph.causes(of: run, edges: .executed).filter { $0.role == "source" }
      .compactMap { graph.node($0.cause).flatMap(Code.init) }
    #expect(codes.count <= 1)
    return (codes.first, workshop.attributes(run)[AttributeKey.missing("code")]?.stringValue)
  }

  @Test func aCleanWorkTree() async throws {
    try repository.write("a.txt", "a\n")
    let commit = try repository.commit()
    try FileManager.default.createDirectory(
      atPath: repository.path + "/deep/er", withIntermediateDirectories: true)
    for path in [repository.path, repository.path + "/deep/er"] {
      let (found, missing) = try await capture(path)
      let code = try #require(found)
      #expect(missing == nil)
      #expect(code == (try Code("project", version: commit, namespace: "tests")))
      let attributes = workshop.attributes(code)
      #expect(attributes["git.commit"]?.stringValue == commit)
      #expect(attributes["git.branch"]?.stringValue == "main")
      #expect(attributes["git.dirty"]?.boolValue == false)
      #expect(attributes["git.remote"] == nil)
    }
    #expect(try workshop.objects().isEmpty)
  }

  @Test(arguments: [false, true])
  func thePatchOfADirtyWorkTreeBringsItBack(colourful: Bool) async throws {
    try repository.write("kept.txt", "kept\n")
    try repository.write("staged.txt", "one\ntwo\n")
    try repository.write("unstaged.txt", "one\ntwo\n")
    try repository.write("gone.txt", "gone\n")
    try repository.write("binary", (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    if colourful {
      // Settings that change how differences look.
      try repository.git("config", "color.ui", "always")
      try repository.git("config", "diff.noprefix", "true")
      try repository.git("config", "diff.upper.textconv", "tr a-z A-Z <")
      try repository.git("config", "diff.external", "echo")
      try repository.write(".gitattributes", "*.txt diff=upper\n")
    }
    let commit = try repository.commit()
    let clone = workshop.directory + "/clone"
    try repository.git("clone", "--quiet", repository.path, clone)

    try repository.write("staged.txt", "one\n2\n")
    try repository.write("new.txt", "new\n")
    try repository.git("add", "staged.txt", "new.txt")
    try repository.git("rm", "--quiet", "gone.txt")
    try repository.write("unstaged.txt", "1\ntwo")
    try repository.write("binary", (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 11) })
    try repository.write("untracked.txt", "secret of the untracked")
    let status = try repository.git("status", "--porcelain")
    let code = try #require(try await capture().code)
    #expect(try repository.git("status", "--porcelain") == status)

    #expect(code.version.hasPrefix(commit + "+sha256:"))
    let attributes = workshop.attributes(code)
    #expect(attributes["git.dirty"]?.boolValue == true)
    #expect(attributes["git.commit"]?.stringValue == commit)
    let clean = try Code("project", version: commit, namespace: "tests")
    let edge = try code.derivedFrom(clean, role: "uncommitted changes")
    #expect(workshop.store.graph.contains(edge))
    #expect(workshop.attributes(clean)["git.dirty"]?.boolValue == false)
    let digest = try #require(
      attributes["git.patch"]?.bytesValue.flatMap { SHA256Digest(bytes: $0) })
    let patch = try workshop.store.objects.bytes(of: digest)
    #expect(String(decoding: patch, as: UTF8.self).contains("?? untracked.txt\n"))
    #expect(try !workshop.holds("secret of the untracked"))

    // Applied to the commit, the patch gives the work tree, byte for byte.
    let file = workshop.directory + "/patch"
    try Data(patch).write(to: URL(fileURLWithPath: file))
    _ = try GitCommand(directory: clone, environment: Repository.variables)
      .output(["apply", "--whitespace=nowarn", file])
    for name in ["kept.txt", "staged.txt", "unstaged.txt", "new.txt", "binary"] {
      #expect(
        FileManager.default.contents(atPath: clone + "/" + name)
          == FileManager.default.contents(atPath: repository.path + "/" + name), "\(name)")
    }
    #expect(!FileManager.default.fileExists(atPath: clone + "/gone.txt"))

    // The same changes are the same code; other changes are other code.
    #expect(try await capture().code == code)
    try repository.write("staged.txt", "one\n3\n")
    #expect(try await capture().code != code)
  }

  @Test func aDetachedHead() async throws {
    try repository.write("a.txt", "a\n")
    let commit = try repository.commit()
    try repository.git("checkout", "--quiet", "--detach")
    let code = try #require(try await capture().code)
    #expect(code.version == commit)
    #expect(workshop.attributes(code)["git.branch"] == nil)
  }

  @Test func credentialsOfTheRemoteAreNeverRecorded() async throws {
    try repository.write("a.txt", "a\n")
    try repository.commit()
    let remotes = [
      ("https://user:hunter2@example.com/group/tool.git", "https://example.com/group/tool.git"),
      ("https://hunter2@example.com/group/tool", "https://example.com/group/tool"),
      (
        "https://a%40b:hunter2@example.com:8443/tool.git?token=hunter2#hunter2",
        "https://example.com:8443/tool.git"
      ),
      ("ssh://git:hunter2@example.com/tool.git", "ssh://example.com/tool.git"),
      ("https://user:p@hunter2@example.com/@scope/tool.git", "https://example.com/@scope/tool.git"),
    ]
    try repository.git("remote", "add", "origin", "x")
    for (remote, clean) in remotes {
      try repository.git("remote", "set-url", "origin", remote)
      let code = try #require(try await capture().code)
      #expect(code.namespace == clean)
      #expect(code.name == "tool")
      #expect(workshop.attributes(code)["git.remote"]?.stringValue == clean)
      // Also when something goes wrong on the way.
      _ = try await capture(variables: ["PATH": ""])
    }
    #expect(try !workshop.holds("hunter2"))
    #expect(try workshop.holds("example.com"), "the search finds what is there")
    try repository.git("remote", "set-url", "origin", "git@example.com:group/tool.git")
    let code = try #require(try await capture().code)
    #expect(code.namespace == "git@example.com:group/tool.git")
    #expect(code.name == "tool")
  }

  @Test func whatGitCannotTellIsRecordedAsMissing() async throws {
    let empty = workshop.directory + "/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    var outside = Repository.variables
    outside["GIT_CEILING_DIRECTORIES"] = workshop.directory
    let cases: [(path: String, variables: [String: String], reason: String)] = [
      (repository.path, Repository.variables, "fatal"),  // no commit yet
      (empty, outside, "not a git repository"),
      (workshop.directory + "/none", Repository.variables, "none"),
      (repository.path, ["PATH": ""], "git"),
      (repository.path, ["PATH": empty], "git"),
    ]
    for (path, variables, reason) in cases {
      let (code, missing) = try await capture(path, variables: variables)
      #expect(code == nil)
      #expect(missing?.contains(reason) == true, "\(missing as Any)")
    }
    #expect(workshop.store.graph.nodes(kind: .code).map(\.name) == ["train"])
  }

  /// Inside a git hook the variables name the hook's repository.
  @Test func variablesOfAnotherRepositoryDoNotMislead() async throws {
    try repository.write("a.txt", "a\n")
    let commit = try repository.commit()
    let other = try Repository(workshop.directory + "/other")
    try other.write("b.txt", "b\n")
    try other.commit()
    var variables = Repository.variables
    variables["GIT_DIR"] = other.path + "/.git"
    variables["GIT_WORK_TREE"] = other.path
    variables["GIT_INDEX_FILE"] = other.path + "/.git/index"
    let code = try #require(try await capture(variables: variables).code)
    #expect(code.name == "project")
    #expect(code.version == commit)
  }

  /// More warnings than a pipe holds.
  @Test(.timeLimit(.minutes(1)))
  func gitMayWarnOfEveryFile() async throws {
    let name = String(repeating: "long-name-", count: 12)
    for number in 0..<800 { try repository.write("\(name)\(number).txt", "a\n") }
    try repository.commit()
    try repository.git("config", "core.autocrlf", "true")
    for number in 0..<800 { try repository.write("\(name)\(number).txt", "b\n") }
    let code = try #require(try await capture().code)
    #expect(workshop.attributes(code)["git.dirty"]?.boolValue == true)
  }
}
#endif
