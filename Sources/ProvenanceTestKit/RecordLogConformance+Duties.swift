import ProvenanceStorage

extension RecordLogConformance {
  func checkLimits(_ log: any RecordLog) throws {
    let name = "limits"
    _ = try log.append([batch(0)])
    let head = log.head
    let time = CommitTime(seconds: 5000)
    let large = [UInt8](repeating: 1, count: LogLimits.entryByteCount)
    let refused: [(StorageError.Kind, String, LogEntry)] = [
      (.limitExceeded, "too large an entry", LogEntry(kind: 1, header: [1], payload: large)),
      (.invalidArgument, "an entry of kind 255", LogEntry(kind: 255, header: [1])),
    ]
    for (kind, what, entry) in refused {
      try expectError(name, kind, what) {
        _ = try log.append([batch(1), LogBatch(entries: [entry], time: time)])
      }
      try expectEqual(name, log.head, head, "the head after \(what)")
      try expectEqual(name, contents(of: log).count, 1, "the transactions after \(what)")
    }
    _ = try log.append([batch(2)])
    try expectEqual(name, contents(of: log).count, 2, "the transactions after a refusal")
  }

  func checkReadingPositions(_ log: any RecordLog) throws {
    let name = "reading positions"
    _ = try log.append((0..<12).map { batch($0, entries: $0 % 3 + 1) })
    let all = try contents(of: log)
    let end = log.head.nextSequence
    for sequence in 0...end {
      let expected = all.filter { $0.nextSequence > sequence }
      try expect(
        name, try contents(of: log, from: sequence) == expected,
        "reading from \(sequence) does not start with the transaction that holds it")
    }
    try expectError(name, .invalidArgument, "reading beyond the end") {
      try log.read(from: end + 1) { _ in true }
    }
    for limit in 1...all.count {
      var seen = 0
      try log.read(from: 0) { _ in
        seen += 1
        return seen < limit
      }
      try expectEqual(name, seen, limit, "the number of transactions read before stopping")
    }
    struct Mine: Error {}
    do {
      try log.read(from: 0) { _ in throw Mine() }
      throw Failure(check: name, detail: "an error of the body is not passed on")
    } catch is Mine {}
  }

  func checkAppendingWhileReading(_ log: any RecordLog) throws {
    let name = "appending while reading"
    _ = try log.append([batch(0), batch(1)])
    var seen = 0
    try log.read(from: 0) { _ in
      seen += 1
      _ = try log.append([batch(10 + seen)])
      return true
    }
    try expectEqual(name, seen, 2, "the number of transactions seen")
    try expectEqual(name, contents(of: log).count, 4, "the number of transactions afterwards")
  }

  func checkReopening(_ log: any RecordLog) throws {
    let name = "reopening"
    guard let reopen else { return }
    var log = log
    var expected: [LogTransaction] = []
    for round in 0..<4 {
      _ = try log.append([batch(round * 2), batch(round * 2 + 1)])
      let head = log.head
      let id = log.id
      expected = try contents(of: log)
      log = try reopen(log)
      try expectEqual(name, log.head, head, "the head of round \(round)")
      try expectEqual(name, log.id, id, "the id of round \(round)")
      try expect(name, try contents(of: log) == expected, "the content of round \(round) differs")
    }
    try expectEqual(name, expected.count, 8, "the number of transactions")
    try log.close()
  }

  func checkClosing(_ log: any RecordLog) throws {
    let name = "closing"
    _ = try log.append([batch(0)])
    try log.close()
    try log.close()
    try expectError(name, .closed, "appending to a closed log") { _ = try log.append([batch(1)]) }
    try expectError(name, .closed, "reading a closed log") { try log.read(from: 0) { _ in true } }
  }

  func checkConcurrentAppends() async throws {
    let name = "concurrent appends"
    let log = try make()
    let writers = 4
    let rounds = 15
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          for round in 0..<rounds {
            let header = [UInt8(writer), UInt8(round)]
            _ = try log.append([
              LogBatch(
                entries: [LogEntry(kind: 1, header: header), LogEntry(kind: 2, header: header)],
                time: CommitTime(seconds: 1))
            ])
          }
        }
      }
      try await group.waitForAll()
    }
    let transactions = try contents(of: log)
    try expectEqual(name, transactions.count, writers * rounds, "the number of transactions")
    var last = [Int](repeating: -1, count: writers)
    for transaction in transactions {
      let header = transaction.entries[0].header
      try expectEqual(name, transaction.entries[1].header, header, "the second entry of a batch")
      try expectEqual(name, Int(header[1]), last[Int(header[0])] + 1, "a writer's next round")
      last[Int(header[0])] += 1
    }
    try log.close()
  }
}
