import Foundation
import ProvenanceStorage
import ProvenanceTestKit

/// Three closed stores cut at every byte, and every bit of the two pinned ones flipped.
enum Damage {
  static func run(fixtures: String) throws {
    let root = URL(fileURLWithPath: fixtures)
    let goldens = [
      try Golden(fixture: root.appending(path: "log-v1")),
      try Golden(fixture: root.appending(path: "store-v1")), try Golden(reopened: 4),
    ]
    let cuts = Tally("truncations of \(goldens.count) stores")
    let flips = Tally("flipped bits")
    for golden in goldens {
      let tail = golden.files.last { $0.hasSuffix(".seg") } ?? ""
      for path in golden.files {
        let bytes = golden.system.content(of: path) ?? []
        let isSlack = path == tail || path.hasSuffix("HEAD")
        forEachConcurrently(bytes.count) { place in
          // A cut slot of HEAD leaves the other one, and the end of the last segment is nothing.
          let what = "\(golden.name) \(path) "
          let cut = golden.judge(path, Array(bytes[..<place]), .write, opened: isSlack)
          cuts.add(1, cut.map { [what + "cut at \(place): \($0)"] } ?? [])
          guard golden.isPinned else { return }
          var failures: [String] = []
          for bit in 0..<8 {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(bit)
            let mode: DirectoryRecordLog.Mode = bit == place % 8 ? .read : .write
            if let failure = golden.judge(path, damaged, mode, opened: true) {
              failures.append(what + "\(place).\(bit): \(failure)")
            }
          }
          flips.add(8, failures)
        }
      }
    }
    try cuts.finish(atLeast: 50_000)
    try flips.finish(atLeast: 400_000)
  }
}

/// What power takes away of the sectors of a group that was not synchronised.
enum LostSectors {
  static func run() throws {
    let tally = Tally("lost sectors of an unsynced group")
    var exhaustive = 0
    for groups in 1...4 {
      let system = MemoryFileSystem()
      let faulty = FaultFileSystem(system)
      var options = Logs.options(segmentByteCount: 16384)
      // HEAD stays as it is, so that the sectors are all of the segment.
      options.headInterval = 1000
      let log = try DirectoryRecordLog.create(
        at: Logs.path, options: options, fileSystem: faulty)
      for number in 0..<3 { _ = try log.append([Logs.batch(number)]) }
      let before = try Logs.contents(log)
      faulty.failOperations(errno: EIO) { $0.name == .synchronize }
      let group = (0..<groups).map { Logs.batch(10 + $0, entries: 3, size: 640) }
      _ = try? log.append(group)
      let sectors = system.unsyncedSectors.map(\.sector)
      guard sectors.count <= 12 else { continue }
      exhaustive = max(exhaustive, sectors.count)
      forEachConcurrently(1 << sectors.count) { subset in
        let image = system.crashImage(keepingNames: true) { _, sector in
          sectors.firstIndex(of: sector).map { subset >> $0 & 1 == 1 } ?? false
        }
        let what = "\(groups) batches, part \(subset): "
        do {
          let recovered = try Logs.open(image)
          let found = try Logs.contents(recovered)
          try recovered.close()
          let expected = before + group.map(\.entries).prefix(max(found.count - before.count, 0))
          tally.add(1, found == expected ? [] : [what + "not a prefix"])
        } catch { tally.add(1, [what + "\(error)"]) }
      }
    }
    print("largest exhaustive group: \(exhaustive) sectors")
    try tally.finish(atLeast: 1 << exhaustive)
    guard exhaustive >= 11 else { throw SweepFailure("only \(exhaustive) sectors") }
  }
}
