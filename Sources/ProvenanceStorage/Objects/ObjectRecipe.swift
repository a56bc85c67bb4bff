import Provenance

/// The chunks of an object, in order.
///
///     recipes/<2 hex>/<62 hex>    named by the digest of the object; numbers in little endian
///
///     offset  bytes
///          0      8   "PROVRECP"
///          8      4   version: 1
///         12      4   0
///         16      8   size of the object
///         24      8   number of chunks, n
///         32     32   digest of the object
///         64   36 n   digest of a chunk (32), its length (4)
///    64+36n      32   SHA-256 of all before
///
/// A chunk is the file `chunks/<2 hex>/<62 hex>`, named by its own SHA-256, and may belong to any
/// number of recipes. So a range is verified by the chunks that it touches.
struct ObjectRecipe: Sendable {
  struct Chunk: Sendable, Hashable {
    var digest: SHA256Digest
    var length: Int
  }

  let object: StoredObject
  let chunks: [Chunk]

  static let headerSize = 64
  private static let magic = Array("PROVRECP".utf8)
  /// The most bytes of a recipe: 29 million chunks.
  static let sizeLimit = 1 << 30

  init(object: StoredObject, chunks: [Chunk]) {
    self.object = object
    self.chunks = chunks
  }
}

extension ObjectRecipe {
  func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(96 + chunks.count * 36)
    bytes.append(littleEndian: UInt32(1))
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: object.size)
    bytes.append(littleEndian: UInt64(chunks.count))
    bytes += object.digest.bytes
    for chunk in chunks {
      bytes += chunk.digest.bytes
      bytes.append(littleEndian: UInt32(chunk.length))
    }
    return bytes + SystemSHA256.hash(bytes).bytes
  }

  /// Reads the recipe of an object.
  ///
  /// - Throws: `corrupt` for anything but what was written for this object; `unsupportedFormat`.
  init(of digest: SHA256Digest, encoded bytes: [UInt8], path: String) throws {
    func damage(_ detail: String) -> StorageError {
      StorageError.objectCorrupt(digest, "its list of chunks \(detail)", path: path)
    }
    guard bytes.count >= Self.headerSize + 32, bytes.starts(with: Self.magic) else {
      throw damage("is none")
    }
    let body = bytes.count - 32
    let sum = unsafe SystemSHA256.hash(bytes.span.bytes.extracting(0..<body))
    guard sum.bytes.elementsEqual(bytes[body...]) else { throw damage("has another checksum") }
    let version = bytes.littleEndian(UInt32.self, at: 8)
    guard version == 1 else {
      throw StorageError(
        .unsupportedFormat, "a list of chunks has version \(version), known is 1", path: path)
    }
    guard bytes[32..<64].elementsEqual(digest.bytes) else { throw damage("is another object's") }
    let size = bytes.littleEndian(UInt64.self, at: 16)
    let count = bytes.littleEndian(UInt64.self, at: 24)
    guard count == UInt64(body - Self.headerSize) / 36, (body - Self.headerSize) % 36 == 0 else {
      throw damage("is cut off")
    }
    var chunks: [Chunk] = []
    chunks.reserveCapacity(Int(count))
    var total: UInt64 = 0
    for position in stride(from: Self.headerSize, to: body, by: 36) {
      let length = Int(bytes.littleEndian(UInt32.self, at: position + 32))
      guard length > 0, length <= ObjectChunking.sizeLimit,
        let digest = SHA256Digest(bytes: bytes[position..<position + 32])
      else { throw damage("has a chunk of \(length) bytes") }
      total += UInt64(length)
      chunks.append(Chunk(digest: digest, length: length))
    }
    guard total == size else { throw damage("has \(total) of \(size) bytes") }
    self.init(object: StoredObject(digest: digest, size: size), chunks: chunks)
  }

  /// The size that the beginning of a recipe states, unverified.
  static func statedSize(_ header: [UInt8]) -> UInt64 {
    header.count < 24 ? 0 : header.littleEndian(UInt64.self, at: 16)
  }
}

extension [UInt8] {
  fileprivate mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> T(shift)))
    }
  }

  fileprivate func littleEndian<T: FixedWidthInteger>(_ type: T.Type, at offset: Int) -> T {
    var value: T = 0
    for index in (0..<T.bitWidth / 8).reversed() { value = value << 8 | T(self[offset + index]) }
    return value
  }
}
