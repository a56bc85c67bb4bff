import Foundation
import GitHistory
import Provenance
import Testing

@Suite(.enabled(if: TestRepository.hasGit, "git is not installed"))
struct RevisionTests {
  @Test func revisionsMeanWhatGitSays() throws {
    let repository = try TestRepository(parents: [[], [0], [1], [0], [2, 3]])
    defer { repository.remove() }
    let history = try GitHistory(repository: repository.path)
    #expect(try history.commit("HEAD").version == repository.commits[4])
    #expect(try history.commit("c4~1").version == repository.commits[2])
    #expect(try history.commit("c4^2").version == repository.commits[3])
    let prefix = String(repository.commits[1].prefix(12))
    #expect(try history.commit(prefix).version == repository.commits[1])
    #expect(try history.ancestors(of: "HEAD").count == 4)
    #expect(try history.descendants(of: "c3").map(\.version) == [repository.commits[4]])
    #expect(try history.mergeBases("c2", "c3").map(\.version) == [repository.commits[0]])
  }

  @Test(arguments: ["nothing", "", "--all", "c0:file", "0000000000000000000000000000000000000000"])
  func whatIsNoCommitIsRefused(revision: String) throws {
    let repository = try TestRepository(parents: [[]])
    defer { repository.remove() }
    let history = try GitHistory(repository: repository.path)
    #expect(throws: GitHistoryError.unknownRevision(revision)) { try history.commit(revision) }
  }

  @Test func ambiguousDigitsNameTheCandidates() throws {
    // Among so many commits some share their first four digits, the fewest that git takes.
    let repository = try TestRepository(parents: (0..<900).map { $0 == 0 ? [] : [$0 - 1] })
    defer { repository.remove() }
    let shared = Dictionary(grouping: repository.commits) { String($0.prefix(4)) }
    let (prefix, commits) = try #require(
      shared.filter { $0.value.count > 1 }.min { $0.key < $1.key })
    let history = try GitHistory(repository: repository.path)
    let error = #expect(throws: GitHistoryError.self) { try history.commit(prefix) }
    guard case .ambiguousRevision(prefix, let candidates)? = error else {
      Issue.record("\(prefix) gave \(String(describing: error))")
      return
    }
    #expect(Set(candidates) == Set(commits))
  }

  @Test func aDirectoryWithoutARepositoryIsRefused() throws {
    let path = NSTemporaryDirectory() + "no-git-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: GitHistoryError.notARepository(path)) { try GitHistory(repository: path) }
  }

  @Test func aDirectoryThatIsNotThereIsRefused() throws {
    #expect(throws: GitHistoryError.self) { try GitHistory(repository: "/nowhere/at/all") }
  }

  @Test func anEmptyRepositoryHasNoCommits() throws {
    let repository = try TestRepository(parents: [])
    defer { repository.remove() }
    let history = try GitHistory(repository: repository.path)
    #expect(try history.summary() == GitHistory.Summary())
    #expect(throws: GitHistoryError.unknownRevision("HEAD")) { try history.commit("HEAD") }
  }

  @Test func aSummaryCountsWhatTheShapeHas() throws {
    let repository = try TestRepository(parents: [[], [], [0], [2, 1], [3], [0], [4, 5, 1]])
    defer { repository.remove() }
    let summary = try GitHistory(repository: repository.path).summary()
    #expect(summary.commits == 7)
    #expect(summary.roots == 2)
    #expect(summary.heads == 1)
    #expect(summary.merges == 2)
    #expect(summary.longestChain == 5)
    #expect(summary.missing == 0)
  }

  @Test func aShallowCloneSaysWhatItLacks() throws {
    let repository = try TestRepository(parents: [[], [0], [1], [0], [2, 3]])
    defer { repository.remove() }
    let clone = repository.path + "/shallow"
    try repository.git(["clone", "--quiet", "--depth", "2", "file://\(repository.path)", clone])
    let history = try GitHistory(repository: clone)
    let found = try history.ancestors(of: "HEAD")
    #expect(Set(found.map(\.version)) == [repository.commits[2], repository.commits[3]])
    #expect(found.incompleteness == .pendingEdges)
    let summary = try history.summary()
    #expect(summary.commits == 3)
    #expect(summary.missing == 2)
    #expect(summary.roots == 0)
  }
}
