import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// Single fields beside the hashed headers, each with its checksums repaired.
@Suite struct TamperFieldTests {
  /// Payloads are not in the tree; their commitments are, whatever the forger repairs.
  @Test func aPayloadCannotBeReplaced() throws {
    let store = try TamperedStore()
    let original = try store.forged()
    var undetected: [Int] = []
    for (number, frame) in original.frames.enumerated() where !frame.entry.payload.isEmpty {
      guard frame.entry.kind != 77 else { continue }
      for (payload, isErased) in [([], false), ([], true), (frame.entry.payload + [0], false)] {
        var log = original
        log.change(number) {
          $0.entry = LogEntry(
            kind: frame.entry.kind, version: 1, header: frame.entry.header, payload: payload,
            isErased: isErased)
        }
        log.repair(commits: true)
        let report = try store.verify(log, against: [store.head])
        if !report.names(UInt64(number)) || report.kinds != [.wrongPayload] {
          undetected.append(number)
        }
      }
    }
    #expect(undetected == [])
  }

  @Test func everyFieldOfAFrameHeader() throws {
    let store = try TamperedStore()
    let original = try store.forged()
    let changes: [(String, (inout ForgedLog.Frame) -> Void)] = [
      ("kind + 1", { $0.entry = $0.entry.with(kind: $0.entry.kind &+ 1) }),
      ("kind commit", { $0.entry = $0.entry.with(kind: 255) }),
      ("kind 9", { $0.entry = $0.entry.with(kind: 9) }),
      ("version", { $0.entry = $0.entry.with(version: 2) }),
      ("erased", { $0.entry = $0.entry.with(isErased: !$0.entry.isErased) }),
      ("sequence + 1", { $0.sequence += 1 }), ("sequence 0", { $0.sequence = 0 }),
      ("sequence far", { $0.sequence = .max }), ("synced + 1", { $0.syncedSequence += 1 }),
      ("synced - 1", { $0.syncedSequence &-= 1 }), ("synced far", { $0.syncedSequence = .max }),
    ]
    var undetected: [String] = []
    for number in original.frames.indices.dropFirst(5).dropLast(3) {
      for (name, change) in changes {
        var log = original
        log.change(number, change)
        guard
          log.frames[number].entry != original.frames[number].entry
            || log.frames[number].sequence != original.frames[number].sequence
            || log.frames[number].syncedSequence != original.frames[number].syncedSequence
        else { continue }
        let report = try store.verify(log, against: [store.head])
        if report.isSound { undetected.append("\(name) of \(number)") }
      }
    }
    #expect(undetected == [])
  }

  @Test func everyFieldOfASegmentHeader() throws {
    let store = try TamperedStore()
    let original = try store.forged()
    let other = ProofFixture.leaf(1)
    let changes: [(String, (inout SegmentHeader) -> Void)] = [
      ("store", { $0.store = UniqueID(high: 1, low: 2) }), ("number", { $0.number += 1 }),
      ("number far", { $0.number = .max }), ("length", { $0.previousLength += 32 }),
      ("length 0", { $0.previousLength = 0 }), ("count", { $0.previousCount += 1 }),
      ("count far", { $0.previousCount = .max }), ("hash", { $0.previousHash = other }),
      ("no commit", { ($0.chain.previous, $0.chain.time) = (nil, nil) }),
      ("commit", { $0.chain.previous = other }),
      ("time", { $0.chain.time = CommitTime(seconds: 1) }),
      (
        "peak",
        {
          $0.chain.tree = MerkleTree(
            size: $0.chain.tree.size,
            peaks: [SHA256Digest](repeating: other, count: $0.chain.tree.peaks.count))!
        }
      ),
      ("first sequence", { $0.chain.tree.append(other) }),
    ]
    var undetected: [String] = []
    for place in original.segments.indices.dropFirst() {
      for (name, change) in changes {
        var log = original
        change(&log.segments[place].header)
        let report = try store.verify(log, against: [store.head])
        if report.isSound { undetected.append("\(name) of segment \(place)") }
      }
      // Salt and creation time say nothing of any record, and nothing vouches for them.
      var log = original
      log.segments[place].header.salt = UniqueID(high: 3, low: 4)
      log.segments[place].header.created = CommitTime(seconds: 5)
      #expect(try store.verify(log, against: [store.head]).isSound)
    }
    #expect(undetected == [])
  }
}

extension LogEntry {
  fileprivate func with(
    kind: UInt8? = nil, version: UInt8? = nil, isErased: Bool? = nil
  ) -> LogEntry {
    LogEntry(
      kind: kind ?? self.kind, version: version ?? self.version, header: header, payload: payload,
      isErased: isErased ?? self.isErased)
  }
}
