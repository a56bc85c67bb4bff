import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Other processes: one that is killed while it writes, and one that is kept out.
@Suite struct RecoveryKillTests {
  @Test(arguments: [1, 7, 40, 90])
  func killedWhileWriting(count: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory["s"]
    let acknowledgements = directory["acknowledged"]
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, acknowledgements = acknowledgements as String, count = count as Int]
      in
      let log = try DirectoryRecordLog.create(at: path, options: LogFixture.options())
      try Data().write(to: URL(filePath: acknowledgements))
      let file = try FileHandle(forWritingTo: URL(filePath: acknowledgements))
      // From another thread, so that the signal hits wherever the writer happens to be.
      let killer = Thread {
        while true {
          let size = try? FileManager.default.attributesOfItem(atPath: acknowledgements)[.size]
          if (size as? Int ?? 0) >= count { kill(getpid(), SIGKILL) }
        }
      }
      killer.start()
      for number in 0... {
        _ = try log.append([LogFixture.batch(number, entries: number % 5 + 1, size: 150)])
        try file.write(contentsOf: Data([1]))
      }
    }
    let acknowledged = try Data(contentsOf: URL(filePath: acknowledgements)).count
    #expect(acknowledged >= count)
    // The lock died with the process.
    let log = try DirectoryRecordLog.open(at: path, mode: .write)
    let contents = try LogFixture.contents(log)
    #expect(contents.count >= acknowledged)
    for (number, entries) in contents.enumerated() {
      #expect(entries == LogFixture.batch(number, entries: number % 5 + 1, size: 150).entries)
    }
    _ = try log.append([LogFixture.batch(0)])
    try log.close()
  }

  @Test func anotherProcessIsKeptOut() async throws {
    let directory = try TemporaryDirectory()
    let path = directory["s"]
    let log = try DirectoryRecordLog.create(at: path)
    _ = try log.append([LogFixture.batch(1)])
    let me = "pid \(getpid())"
    await #expect(processExitsWith: .exitCode(42)) { [path = path as String, me = me as String] in
      let reader = try DirectoryRecordLog.open(at: path, mode: .read)
      guard try LogFixture.contents(reader) == [LogFixture.batch(1).entries] else { exit(1) }
      do {
        _ = try DirectoryRecordLog.open(at: path, mode: .write)
        exit(2)
      } catch let error as StorageError where error.kind == .locked {
        exit(error.message.contains(me) ? 42 : 3)
      }
    }
    try log.close()
  }
}
