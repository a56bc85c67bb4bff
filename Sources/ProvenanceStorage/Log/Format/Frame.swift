/// Frames written and read as bytes; the layout is drawn at ``FrameHeader``.
enum Frame {
  /// The bytes that an entry takes in a segment.
  static func extent(of entry: LogEntry) -> Int {
    FrameHeader.extent(
      ofBody: FrameHeader.bodyPrefixByteCount + entry.header.count + entry.payload.count)
  }

  /// More bytes than any commit's frame takes.
  static let commitExtentBound = FrameHeader.extent(ofBody: 256)

  /// As many as are appended at once: a header with what precedes the body, or padding.
  private static let zeros = [UInt8](repeating: 0, count: 64)

  /// Appends an entry's frame to a buffer.
  static func append(
    _ entry: LogEntry, sequence: UInt64, syncedSequence: UInt64, salt: SegmentSalt,
    to bytes: inout [UInt8]
  ) {
    let start = bytes.count
    let body = start + FrameHeader.byteCount
    let length = FrameHeader.bodyPrefixByteCount + entry.header.count + entry.payload.count
    bytes.append(contentsOf: zeros[..<(FrameHeader.byteCount + FrameHeader.bodyPrefixByteCount)])
    bytes.append(contentsOf: entry.header)
    bytes.append(contentsOf: entry.payload)
    let end = start + FrameHeader.extent(ofBody: length)
    bytes.append(contentsOf: zeros[..<(end - bytes.count)])
    bytes.store(UInt32(entry.header.count), at: body)
    bytes.store(headerChecksum(entry.header, seed: salt.seed), at: body + 4)
    salt.whiten(&bytes, from: body, sequence: sequence)
    let checksum = unsafe CRC32C.checksum(
      of: bytes.span.bytes.extracting(body..<body + length), seed: salt.seed)
    let header = FrameHeader(
      length: UInt32(length), kind: entry.kind, version: entry.version,
      flags: entry.isErased ? FrameHeader.erasedFlag : 0, sequence: sequence,
      syncedSequence: syncedSequence, bodyChecksum: checksum)
    header.store(in: &bytes, at: start, seed: salt.seed)
  }

  /// The entry in a body whose checksum was found right; throws why there is none.
  static func entry(
    _ header: FrameHeader, body stored: [UInt8], salt: SegmentSalt
  ) throws(Malformed) -> LogEntry {
    var body = stored
    salt.whiten(&body, from: 0, sequence: header.sequence)
    let hashedLength = Int(unsafe body.span.bytes.word32(at: 0))
    let prefix = FrameHeader.bodyPrefixByteCount
    guard hashedLength <= body.count - prefix else {
      throw Malformed(reason: "the hashed header is longer than the frame")
    }
    let hashed = Array(body[prefix..<prefix + hashedLength])
    let checksum = unsafe body.span.bytes.word32(at: 4)
    guard checksum == headerChecksum(hashed, seed: salt.seed) else {
      throw Malformed(reason: "the hashed header does not have its checksum")
    }
    let isErased = header.flags & FrameHeader.erasedFlag != 0
    let erasable = body[(prefix + hashedLength)...]
    if isErased, erasable.contains(where: { $0 != 0 }) {
      throw Malformed(reason: "an erased payload is not zeros")
    }
    return LogEntry(
      kind: header.kind, version: header.version, header: hashed, payload: Array(erasable),
      isErased: isErased)
  }

  /// A body with a right checksum that is none all the same.
  struct Malformed: Error {
    var reason: String
  }

  private static func headerChecksum(_ header: [UInt8], seed: UInt32) -> UInt32 {
    let length = UInt32(header.count).littleEndian
    var checksum = CRC32C(seed: seed)
    unsafe withUnsafeBytes(of: length) { checksum.update(unsafe RawSpan(_unsafeBytes: $0)) }
    checksum.update(header)
    return checksum.value
  }
}
