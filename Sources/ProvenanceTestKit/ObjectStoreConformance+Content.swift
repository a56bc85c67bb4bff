import Provenance
import ProvenanceStorage

extension ObjectStoreCheck {
  /// Sizes on both sides of every boundary at which a store might cut a stream.
  static let sizes = [0, 1, 63, 64, 65, 4096, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 3 << 20]

  static let contentChecks = [
    ObjectStoreCheck("an empty store holds nothing") { store, probe in
      let absent = SystemSHA256.hash(probe.content(8))
      try probe.expect(store, holds: [])
      try probe.expect(try store.size(of: absent) == nil, "it knows the size of nothing")
      try probe.expect(!(try store.contains(absent)), "it contains what was never put")
      try probe.expect(!(try store.delete(absent)), "deleting nothing says that it was there")
      try probe.expect(.notFound, from: "reading an absent object") {
        try store.read(absent) { _ in }
      }
      try probe.expect(.notFound, from: "reading a range of an absent object") {
        try store.read(absent, range: 0..<0) { _ in }
      }
    },
    ObjectStoreCheck("what was put is read back") { store, probe in
      var objects: [StoredObject] = []
      for size in sizes {
        let content = probe.content(size)
        let object = try store.put(content)
        let expected = StoredObject(digest: SystemSHA256.hash(content), size: UInt64(size))
        try probe.expect(object == expected, "put returned \(object) for \(expected)")
        try probe.expect(
          try store.size(of: object.digest) == object.size, "size(of:) differs for \(size) bytes")
        try probe.expect(
          try store.bytes(of: object.digest) == content, "\(size) bytes are read back changed")
        try store.read(object.digest) { chunk in
          try probe.expect(chunk.byteCount > 0, "an empty chunk was handed over")
        }
        objects.append(object)
      }
      try probe.expect(store, holds: objects)
      let report = try store.verify(references: Set(objects.map(\.digest)))
      try probe.expect(report.findings.isEmpty, "verification found \(report.findings)")
      try probe.expect(
        report.objectCount == UInt64(objects.count), "it verified \(report.objectCount) objects")
      let sum = objects.reduce(0) { $0 + $1.size }
      try probe.expect(report.byteCount == sum, "it verified \(report.byteCount) of \(sum) bytes")
    },
    ObjectStoreCheck("a stream may come in pieces of any size") { store, probe in
      let content = probe.content(700_000)
      for piece in [1000, 65_537, 1 << 20] {
        var position = 0
        let object = try store.put(ObjectExpectation(size: UInt64(content.count))) { buffer in
          try probe.expect(buffer.byteCount > 0, "pull was given an empty buffer")
          let end = min(content.count, position + min(piece, buffer.byteCount))
          let count = unsafe ObjectStream.copy(
            content.span.bytes.extracting(position..<end), into: &buffer)
          position += count
          return count
        }
        try probe.expect(
          object.digest == SystemSHA256.hash(content),
          "pieces of \(piece) bytes were put together wrong")
      }
      try probe.expect(
        try store.bytes(of: SystemSHA256.hash(content)) == content, "it is read back changed")
    },
    ObjectStoreCheck("ranges are exact") { store, probe in
      for size in [0, 1, 5000, 1_000_003] {
        let content = probe.content(size)
        let digest = try store.put(content).digest
        let middle = size / 2
        let ranges = [
          0..<0, 0..<size, 0..<min(1, size), max(0, size - 1)..<size, size..<size,
          middle..<size, 0..<middle, middle..<min(size, middle + 300_000), size / 3..<middle,
        ]
        for range in ranges {
          let read = try store.bytes(
            of: digest, in: UInt64(range.lowerBound)..<UInt64(range.upperBound))
          try probe.expect(
            read == Array(content[range]), "range \(range) of \(size) bytes is read wrong")
        }
        let beyond = UInt64(size) + 1
        for range in [0..<beyond, UInt64(size)..<beyond, beyond..<beyond, 0..<UInt64.max] {
          try probe.expect(.invalidArgument, from: "reading \(range) of \(size) bytes") {
            try store.read(digest, range: range) { _ in }
          }
        }
      }
    },
    ObjectStoreCheck("lists are ascending and can be left") { store, probe in
      let objects = try (0..<40).map { _ in try store.put(probe.content(10)) }
      try probe.expect(store, holds: objects)
      var count = 0
      try store.list { _ in
        count += 1
        return count < 7
      }
      try probe.expect(count == 7, "the list went on after its body said to stop")
    },
    ObjectStoreCheck("a large object is refused where memory is limited") { store, probe in
      let digest = try store.put(probe.content(1001)).digest
      try probe.expect(.limitExceeded, from: "bytes(of:) beyond its limit") {
        _ = try store.bytes(of: digest, limit: 1000)
      }
      try probe.expect(try store.bytes(of: digest, limit: 1001).count == 1001, "it is cut")
    },
  ]
}
