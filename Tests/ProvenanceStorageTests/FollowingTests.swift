import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Who follows a store's commits sees them in order, and always the last.
@Suite struct FollowingTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open(
    _ access: StoreAccess = .write, _ fileSystem: any FileSystem = SystemFileSystem()
  ) throws -> ProvenanceStore {
    var options = StoreOptions()
    options.fileSystem = fileSystem
    options.log.firstSegmentByteCount = 8192
    // Looking without a pause: nothing here depends on time.
    options.followingPace = FollowingPace(shortest: .zero, longest: .zero)
    return try ProvenanceStore.open(at: directory["s"], access: access, options: options)
  }

  /// What a follower was told until the end.
  static func positions(_ store: ProvenanceStore) async -> [Position] {
    var positions: [Position] = []
    for await position in store.commits {
      #expect(store.position >= position, "told before it is visible")
      positions.append(position)
    }
    return positions
  }

  static func isAscending(_ positions: [Position]) -> Bool {
    zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 }
  }

  @Test func aWriterTellsItsFollowers() async throws {
    let store = try open()
    try await store.commit(Lineage.link(0))
    let start = store.position
    let all = await withTaskGroup(of: [Position].self) { group in
      for _ in 0..<4 { group.addTask { await Self.positions(store) } }
      await withTaskGroup(of: Void.self) { writers in
        for writer in 1...4 {
          writers.addTask {
            for number in 0..<10 {
              do { try await store.commit(Lineage.link(writer * 100 + number)) } catch {
                Issue.record("\(error)")
              }
            }
          }
        }
      }
      #expect(throws: Never.self) { try store.close() }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for positions in all where !positions.isEmpty {
      #expect(Self.isAscending(positions))
      #expect(positions.first.map { $0 >= start } == true)
      #expect(positions.last == store.position)
    }
  }

  @Test func theFirstIsTheCurrentPosition() async throws {
    let store = try ProvenanceStore.inMemory()
    try await store.commit(Lineage.link(0))
    var follower = store.commits.makeAsyncIterator()
    #expect(await follower.next() == store.position)
    let commit = try await store.commit(Lineage.link(1))
    #expect(await follower.next() == commit.position)
    // Nothing new is no commit.
    try await store.commit(Lineage.link(1))
    let next = try await store.commit(Lineage.link(2))
    #expect(await follower.next() == next.position)
    try store.close()
    #expect(await follower.next() == nil)
  }

  @Test func whoIsSlowSkipsToTheNewest() async throws {
    let store = try ProvenanceStore.inMemory()
    var follower = store.commits.makeAsyncIterator()
    for number in 0..<50 { try await store.commit(Lineage.link(number)) }
    #expect(await follower.next() == store.position)
    try await store.commit(Lineage.link(50))
    try await store.commit(Lineage.link(51))
    try store.close()
    #expect(await follower.next() == store.position)
    #expect(await follower.next() == nil)
    #expect(await Self.positions(store) == [])
  }

  @Test func aReaderFollowsAWriter() async throws {
    let writer = try open()
    let reader = try open(.read)
    let end = Lock<Position?>(nil)
    async let followed = withTaskGroup(of: [Position].self) { group in
      for _ in 0..<3 {
        group.addTask {
          var positions: [Position] = []
          for await position in reader.commits {
            positions.append(position)
            do {
              let links = try Lineage.links(in: reader.graph)
              #expect(links == Set(0..<links.count), "whole commits only")
            } catch { Issue.record("\(error)") }
            if position == end.withLock({ $0 }) { break }
          }
          return positions
        }
      }
      return await group.reduce(into: [[Position]]()) { $0.append($1) }
    }
    for number in 0..<40 {
      let records = try Lineage.link(number)
      if number == 39 {
        // Known before anyone can be told of it.
        end.withLock { $0 = Position(writer.position.count + UInt64(records.count) + 1) }
      }
      try await writer.commit(records)
    }
    for positions in await followed {
      #expect(Self.isAscending(positions))
      #expect(positions.last == writer.position)
    }
    while reader.isPolling { await Task.yield() }
    // And again, after the looking has ended.
    try await writer.commit(Lineage.link(100))
    var follower = reader.commits.makeAsyncIterator()
    while let position = await follower.next(), position < writer.position {}
    #expect(reader.position == writer.position)
    try reader.close()
    #expect(await follower.next() == nil)
    try writer.close()
  }

  @Test func cancellingEndsFollowing() async throws {
    let writer = try open()
    try await writer.commit(Lineage.link(0))
    let reader = try open(.read)
    for store in [writer, reader] {
      let isFollowing = Lock(false)
      let task = Task {
        var count = 0
        for await _ in store.commits {
          count += 1
          isFollowing.withLock { $0 = true }
        }
        return count
      }
      while !isFollowing.withLock({ $0 }) { await Task.yield() }
      task.cancel()
      #expect(await task.value == 1)
      while store.isPolling { await Task.yield() }
    }
  }

  @Test func aFollowerKeepsTheStore() async throws {
    let writer = try open()
    try await writer.commit(Lineage.link(0))
    weak var gone: ProvenanceStore?
    do {
      var reader: ProvenanceStore? = try open(.read)
      gone = reader
      var follower = reader?.commits.makeAsyncIterator()
      reader = nil
      #expect(await follower?.next() == writer.position)
      let commit = try await writer.commit(Lineage.link(1))
      #expect(await follower?.next() == commit.position)
      #expect(gone != nil)
      follower = nil
    }
    while gone != nil { await Task.yield() }
  }

  @Test func damageEndsFollowing() async throws {
    let memory = MemoryFileSystem()
    func open(_ access: StoreAccess) throws -> ProvenanceStore {
      var options = StoreOptions()
      options.fileSystem = memory
      options.log.firstSegmentByteCount = 8192
      options.followingPace = FollowingPace(shortest: .zero, longest: .zero)
      return try ProvenanceStore.open(at: "/s", access: access, options: options)
    }
    let writer = try open(.write)
    try await writer.commit(Lineage.link(0))
    let reader = try open(.read)
    var follower = reader.commits.makeAsyncIterator()
    #expect(await follower.next() == writer.position)
    try memory.setContent(of: "/s/HEAD", to: [])
    #expect(await follower.next() == nil)
    #expect(storageErrorKind { try reader.refresh() } == .corrupt)
  }

  @Test func aShortageOfDescriptorsPasses() async throws {
    let memory = MemoryFileSystem()
    let faulty = FaultFileSystem(memory)
    func open(_ access: StoreAccess, _ fileSystem: any FileSystem) throws -> ProvenanceStore {
      var options = StoreOptions()
      options.fileSystem = fileSystem
      options.log.firstSegmentByteCount = 8192
      options.followingPace = FollowingPace(shortest: .zero, longest: .zero)
      return try ProvenanceStore.open(at: "/s", access: access, options: options)
    }
    let writer = try open(.write, memory)
    let reader = try open(.read, faulty)
    var follower = reader.commits.makeAsyncIterator()
    #expect(await follower.next() == writer.position)
    let failures = Counter()
    faulty.plan { _, operation in
      operation.name == .open && failures.increment() < 20 ? .error(EMFILE) : nil
    }
    let commit = try await writer.commit(Lineage.link(0))
    #expect(await follower.next() == commit.position)
    #expect(failures.value >= 20)
  }

  @Test func pausesGrow() {
    let pace = FollowingPace(shortest: .milliseconds(2), longest: .milliseconds(200))
    let pauses = (0..<9).map { pace.nanoseconds(afterIdleLooks: $0) / 1_000_000 }
    #expect(pauses == [2, 4, 8, 16, 32, 64, 128, 200, 200])
    #expect(pace.nanoseconds(afterIdleLooks: 1_000_000) == 200_000_000)
    let none = FollowingPace(shortest: .zero, longest: .zero)
    #expect((0..<100).allSatisfy { none.nanoseconds(afterIdleLooks: $0) == 0 })
    let odd = FollowingPace(shortest: .seconds(-5), longest: .seconds(Int64.max))
    #expect(odd.nanoseconds(afterIdleLooks: 0) == 0)
    #expect(odd.nanoseconds(afterIdleLooks: 64) <= 2_000_000_000_000_000)
  }
}
