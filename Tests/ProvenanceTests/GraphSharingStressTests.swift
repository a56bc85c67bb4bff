import Foundation
import ProvenanceTestKit
import Testing

@testable import Provenance

/// One writer goes on in place while others read what it published.
@Suite struct GraphSharingStressTests {
  /// Much of everything in a small graph.
  @Test func readersWhileOneWrites() async throws {
    let (graph, faults) = await run(seed: 4711, start: 30, steps: 110)
    #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(3))")
    #expect(graph.nodeCount > 300)
    #expect(graph.storage.topology.late.count > 0 && graph.storage.closed.closings.count > 0)
    #expect(!graph.conflicts.isEmpty && !graph.pending.isEmpty)
  }

  /// So many edges that the lists are packed while they are read.
  @Test func readersWhileListsArePacked() async throws {
    let (graph, faults) = await run(seed: 4712, start: 480, steps: 18)
    #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(3))")
    #expect(graph.storage.topology.packed.vertexCount > 480)
  }

  private func run(
    seed: UInt64, start: Int, steps: Int
  ) async -> (ProvenanceGraph, faults: [String]) {
    let published = Published()
    let faults = await onThreads(4) { number in
      number == 0
        ? write(seed, start, steps, published) : read(seed &+ UInt64(number), published)
    }
    return (published.newest.graph, faults.map { "seed \(seed): \($0)" })
  }

  private func write(
    _ seed: UInt64, _ start: Int, _ steps: Int, _ published: Published
  ) -> [String] {
    var faults: [String] = []
    do {
      var history = BusyHistory(seed: seed)
      var graph = ProvenanceGraph()
      try graph.insert(try history.start(start))
      var kept: [(ProvenanceGraph, GraphWitness)] = []
      var random = SeededGenerator(seed: seed)
      for step in 0..<steps {
        try graph.take(try history.next())
        published.publish(graph, isLast: step == steps - 1)
        if step % (steps / 3) == 5 { kept.append((graph, try GraphWitness(graph))) }
      }
      for (copy, witness) in kept {
        let place = "copy of \(witness.position)"
        if try GraphWitness(copy) != witness { faults.append("\(place) has changed") }
        if let text = try witness.fault(of: copy, samples: 5, &random) {
          faults.append("\(place): \(text)")
        }
        if try GraphWitness(graph.asOf(witness.position)) != witness {
          faults.append("\(place) is not the view")
        }
      }
    } catch {
      faults.append("\(error)")
      published.publish(ProvenanceGraph(), isLast: true)
    }
    return faults
  }

  private func read(_ seed: UInt64, _ published: Published) -> [String] {
    var faults: [String] = []
    var random = SeededGenerator(seed: seed)
    var kept: [(ProvenanceGraph, GraphWitness)] = []
    var rounds = 0
    do {
      while true {
        let (graph, isLast) = published.newest
        let witness = try GraphWitness(graph)
        if let text = try witness.fault(of: graph, samples: 4, &random) {
          faults.append("\(graph.position): \(text)")
        }
        if kept.count < 5 { kept.append((graph, witness)) }
        let (earlier, before) = kept[Int.random(in: 0..<kept.count, using: &random)]
        if let text = try before.fault(of: earlier, samples: 2, &random) {
          faults.append("\(earlier.position), read again: \(text)")
        }
        rounds += 1
        if rounds % 4 == 0, try GraphWitness(graph.asOf(before.position)) != before {
          faults.append("\(before.position), seen from \(graph.position)")
        }
        if isLast { return faults }
      }
    } catch { return faults + ["\(error)"] }
  }
}

/// Where the writer puts its newest graph.
private final class Published: @unchecked Sendable {
  private let lock = NSLock()
  private var value = (graph: ProvenanceGraph(), isLast: false)

  var newest: (graph: ProvenanceGraph, isLast: Bool) { lock.withLock { value } }

  func publish(_ graph: ProvenanceGraph, isLast: Bool) {
    lock.withLock { value = (graph, isLast) }
  }
}

/// Runs work on threads of its own, and collects what it returns.
private func onThreads(
  _ count: Int, _ body: @escaping @Sendable (Int) -> [String]
) async -> [String] {
  await withTaskGroup(of: [String].self) { group in
    for number in 0..<count {
      group.addTask {
        await withCheckedContinuation { continuation in
          let thread = Thread { continuation.resume(returning: body(number)) }
          // What threads have by default on some systems is little for a debug build.
          thread.stackSize = 8 << 20
          thread.start()
        }
      }
    }
    var all: [String] = []
    for await found in group { all += found }
    return all
  }
}
