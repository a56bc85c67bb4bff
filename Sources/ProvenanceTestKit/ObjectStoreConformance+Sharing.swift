import Dispatch
import Provenance
import ProvenanceStorage

extension ObjectStoreCheck {
  static let sharingChecks = [
    ObjectStoreCheck("putting again changes nothing") { store, probe in
      let content = probe.content(300_001)
      let first = try store.put(content)
      let second = try store.put(content)
      try probe.expect(first == second, "the second put returned \(second), the first \(first)")
      try probe.expect(store, holds: [first])
      try probe.expect(try store.bytes(of: first.digest) == content, "the content changed")
    },
    ObjectStoreCheck("what is deleted is gone, and can be put again") { store, probe in
      let kept = try store.put(probe.content(100))
      let content = probe.content(200)
      let object = try store.put(content)
      try probe.expect(try store.delete(object.digest), "deleting says that it was not there")
      try probe.expect(!(try store.delete(object.digest)), "deleting twice says that it was there")
      try probe.expect(store, holds: [kept])
      try probe.expect(.notFound, from: "reading a deleted object") {
        try store.read(object.digest) { _ in }
      }
      try store.put(content)
      try probe.expect(store, holds: [kept, object])
    },
    ObjectStoreCheck("verification tells missing from unreferenced") { store, probe in
      let referenced = try store.put(probe.content(100)).digest
      let loose = try store.put(probe.content(101)).digest
      let missing = SystemSHA256.hash(probe.content(102))
      let report = try store.verify(references: [referenced, missing])
      let found = report.findings.map { "\($0.kind) \($0.digest == loose ? "loose" : "missing")" }
      try probe.expect(
        report.findings.count == 2
          && report.findings.contains { $0.kind == .missing && $0.digest == missing }
          && report.findings.contains { $0.kind == .unreferenced && $0.digest == loose },
        "it reports \(found)")
      try probe.expect(!report.isSound, "a store that misses an object counts as sound")
      try probe.expect(try store.verify(references: nil).findings.isEmpty, "it reports too much")
    },
    ObjectStoreCheck("what is missing is fetched from another store") { store, probe in
      let other = MemoryObjectStore()
      let kept = try store.put(probe.content(10))
      let content = probe.content(700_000)
      let object = try other.put(content)
      let absent = SystemSHA256.hash(probe.content(11))
      let findings = try store.verify(references: [kept.digest, object.digest, absent]).findings
      let repair = try store.repair(from: other, findings: findings)
      try probe.expect(
        repair.repaired == [object] && repair.failures.map(\.digest) == [absent],
        "it reports \(repair)")
      try probe.expect(try store.bytes(of: object.digest) == content, "the content differs")
      try probe.expect(store, holds: [kept, object])
    },
    ObjectStoreCheck("an object can be put while it is being read") { store, probe in
      let content = probe.content(900_000)
      let digest = try store.put(content).digest
      var read = 0
      try store.read(digest) { chunk in
        read += chunk.byteCount
        try store.put(content)
        try store.put(Array(content.prefix(read)))
      }
      try probe.expect(read == content.count, "\(read) bytes were read")
    },
    ObjectStoreCheck("many writers at once all succeed") { store, probe in
      // The same few objects from every thread, so that writers meet.
      let contents = [0, 1, 5000, 300_000].map { probe.content($0) }
      let failures = Lock<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { worker in
        for turn in 0..<4 {
          let content = contents[(worker + turn) % contents.count]
          do {
            let object = try store.put(content)
            guard try store.bytes(of: object.digest) == content else {
              failures.withLock { $0.append("\(content.count) bytes are read back changed") }
              return
            }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
      }
      let found = failures.withLock { $0 }
      try probe.expect(found.isEmpty, "\(found)")
      try probe.expect(
        store,
        holds: contents.map { StoredObject(digest: SystemSHA256.hash($0), size: UInt64($0.count)) })
    },
  ]
}
