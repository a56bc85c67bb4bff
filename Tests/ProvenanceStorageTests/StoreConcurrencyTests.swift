import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Many callers at once: each commit whole, once and in order, and few waits for the device.
@Suite struct StoreConcurrencyTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open(_ fileSystem: any FileSystem = SystemFileSystem()) throws -> ProvenanceStore {
    var options = StoreOptions()
    options.fileSystem = fileSystem
    return try ProvenanceStore.open(at: directory["store"], options: options)
  }

  /// Commits links from four tasks that suspend and four threads that wait.
  func commitLinks(_ count: Int, to store: ProvenanceStore) async throws -> [[(Int, StoreCommit)]] {
    try await withThrowingTaskGroup(of: [(Int, StoreCommit)].self) { group in
      for worker in 0..<8 {
        let numbers = stride(from: worker, to: count, by: 8)
        group.addTask {
          guard worker.isMultiple(of: 2) else {
            return try await onThread {
              try numbers.map { ($0, try store.commit(Lineage.link($0))) }
            }
          }
          var commits: [(Int, StoreCommit)] = []
          for number in numbers {
            commits.append((number, try await store.commit(Lineage.link(number))))
          }
          return commits
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test func aThousandCommitsFromEightCallers() async throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let store = try open(fileSystem)
    fileSystem.reset()
    let commits = try await commitLinks(1000, to: store)
    #expect(fileSystem.segmentSyncCount <= 1000)
    for list in commits {
      #expect(zip(list, list.dropFirst()).allSatisfy { $0.1.position < $1.1.position })
    }
    let all = commits.flatMap(\.self).sorted { $0.1.position < $1.1.position }
    #expect(all.map(\.0).sorted() == Array(0..<1000))
    #expect(all.map(\.1.position.count) == (1...1000).map { UInt64($0 * 4) })
    #expect(all.allSatisfy { $0.1.newRecords == 3 })
    #expect(zip(all, all.dropFirst()).allSatisfy { ($0.1.time ?? .max) <= ($1.1.time ?? .min) })
    #expect(try Lineage.links(in: store.graph) == Set(0..<1000))

    // The log says the same: one transaction a commit, in the order of the positions.
    var next = 0
    try store.log.read(from: 0) { transaction in
      let records = try transaction.records()
      let expected = try Lineage.link(all[next].0).prefix(2).map(\.id)
      #expect(records.prefix(2).map(\.id) == expected)
      #expect(transaction.nextSequence == all[next].1.position.count)
      next += 1
      return true
    }
    #expect(next == 1000)
    for index in stride(from: 0, to: 1000, by: 97) {
      let view = store.graph.asOf(all[index].1.position)
      #expect(try Lineage.links(in: view) == Set(all[...index].map(\.0)))
    }
    let positions = store.position
    try store.close()
    let again = try open()
    #expect(again.position == positions)
    #expect(try Lineage.links(in: again.graph) == Set(0..<1000))
  }

  @Test func callsThatWaitTogetherShareOneSync() async throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let store = try open(fileSystem)
    let gate = Gate()
    fileSystem.reset()
    fileSystem.plan { _, operation in
      if operation.name == .synchronize { gate.pass() }
      return nil
    }
    let results = await store.commitTogether(
      gate, first: try Lineage.link(0), try (1...40).map { try Lineage.link($0) })
    #expect(fileSystem.segmentSyncCount == 2)
    let positions = results.compactMap { try? $0.get().position.count }
    #expect(positions == (1...41).map { UInt64($0 * 4) })
    #expect(try Lineage.links(in: store.graph) == Set(0...40))
  }

  @Test func snapshotsShowWholeCommitsAndNeverChange() async throws {
    let store = try open()
    let done = Counter()
    let held = try await withThrowingTaskGroup(of: [(ProvenanceGraph, Set<Int>)].self) { group in
      for _ in 0..<2 {
        group.addTask {
          var held: [(ProvenanceGraph, Set<Int>)] = []
          var last: Set<Int> = []
          while done.value == 0 {
            let graph = store.graph
            let links = try Lineage.links(in: graph)
            #expect(last.isSubset(of: links))
            #expect(graph.position.count == UInt64(links.count * 4))
            if links.count >= last.count + 10 || held.isEmpty { held.append((graph, links)) }
            last = links
            await Task.yield()
          }
          return held
        }
      }
      _ = try await commitLinks(200, to: store)
      done.increment()
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(!held.isEmpty)
    for (graph, links) in held { #expect(try Lineage.links(in: graph) == links) }
  }

  @Test func aSnapshotDuringASyncDoesNotShowWhatIsNotDurable() async throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let store = try open(fileSystem)
    try await store.commit(Lineage.link(0))
    let seen = Seen()
    fileSystem.plan { _, operation in
      if operation.name == .synchronize {
        let links = try? Lineage.links(in: store.graph)
        seen.links.withLock { $0.append(links ?? []) }
      }
      return nil
    }
    try await store.commit(Lineage.link(1))
    fileSystem.clearFaults()
    #expect(seen.links.withLock { $0 } == [[0]])
    #expect(try Lineage.links(in: store.graph) == [0, 1])
  }

  @Test func readersSeeWholeCommitsAtEveryMoment() throws {
    let fileSystem = FaultFileSystem(SystemFileSystem())
    let store = try open(fileSystem)
    try store.commit(Lineage.link(0))
    let reader = try ProvenanceStore.open(at: directory["store"], access: .read)
    #expect(try Lineage.links(in: reader.graph) == [0])
    let looks = Counter()
    // A reader that looks after every 150 bytes that the writer writes, and at every sync.
    fileSystem.plan { _, operation in
      guard operation.name == .write || operation.name == .synchronize else { return nil }
      looks.increment()
      do {
        try reader.refresh()
        let links = try Lineage.links(in: reader.graph)
        #expect(links == [0] || links == [0, 1, 2])
        #expect(reader.graph.position.count == (links == [0] ? 4 : 11))
      } catch { Issue.record("\(error)") }
      return operation.name == .write ? .shortWrite(150) : nil
    }
    try store.commit(Lineage.link(1) + Lineage.link(2))
    fileSystem.clearFaults()
    #expect(looks.value > 5)
    let snapshot = reader.graph
    #expect(try reader.refresh() == store.position)
    #expect(try GraphPicture(reader.graph) == GraphPicture(store.graph))
    try store.commit(Lineage.link(3))
    #expect(try Lineage.links(in: reader.graph) == [0, 1, 2], "before refresh")
    try reader.refresh()
    #expect(try Lineage.links(in: reader.graph) == [0, 1, 2, 3])
    #expect(try Lineage.links(in: snapshot).isSubset(of: [0, 1, 2]))
    #expect(try store.refresh() == store.position)
  }

  @Test func manyReadersRefreshAtOnce() async throws {
    let store = try open()
    let reader = try ProvenanceStore.open(at: directory["store"], access: .read)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var last = Position.start
          while last.count < 60 * 4 {
            let position = try reader.refresh()
            #expect(position >= last)
            #expect(reader.graph.position >= position)
            last = position
            await Task.yield()
          }
        }
      }
      for number in 0..<60 { try await store.commit(Lineage.link(number)) }
      try await group.waitForAll()
    }
    #expect(try GraphPicture(reader.graph) == GraphPicture(store.graph))
  }
}

private final class Seen: Sendable {
  let links = Lock<[Set<Int>]>([])
}

extension Timestamp {
  fileprivate static var min: Timestamp { Timestamp(seconds: -62_135_596_800)! }
  fileprivate static var max: Timestamp { Timestamp(seconds: 253_402_300_799)! }
}

/// Runs a body on a thread of its own, where it may block.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
  }
}
