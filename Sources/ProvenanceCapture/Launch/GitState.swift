import Foundation

/// The state of a git work tree, as `git` itself tells it.
struct GitState: Sendable {
  /// The last part of the remote's path, or of the work tree's.
  var name: String
  /// The commit that is checked out, in full.
  var commit: String
  /// The branch; `nil` when none is checked out.
  var branch: String?
  /// The URL of `origin` without credentials; `nil` when there is none.
  var remote: String?
  /// What differs from the commit: a binary patch of tracked files, then the names of untracked
  /// ones; `nil` for a clean work tree.
  var changes: [UInt8]?

  /// Asks git about a directory; blocks while it answers.
  ///
  /// - Parameters:
  ///   - directory: The work tree, or a directory in it.
  ///   - environment: The environment variables that git is started with.
  /// - Throws: ``GitError`` with what git said.
  init(
    at directory: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    var git = GitCommand(directory: directory, environment: environment)
    let top = try git.line(["rev-parse", "--show-toplevel"])
    commit = try git.line(["rev-parse", "--verify", "HEAD"])
    branch = try? git.line(["symbolic-ref", "--quiet", "--short", "HEAD"])
    remote = (try? git.line(["config", "--get", "remote.origin.url"]))
      .map(Self.withoutCredentials)
    name = Self.lastPart(of: remote ?? top)
    git.directory = top
    let status = try git.output(["status", "--porcelain", "--untracked-files=normal"])
    if status.isEmpty {
      changes = nil
    } else {
      // Whatever the user's configuration says of how differences are shown.
      let patch = try git.output([
        "diff", "--binary", "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/",
        "--dst-prefix=b/", "HEAD",
      ])
      let untracked = status.split(separator: UInt8(ascii: "\n"))
        .filter { $0.starts(with: Array("?? ".utf8)) }
      changes = patch + untracked.flatMap { Array($0) + [UInt8(ascii: "\n")] }
    }
  }

  /// A URL as it may be written down: without user name, password and query.
  static func withoutCredentials(_ remote: String) -> String {
    guard let scheme = remote.range(of: "://") else { return remote }
    let rest = remote[scheme.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let host = rest[..<end].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let path = rest[end...].prefix { $0 != "?" && $0 != "#" }
    return String(remote[..<scheme.upperBound] + host + path)
  }

  private static func lastPart(of path: String) -> String {
    let parts = path.split { $0 == "/" || $0 == ":" }
    guard let last = parts.last else { return path }
    return last.hasSuffix(".git") && last.count > 4 ? String(last.dropLast(4)) : String(last)
  }
}
