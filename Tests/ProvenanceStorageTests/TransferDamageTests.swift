import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// An export that was damaged, on purpose or not: it is noticed, and nothing of it gets in.
@Suite struct TransferDamageTests {
  /// A small export with everything in it, in memory.
  static func small() throws -> (MemoryFileSystem, [UInt8]) {
    let memory = MemoryFileSystem()
    var options = StoreOptions()
    options.fileSystem = memory
    options.log.firstSegmentByteCount = 8192
    options.log.storeID = UniqueID(high: 1, low: 2)
    let store = try ProvenanceStore.open(at: "/s", options: options)
    try store.objects.put([7, 8, 9])
    try store.objects.put([])
    try store.commit([
      try Record(Lineage.raw),
      try Record(Annotation(Lineage.raw, ["k": 1], at: second(1), salt: Lineage.salt(1))),
    ])
    var exporting = ExportOptions()
    exporting.includesObjects = true
    try store.export(to: "/e", options: exporting)
    try store.close()
    return (memory, try #require(memory.content(of: "/e")))
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let (memory, bytes) = try Self.small()
    _ = try ProvenanceStore.verifyExport(at: "/e", fileSystem: memory)
    var unnoticed: [Int] = []
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try memory.setContent(of: "/e", to: damaged)
      let kind = storageErrorKind {
        _ = try ProvenanceStore.verifyExport(at: "/e", fileSystem: memory)
      }
      if kind != .corrupt { unnoticed.append(bit) }
    }
    #expect(bytes.count > 500 && bytes.count < 1500)
    #expect(unnoticed == [])
  }

  @Test func everyTruncationAndEveryAdditionIsNoticed() throws {
    let (memory, bytes) = try Self.small()
    var unnoticed: [Int] = []
    for length in 0..<bytes.count {
      try memory.setContent(of: "/e", to: Array(bytes[..<length]))
      let kind = storageErrorKind {
        _ = try ProvenanceStore.verifyExport(at: "/e", fileSystem: memory)
      }
      if kind != .corrupt { unnoticed.append(length) }
    }
    #expect(unnoticed == [])
    for addition in [[0], bytes] as [[UInt8]] {
      try memory.setContent(of: "/e", to: bytes + addition)
      #expect(
        storageErrorKind { _ = try ProvenanceStore.verifyExport(at: "/e", fileSystem: memory) }
          == .corrupt)
    }
  }

  @Test func nothingOfADamagedFileGetsIn() throws {
    let (memory, bytes) = try Self.small()
    var options = StoreOptions()
    options.fileSystem = memory
    options.log.firstSegmentByteCount = 8192
    let store = try ProvenanceStore.open(at: "/t", options: options)
    let head = store.head
    for position in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[position] ^= 0x40
      try memory.setContent(of: "/e", to: damaged)
      let error = thrown(StorageError.self) { try store.import(from: "/e") }
      #expect(error?.kind == .corrupt && error?.path == "/e" && error?.offset != nil)
    }
    #expect(store.head == head)
    var count = 0
    try store.objects.list { _ in
      count += 1
      return true
    }
    #expect(count == 0)
    try memory.setContent(of: "/e", to: bytes)
    #expect(try store.import(from: "/e").newRecords == 2)
  }

  @Test func aLaterVersionIsRefused() throws {
    var (memory, bytes) = try Self.small()
    bytes[8] = 2
    let checksum = CRC32C.checksum(of: Array(bytes[..<60]))
    for byte in 0..<4 { bytes[60 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte)) }
    try memory.setContent(of: "/e", to: bytes)
    #expect(
      storageErrorKind { _ = try ProvenanceStore.verifyExport(at: "/e", fileSystem: memory) }
        == .unsupportedFormat)
  }

  /// A file that changes between both readings.
  @Test func aChangeWhileImportingIsNoticed() throws {
    let (memory, bytes) = try Self.small()
    let faulty = FaultFileSystem(memory)
    let reads = Counter()
    faulty.plan { _, operation in
      guard operation.name == .read, operation.path == "/e" else { return nil }
      // Two for the header and the rest of the first reading, and one for the second header.
      if reads.increment() == 4 {
        var changed = bytes
        changed[bytes.count - 200] ^= 1
        try? memory.setContent(of: "/e", to: changed)
      }
      return nil
    }
    var options = StoreOptions()
    options.fileSystem = faulty
    options.log.firstSegmentByteCount = 8192
    let store = try ProvenanceStore.open(at: "/t", options: options)
    #expect(storageErrorKind { try store.import(from: "/e") } == .sourceChanged)
  }
}
