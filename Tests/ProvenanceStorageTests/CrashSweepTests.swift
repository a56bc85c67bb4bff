import Foundation
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// The sweeps over this package's stores, and the controls.
///
/// A store that forgets to synchronise files or directories must be found out. `Tests/Faults` runs
/// the same with more states.
@Suite struct CrashSweepTests {
  static let log = RecordLogDurability {
    try LogFixture.create($0)
  } open: {
    try LogFixture.open($0)
  }

  static let objects = ObjectStoreDurability(size: 3000) {
    try DirectoryObjectStore(directory: "/objects", fileSystem: $0)
  }

  static let chunks = ObjectStoreDurability(size: 3000) {
    try DirectoryObjectStore(
      directory: "/objects", chunking: ObjectChunkingTests.small, fileSystem: $0)
  }

  @Test func nothingOfALogIsLost() {
    let report = Self.log.checkCrashes(CrashSweep(statesPerPlace: 8))
    #expect(report.violations == [])
    #expect(report.stateCount > 300)
  }

  /// HEAD is written after each group, and synchronised now and then.
  @Test func headIsNeverLostAltogether() {
    @Sendable func frequent() -> DirectoryLogOptions {
      var options = LogFixture.options()
      options.headInterval = 1
      return options
    }
    let log = RecordLogDurability {
      try LogFixture.create($0, options: frequent())
    } open: {
      try LogFixture.open($0, options: frequent())
    }
    let report = log.checkCrashes(CrashSweep(statesPerPlace: 16))
    #expect(report.violations == [])
  }

  @Test func nothingOfTheObjectsIsLost() {
    let report = Self.objects.checkCrashes(CrashSweep(statesPerPlace: 6))
    #expect(report.violations == [])
    #expect(report.stateCount > 100)
  }

  @Test(arguments: [CrashFileSystem.IgnoredSyncs.files, .directories])
  func aBuildWithoutASyncIsFoundOut(ignored: CrashFileSystem.IgnoredSyncs) {
    let sweep = CrashSweep(statesPerPlace: 4, ignoredSyncs: ignored)
    for report in [
      Self.log.checkCrashes(sweep), Self.objects.checkCrashes(sweep),
      Self.chunks.checkCrashes(sweep),
    ] {
      #expect(!report.violations.isEmpty)
      #expect(report.violations.contains { $0.contains("acknowledged") || $0.contains("gone") })
    }
  }

  @Test func errorsLoseNothing() {
    let sweep = ErrorSweep(errnos: [EDQUOT, EMFILE], stride: 7)
    for report in [Self.log.checkErrors(sweep), Self.objects.checkErrors(sweep)] {
      #expect(report.violations == [])
      #expect(report.faultCount > 50)
    }
  }

  /// A log that says it is done before it is.
  @Test func aLogThatAcknowledgesTooEarlyIsFoundOut() {
    let early = RecordLogDurability {
      try LogFixture.create(Forgetful(base: $0))
    } open: {
      try LogFixture.open(Forgetful(base: $0))
    }
    #expect(!early.checkCrashes(CrashSweep(statesPerPlace: 4)).violations.isEmpty)
  }

  /// Forgets to synchronise what is written to segments.
  struct Forgetful: ForwardingFileSystem {
    let base: any FileSystem

    func synchronize(_ file: OpenFile, dataOnly: Bool) throws {
      if !dataOnly { try base.synchronize(file, dataOnly: false) }
    }
  }

  @Test func partsOfWhatIsPending() {
    let fileSystem = CrashFileSystem()
    #expect(fileSystem.pendingCount == 0)
    let report = CrashSweep(statesPerPlace: 16).run { fileSystem in
      try? fileSystem.createDirectory("/a", permissions: 0o755)
      try? fileSystem.createDirectory("/b", permissions: 0o755)
      return fileSystem.pendingCount
    } check: { pending, left in
      let found = (try? left.names(inDirectory: "/")) ?? []
      return found.count > pending ? ["more than there was"] : []
    }
    // Nothing, either of one, and each part of two.
    #expect(report.stateCount == 1 + 2 + 4)
    #expect(report.violations == [])
  }
}
