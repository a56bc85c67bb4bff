public import Provenance

// What readers see. A graph that is held elsewhere is copied in part when it is written to, so the
// store does not hold on to one for readers that do not come: it takes the one that nobody has asked
// for out of their sight before the next commit, and makes one for whoever asks meanwhile.

extension ProvenanceStore {
  /// The graph as of the last durable commit.
  ///
  /// A value: it stays as it is whatever is committed later. It shows whole commits only. Never waits
  /// for the disk.
  public var graph: ProvenanceGraph {
    if let graph = state.withLock({ $0.read() }) { return graph }
    return working.withLock { working in
      // A commit may have ended since.
      if let graph = state.withLock({ $0.read() }) { return graph }
      let graph = published(from: working)
      return state.withLock { state in
        state.show(graph)
        return state.read() ?? graph
      }
    }
  }

  /// The position after the last durable commit.
  public var position: Position { state.withLock { $0.position } }

  /// Shows a graph to readers, all of whose records are durable.
  func publish(_ graph: ProvenanceGraph) {
    state.withLock { $0.show(graph) }
    followers.announce(graph.position)
  }

  /// The graph that readers see, out of one that may be ahead of it.
  func published(from working: ProvenanceGraph) -> ProvenanceGraph {
    state.withLock { $0.graph ?? working.asOf($0.position) }
  }

  /// Takes the graph that no reader has asked for out of sight, before a group goes into the one that
  /// is ahead.
  ///
  /// An erasure takes effect at every position, so before one the graph stays.
  func withdrawUnread(before group: [CommitRequest]) {
    let erases = group.contains { request in
      request.records.contains {
        if case .tombstone = $0.content { true } else { false }
      }
    }
    if !erases { state.withLock { $0.withdrawUnread() } }
  }
}

extension ProvenanceStore {
  struct State: Sendable {
    /// The graph as readers see it; `nil` while a commit is under way and nobody has asked for it.
    private(set) var graph: ProvenanceGraph?
    /// The position of that graph.
    private(set) var position: Position
    /// Whether somebody may hold the graph.
    private var wasRead = false
    /// What the last merging of spools brought.
    var spools = SpoolReport()

    init(_ graph: ProvenanceGraph) {
      self.graph = graph
      position = graph.position
    }

    mutating func read() -> ProvenanceGraph? {
      wasRead = true
      return graph
    }

    mutating func show(_ graph: ProvenanceGraph) {
      self.graph = graph
      position = graph.position
      wasRead = false
    }

    mutating func withdrawUnread() {
      if !wasRead { graph = nil }
    }
  }
}
