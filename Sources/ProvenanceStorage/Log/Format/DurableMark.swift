import Provenance

/// A lower bound on what is durable: one slot of the HEAD file.
///
///        0  8 B   magic: 0x89 "PRH" CR LF 0x1A LF
///        8  u32   version, 1
///       12  u32   0
///       16  u64   counter: the valid slot with the higher one holds
///       24  16 B  store id
///       40  u64   generation: how often payloads were erased; readers start anew when it changes
///       48  u64   tree size: every entry before it is durable
///       56  32 B  root of that tree
///     4092  u32   CRC-32C of what is before, seeded with that of the store id
///
/// The file has two slots of 4096 bytes; the slot of a counter is its lowest bit, so that a write
/// that fails half-way leaves the other slot. A mark that was not synchronised is followed by one in
/// the same slot, whose counter is greater by 2.
struct DurableMark: Sendable, Hashable {
  var store: UniqueID
  var counter: UInt64
  var generation: UInt64
  var treeSize: UInt64
  var root: SHA256Digest

  static let slotByteCount = 4096
  static let version: UInt32 = 1
  static let magic: [UInt8] = [0x89, 0x50, 0x52, 0x48, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Where the slot is in the file.
  var offset: UInt64 { (counter & 1) * UInt64(Self.slotByteCount) }

  func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.slotByteCount)
    bytes.store(Self.magic, at: 0)
    bytes.store(Self.version, at: 8)
    bytes.store(counter, at: 16)
    bytes.store(store.bytes, at: 24)
    bytes.store(generation, at: 40)
    bytes.store(treeSize, at: 48)
    bytes.store(root.bytes, at: 56)
    bytes.storeChecksum(store)
    return bytes
  }

  /// Reads one slot; `nil` when it is damaged or half-written.
  init?(slot bytes: [UInt8], store: UniqueID) throws {
    guard bytes.count == Self.slotByteCount, bytes.starts(with: Self.magic),
      bytes.hasChecksum(store)
    else { return nil }
    let span = unsafe bytes.span.bytes
    let version = span.word32(at: 8)
    guard version == Self.version else {
      throw StorageError(
        .unsupportedFormat, "HEAD has version \(version), known is \(Self.version)")
    }
    guard UniqueID(bytes: bytes[24..<40]) == store, let root = SHA256Digest(bytes: bytes[56..<88])
    else { return nil }
    self.store = store
    counter = span.word64(at: 16)
    generation = span.word64(at: 40)
    treeSize = span.word64(at: 48)
    self.root = root
    // No store gets there; adding to them never overflows.
    guard max(counter, generation, treeSize) < 1 << 62 else { return nil }
  }

  init(store: UniqueID, counter: UInt64, generation: UInt64, head: LogHead) {
    self.store = store
    self.counter = counter
    self.generation = generation
    treeSize = head.treeSize
    root = head.root
  }

  /// Reads the HEAD file; throws `corrupt` when neither slot is whole.
  init(file bytes: [UInt8], store: UniqueID) throws {
    let size = Self.slotByteCount
    var slots: [DurableMark] = []
    for slot in 0..<2 where bytes.count >= (slot + 1) * size {
      let mark = try DurableMark(slot: Array(bytes[slot * size..<(slot + 1) * size]), store: store)
      if let mark { slots.append(mark) }
    }
    guard let newest = slots.max(by: { $0.counter < $1.counter }) else {
      throw StorageError(.corrupt, "both slots of HEAD are damaged")
    }
    self = newest
  }
}
