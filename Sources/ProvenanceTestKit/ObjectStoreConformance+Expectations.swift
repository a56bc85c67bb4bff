import Provenance
import ProvenanceStorage

extension ObjectStoreCheck {
  static let expectationChecks = [
    ObjectStoreCheck("what was expected and holds is stored") { store, probe in
      let content = probe.content(300_000)
      let object = try store.put(
        content,
        expecting: ObjectExpectation(
          digest: SystemSHA256.hash(content), size: UInt64(content.count),
          limit: UInt64(content.count)))
      try probe.expect(store, holds: [object])
    },
    ObjectStoreCheck("what was expected and does not hold keeps the object out") { store, probe in
      for size in [0, 10, 600_000] {
        let content = probe.content(size)
        let digest = SystemSHA256.hash(content)
        let other = SystemSHA256.hash(probe.content(9))
        let count = UInt64(size)
        try probe.expect(.digestMismatch, from: "another digest for \(size) bytes") {
          try store.put(content, expecting: ObjectExpectation(digest: other))
        }
        try probe.expect(.sizeMismatch, from: "one byte fewer than expected") {
          try store.put(content, expecting: ObjectExpectation(digest: digest, size: count + 1))
        }
        if size > 0 {
          try probe.expect(.sizeMismatch, from: "one byte more than expected") {
            try store.put(content, expecting: ObjectExpectation(digest: digest, size: count - 1))
          }
          try probe.expect(.limitExceeded, from: "one byte above the limit") {
            try store.put(content, expecting: ObjectExpectation(digest: digest, limit: count - 1))
          }
        }
        try probe.expect(store, holds: [])
        try probe.expect(!(try store.contains(digest)), "a refused object is there")
      }
    },
    ObjectStoreCheck("an endless stream ends at the limit") { store, probe in
      var pulled: UInt64 = 0
      try probe.expect(.limitExceeded, from: "an endless stream") {
        _ = try store.put(ObjectExpectation(limit: 5 << 20)) { buffer in
          pulled += UInt64(buffer.byteCount)
          try probe.expect(pulled < 256 << 20, "the limit does not hold while streaming")
          return buffer.byteCount
        }
      }
      try probe.expect(store, holds: [])
    },
    ObjectStoreCheck("an error of the source passes through") { store, probe in
      struct SourceFailure: Error {}
      for good in [0, 1, 3] {
        var calls = 0
        do {
          _ = try store.put(.anything) { buffer in
            calls += 1
            if calls > good { throw SourceFailure() }
            return buffer.byteCount
          }
          try probe.expect(false, "a put succeeded although its source failed")
        } catch is SourceFailure {}
        try probe.expect(store, holds: [])
      }
    },
    ObjectStoreCheck("a source that claims too much is refused") { store, probe in
      for surplus in [1, -1 << 40] {
        try probe.expect(.invalidArgument, from: "an impossible count") {
          _ = try store.put(.anything) { $0.byteCount + surplus }
        }
        try probe.expect(store, holds: [])
      }
    },
    ObjectStoreCheck("an error of the reader passes through") { store, probe in
      struct ReaderFailure: Error {}
      let digest = try store.put(probe.content(600_000)).digest
      for range in [nil, 0..<UInt64(600_000), 5..<6] {
        do {
          try store.read(digest, range: range) { _ in throw ReaderFailure() }
          try probe.expect(false, "a read succeeded although its reader failed")
        } catch is ReaderFailure {}
      }
      do {
        try store.list { _ in throw ReaderFailure() }
        try probe.expect(false, "a list succeeded although its reader failed")
      } catch is ReaderFailure {}
    },
  ]
}
