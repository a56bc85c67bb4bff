import Provenance

extension ObjectStore {
  /// Copies an object of another store, verified, unless it is here already.
  ///
  /// - Returns: Whether it was copied.
  func copy(_ object: StoredObject, from source: any ObjectStore) throws -> Bool {
    guard try size(of: object.digest) != object.size else { return false }
    let expectation = ObjectExpectation(
      digest: object.digest, size: object.size, limit: object.size)
    var offset: UInt64 = 0
    try put(expectation) { buffer in
      let end = min(object.size, offset + UInt64(buffer.byteCount))
      guard end > offset else { return 0 }
      var filled = 0
      try source.read(object.digest, range: offset..<end) { chunk in
        filled += chunk.copied(to: &buffer, at: filled)
      }
      offset = end
      return filled
    }
    return true
  }

  /// Copies every object of another store that is not here.
  func copyAll(from source: any ObjectStore, _ report: inout ObjectTransferReport) throws {
    try source.list { object in
      report.note(object, isCopied: try copy(object, from: source))
      return true
    }
  }
}

/// What copying objects from one place to another brought.
public struct ObjectTransferReport: Sendable, Hashable {
  /// The objects that the source holds.
  public var seen = 0
  /// Those of them that were missing here, and were copied.
  public var copied = 0
  /// The bytes of those that were copied.
  public var copiedByteCount: UInt64 = 0

  /// Nothing seen and nothing copied.
  public init() {}

  mutating func note(_ object: StoredObject, isCopied: Bool) {
    seen += 1
    copied += isCopied ? 1 : 0
    copiedByteCount += isCopied ? object.size : 0
  }
}

extension RawSpan {
  /// Copies the bytes into a buffer from an offset on, as many as fit, and returns their number.
  func copied(to target: inout MutableRawSpan, at offset: Int) -> Int {
    let count = Swift.min(byteCount, target.byteCount - offset)
    unsafe withUnsafeBytes { from in
      unsafe target.withUnsafeMutableBytes { to in
        unsafe UnsafeMutableRawBufferPointer(rebasing: to[offset..<offset + count]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: from.prefix(count)))
      }
    }
    return count
  }
}
