import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

@Suite struct LogConformanceTests {
  @Test func memory() async throws {
    try await RecordLogConformance(make: { MemoryRecordLog() }).run()
  }

  @Test(arguments: [8192, 16 << 10, 256 << 10])
  func directory(segmentByteCount: Int) async throws {
    let directory = try TemporaryDirectory()
    var options = DirectoryLogOptions()
    options.firstSegmentByteCount = segmentByteCount
    options.largestSegmentByteCount = segmentByteCount
    try await RecordLogConformance(
      make: { [options] in
        try DirectoryRecordLog.create(at: directory[UUID().uuidString], options: options)
      },
      reopen: { [options] log in
        let path = try #require(log as? DirectoryRecordLog).directory
        try log.close()
        return try DirectoryRecordLog.open(at: path, mode: .write, options: options)
      }
    ).run()
  }
}
