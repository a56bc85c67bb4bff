import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What readers see while a commit is under way: the graph before it, whether or not one of them has
/// asked before.
@Suite(.timeLimit(.minutes(5))) struct StoreSnapshotTests {
  /// Commits on another thread, and looks while the log holds the commit up.
  private func look(
    _ store: ProvenanceStore, _ gate: Gate, during records: [Record],
    _ body: (ProvenanceGraph) throws -> Void
  ) async throws {
    async let commit = onThread { try store.commit(records) }
    while !gate.hasBeenReached { await Task.yield() }
    let outcome = Result { try body(store.graph) }
    gate.open()
    _ = try await commit
    try outcome.get()
  }

  /// A store whose log holds up its second append.
  private func store(_ gate: Gate) throws -> ProvenanceStore {
    let appends = Counter()
    let log = ScriptedLog { _ in if appends.increment() == 2 { gate.pass() } }
    return try ProvenanceStore(log: log, objects: MemoryObjectStore())
  }

  @Test(arguments: [false, true])
  func aGraphAskedForDuringACommitIsTheOneBefore(wasRead: Bool) async throws {
    let gate = Gate()
    let store = try store(gate)
    try await store.commit(Lineage.link(0))
    let position = store.position
    if wasRead { #expect(try Lineage.links(in: store.graph) == [0]) }
    var seen = ProvenanceGraph()
    try await look(store, gate, during: Lineage.link(1)) { graph in
      #expect(try Lineage.links(in: graph) == [0])
      #expect(graph.position == position)
      #expect(store.position == position)
      // Asked again, it is the same.
      let (first, second) = (try GraphPicture(graph), try GraphPicture(store.graph))
      #expect(first == second)
      seen = graph
    }
    #expect(try Lineage.links(in: store.graph) == [0, 1])
    #expect(store.position == store.graph.position)
    try await store.commit(Lineage.link(2))
    #expect(try Lineage.links(in: seen) == [0])
    #expect(try Lineage.links(in: store.graph) == [0, 1, 2])
  }

  /// An erasure takes effect in every view, so it must not be seen before it is durable.
  @Test func anErasureIsNotSeenBeforeItIsDurable() async throws {
    let gate = Gate()
    let store = try store(gate)
    let record = try Record(Annotation(Lineage.raw, ["owner": "x"], at: second(1)))
    try await store.commit([Record(Lineage.raw), record])
    let tombstone = try Record(Tombstone(record.id, Statement("asked for", at: second(2))))
    try await look(store, gate, during: [tombstone]) { graph in
      #expect(graph.attribute("owner", of: Lineage.raw)?.stringValue == "x")
    }
    #expect(store.graph.attribute("owner", of: Lineage.raw) == nil)
  }

  @Test func whatIsRefusedUnreadLeavesNothingBehind() throws {
    let appends = Counter()
    let log = ScriptedLog { _ in
      if appends.increment() == 3 { throw StorageError(.noSpace, "full") }
    }
    let store = try ProvenanceStore(log: log, objects: MemoryObjectStore())
    try store.commit(Lineage.link(0))
    try store.commit(Lineage.link(1))
    let position = store.position
    #expect(throws: StorageError.self) { try store.commit(Lineage.link(2)) }
    #expect(store.position == position)
    try store.commit(Lineage.link(3))
    #expect(try Lineage.links(in: store.graph) == [0, 1, 3])
    #expect(store.position == store.graph.position)
    #expect(store.position.count == store.head.nextSequence)
  }
}
