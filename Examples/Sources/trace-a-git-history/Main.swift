import Foundation
import GitHistory
import Provenance

/// Asks a git repository's history the questions that one asks of lineage.
@main
struct TraceAGitHistory {
  static let usage = """
    usage: trace-a-git-history [REPOSITORY]                       a summary
           trace-a-git-history [REPOSITORY] --ancestors REV       what a commit was made from
           trace-a-git-history [REPOSITORY] --descendants REV     what was made from it
           trace-a-git-history [REPOSITORY] --merge-base REV REV  the best common ancestors
    --list also lists the commits, parents first. REPOSITORY is the current directory unless given.
    """

  static func main() {
    guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
      complain(usage)
      exit(2)
    }
    do {
      try answer(options)
    } catch {
      complain("trace-a-git-history: \(error)")
      exit(1)
    }
  }

  private static func answer(_ options: Options) throws {
    var loaded: GitHistory?
    let loading = try ContinuousClock().measure {
      loaded = try GitHistory(repository: options.repository)
    }
    guard let history = loaded else { return }
    switch options.question {
    case .summary:
      try printSummary(of: history, loading: loading)
    case .ancestors(let revision):
      let found = try history.ancestors(of: revision)
      show(found, "ancestors of \(revision): \(found.count)", isListed: options.isListed)
    case .descendants(let revision):
      let found = try history.descendants(of: revision)
      show(found, "descendants of \(revision): \(found.count)", isListed: options.isListed)
    case .mergeBase(let first, let second):
      let found = try history.mergeBases(first, second)
      show(found, "best common ancestors of \(first) and \(second): \(found.count)", isListed: true)
    }
  }

  private static func show(_ commits: NodeSet, _ title: String, isListed: Bool) {
    print(commits.isComplete ? title : "\(title) (\(commits.incompleteness))")
    guard isListed else { return }
    for commit in commits { print(commit.version) }
  }

  private static func printSummary(of history: GitHistory, loading: Duration) throws {
    let summary = try history.summary()
    print(
      """
      \(history.name)
        commits        \(summary.commits)
        roots          \(summary.roots)
        heads          \(summary.heads)
        merges         \(summary.merges)
        longest chain  \(summary.longestChain)
      """)
    if summary.missing > 0 {
      print("  missing        \(summary.missing) parents that this shallow clone has not fetched")
    }
    print("  loaded in      \(milliseconds(loading))")
    // A repository without a commit has no HEAD to ask about.
    guard summary.commits > 0, let head = try? history.commit("HEAD") else { return }
    var count = 0
    let asking = try ContinuousClock().measure {
      count = try history.graph.ancestors(of: head).count
    }
    print("  HEAD           \(count) ancestors, found in \(milliseconds(asking))")
  }

  private static func milliseconds(_ duration: Duration) -> String {
    duration.formatted(.units(allowed: [.milliseconds], fractionalPart: .show(length: 3)))
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
