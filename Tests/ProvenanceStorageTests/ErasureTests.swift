import Foundation
import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// What was erased is nowhere any more; everything else is as it was.
@Suite struct ErasureTests {
  let directory: TemporaryDirectory
  static let secret = "Erika Mustermann, born 1964"

  init() throws { directory = try TemporaryDirectory() }

  private func options() -> StoreOptions {
    var options = StoreOptions()
    options.log.firstSegmentByteCount = 16384
    options.log.largestSegmentByteCount = 16384
    options.checkpointInterval = 1
    return options
  }

  private func annotation(_ node: Dataset, _ number: Int = 0) throws -> Record {
    try Record(
      Annotation(node, ["subject": .string(Self.secret)], at: second(7), salt: Lineage.salt(number))
    )
  }

  private let order = ErasureOrder(reason: "article 17", authority: "data protection officer")

  /// The files of a store in which a text stands once they are decoded.
  private func finds(_ text: String, in path: String) throws -> [String] {
    let store = try #require(
      StoreFormat(decoding: Array(Data(contentsOf: URL(fileURLWithPath: path + "/FORMAT"))))
        as StoreFormat?)
    let wanted = Data(text.utf8)
    var salts: [UInt64: SegmentSalt] = [:]
    for (name, bytes) in try contents(of: path) where name.hasSuffix(".seg") {
      let header = try SegmentHeader(decoding: Array(bytes.prefix(4096)), store: store.id)
      salts[header.firstSequence] = SegmentSalt(header.salt)
    }
    return try contents(of: path).filter { name, bytes in
      if bytes.range(of: wanted) != nil { return true }
      let first = UInt64((name as NSString).lastPathComponent.prefix(20))
      guard let first, let salt = salts[first] else { return false }
      return decoded(Array(bytes), salt, from: name.hasSuffix(".seg") ? 4096 : 0)
        .contains { $0.range(of: wanted) != nil }
    }.keys.sorted()
  }

  /// The bodies of all frames in some bytes, readable.
  private func decoded(_ bytes: [UInt8], _ salt: SegmentSalt, from start: Int) -> [Data] {
    var found: [Data] = []
    for offset in stride(from: start, to: max(start, bytes.count - 31), by: 32) {
      let head = unsafe bytes.span.bytes.extracting(offset..<offset + 32)
      guard let header = FrameHeader(head, seed: salt.seed) else { continue }
      var body = Array(bytes[(offset + 32)..<min(offset + 32 + Int(header.length), bytes.count)])
      salt.whiten(&body, from: 0, sequence: header.sequence)
      found.append(Data(body))
    }
    return found
  }

  @Test func nothingOfThePayloadIsLeft() async throws {
    let path = directory["store"]
    let store = try ProvenanceStore.open(at: path, options: options())
    for number in 0..<30 { try await store.commit(Lineage.link(number)) }
    let record = try annotation(Lineage.raw)
    try await store.commit([Record(Lineage.raw), record])
    for number in 30..<60 { try await store.commit(Lineage.link(number)) }
    try await store.writeCheckpoint()
    // The same record in what an earlier recovery cut off.
    let segment = try #require(
      finds(Self.secret, in: path).first { $0.hasSuffix(".seg") })
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path + "/" + segment))
    let name = (segment as NSString).lastPathComponent.prefix(20)
    try bytes.dropFirst(4096).write(
      to: URL(fileURLWithPath: path + "/quarantine/\(name)-4096.tail"))
    let planted = try finds(Self.secret, in: path)
    #expect(planted.count == 3, "\(planted)")
    let before = store.head
    let reader = try ProvenanceStore.open(at: path, access: .read, options: options())
    #expect(reader.graph.attribute("subject", of: Lineage.raw) != nil)
    let proof = try await store.inclusionProof(of: record.id)

    try await store.erase(payloadOf: record.id, order)
    #expect(try finds(Self.secret, in: path) == [])
    #expect(store.graph.attribute("subject", of: Lineage.raw) == nil)
    #expect(store.graph.asOf(store.graph.position).history(of: Lineage.raw).count == 1)
    try reader.refresh()
    #expect(reader.graph.attribute("subject", of: Lineage.raw) == nil)
    #expect(reader.graph.position == store.graph.position)
    try await store.writeCheckpoint()
    #expect(try finds(Self.secret, in: path) == [])
    // Every proof holds, and the log goes on.
    try proof.verify(leaf: record.id.digest, root: before.root)
    #expect(store.head.treeSize == before.treeSize + 2)
    try await store.commit(Lineage.link(60))
    let picture = try GraphPicture(store.graph)
    try store.close()
    var whole = options()
    whole.usesCheckpoints = false
    whole.log.verification = .everything
    for options in [options(), whole] {
      let store = try ProvenanceStore.open(at: path, access: .read, options: options)
      #expect(try GraphPicture(store.graph) == picture)
      #expect(store.opening.rejectedCheckpoints.isEmpty)
    }
  }

  /// What was erased does not come back, neither from this process nor by merging.
  @Test func whatWasErasedStaysOut() async throws {
    let path = directory["store"]
    let record = try annotation(Lineage.raw)
    let other = try ProvenanceStore.inMemory()
    try await other.commit([Record(Lineage.raw), record])
    let store = try ProvenanceStore.open(at: path, options: options())
    try await store.commit([Record(Lineage.raw), record])
    try await store.erase(payloadOf: record.id, order)
    await #expect(throws: GraphError.self) { try await store.commit([record]) }
    #expect(try await store.merge([record]).newRecords == 0)
    _ = try await store.merge(from: other) as MergeReport
    #expect(store.graph.attribute("subject", of: Lineage.raw) == nil)
    #expect(try finds(Self.secret, in: path) == [])
    // A tombstone that comes from elsewhere takes the payload out of the files here.
    let second = try ProvenanceStore.open(at: directory["second"], options: options())
    try await second.commit([Record(Lineage.raw), record])
    #expect(try !finds(Self.secret, in: directory["second"]).isEmpty)
    _ = try await second.merge(from: store)
    #expect(try finds(Self.secret, in: directory["second"]) == [])
    #expect(second.graph.attribute("subject", of: Lineage.raw) == nil)
  }

  @Test func aLegalHoldRefuses() async throws {
    let store = try ProvenanceStore.open(at: directory["store"], options: options())
    let record = try annotation(Lineage.raw)
    let hold = try Record(
      Annotation(Lineage.raw, [AttributeKey.legalHold: "case 7"], at: second(1)))
    try await store.commit([Record(Lineage.raw), record, hold])
    #expect(store.legalHold(on: record.id)?.stringValue == "case 7")
    let size = store.head.treeSize
    await #expect { try await store.erase(payloadOf: record.id, order) } throws: {
      ($0 as? StorageError)?.kind == .onLegalHold
    }
    // From elsewhere the tombstone is left out, and the rest is merged.
    let other = try ProvenanceStore.inMemory()
    try await other.commit([Record(Lineage.raw), record, Record(Lineage.model)])
    try await other.erase(payloadOf: record.id, order)
    #expect(other.graph.attribute("subject", of: Lineage.raw) == nil)
    _ = try await store.merge(from: other) as MergeReport
    #expect(store.graph.contains(Lineage.model))
    #expect(store.graph.attribute("subject", of: Lineage.raw)?.stringValue == Self.secret)
    #expect(store.head.treeSize > size)
    try await store.commit([
      Record(Annotation(Lineage.raw, [AttributeKey.legalHold: .null], at: second(2)))
    ])
    _ = try await store.merge(from: other) as MergeReport
    #expect(store.graph.attribute("subject", of: Lineage.raw) == nil)
    #expect(try finds(Self.secret, in: directory["store"]) == [])
  }

  /// An erasure that fails at any operation leaves a whole store, and is finished when it is opened anew
  /// if its tombstone was committed.
  @Test func everyFailureIsFinishedLater() async throws {
    var failures = 0
    var finished = 0
    for number in 0..<400 {
      let path = directory["store-\(number)"]
      let fileSystem = FaultFileSystem(SystemFileSystem())
      var options = options()
      options.fileSystem = fileSystem
      let store = try ProvenanceStore.open(at: path, options: options)
      let record = try annotation(Lineage.raw)
      try await store.commit([Record(Lineage.raw), record])
      try await store.commit(Lineage.link(0))
      fileSystem.reset()
      fileSystem.plan { count, _ in count == number ? .error(EIO) : nil }
      let isDone = (try? await store.erase(payloadOf: record.id, order)) != nil
      fileSystem.plan(nil)
      try? store.close()
      let again = try ProvenanceStore.open(at: path, options: self.options())
      let isErased = again.graph.attribute("subject", of: Lineage.raw) == nil
      #expect(isErased || !isDone, "operation \(number)")
      #expect(try Lineage.links(in: again.graph) == [0], "operation \(number)")
      if isErased {
        #expect(try finds(Self.secret, in: path) == [], "operation \(number)")
        finished += isDone ? 0 : 1
      }
      try again.close()
      try FileManager.default.removeItem(atPath: path)
      failures += isDone ? 0 : 1
      if isDone, number > 60 { break }
    }
    #expect(failures > 20 && finished > 10)
  }

  private func about(_ node: Dataset, _ object: StoredObject, _ number: Int) throws -> Record {
    try Record(
      Annotation(
        node, [AttributeKey.contentDigest: .bytes(object.digest.bytes)],
        at: second(Int64(number)), salt: Lineage.salt(number)))
  }

  @Test func artifactsGoUnlessSomethingElseRefersToThem() async throws {
    let store = try ProvenanceStore.open(at: directory["store"], options: options())
    let (one, two) = (Array("alone".utf8), Array("shared".utf8))
    let alone = try await store.put(bytes: one)
    let shared = try await store.put(bytes: two)
    let first = try about(Lineage.raw, alone, 1)
    let other = try about(Lineage.raw, shared, 2)
    let third = try about(Lineage.clean, shared, 3)
    try await store.commit([
      Record(Lineage.raw), Record(Lineage.clean), first, other, third,
    ])
    var order = order
    order.includesArtifact = true
    #expect(try await store.erase(payloadOf: first.id, order).removedArtifacts == [alone.digest])
    #expect(try await store.erase(payloadOf: other.id, order).sharedArtifacts == [shared.digest])
    #expect(try !store.objects.contains(alone.digest))
    #expect(try store.objects.contains(shared.digest))
    #expect(try await store.erase(payloadOf: third.id, order).removedArtifacts == [shared.digest])
    await #expect(throws: StorageError.self) {
      try await store.erase(payloadOf: Record(Lineage.raw).id, order)
    }
  }

  /// The file that tells of an erasure under way is read back as it was written, and nothing else is.
  @Test func theIntentIsChecked() throws {
    let targets = try [annotation(Lineage.raw, 1).id, annotation(Lineage.raw, 2).id].sorted()
    let bytes = ErasureIntent(targets: targets).encoded()
    #expect(try ErasureIntent(decoding: bytes).targets == targets)
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 1
      #expect(throws: StorageError.self, "byte \(position)") {
        try ErasureIntent(decoding: damaged)
      }
      #expect(throws: StorageError.self) { try ErasureIntent(decoding: Array(bytes[..<position])) }
    }
  }
}
