import Foundation
public import Provenance

/// The commits of a git repository as a provenance graph: each commit was made from its parents.
public struct GitHistory {
  /// The commits, as code whose version is the commit id.
  public let graph: ProvenanceGraph
  /// The repository's name: the name of all nodes.
  public let name: String
  let git: Git

  /// Loads every commit that a reference or `HEAD` reaches.
  ///
  /// - Parameter repository: The work tree or a directory in it, or a bare repository.
  /// - Throws: ``GitHistoryError``; `NameError` and `RecordError` if ids are no names.
  public init(repository: String) throws {
    git = Git(repository: repository)
    let place = try git.ask(["rev-parse", "--path-format=absolute", "--git-common-dir"])
    guard place.isSuccess, let directory = place.lines.first else {
      guard place.errors.contains("not a git repository") else {
        throw GitHistoryError.gitFailed(place.errors)
      }
      throw GitHistoryError.notARepository(repository)
    }
    let parts = directory.split(separator: "/")
    let name = String((parts.last == ".git" ? parts.dropLast() : parts[...]).last ?? "repository")
    self.name = name

    let hidden = try git.hiddenParents()
    var records: [Record] = []
    // Parents first: a graph takes any order, but the one in which things happened is much the fastest.
    for line in try git.lines(["rev-list", "--all", "--parents", "--topo-order", "--reverse"]) {
      let ids = line.split(separator: " ").map(String.init)
      let commit = try Code(name, version: ids[0])
      let parents = ids.dropFirst() + hidden[ids[0], default: []]
      let edges = try parents.map {
        try commit.derivedFrom(try Code(name, version: $0), role: "parent")
      }
      records.append(try Record(commit, edges: edges))
    }

    // One batch. `merge`, unlike `insert`, takes an edge whose
    // cause is missing: it waits, and answers that would follow it say that they are not complete.
    var graph = ProvenanceGraph()
    try graph.merge(records)
    self.graph = graph
  }
}

extension Git {
  /// The parents that git leaves out of its answers because a shallow clone has not fetched them, by
  /// commit: the commits themselves still name them.
  fileprivate func hiddenParents() throws -> [String: [String]] {
    guard try lines(["rev-parse", "--is-shallow-repository"]) == ["true"] else { return [:] }
    var parents: [String: [String]] = [:]
    for path in try lines(["rev-parse", "--path-format=absolute", "--git-path", "shallow"]) {
      let list = try String(contentsOfFile: String(path), encoding: .utf8)
      for commit in list.split(separator: "\n").map(String.init) {
        let header = try lines(["cat-file", "commit", commit]).prefix { !$0.hasPrefix("author ") }
        parents[commit] = header.filter { $0.hasPrefix("parent ") }.map { String($0.dropFirst(7)) }
      }
    }
    return parents
  }
}
