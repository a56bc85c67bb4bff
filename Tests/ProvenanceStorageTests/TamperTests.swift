import Provenance
import ProvenanceTestKit
import Testing

@testable import ProvenanceStorage

/// Someone who can write the files, and repairs every checksum, against an auditor who kept a head.
@Suite struct TamperTests {
  /// How well a forger covers up.
  enum Effort: CaseIterable {
    /// Checksums alone.
    case checksums
    /// What segments say of each other, and HEAD.
    case segments
    /// Every root and commit: a history without a flaw.
    case everything
  }

  private func cover(_ log: inout ForgedLog, _ effort: Effort) {
    switch effort {
    case .checksums: break
    case .segments: log.repair(commits: false)
    case .everything: log.repair(commits: true)
    }
  }

  @Test func theUntouchedStoreIsSound() throws {
    let store = try TamperedStore()
    let report = try store.verify(store.fileSystem, against: store.heads)
    #expect(report.findings == [])
    #expect(report.isSound)
    #expect(report.head == store.head)
    #expect(report.confirmedHeads == store.heads)
    #expect(report.segmentCount > 2)
    // Every kind of record is there, and so is one of a later version.
    #expect(Set(report.entryCounts.keys) == [0, 1, 2, 3, 4, 77, 255])
    var log = try store.forged()
    #expect(try store.verify(log, against: store.heads).isSound, "as it was read")
    log.repair(commits: true)
    let repaired = try store.verify(log, against: store.heads)
    #expect(repaired.findings == [], "the forger's tools make no mistakes")
  }

  /// Each byte of the header and the payload of a record of each kind, and of a commit.
  @Test func everyByteOfEveryKindOfRecord() throws {
    let store = try TamperedStore()
    let original = try store.forged()
    let frames = original.frames
    var undetected: [String] = []
    var unnamed: [String] = []
    var count = 0
    for kind in Set(frames.map(\.entry.kind)).sorted() {
      // One in the middle of the log, where others follow.
      let candidates = frames.indices.filter { frames[$0].entry.kind == kind }
      let number = candidates[candidates.count / 2]
      let entry = frames[number].entry
      // What commits to the payload of a later version's record, only that version knows.
      let end = entry.header.count + (kind == 77 ? 0 : entry.payload.count)
      for place in 0..<end {
        // The efforts in turn; each sees every field, and every kind of record.
        let effort = Effort.allCases[place % 3]
        var (header, payload) = (entry.header, entry.payload)
        if place < header.count {
          header[place] ^= 1 << UInt8(place % 8)
        } else {
          payload[place - header.count] ^= 1 << UInt8(place % 8)
        }
        var log = original
        log.change(number) {
          $0.entry = LogEntry(
            kind: kind, version: 1, header: header, payload: payload, isErased: entry.isErased)
        }
        cover(&log, effort)
        // A forger with a flawless history replaces the commit that was changed.
        if effort == .everything, log.frames[number].entry == entry { continue }
        let report = try store.verify(log, against: [store.head])
        count += 1
        let place = "byte \(place) of kind \(kind), \(effort)"
        if report.isSound { undetected.append(place) }
        guard effort == .checksums else {
          // Nothing of a header can be changed without another root.
          if header != entry.header, !report.kinds.contains(.rewritten) { undetected.append(place) }
          continue
        }
        // A changed header shows in the root of its commit, a changed payload in itself.
        let sequence = UInt64(number)
        let commit = UInt64(frames[number...].firstIndex { $0.isCommit } ?? 0)
        let next = UInt64(frames[(Int(commit) + 1)...].firstIndex { $0.isCommit } ?? 0)
        let isNamed = report.names(sequence) || report.names(commit) || report.names(next)
        if !isNamed { unnamed.append(place) }
      }
    }
    #expect(undetected == [])
    #expect(unnamed == [])
    #expect(count > 700)
  }

  /// Records and whole commits dropped, doubled, and put in another order.
  @Test(arguments: Effort.allCases) func order(_ effort: Effort) throws {
    let store = try TamperedStore()
    let original = try store.forged()
    var undetected: [String] = []
    func expectFinding(_ what: String, _ segment: Int, _ body: (inout [ForgedLog.Frame]) -> Void)
      throws
    {
      var log = original
      log.changeFrames(of: segment, body)
      cover(&log, effort)
      let report = try store.verify(log, against: [store.head])
      if report.isSound { undetected.append("\(what) in segment \(segment)") }
      if effort == .everything, report.kinds.isDisjoint(with: [.rewritten, .rolledBack]) {
        undetected.append("\(what) in segment \(segment) without its head")
      }
    }
    for segment in original.segments.indices {
      let frames = original.segments[segment].frames
      for number in frames.indices {
        try expectFinding("drop \(number)", segment) { $0.remove(at: number) }
        // What comes behind the head that is known is growth, if it is without a flaw.
        let isGrowth = effort == .everything && segment + 1 == original.segments.count
        if !isGrowth || number + 1 < frames.count {
          try expectFinding("double \(number)", segment) { $0.insert($0[number], at: number) }
        }
        guard number + 1 < frames.count, frames[number].entry != frames[number + 1].entry else {
          continue
        }
        try expectFinding("swap \(number)", segment) { $0.swapAt(number, number + 1) }
      }
      let ends = frames.indices.filter { frames[$0].isCommit }
      for (first, second) in zip(ends, ends.dropFirst()) {
        let commit = Array(frames[(first + 1)...second])
        try expectFinding("drop commit at \(first)", segment) {
          $0.removeSubrange((first + 1)...second)
        }
        let isLast = segment + 1 == original.segments.count && second + 1 == frames.count
        if effort == .everything, isLast { continue }
        try expectFinding("double commit at \(first)", segment) {
          $0.insert(contentsOf: commit, at: second + 1)
        }
      }
    }
    #expect(undetected == [])
  }

  /// Cut off behind a commit, with HEAD rewritten: nothing in the store itself tells.
  @Test func rollback() throws {
    let store = try TamperedStore()
    let original = try store.forged()
    var undetected: [Int] = []
    var sequence = 0
    for segment in original.segments.indices {
      for number in original.segments[segment].frames.indices {
        sequence += 1
        guard original.segments[segment].frames[number].isCommit,
          sequence < original.frames.count
        else { continue }
        var log = original
        log.segments.removeSubrange((segment + 1)...)
        log.segments[segment].frames.removeSubrange((number + 1)...)
        log.segments[segment].isLast = true
        log.repair(commits: false)
        let report = try store.verify(log, against: store.heads)
        let rolledBack = report.findings.filter { $0.kind == .rolledBack }
        if rolledBack.count != store.heads.filter({ $0.size > UInt64(sequence) }).count
          || report.findings.count != rolledBack.count
          || report.confirmedHeads.count + rolledBack.count != store.heads.count
        {
          undetected.append(sequence)
        }
        // The one thing that no store can tell of itself.
        #expect(try store.verify(log, against: []).isSound)
        // With HEAD left as it was, it can.
        log.mark = original.mark
        #expect(try store.verify(log, against: []).kinds == [.rolledBack])
      }
    }
    #expect(undetected == [])
  }

  /// A history without a flaw that parts from the real one: seen only by who kept a head.
  @Test func fork() throws {
    let store = try TamperedStore()
    var log = try store.forged()
    let last = try #require(log.segments.indices.last)
    let fork = log.segments[last].header.firstSequence
    let forged = LogEntry(try Record.forged, isErased: false)
    log.changeFrames(of: last) { frames in
      frames[0].entry = forged
    }
    log.repair(commits: true)
    let report = try store.verify(log, against: store.heads)
    #expect(report.kinds == [.rewritten])
    #expect(report.confirmedHeads == store.heads.filter { $0.size <= fork })
    #expect(report.findings.count == store.heads.count - report.confirmedHeads.count)
    #expect(try store.verify(log, against: []).isSound, "nobody kept a head")
    let foreign = try TamperedStore(links: 2)
    #expect(try store.verify(foreign.fileSystem, against: [store.head]).isSound == false)
  }

  @Test func segmentsLostAndSwapped() throws {
    let store = try TamperedStore()
    let files = LogFiles(fileSystem: store.fileSystem, directory: store.path)
    let names = try files.segments()
    for first in names {
      let fileSystem = store.fileSystem.copy()
      try fileSystem.unlink(files.segment(first))
      let report = try store.verify(fileSystem, against: [store.head])
      #expect(!report.isSound, "without the segment of \(first)")
      let swapped = store.fileSystem.copy()
      let other = try #require(names.first { $0 != first })
      try swapped.setContent(
        of: files.segment(first), to: try #require(swapped.content(of: files.segment(other))))
      #expect(!(try store.verify(swapped, against: [store.head]).isSound))
    }
  }
}

extension Record {
  fileprivate static var forged: Record {
    get throws { try Record(Dataset("never.seen", version: "1", namespace: "forger")) }
  }
}
