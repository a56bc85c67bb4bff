import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Streams that are long enough to be hashed on a thread of their own.
@Suite struct ObjectStreamingTests {
  static let megabyte = 1 << 20

  @Test func longStreamsHaveTheirDigestWhateverThePieces() throws {
    let bytes = ObjectChunkingTests.content(5 * Self.megabyte + 12_345)
    for piece in [4096 + 7, 300_000, bytes.count] {
      let store = try DirectoryObjectStore(directory: "/objects", fileSystem: CrashFileSystem())
      var position = 0
      let object = try store.put(ObjectExpectation(size: UInt64(bytes.count))) { buffer in
        let end = min(bytes.count, position + min(piece, buffer.byteCount))
        let count = unsafe ObjectStream.copy(
          bytes.span.bytes.extracting(position..<end), into: &buffer)
        position += count
        return count
      }
      #expect(object == StoredObject(of: bytes))
      #expect(try store.bytes(of: object.digest) == bytes)
    }
  }

  /// The stream fails, ends at a limit or lies about a count while another thread hashes.
  @Test func aLongStreamThatFailsLeavesNothingBehind() throws {
    let directory = try TemporaryDirectory()
    let store = try DirectoryObjectStore(
      directory: directory["objects"], fileSystem: HastyFileSystem())
    struct Failure: Error {}
    var pulled = 0
    #expect(throws: Failure.self) {
      try store.put(ObjectExpectation()) { buffer in
        pulled += buffer.byteCount
        if pulled > 4 * Self.megabyte { throw Failure() }
        return buffer.byteCount
      }
    }
    let limit = UInt64(3 * Self.megabyte + 5)
    #expect(
      storageErrorKind { try store.put(ObjectExpectation(limit: limit)) { $0.byteCount } }
        == .limitExceeded)
    #expect(
      storageErrorKind { try store.put(ObjectExpectation(size: limit)) { $0.byteCount } }
        == .sizeMismatch)
    pulled = 0
    #expect(
      storageErrorKind {
        try store.put(ObjectExpectation()) { buffer in
          pulled += buffer.byteCount
          return pulled > 2 * Self.megabyte ? buffer.byteCount + 1 : buffer.byteCount
        }
      } == .invalidArgument)
    #expect(files(directory["objects"]).isEmpty)
  }

  @Test func anyWriteOfALongStreamMayFail() throws {
    let directory = try TemporaryDirectory()
    let faulty = FaultFileSystem(HastyFileSystem())
    let store = try DirectoryObjectStore(directory: directory["objects"], fileSystem: faulty)
    for write in [0, 4, 5, 11] {
      let count = Lock(-1)
      faulty.plan { _, operation in
        guard operation.name == .write else { return nil }
        let number = count.withLock { count in
          count += 1
          return count
        }
        return number == write ? .error(ENOSPC) : nil
      }
      var pulled = 0
      #expect(
        storageErrorKind {
          try store.put(ObjectExpectation()) { buffer in
            pulled += buffer.byteCount
            return pulled > 4 * Self.megabyte ? 0 : buffer.byteCount
          }
        } == .noSpace)
      #expect(files(directory["objects"]).isEmpty)
    }
  }
}
