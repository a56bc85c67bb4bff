/// How streams move through a store: in chunks of one size, whatever pieces the source returns.
package enum ObjectStream {
  /// The bytes moved at once; small enough to be hashed while they are still in the cache.
  package static let chunkSize = 256 << 10

  /// Pulls a stream to its end and hands it on in chunks that are full but for the last.
  ///
  /// - Throws: `invalidArgument` when `pull` claims more bytes than there was room for; whatever
  ///   the closures throw.
  package static func forEachChunk(
    chunkSize: Int = Self.chunkSize,
    pull: (inout MutableRawSpan) throws -> Int,
    body: (RawSpan) throws -> Void
  ) throws {
    var buffer = [UInt8](repeating: 0, count: chunkSize)
    var atEnd = false
    while !atEnd {
      var filled = 0
      while filled < chunkSize {
        let room = chunkSize - filled
        let count = try withPart(filled..<chunkSize, of: &buffer, pull)
        guard count >= 0, count <= room else {
          throw StorageError.objectSourceOverran(count: count, room: room)
        }
        if count == 0 {
          atEnd = true
          break
        }
        filled += count
      }
      if filled > 0 { try unsafe body(buffer.span.bytes.extracting(0..<filled)) }
    }
  }

  /// Hands over a part of a buffer to be filled.
  package static func withPart<R>(
    _ range: Range<Int>, of buffer: inout [UInt8], _ body: (inout MutableRawSpan) throws -> R
  ) throws -> R {
    try unsafe buffer.withUnsafeMutableBytes { bytes in
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[range])
      var span = unsafe part.mutableBytes
      return try body(&span)
    }
  }

  /// Copies bytes to the start of a buffer, as many as fit.
  ///
  /// - Returns: How many were copied.
  package static func copy(_ source: RawSpan, into target: inout MutableRawSpan) -> Int {
    let count = min(source.byteCount, target.byteCount)
    unsafe source.withUnsafeBytes { from in
      unsafe target.withUnsafeMutableBytes { to in
        unsafe to.copyMemory(from: UnsafeRawBufferPointer(rebasing: from.prefix(count)))
      }
    }
    return count
  }
}
