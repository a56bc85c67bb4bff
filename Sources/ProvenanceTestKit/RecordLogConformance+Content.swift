import Provenance
import ProvenanceStorage

extension RecordLogConformance {
  func checkStartsEmpty(_ log: any RecordLog) throws {
    let name = "starts empty"
    try expectEqual(name, log.head.treeSize, 0, "the tree's size")
    try expectEqual(name, log.head.root, SHA256.hash([]), "the root")
    try expectEqual(name, log.head.time, nil, "the time")
    try expectEqual(name, contents(of: log).count, 0, "the number of transactions")
  }

  func checkReadsBack(_ log: any RecordLog) throws {
    let name = "reads back"
    let batches = (0..<20).map { batch($0, entries: $0 % 5 + 1) }
    var commits: [LogCommit] = []
    // Alone and in groups, which must make no difference to what is read.
    for range in [0..<1, 1..<2, 2..<10, 10..<20] {
      commits += try log.append(Array(batches[range]))
    }
    try expectEqual(name, commits.count, batches.count, "the number of commits")
    let transactions = try contents(of: log)
    try expectEqual(name, transactions.count, batches.count, "the number of transactions")
    var next: UInt64 = 0
    for (number, transaction) in transactions.enumerated() {
      let what = "of transaction \(number)"
      try expectEqual(name, transaction.firstSequence, next, "the first sequence \(what)")
      try expectEqual(name, transaction.entries, batches[number].entries, "the content \(what)")
      try expectEqual(name, transaction.time, batches[number].time, "the time \(what)")
      try expectEqual(name, commits[number].time, batches[number].time, "the commit time \(what)")
      try expectEqual(
        name, commits[number].sequences, transaction.sequences, "the committed range \(what)")
      try expectEqual(
        name, transaction.commit.kind, LogEntry.commitKind, "the commit entry's kind \(what)")
      next = transaction.nextSequence
      try expectEqual(name, commits[number].treeSize, next, "the tree's size \(what)")
    }
    try expectEqual(name, log.head.treeSize, next, "the head's size")
    try expectEqual(name, log.head.root, commits.last?.root, "the head's root")
    try expectEqual(name, log.head.time, batches.last?.time, "the head's time")
  }

  func checkTree(_ log: any RecordLog) throws {
    let name = "tree"
    for number in 0..<40 {
      let commit = try log.append([batch(number, entries: number % 4 + 1)])[0]
      let leaves = try contents(of: log).flatMap { transaction in
        (transaction.entries + [transaction.commit]).map { $0.header }
      }
      try expectEqual(name, UInt64(leaves.count), commit.treeSize, "the number of leaves")
      let root = ReferenceMerkleTree.root(of: leaves)
      try expectEqual(name, commit.root, root, "the root of \(leaves.count) leaves")
      try expectEqual(name, log.head.root, root, "the head's root of \(leaves.count) leaves")
    }
    for transaction in try contents(of: log) {
      for entry in transaction.entries + [transaction.commit] {
        try expectEqual(name, entry.leaf, SHA256.hash([0] + entry.header), "a leaf's hash")
      }
    }
  }

  func checkTimes(_ log: any RecordLog) throws {
    let name = "commit times"
    let given: [Int64] = [50, 40, 60, -5, 60, 61]
    let expected: [Int64] = [50, 50, 60, 60, 60, 61]
    let batches = given.enumerated().map { number, seconds in
      LogBatch(entries: batch(number).entries, time: CommitTime(seconds: seconds, nanoseconds: 7))
    }
    let commits = try log.append(Array(batches[..<3])) + log.append(Array(batches[3...]))
    try expectEqual(name, commits.map(\.time.seconds), expected, "the commits' seconds")
    try expectEqual(
      name, contents(of: log).map(\.time.seconds), expected, "the transactions' seconds")
    try expectEqual(name, log.head.time?.nanoseconds, 7, "the head's nanoseconds")
  }

  func checkEmptyBatches(_ log: any RecordLog) throws {
    let name = "empty batches"
    let empty = LogBatch(entries: [], time: CommitTime(seconds: 3000))
    try expectEqual(name, log.append([]).count, 0, "the commits of no batches")
    let commits = try log.append([empty, batch(1), empty, batch(2), empty])
    try expectEqual(name, commits.map(\.sequences.count), [0, 3, 0, 3, 0], "the committed counts")
    try expectEqual(name, commits[2].root, commits[1].root, "the root after an empty batch")
    try expectEqual(name, contents(of: log).count, 2, "the number of transactions")
    try expectEqual(name, log.head.treeSize, 8, "the tree's size")
    try expectEqual(name, log.head.time, batch(2).time, "the time")
  }

  func checkUnusualEntries(_ log: any RecordLog) throws {
    let name = "unusual entries"
    let entries = [
      LogEntry(kind: 254, header: [], payload: []),
      LogEntry(kind: 0, header: [], payload: [1]),
      LogEntry(kind: 77, header: [UInt8](repeating: 0, count: 5000), payload: []),
      LogEntry(kind: 1, header: [9], payload: [UInt8](repeating: 0, count: 300_000)),
      LogEntry.erased(kind: 3, header: [1, 2, 3]),
      LogEntry(kind: 1, header: [8], payload: [UInt8](repeating: 255, count: 3_000_000)),
    ]
    let commit = try log.append([LogBatch(entries: entries, time: CommitTime(seconds: 1))])[0]
    let read = try contents(of: log)
    try expectEqual(name, read.count, 1, "the number of transactions")
    try expect(name, read[0].entries == entries, "the entries differ")
    try expectEqual(name, read[0].sequences, commit.sequences, "the range")
    try expect(name, read[0].entries[4].isErased, "the erased entry is not erased")
  }
}
