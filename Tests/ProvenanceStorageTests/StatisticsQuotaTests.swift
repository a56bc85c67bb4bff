import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// What a store may hold: what is too much is refused before it is written.
@Suite struct StatisticsQuotaTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func open(_ quota: StoreQuota = StoreQuota()) throws -> ProvenanceStore {
    var options = StoreOptions()
    options.log.firstSegmentByteCount = 8192
    options.log.largestSegmentByteCount = 8192
    options.quota = quota
    return try ProvenanceStore.open(at: directory["s"], options: options)
  }

  @Test func aCommitPastTheQuotaIsRefusedWhole() throws {
    var quota = StoreQuota()
    quota.entryCount = 9
    let store = try open(quota)
    try store.commit(Lineage.link(0))
    try store.commit(Lineage.link(1))
    let head = store.head
    let files = try contents(of: directory["s"])
    let error = thrown(StorageError.self) { try store.commit(Lineage.link(2)) }
    #expect(error?.kind == .limitExceeded)
    #expect(error?.message.contains("12 entries") == true)
    #expect(error?.message.contains("allows 9") == true)
    #expect(store.head == head)
    #expect(try contents(of: directory["s"]) == files)
    #expect(try Lineage.links(in: store.graph) == [0, 1])
    // It goes on with what fits, and with what is known already.
    #expect(try store.commit(Lineage.link(1)).newRecords == 0)
    #expect(storageErrorKind { try store.commit(Lineage.link(3)) } == .limitExceeded)
    try store.close()
    let again = try open()
    #expect(again.recovery == nil)
    try again.commit(Lineage.link(2))
  }

  @Test func theBytesOfTheLogAreLimited() throws {
    var quota = StoreQuota()
    quota.logByteCount = 20_000
    let store = try open(quota)
    var count = 0
    while count < 1000 {
      do { try store.commit(Lineage.link(count)) } catch let error as StorageError {
        #expect(error.kind == .limitExceeded)
        break
      }
      count += 1
    }
    let used = try store.statistics().segments.reduce(0) { $0 + $1.usedByteCount - 4096 }
    #expect(used <= 20_000 && used > 18_000)
    #expect(try Lineage.links(in: store.graph) == Set(0..<count))
  }

  @Test func othersOfAGroupDoNotSuffer() async throws {
    var quota = StoreQuota()
    quota.entryCount = 14
    let store = try open(quota)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<12 {
        group.addTask {
          let outcome = await Result.of { try await store.commit(Lineage.link(number)) }
          #expect(outcome.failureKind == nil || outcome.failureKind == .limitExceeded)
          return outcome.failureKind == nil
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.filter(\.self).count == 3)
    #expect(try Lineage.links(in: store.graph).count == 3)
  }

  @Test func objectsAreLimited() async throws {
    try open().close()
    var quota = StoreQuota()
    quota.objectByteCount = 100
    let store = try open(quota)
    let bytes = [UInt8](repeating: 1, count: 60)
    let first = try await store.put(bytes: bytes)
    // Known by its digest, or counted anew: what is there takes no more room.
    _ = try await store.put(bytes: bytes, expecting: ObjectExpectation(digest: first.digest))
    let file = directory["f"]
    try Data([UInt8](repeating: 2, count: 41)).write(to: URL(fileURLWithPath: file))
    let outcome = await Result.of { try await store.put(file: file) }
    #expect(outcome.failureKind == .limitExceeded)
    if case .failure(let error as StorageError) = outcome {
      #expect(error.message.contains("60 bytes") && error.message.contains("allows 100"))
    }
    _ = try await store.put(bytes: [UInt8](repeating: 3, count: 20))
    _ = try await store.put(bytes: [UInt8](repeating: 3, count: 20))
    _ = try await store.put(bytes: [UInt8](repeating: 4, count: 20))
    let last = await Result.of { try await store.put(bytes: [9]) }
    #expect(last.failureKind == .limitExceeded)
    #expect(try await store.statistics().objects.byteCount == 100)
    try store.objects.delete(first.digest)
    _ = try await store.put(bytes: [9])
    // The caller's own limit is the caller's own affair.
    let own = await Result.of {
      try await store.put(bytes: [1, 2, 3], expecting: ObjectExpectation(limit: 2))
    }
    #expect(own.failureKind == .limitExceeded)
  }

  @Test func whoeverIsQuickerGetsTheRoom() async throws {
    var quota = StoreQuota()
    quota.objectByteCount = 100
    let store = try open(quota)
    let source = try ProvenanceStore.inMemory()
    for number in 0..<10 {
      try source.objects.put([UInt8](repeating: UInt8(100 + number), count: 15))
    }
    var merging = MergeOptions()
    merging.includesObjects = true
    let outcomes = await withTaskGroup(of: StorageError.Kind?.self) { group in
      for number in 0..<10 {
        group.addTask { [merging] in
          if number % 5 == 0 {
            return await Result.of {
              try await store.merge(from: source, options: merging)
            }.failureKind
          }
          let bytes = [UInt8](repeating: UInt8(number), count: 15)
          // A limit of the caller's own is counted like none.
          return await Result.of {
            try await store.put(bytes: bytes, expecting: ObjectExpectation(limit: 15))
          }.failureKind
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.allSatisfy { $0 == nil || $0 == .limitExceeded })
    #expect(outcomes.contains(.limitExceeded))
    #expect(try await store.statistics().objects.byteCount == 90)
  }

  @Test func theQuotaHoldsForTransfersToo() throws {
    let source = try ProvenanceStore.inMemory()
    for number in 0..<5 { try source.objects.put([UInt8](repeating: UInt8(number), count: 30)) }
    var exporting = ExportOptions()
    exporting.includesObjects = true
    try source.export(to: directory["e"], options: exporting)
    var quota = StoreQuota()
    quota.objectByteCount = 100
    quota.entryCount = 5
    let store = try open(quota)
    var merging = MergeOptions()
    merging.includesObjects = true
    #expect(storageErrorKind { try store.merge(from: source, options: merging) } == .limitExceeded)
    #expect(try store.statistics().objects.byteCount == 90)
    #expect(storageErrorKind { try store.import(from: directory["e"]) } == .limitExceeded)
    #expect(try store.statistics().objects.byteCount == 90)
    try store.import(from: directory["e"], includingObjects: false)
    for number in 0..<2 { try source.commit(Lineage.link(number)) }
    #expect(storageErrorKind { try store.merge(from: source) } == .limitExceeded)
    #expect(store.position == .start)
  }
}
