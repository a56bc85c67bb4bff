import ProvenanceTestKit
import Synchronization
import Testing

@testable import Provenance

/// An index is made on a copy while the graph goes on, and adopted when it is done.
@Suite struct TraversalIndexAdoptionTests {
  private func grown(_ count: Int) throws -> ProvenanceGraph {
    var graph = ProvenanceGraph()
    try grow(&graph, 0..<count)
    return graph
  }

  private func grow(_ graph: inout ProvenanceGraph, _ numbers: Range<Int>) throws {
    for number in numbers {
      let node = try Dataset("grown", version: "\(number)")
      let cause = try Dataset("grown", version: "\(max(number - 1, 0) / 2)")
      try graph.insert(try Record(node, edges: number == 0 ? [] : [try node.derivedFrom(cause)]))
    }
  }

  @Test func whatIsAdopted() throws {
    var graph = try grown(100)
    var copy = graph
    var isAdopted = graph.adoptIndex(from: copy)
    #expect(!isAdopted, "there is none")
    copy.makeIndex()
    #expect(graph.indexByteCounts.ancestors == 0, "a copy's index is its own")
    try grow(&graph, 100..<150)
    // A batch that brings nothing leaves the history as it is.
    let last = try Dataset("grown", version: "149")
    try graph.insert(Record(last))
    isAdopted = graph.adoptIndex(from: copy)
    #expect(isAdopted && graph.indexByteCounts.ancestors > 0)
    try #expect(graph.ancestors(of: last).count == 7)
    var earlier = copy
    earlier.dropIndex()
    graph.makeIndex()
    isAdopted = earlier.adoptIndex(from: graph)
    #expect(!isAdopted, "made of what is not here yet")
    isAdopted = graph.adoptIndex(from: copy)
    #expect(!isAdopted, "older than its own")
    var other = try grown(100)
    isAdopted = other.adoptIndex(from: copy)
    #expect(!isAdopted, "of another graph")
    // A copy that went its own way.
    var fork = copy
    try grow(&fork, 100..<101)
    try #expect(fork.ancestors(of: Dataset("grown", version: "100")).count == 6)
    fork.makeIndex()
    isAdopted = graph.adoptIndex(from: fork)
    #expect(!isAdopted)
  }

  /// What the threads share.
  private final class Shared: Sendable {
    let state = Mutex(State())
  }

  private struct State {
    var graph = ProvenanceGraph()
    var isLast = false
    /// A copy that has an index.
    var indexed: ProvenanceGraph?
  }

  @Test func madeWhileTheGraphGoesOn() async throws {
    let seed: UInt64 = 4801
    let shared = Shared()
    let faults = await withTaskGroup(of: [String].self) { group in
      group.addTask { await write(seed, shared) }
      group.addTask { await index(shared) }
      group.addTask { await read(seed &+ 1, shared) }
      var all: [String] = []
      for await found in group { all += found }
      return all
    }
    #expect(faults.isEmpty, "seed \(seed), \(faults.count): \(faults.prefix(3))")
    var (graph, indexed) = shared.state.withLock { ($0.graph, $0.indexed) }
    let isAdopted = try graph.adoptIndex(from: #require(indexed))
    #expect(isAdopted)
    var random = SeededGenerator(seed: seed)
    let fault = try GraphWitness(graph).fault(of: graph, samples: 40, &random)
    #expect(fault == nil, "seed \(seed)")
    indexed = nil
  }

  private func write(_ seed: UInt64, _ shared: Shared) async -> [String] {
    var faults: [String] = []
    do {
      var history = BusyHistory(seed: seed, width: 6)
      var graph = ProvenanceGraph()
      for step in 0..<120 {
        try graph.take(try history.next())
        if let made = shared.state.withLock({ $0.indexed }) { graph.adoptIndex(from: made) }
        let newest = graph
        shared.state.withLock {
          $0.graph = newest
          $0.isLast = step == 119
        }
        await Task.yield()
      }
    } catch {
      faults.append("\(error)")
      shared.state.withLock { $0.isLast = true }
    }
    return faults
  }

  private func index(_ shared: Shared) async -> [String] {
    while true {
      var (copy, isLast) = shared.state.withLock { ($0.graph, $0.isLast) }
      copy.makeIndex()
      let made = copy
      shared.state.withLock { $0.indexed = made }
      if isLast { return [] }
      await Task.yield()
    }
  }

  private func read(_ seed: UInt64, _ shared: Shared) async -> [String] {
    var faults: [String] = []
    var random = SeededGenerator(seed: seed)
    while true {
      let (graph, isLast) = shared.state.withLock { ($0.graph, $0.isLast) }
      do {
        if let text = try GraphWitness(graph).fault(of: graph, samples: 3, &random) {
          faults.append("\(graph.position): \(text)")
        }
      } catch {
        faults.append("\(error)")
      }
      if isLast { return faults }
      await Task.yield()
    }
  }
}
