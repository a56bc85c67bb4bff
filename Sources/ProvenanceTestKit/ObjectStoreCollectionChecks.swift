import Provenance
import ProvenanceStorage

extension ObjectStoreCheck {
  static let collectionChecks = [
    collection("what is referenced, leased or recent stays") { store, probe in
      let referenced = try store.put(probe.content(400_000))
      let leased = try store.put(probe.content(20))
      let loose = try store.put(probe.content(30))
      let lease = try store.lease(
        [leased.digest], andAllPutFrom: nil, until: day(100), owner: "conformance")
      try probe.expect(
        try store.collect(.init(), at: day(1)) { _ in }.swept.isEmpty, "it sweeps what is recent")
      let report = try store.collect(.init(), at: day(20)) { $0.keep(referenced.digest) }
      try probe.expect(report.swept == [loose], "it sweeps \(report.swept), not \(loose)")
      try probe.expect(store, holds: [referenced, leased])
      try probe.expect(try store.release(lease), "a lease cannot be released")
      try probe.expect(!(try store.release(lease)), "a lease can be released twice")
    },
    collection("a lease ends by itself") { store, probe in
      let object = try store.put(probe.content(20))
      _ = try store.lease([object.digest], andAllPutFrom: nil, until: day(30), owner: "gone")
      try probe.expect(
        try store.collect(.init(), at: day(29)) { _ in }.swept.isEmpty, "it ignores a lease")
      try probe.expect(
        try store.collect(.init(), at: day(30)) { _ in }.swept == [object],
        "a lease holds beyond its end")
      let missing = SystemSHA256.hash(probe.content(21))
      try probe.expect(.notFound, from: "a lease on what is not there") {
        _ = try store.lease([missing], andAllPutFrom: nil, until: day(30), owner: "nobody")
      }
    },
    collection("what is swept can be brought back") { store, probe in
      for way in 0..<3 {
        let content = probe.content(100 + way)
        let object = try store.put(content)
        let report = try store.collect(.init(), at: day(20)) { _ in }
        try probe.expect(report.swept.contains(object), "it does not sweep what is old")
        switch way {
        case 0:
          try probe.expect(try store.bytes(of: object.digest) == content, "the content differs")
        case 1: try store.put(content)
        default:
          _ = try store.lease([object.digest], andAllPutFrom: nil, until: day(99), owner: "test")
        }
        // Long after, when the trash is emptied; it is as new as on the day when it was asked for.
        _ = try store.collect(.init(), at: day(40)) { $0.keep(object.digest) }
        try probe.expect(
          try store.bytes(of: object.digest) == content, "it is lost after way \(way)")
        try store.delete(object.digest)
      }
    },
    collection("what is referenced again comes back from the trash") { store, probe in
      let content = probe.content(300_000)
      let object = try store.put(content)
      _ = try store.collect(.init(), at: day(20)) { _ in }
      _ = try store.collect(.init(), at: day(50)) { $0.keep(object.digest) }
      try probe.expect(store, holds: [object])
      try probe.expect(try store.bytes(of: object.digest) == content, "the content differs")
    },
    collection("what nobody asks for is gone in the end") { store, probe in
      let object = try store.put(probe.content(300_000))
      for moment: Int64 in [20, 40] { _ = try store.collect(.init(), at: day(moment)) { _ in } }
      try probe.expect(.notFound, from: "reading what was collected") {
        try store.read(object.digest) { _ in }
      }
      try probe.expect(store, holds: [])
    },
    collection("a dry run changes nothing") { store, probe in
      let object = try store.put(probe.content(300_000))
      var options = CollectionOptions()
      options.isDryRun = true
      let dry = try store.collect(options, at: day(20)) { _ in }
      try probe.expect(dry.isDryRun && dry.swept == [object], "it reports \(dry)")
      try probe.expect(store, holds: [object])
    },
    collection("a directory keeps what is in it") { store, probe in
      let file = try store.put(probe.content(10))
      let inner = try store.put(
        DirectoryManifest([.init(name: "file", content: .file(file, isExecutable: false))])
          .encoded())
      let outer = try store.put(
        DirectoryManifest([.init(name: "inner", content: .directory(inner))]).encoded())
      _ = try store.collect(.init(), at: day(20)) { $0.keep(outer.digest) }
      try probe.expect(store, holds: [file, inner, outer])
    },
  ]

  /// So many days after now.
  private static func day(_ number: Int64) -> Timestamp {
    let now = SystemClock.now()
    return Timestamp(seconds: now.seconds + number * 86_400) ?? now
  }

  private static func collection(
    _ name: String,
    _ body:
      @Sendable @escaping (
        any CollectableObjectStore, inout ObjectStoreProbe
      ) throws -> Void
  ) -> ObjectStoreCheck {
    ObjectStoreCheck(name) { store, probe in
      guard let store = store as? any CollectableObjectStore else {
        throw ObjectStoreViolation(
          check: name, seed: probe.seed, detail: "the store knows no collection")
      }
      try body(store, &probe)
    }
  }
}
