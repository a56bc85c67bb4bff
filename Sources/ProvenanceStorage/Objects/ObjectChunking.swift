/// How a store cuts large objects into chunks, so that objects that are alike share most bytes.
///
/// Boundaries follow the content: an insertion moves the boundaries near it and no others. The
/// digest of an object never depends on them, and a store may hold objects that were cut in
/// different ways, or not at all. Every byte is hashed twice, for the chunk and for the object. When
/// a put fails, chunks that it has written stay until a collection; no object shows them.
///
/// FastCDC (W. Xia et al., "FastCDC: a Fast and Efficient Content-Defined Chunking Approach for Data
/// Deduplication", USENIX ATC 2016; "The Design of Fast Content-Defined Chunking", IEEE TPDS 2020)
/// with normalised chunking of level 2. Its table comes from a fixed seed, so that all stores cut
/// alike.
public struct ObjectChunking: Sendable, Hashable {
  /// No chunk but the last is smaller, in bytes.
  public let minimumSize: Int

  /// The size that most chunks are near to, in bytes; a power of two.
  ///
  /// Smaller objects are not cut.
  public let averageSize: Int

  /// No chunk is larger, in bytes.
  public let maximumSize: Int

  /// The largest chunk that a store accepts.
  public static let sizeLimit = 64 << 20

  /// Chunks of 16 to 256 KiB, 64 KiB on average: of a checkpoint of 1 GB of which 1 % changed, in
  /// pieces of 50 KiB or more, less than 5 % is stored anew.
  public static let standard = ObjectChunking(
    checkedMinimum: 16 << 10, average: 64 << 10, maximum: 256 << 10)

  /// Makes parameters of one's own.
  ///
  /// - Parameters:
  ///   - minimumSize: At least 64, and at most the average.
  ///   - averageSize: A power of two of at least 256.
  ///   - maximumSize: At least the average, and at most 64 MiB.
  /// - Throws: `invalidArgument`.
  public init(minimumSize: Int, averageSize: Int, maximumSize: Int) throws {
    guard minimumSize >= 64, minimumSize <= averageSize, averageSize <= maximumSize,
      maximumSize <= Self.sizeLimit, averageSize >= 256, averageSize & (averageSize - 1) == 0
    else {
      throw StorageError(
        .invalidArgument,
        "chunks cannot have from \(minimumSize) to \(maximumSize) bytes and \(averageSize) on"
          + " average")
    }
    self.init(checkedMinimum: minimumSize, average: averageSize, maximum: maximumSize)
  }

  private init(checkedMinimum: Int, average: Int, maximum: Int) {
    minimumSize = checkedMinimum
    averageSize = average
    maximumSize = maximum
  }
}

extension ObjectChunking {
  /// The random number of each byte value: SplitMix64, from a seed that never changes.
  private static let gear: [UInt64] = {
    var state: UInt64 = 0x7072_6F76_656E_616E
    return (0..<256).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }
  }()

  /// The length of the first chunk of some bytes.
  ///
  /// - Complexity: O(maximum size); looks at no byte before the minimum.
  func firstChunk(of bytes: RawSpan) -> Int {
    let end = min(bytes.byteCount, maximumSize)
    guard end > minimumSize else { return end }
    let middle = min(averageSize, end)
    let bits = averageSize.trailingZeroBitCount
    // The upper bits of the fingerprint depend on most bytes; two more of them must be zero before
    // the average size, and two fewer after it.
    let strict = ~UInt64(0) << UInt64(64 - bits - 2)
    let loose = ~UInt64(0) << UInt64(64 - bits + 2)
    return unsafe Self.gear.withUnsafeBufferPointer { gear in
      unsafe bytes.withUnsafeBytes { bytes in
        var fingerprint: UInt64 = 0
        var position = minimumSize
        while position < middle {
          fingerprint = unsafe fingerprint << 1 &+ gear[Int(bytes[position])]
          position += 1
          if fingerprint & strict == 0 { return position }
        }
        while position < end {
          fingerprint = unsafe fingerprint << 1 &+ gear[Int(bytes[position])]
          position += 1
          if fingerprint & loose == 0 { return position }
        }
        return end
      }
    }
  }

  /// Pulls a stream to its end and hands it on cut into chunks, however small it is.
  package func cut(
    pull: (inout MutableRawSpan) throws -> Int, body: (RawSpan) throws -> Void
  ) throws {
    try forEachChunk(pull: pull, whole: { if $0.byteCount > 0 { try body($0) } }, body: body)
  }

  /// Pulls a stream to its end and hands it on cut into chunks.
  ///
  /// Before the first chunk, `whole` gets a stream that is no larger than the average chunk; then
  /// nothing is cut.
  func forEachChunk(
    pull: (inout MutableRawSpan) throws -> Int, whole: (RawSpan) throws -> Void,
    body: (RawSpan) throws -> Void
  ) throws {
    var buffer = [UInt8](repeating: 0, count: max(2 * maximumSize, ObjectStream.chunkSize))
    var filled = 0
    var isAtEnd = false
    var isFirst = true
    while true {
      while !isAtEnd, filled < buffer.count {
        let room = buffer.count - filled
        let count = try ObjectStream.withPart(filled..<buffer.count, of: &buffer, pull)
        guard count >= 0, count <= room else {
          throw StorageError.objectSourceOverran(count: count, room: room)
        }
        filled += count
        isAtEnd = count == 0
      }
      if isFirst, isAtEnd, filled <= averageSize {
        return try unsafe whole(buffer.span.bytes.extracting(0..<filled))
      }
      isFirst = false
      var start = 0
      // Cut only where the end of the chunk is known.
      while start < filled, isAtEnd || filled - start >= maximumSize {
        let length = unsafe firstChunk(of: buffer.span.bytes.extracting(start..<filled))
        try unsafe body(buffer.span.bytes.extracting(start..<start + length))
        start += length
      }
      if isAtEnd { return }
      unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<filled]))
      }
      filled -= start
    }
  }
}
