import Foundation
import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct ObjectChunkingTests {
  static let small = try! ObjectChunking(minimumSize: 64, averageSize: 256, maximumSize: 1024)

  static func content(_ size: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + 8)
    while bytes.count < size {
      unsafe withUnsafeBytes(of: generator.next()) { unsafe bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(size))
  }

  /// The bytes of an object as its chunks, by their digests.
  private func chunks(_ bytes: [UInt8], _ chunking: ObjectChunking) throws -> [[UInt8]] {
    let fileSystem = CrashFileSystem()
    let store = try DirectoryObjectStore(
      directory: "/objects", chunking: chunking, fileSystem: fileSystem)
    let digest = try store.put(bytes).digest
    var chunks: [[UInt8]] = []
    try store.read(digest) { chunk in
      chunks.append(unsafe chunk.withUnsafeBytes { unsafe Array($0) })
    }
    #expect(Array(chunks.joined()) == bytes)
    return chunks
  }

  @Test func chunksHaveTheSizesThatWereAskedFor() throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      let bytes = Self.content(100_000, seed: seed)
      let sizes = try chunks(bytes, Self.small).map(\.count)
      #expect(sizes.dropLast().allSatisfy { $0 >= 64 && $0 <= 1024 }, "seed \(seed)")
      let average = bytes.count / sizes.count
      #expect(average > 200 && average < 400, "seed \(seed): \(average)")
    }
    // Without any structure the largest size it is.
    #expect(try chunks([UInt8](repeating: 0, count: 10_000), Self.small).map(\.count).max() == 1024)
  }

  /// The boundaries are part of what stores of all versions share.
  @Test func boundariesNeverChange() throws {
    let sizes = try chunks(Self.content(4000), Self.small).map(\.count)
    #expect(sizes == Self.goldenSizes)
  }

  static let goldenSizes = [301, 411, 270, 358, 293, 308, 405, 453, 281, 279, 275, 329, 37]

  @Test func parametersAreChecked() throws {
    for (minimum, average, maximum) in [
      (63, 256, 1024), (512, 256, 1024), (64, 2048, 1024), (64, 255, 1024), (64, 128, 1024),
      (64, 300, 1024), (64, 256, (64 << 20) + 1), (-1, 256, 512),
    ] {
      #expect(
        storageErrorKind {
          _ = try ObjectChunking(
            minimumSize: minimum, averageSize: average, maximumSize: maximum)
        } == .invalidArgument)
    }
    #expect(ObjectChunking.standard.averageSize == 64 << 10)
  }

  /// The share of a changed object that is not stored yet, for objects that are to the chunks as
  /// 1 GB is to those of the standard: 1 % of the bytes changed, in one piece and in many.
  @Test(arguments: [1, 10, 100, 200])
  func aChangedPercentStoresAFewPercentMore(pieces: Int) throws {
    let size = 4 << 20
    var bytes = Self.content(size)
    var known: Set<[UInt8]> = Set(try cut(bytes))
    let length = size / 100 / pieces
    for piece in 0..<pieces {
      let start = size / pieces * piece + (piece * 7919) % (size / pieces - length)
      for index in start..<start + length { bytes[index] ^= 0x5A }
    }
    var added = 0
    for chunk in try cut(bytes) where known.insert(chunk).inserted { added += chunk.count }
    let share = Double(added) / Double(size)
    #expect(share >= 0.01 && share <= 0.05, "\(pieces) pieces: \(share)")
  }

  @Test func anInsertionMovesOnlyTheBoundariesNearIt() throws {
    var bytes = Self.content(1 << 20)
    let known = Set(try cut(bytes))
    bytes.insert(contentsOf: [1, 2, 3], at: 500_000)
    let added = try cut(bytes).filter { !known.contains($0) }
    #expect(added.count <= 4)
  }

  private func cut(_ bytes: [UInt8]) throws -> [[UInt8]] {
    var position = 0
    var chunks: [[UInt8]] = []
    try Self.small.cut { buffer in
      let count = unsafe ObjectStream.copy(
        bytes.span.bytes.extracting(position..<bytes.count), into: &buffer)
      position += count
      return count
    } body: {
      chunks.append(unsafe $0.withUnsafeBytes { unsafe Array($0) })
    }
    return chunks
  }
}
