import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// What a later version may write, and what it may not look like to this one.
@Suite struct LogFormatTests {
  let system = MemoryFileSystem()
  let segment = "/store/log/00000000000000000000.seg"
  let salt: SegmentSalt
  let bytes: [UInt8]

  init() throws {
    let log = try LogFixture.create(system, options: LogFixture.options(segmentByteCount: 16384))
    for number in 0..<3 { _ = try log.append([LogFixture.batch(number)]) }
    try log.close()
    bytes = try #require(system.content(of: segment))
    let id = try #require(LogFixture.options().storeID)
    salt = SegmentSalt(try SegmentHeader(decoding: Array(bytes[..<4096]), store: id).salt)
  }

  func kind(_ path: String, _ content: [UInt8]) throws -> [StorageError.Kind?] {
    let image = system.copy()
    try image.setContent(of: path, to: content)
    return [DirectoryRecordLog.Mode.write, .read].map { mode in
      storageErrorKind { try LogFixture.open(image, mode).close() }
    }
  }

  /// The segment with its first frame's header changed, and all checksums right.
  func changed(_ change: (inout FrameHeader) -> Void) throws -> [UInt8] {
    var bytes = bytes
    let range = 4096..<4128
    var header = try #require(
      unsafe FrameHeader(bytes.span.bytes.extracting(range), seed: salt.seed))
    change(&header)
    header.store(in: &bytes, at: 4096, seed: salt.seed)
    return bytes
  }

  @Test func laterVersionsAreNotDamage() throws {
    let later: [StorageError.Kind?] = [.unsupportedFormat, .unsupportedFormat]
    #expect(try kind(segment, changed { _ in }) == [nil, nil])
    #expect(try kind(segment, changed { $0.version = 2 }) == later)
    #expect(try kind(segment, changed { $0.flags = 0x8000 }) == later)
    // A kind that is not known is kept.
    #expect(try kind(segment, changed { $0.kind = 250 }) == [nil, nil])
    let id = try #require(LogFixture.options().storeID)
    var header = Array(bytes[..<4096])
    header.store(UInt32(2), at: 8)
    header.storeChecksum(id)
    #expect(try kind(segment, header + bytes[4096...]) == later)
    var head = try #require(system.content(of: "/store/HEAD"))
    for slot in 0..<2 {
      var mark = Array(head[slot * 4096..<slot * 4096 + 4096])
      mark.store(UInt32(2), at: 8)
      mark.storeChecksum(id)
      head.store(mark, at: slot * 4096)
    }
    #expect(try kind("/store/HEAD", head) == later)
  }

  @Test func contradictionsAreDamage() throws {
    let damage: [StorageError.Kind?] = [.corrupt, .corrupt]
    #expect(try kind(segment, changed { $0.sequence += 1 }) == damage)
    #expect(try kind(segment, changed { $0.syncedSequence = 1 }) == damage)
    #expect(try kind(segment, changed { $0.kind = 255 }) == damage)
    #expect(try kind(segment, changed { $0.length = 7 }) == damage)
    #expect(try kind(segment, changed { $0.length = .max }) == damage)
    #expect(try kind(segment, changed { $0.bodyChecksum ^= 1 }) == damage)
    // It does not say that its payload is erased when that is not zeros.
    #expect(try kind(segment, changed { $0.flags = FrameHeader.erasedFlag }) == damage)
  }

  @Test func commitsOfALaterVersionAreNotDamage() throws {
    var encoded = CommitRecord(
      count: 1, treeSize: 1, root: MerkleTree.emptyRoot, previous: nil,
      time: CommitTime(seconds: -5, nanoseconds: 999_999_999), writer: UniqueID(high: 1, low: 2)
    ).encoded()
    let record = try CommitRecord(decoding: encoded)
    #expect(record.time == CommitTime(seconds: -5, nanoseconds: 999_999_999))
    #expect(record.encoded() == encoded)
    #expect(encoded[19] == 1)
    encoded[19] = 2
    #expect(storageErrorKind { _ = try CommitRecord(decoding: encoded) } == .unsupportedFormat)
    encoded[19] = 1
    for count in encoded.indices {
      #expect(
        storageErrorKind { _ = try CommitRecord(decoding: Array(encoded[..<count])) } == .corrupt)
    }
    #expect(storageErrorKind { _ = try CommitRecord(decoding: encoded + [0]) } == .corrupt)
  }

  @Test func anErasedPayloadKeepsItsLeaf() throws {
    let whole = LogEntry(kind: 3, header: [1, 2, 3], payload: [UInt8](repeating: 0, count: 50))
    var frame: [UInt8] = []
    Frame.append(whole, sequence: 9, syncedSequence: 4, salt: salt, to: &frame)
    #expect(frame.count == Frame.extent(of: whole))
    var header = try #require(
      unsafe FrameHeader(frame.span.bytes.extracting(0..<32), seed: salt.seed))
    header.flags = FrameHeader.erasedFlag
    let body = Array(frame[32..<32 + Int(header.length)])
    let entry = try Frame.entry(header, body: body, salt: salt)
    #expect(entry.isErased)
    #expect(entry.payload == [])
    #expect(entry.leaf == whole.leaf)
  }

  @Test func framesOfEverySizeAreAlignedAndNeverEndInZeros() {
    var failures: [Int] = []
    for size in 0..<200 {
      var frame: [UInt8] = []
      let entry = LogEntry(
        kind: 1, header: [UInt8](repeating: 0, count: size / 2),
        payload: [UInt8](repeating: 0, count: size - size / 2))
      Frame.append(entry, sequence: UInt64(size), syncedSequence: 0, salt: salt, to: &frame)
      let padding = frame.count - 32 - 8 - size
      if frame.count % 32 != 0 || padding < 8 || padding >= 40 { failures.append(size) }
      if frame.suffix(8).allSatisfy({ $0 == 0 }) { failures.append(-size) }
    }
    #expect(failures == [])
  }
}
