public import Provenance

extension GitHistory {
  /// The commit that a revision means: an id or its first digits, a branch, a tag, or `HEAD~2`.
  ///
  /// - Parameter revision: What git calls a revision.
  /// - Returns: The commit.
  /// - Throws: ``GitHistoryError``.
  public func commit(_ revision: String) throws -> Code {
    let answer = try git.ask(
      ["rev-parse", "--verify", "--end-of-options", "\(revision)^{commit}"])
    guard answer.isSuccess, let id = answer.lines.last else {
      guard answer.errors.contains("is ambiguous") else {
        throw GitHistoryError.unknownRevision(revision)
      }
      let objects = try git.lines(["rev-parse", "--disambiguate=\(revision)"]).map(String.init)
      let commits = try objects.filter { graph.contains(try Code(name, version: $0)) }
      throw GitHistoryError.ambiguousRevision(revision, candidates: commits)
    }
    let commit = try Code(name, version: String(id))
    // git also knows commits that no reference reaches any more.
    guard graph.contains(commit) else { throw GitHistoryError.unknownRevision(revision) }
    return commit
  }

  /// The commits that a commit was made from, parents before children.
  ///
  /// As `git rev-list` says, without the commit itself.
  public func ancestors(of revision: String) throws -> NodeSet {
    try graph.ancestors(of: try commit(revision))
  }

  /// The commits that were made from a commit, parents before children.
  public func descendants(of revision: String) throws -> NodeSet {
    try graph.descendants(of: try commit(revision))
  }

  /// The best common ancestors of two commits, as `git merge-base --all`.
  public func mergeBases(_ first: String, _ second: String) throws -> NodeSet {
    try graph.nearestCommonAncestors(of: try commit(first), try commit(second))
  }

  /// The figures of a history.
  public struct Summary: Equatable {
    /// All commits.
    public var commits = 0
    /// Commits without parents.
    public var roots = 0
    /// Commits without children.
    public var heads = 0
    /// Commits with several parents.
    public var merges = 0
    /// The number of commits on the longest way from a root to a head.
    public var longestChain = 0
    /// Parents that a shallow clone has not fetched.
    public var missing = 0

    /// The figures of an empty history.
    public init() {}
  }

  /// Counts roots, heads and merges, and measures the longest chain.
  public func summary() throws -> Summary {
    var summary = Summary()
    var absent: Set<NodeID> = []
    // Edges to parents that are not there, by child: these commits only look like roots.
    var cut: [NodeID: Int] = [:]
    for case .edge(let edge, let missing) in graph.pending {
      cut[edge.effect, default: 0] += 1
      absent.formUnion(missing)
    }
    var length: [NodeID: Int] = [:]
    // Parents come first, so their lengths are known.
    for commit in graph.topologicalOrder() {
      let parents = try graph.causes(of: commit)
      let count = parents.count + cut[commit.id, default: 0]
      summary.commits += 1
      if count == 0 { summary.roots += 1 }
      if count > 1 { summary.merges += 1 }
      if try graph.effects(of: commit).isEmpty { summary.heads += 1 }
      let longest = parents.map { length[$0.cause, default: 0] }.max() ?? 0
      length[commit.id] = longest + 1
      summary.longestChain = max(summary.longestChain, longest + 1)
    }
    summary.missing = absent.count
    return summary
  }
}
