import Provenance
import ProvenanceStorage
import ProvenanceTestKit
import Testing

/// Power is lost after every operation, and of what was not synchronised any part is lost.
@Suite struct ObjectCrashTests {
  /// Checks what a crash left: whatever was acknowledged is there, and nothing is damaged.
  private func violations(
    after scenario: ObjectScenario, _ crashed: CrashFileSystem
  ) throws -> [String] {
    try scenario.violations(in: "/objects", crashed)
  }

  /// A way in which a device keeps or loses what is pending.
  enum Fate: Sendable, CaseIterable {
    static let allCases = [Fate.lost, .kept] + (1...10).map { .seeded($0) }

    case lost, kept
    case seeded(UInt64)

    func makeChoice() -> () -> Bool {
      switch self {
      case .lost: return { false }
      case .kept: return { true }
      case .seeded(let seed):
        var generator = Seeded(seed: seed)
        return { Bool.random(using: &generator) }
      }
    }
  }

  @Test(arguments: [
    ObjectScenario(size: 9_000), ObjectScenario(size: 3000, chunking: ObjectChunkingTests.small),
  ])
  func powerIsLostAfterEveryOperation(fresh: ObjectScenario) throws {
    let rehearsal = CrashFileSystem()
    var healthy = fresh
    healthy.run(in: "/objects", rehearsal)
    #expect(healthy.errors.isEmpty)
    #expect(healthy.acknowledged.count == 3)
    var found: [String] = []
    var states = 0
    for operation in rehearsal.crashPoints {
      let fileSystem = CrashFileSystem()
      fileSystem.losePower(atOperation: operation)
      var scenario = fresh
      scenario.run(in: "/objects", fileSystem)
      for fate in Fate.allCases {
        states += 1
        let crashed = fileSystem.afterCrash(keeping: fate.makeChoice())
        for violation in try violations(after: scenario, crashed) {
          found.append("operation \(operation), \(fate): \(violation)")
        }
      }
    }
    #expect(found.isEmpty)
    #expect(states > 400)
  }

  /// A directory's sync fails and what it should have saved is lost, though it looks saved; a
  /// later instance puts the same again, and that must not be built on sand.
  @Test(arguments: ["/03", "/sha256", "/tmp/", "/objects", "/"])
  func whatAFailedSyncLostIsNeverAcknowledged(failing: String) throws {
    let bytes: [UInt8] = [1, 2, 3]
    let digest = SystemSHA256.hash(bytes)
    #expect(ObjectName.text(of: digest).hasPrefix("03"))
    for fate in Fate.allCases {
      let fileSystem = CrashFileSystem()
      if failing != "/" && failing != "/objects" {
        _ = try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem)
      }
      if failing == "/tmp/" {
        // The file's own sync: its name is not known beforehand.
        fileSystem.failSync(ofPathWithSuffix: "")
      } else {
        fileSystem.failSync(ofPathWithSuffix: failing)
      }
      let first = Result {
        try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem).put(bytes)
      }
      #expect(throws: StorageError.self) { try first.get() }
      fileSystem.failSync(ofPathWithSuffix: nil)
      let store = try DirectoryObjectStore(directory: "/objects", fileSystem: fileSystem)
      try store.put(bytes)
      let crashed = fileSystem.afterCrash(keeping: fate.makeChoice())
      let reopened = try DirectoryObjectStore(directory: "/objects", fileSystem: crashed)
      #expect(try reopened.bytes(of: digest) == bytes, "\(failing), \(fate)")
    }
  }
}
