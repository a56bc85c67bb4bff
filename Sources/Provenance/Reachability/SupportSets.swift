/// Sets of supports, each kept once.
///
/// A set is a list of numbers of chunks, a chunk is 256 supports, and equal ones are the same one:
///
///     set s:    chunk of supports 0..<256 | 256..<512 | …      `chunksPerSet` numbers
///     chunk c:  256 bits
///
/// Set 0 and chunk 0 are empty.
struct SupportSets: Sendable {
  /// Rows are cut into slices of `1 << sliceShift`, and each slice has one support.
  let sliceShift: UInt32
  let chunksPerSet: Int
  /// `chunksPerSet` numbers of chunks for each set.
  var members: [UInt32]
  var chunks: [SupportChunk]

  /// The bytes that the sets take.
  var byteCount: Int {
    members.count * MemoryLayout<UInt32>.stride + chunks.count * MemoryLayout<SupportChunk>.stride
  }

  /// Where in a set the supports of a row's slice are: earlier chunks have no descendants of the row,
  /// later ones no ancestors.
  @inline(__always)
  func chunk(of row: UInt32) -> Int { Int(row &>> chunkShift) }

  /// Rows to one chunk, as a power of two; no more than a shift may be.
  var chunkShift: UInt32 { min(sliceShift + 8, 31) }
}

/// 256 supports, one bit each.
typealias SupportChunk = SIMD4<UInt64>
