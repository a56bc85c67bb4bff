import GitHistory
import Provenance
import Testing

/// The graph's answers are compared with git's own.
@Suite(.enabled(if: TestRepository.hasGit, "git is not installed"))
struct AgreementTests {
  enum Shape: String, CaseIterable, Sendable {
    case single, linear, merges, crissCross, octopus, severalRoots

    /// The parents of each commit, by position.
    var parents: [[Int]] {
      switch self {
      case .single: [[]]
      case .linear: [[], [0], [1], [2], [3], [4]]
      case .merges: [[], [0], [0], [1, 2], [3], [3], [4, 5], [1], [6, 7]]
      // Each of two merges joins both sides, so that the next has two best common ancestors.
      case .crissCross: [[], [0], [0], [1, 2], [2, 1], [3], [4], [5, 6], [6, 5], [7], [8]]
      case .octopus: [[], [0], [0], [0], [0], [1, 2, 3, 4], [5], [2], [6, 7]]
      case .severalRoots: [[], [], [0], [1], [2, 3], [], [5], [4, 6], [5]]
      }
    }
  }

  @Test(arguments: Shape.allCases)
  func everyPairAgrees(shape: Shape) throws {
    let repository = try TestRepository(parents: shape.parents)
    defer { repository.remove() }
    let commits = repository.commits
    let pairs = commits.flatMap { first in commits.map { (first, $0) } }
    try compare(repository, commits: commits, pairs: pairs, "\(shape)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomHistoriesAgree(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let parents = (0..<200).map { index -> [Int] in
      guard index > 0, !Int.random(in: 0..<40, using: &random).isMultiple(of: 40) else { return [] }
      let count = [1, 1, 1, 2, 2, 3].randomElement(using: &random) ?? 1
      // Mostly recent parents, as in histories that people make, and some from anywhere.
      var chosen: [Int] = []
      for _ in 0..<count {
        let isRecent = Bool.random(using: &random)
        let parent = Int.random(in: (isRecent ? max(0, index - 12) : 0)..<index, using: &random)
        if !chosen.contains(parent) { chosen.append(parent) }
      }
      return chosen
    }
    let repository = try TestRepository(parents: parents)
    defer { repository.remove() }
    let sample = (0..<40).compactMap { _ in repository.commits.randomElement(using: &random) }
    let pairs = (0..<200).compactMap { _ -> (String, String)? in
      guard let first = repository.commits.randomElement(using: &random),
        let second = repository.commits.randomElement(using: &random)
      else { return nil }
      return (first, second)
    }
    try compare(repository, commits: sample, pairs: pairs, "seed \(seed)")
  }

  private func compare(
    _ repository: TestRepository, commits: [String], pairs: [(String, String)], _ context: String
  ) throws {
    let history = try GitHistory(repository: repository.path)
    func node(_ id: String) throws -> Code { try Code(history.name, version: id) }

    let ancestors = try repository.answers(commits.map { "rev-list \($0)" })
    let descendants = try repository.answers(
      commits.map { "rev-list --all --ancestry-path ^\($0)" })
    #expect(ancestors.count == commits.count && descendants.count == commits.count, "\(context)")
    for (index, commit) in commits.enumerated() {
      let up = try history.graph.ancestors(of: node(commit))
      #expect(up.isComplete && up.count == ancestors[index].count - 1, "\(context), \(commit)")
      #expect(
        Set(up.map(\.version)) == ancestors[index].subtracting([commit]), "\(context), \(commit)")
      let down = try history.graph.descendants(of: node(commit))
      #expect(Set(down.map(\.version)) == descendants[index], "\(context), \(commit)")
    }

    let bases = try repository.answers(pairs.map { "merge-base --all \($0.0) \($0.1)" })
    #expect(bases.count == pairs.count, "\(context)")
    for (pair, bases) in zip(pairs, bases) {
      let found = try history.graph.nearestCommonAncestors(of: node(pair.0), node(pair.1))
      #expect(Set(found.map(\.version)) == bases, "\(context), \(pair)")
    }

    try compareOrder(repository, history, context)
  }

  /// Every commit once, and no commit before one of its parents.
  private func compareOrder(
    _ repository: TestRepository, _ history: GitHistory, _ context: String
  ) throws {
    let order = history.graph.topologicalOrder().map(\.version)
    #expect(order.count == repository.commits.count, "\(context)")
    let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    #expect(Set(order) == Set(repository.commits), "\(context)")
    for line in try repository.lines(["rev-list", "--all", "--parents"]) {
      let ids = line.split(separator: " ").map(String.init)
      let child = try #require(place[ids[0]], "\(context)")
      for parent in ids.dropFirst() {
        #expect(try #require(place[parent]) < child, "\(context), \(ids[0])")
      }
    }
  }
}

/// A small generator (SplitMix64): the same seed draws the same numbers everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
