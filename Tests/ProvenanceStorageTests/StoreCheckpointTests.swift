import Foundation
import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// Checkpoints spare reading the log, and never change what a store says.
@Suite struct StoreCheckpointTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func options(interval: UInt64 = 1) -> StoreOptions {
    var options = StoreOptions()
    options.checkpointInterval = interval
    options.log.firstSegmentByteCount = 16384
    options.log.largestSegmentByteCount = 16384
    return options
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/checkpoints").sorted()
  }

  /// A store with some links and a checkpoint of all of them.
  private func stored(links: Int) async throws -> String {
    let path = directory["store"]
    let store = try ProvenanceStore.open(at: path, options: options())
    for number in 0..<links { try await store.commit(Lineage.link(number)) }
    try await store.writeCheckpoint()
    try store.close()
    return path
  }

  @Test(arguments: [StoreAccess.read, .write])
  func onlyWhatCameAfterIsRead(access: StoreAccess) async throws {
    let path = try await stored(links: 120)
    let writer = try ProvenanceStore.open(at: path, options: options(interval: .max))
    #expect(writer.opening.checkpoint == writer.position)
    #expect(writer.opening.replayedRecords == 0)
    for number in 120..<130 { try await writer.commit(Lineage.link(number)) }
    let picture = try GraphPicture(writer.graph)
    try writer.close()
    let store = try ProvenanceStore.open(at: path, access: access, options: options(interval: .max))
    defer { try? store.close() }
    #expect(store.opening.replayedRecords == 30)
    #expect(store.opening.rejectedCheckpoints.isEmpty)
    #expect(try GraphPicture(store.graph) == picture)
    var plain = options(interval: .max)
    plain.usesCheckpoints = false
    let other = try ProvenanceStore.open(at: path, access: .read, options: plain)
    #expect(other.opening.checkpoint == nil && other.opening.replayedRecords == 390)
    #expect(try GraphPicture(other.graph) == picture)
    #expect(other.head == store.head)
  }

  /// A store goes on from its checkpoint through several segments, which chain as ever.
  @Test func theLogGoesOnAsEver() async throws {
    let path = try await stored(links: 20)
    for round in 1..<6 {
      let store = try ProvenanceStore.open(at: path, options: options())
      #expect(store.opening.checkpoint == store.position)
      for number in round * 20..<round * 20 + 20 { try await store.commit(Lineage.link(number)) }
      try await store.writeCheckpoint()
      try store.close()
      #expect(try names(path).count == 1)
    }
    var whole = options()
    whole.usesCheckpoints = false
    whole.log.verification = .everything
    let store = try ProvenanceStore.open(at: path, access: .read, options: whole)
    #expect(try Lineage.links(in: store.graph) == Set(0..<120))
    let segments = try FileManager.default.contentsOfDirectory(atPath: path + "/log")
    #expect(segments.count > 4)
  }

  /// Whatever byte of a checkpoint is changed, the store says what it said.
  @Test func everyDamageIsFound() async throws {
    let path = try await stored(links: 6)
    let file = path + "/checkpoints/" + (try #require(names(path).first))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    let sound = try ProvenanceStore.open(at: path, access: .read, options: options())
    let picture = try GraphPicture(sound.graph)
    var places = Array(0..<280) + Array(4088..<4096)
    // The parts, which are small here, and the directory behind them.
    places += stride(from: 65536, to: bytes.count, by: 37)
    var rejections = 0
    for place in places {
      var damaged = bytes
      damaged[place] ^= 0x41
      try damaged.write(to: URL(fileURLWithPath: file))
      let store = try ProvenanceStore.open(at: path, access: .read, options: options())
      #expect(try GraphPicture(store.graph) == picture, "byte \(place)")
      if store.opening.checkpoint == nil {
        #expect(store.opening.rejectedCheckpoints.keys.sorted() == [file], "byte \(place)")
        rejections += 1
      }
      try store.close()
    }
    // Gaps between parts, and what a page made anew replaced, are no reason to reject.
    #expect(rejections > places.count / 3)
    for count in [0, 1, 4095, 4096, 65536, bytes.count - 1] {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: file))
      let store = try ProvenanceStore.open(at: path, access: .read, options: options())
      #expect(store.opening.checkpoint == nil, "\(count) bytes")
      #expect(try GraphPicture(store.graph) == picture, "\(count) bytes")
    }
  }

  /// Pages that are used in place are made anew from the log, while the store is open.
  @Test func damagedPagesAreMadeAnew() async throws {
    let path = directory["store"]
    let store = try ProvenanceStore.open(at: path, options: options())
    for number in 0..<8 {
      try await store.commit(
        (number * 1000..<number * 1000 + 1000).flatMap { try Lineage.link($0) })
    }
    let picture = try GraphPicture(store.graph)
    try await store.writeCheckpoint()
    try store.close()
    let file = path + "/checkpoints/" + (try #require(names(path).first))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    var repaired = 0
    for number in 0..<6 {
      var damaged = bytes
      damaged[65536 + (bytes.count - 65536) / 7 * (number + 1)] ^= 2
      try damaged.write(to: URL(fileURLWithPath: file))
      let store = try ProvenanceStore.open(at: path, options: options())
      #expect(try GraphPicture(store.graph) == picture)
      repaired += store.checkpointReport.repairedPages
      try store.close()
      try bytes.write(to: URL(fileURLWithPath: file))
    }
    #expect(repaired > 0)
  }

  /// A checkpoint of another store, of another history, or of what the log has lost is not used.
  @Test func checkpointsOfAnotherHistoryAreRejected() async throws {
    let path = try await stored(links: 8)
    let early = directory["early"]
    try FileManager.default.copyItem(atPath: path, toPath: early)
    let store = try ProvenanceStore.open(at: path, options: options())
    for number in 8..<12 { try await store.commit(Lineage.link(number)) }
    try await store.writeCheckpoint()
    try store.close()
    let other = try ProvenanceStore.open(at: early, options: options(interval: .max))
    for number in 100..<104 { try await other.commit(Lineage.link(number)) }
    let picture = try GraphPicture(other.graph)
    try other.close()
    let name = try #require(names(path).first)
    for old in try names(early) {
      try FileManager.default.removeItem(atPath: early + "/checkpoints/" + old)
    }
    let target = early + "/checkpoints/" + name
    try FileManager.default.copyItem(atPath: path + "/checkpoints/" + name, toPath: target)
    let found = try ProvenanceStore.open(at: early, access: .read, options: options())
    #expect(found.opening.checkpoint == nil)
    #expect(found.opening.rejectedCheckpoints[target]?.kind == .corrupt)
    #expect(try GraphPicture(found.graph) == picture)
    let foreign = directory["foreign"]
    try ProvenanceStore.open(at: foreign).close()
    try FileManager.default.createDirectory(
      atPath: foreign + "/checkpoints", withIntermediateDirectories: false)
    try FileManager.default.copyItem(
      atPath: path + "/checkpoints/" + name, toPath: foreign + "/checkpoints/" + name)
    let empty = try ProvenanceStore.open(at: foreign, access: .read)
    #expect(empty.graph.nodeCount == 0 && empty.opening.rejectedCheckpoints.count == 1)
  }

  /// Commits go on while checkpoints are written, and a reader that opens meanwhile sees whole commits.
  @Test func checkpointsAreWrittenWhileCommitsGoOn() async throws {
    let path = directory["store"]
    let store = try ProvenanceStore.open(at: path, options: options())
    var used = 0
    for number in 0..<150 {
      try await store.commit(Lineage.link(number))
      if number % 10 == 0 {
        let reader = try ProvenanceStore.open(at: path, access: .read, options: options())
        #expect(try Lineage.links(in: reader.graph) == Set(0...number))
        if reader.opening.checkpoint != nil { used += 1 }
        try reader.close()
      }
    }
    try await store.writeCheckpoint()
    #expect(store.checkpointReport.position == store.position)
    #expect(store.checkpointReport.failure == nil)
    #expect(used > 0)
    try store.close()
  }

  /// A checkpoint that cannot be written is reported, and harms nothing else.
  @Test func aFailureIsReported() async throws {
    let path = directory["store"]
    let fileSystem = FaultFileSystem(SystemFileSystem())
    var options = options()
    options.fileSystem = fileSystem
    let store = try ProvenanceStore.open(at: path, options: options)
    fileSystem.plan { _, operation in
      operation.path?.contains(".ckpt") == true && operation.name == .open
        ? .error(ENOSPC) : nil
    }
    for number in 0..<5 { try await store.commit(Lineage.link(number)) }
    await #expect(throws: StorageError.self) { try await store.writeCheckpoint() }
    #expect(store.checkpointReport.failure?.kind == .noSpace)
    #expect(try Lineage.links(in: store.graph) == Set(0..<5))
    fileSystem.plan(nil)
    try await store.writeCheckpoint()
    #expect(store.checkpointReport.failure == nil)
    try store.close()
    #expect(try names(path).count == 1)
  }
}
