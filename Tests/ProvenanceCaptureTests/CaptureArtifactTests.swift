import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// What runs use and produce, and what they must not record.
@Suite struct CaptureArtifactTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test func aPipelineFromFileToModel() async throws {
    let recorder = workshop.recorder()
    let raw = try workshop.file("raw.csv", "a,b\n1,2\n")
    let clean = workshop.directory + "/clean.csv"
    let first = try await recorder.run("clean") { run in
      let input = try await run.use(file: raw, as: "raw.csv", role: "source", type: "table")
      #expect(input.contentDigest == SHA256.hash(Array("a,b\n1,2\n".utf8)))
      try Data("a\n1\n".utf8).write(to: URL(fileURLWithPath: clean))
      return try await run.produce(
        Dataset.self, "clean.csv", from: .file(clean), role: "table", derivedFrom: [input],
        attributes: ["rows": 1])
    }
    let model = try await recorder.run("train", informedBy: [try workshop.run(of: "clean")]) {
      run in
      // The same file, now as an input: the same node.
      let input = try await run.use(file: clean, as: "clean.csv")
      #expect(input == first)
      try await run.use(first, role: "train")
      try await run.configure(from: first, role: "schema")
      return try await run.produce(Model.self, "classifier", from: .bytes([1, 2, 3]))
    }
    let graph = workshop.store.graph
    let upstream = try graph.ancestors(of: model)
    #expect(upstream.isComplete)
    #expect(Set(upstream.map(\.name)) == ["train", "clean", "raw.csv", "clean.csv"])
    #expect(graph.conflicts.isEmpty)
    // The output can be read back, and its facts are those of its bytes.
    #expect(try workshop.store.objects.bytes(of: SHA256.hash([1, 2, 3])) == [1, 2, 3])
    let attributes = graph.attributes(of: first)
    #expect(attributes[AttributeKey.size]?.intValue == 4)
    #expect(attributes[AttributeKey.uri]?.stringValue == clean)
    #expect(attributes["rows"]?.intValue == 1)
    #expect(graph.contentDigest(of: first) == SHA256.hash(Array("a\n1\n".utf8)))
    let digest = try #require(first.contentDigest)
    #expect(try workshop.store.objects.bytes(of: digest) == Array("a\n1\n".utf8))
    // Inputs are hashed, not copied.
    #expect(try workshop.objects() == [digest, SHA256.hash([1, 2, 3])])
    #expect(
      graph.attribute(
        AttributeKey.type,
        of: graph.nodes(withContent: SHA256.hash(Array("a,b\n1,2\n".utf8)))[0])?.stringValue
        == "table")
  }

  @Test func everyKindOfArtifactCanBeProduced() async throws {
    try await workshop.recorder().run("make") { run in
      try await run.produce(Dataset.self, "a", from: .text("1"))
      try await run.produce(Model.self, "a", from: .text("1"))
      try await run.produce(Code.self, "a", from: .text("1"))
      try await run.produce(Environment.self, "a", from: .text("1"))
    }
    let nodes = workshop.store.graph.nodes(withContent: SHA256.hash(Array("1".utf8)))
    #expect(nodes.map(\.kind) == [.dataset, .model, .code, .environment])
    #expect(try workshop.objects().count == 1)
  }

  @Test func anUnchangedOutputNamesItsRun() async throws {
    let recorder = workshop.recorder()
    let path = try workshop.file("table.csv", "same")
    var last: Dataset?
    for _ in 0..<3 {
      let previous = last
      last = try await recorder.run("pass") { run in
        if let previous {
          try await run.use(previous)
        } else {
          try await run.use(file: path, as: "table")
        }
        return try await run.produce(Dataset.self, "table", from: .text("same"))
      }
      let graph = workshop.store.graph
      #expect(graph.conflicts.isEmpty)
      #expect(last?.version.contains(";run=") == true)
      #expect(last?.contentDigest == SHA256.hash(Array("same".utf8)))
    }
    let same = workshop.store.graph.nodes(withContent: SHA256.hash(Array("same".utf8)))
    #expect(same.count == 4)
    #expect(try workshop.store.graph.ancestors(of: try #require(last)).of(Run.self).count == 3)
    // Where nothing upstream has its name, the digest alone is the version.
    let fresh = try await recorder.run("make") {
      try await $0.produce(Dataset.self, "table", from: .text("same"))
    }
    #expect(fresh.version == SHA256.hash(Array("same".utf8)).description)
    #expect(workshop.store.graph.conflicts.isEmpty)
  }

  /// What an output is said to be made from lies upstream too, whether the run used it or not.
  @Test func anUnchangedCopyOfASourceNamesItsRun() async throws {
    let recorder = workshop.recorder()
    let source = try await recorder.run("make") {
      try await $0.produce(Dataset.self, "table", from: .text("same"))
    }
    let derived = try await recorder.run("change") {
      try await $0.produce(Dataset.self, "other", from: .text("x"), derivedFrom: [source])
    }
    for sources in [[source], [derived]] {
      let copy = try await recorder.run("copy") {
        try await $0.produce(Dataset.self, "table", from: .text("same"), derivedFrom: sources)
      }
      #expect(copy != source)
      #expect(copy.contentDigest == source.contentDigest)
      #expect(workshop.store.graph.contains(try copy.derivedFrom(sources[0])))
    }
    #expect(workshop.store.graph.conflicts.isEmpty)
  }

  @Test func theSameBytesUnderOtherNames() async throws {
    let nodes = try await workshop.recorder().run("make") { run in
      [
        try await run.produce(Dataset.self, "a", from: .text("same")),
        try await run.produce(Dataset.self, "b", from: .text("same")),
        try await run.produce(Dataset.self, "a", from: .text("same"), namespace: "elsewhere"),
      ]
    }
    #expect(Set(nodes).count == 3)
    #expect(Set(nodes.map(\.version)).count == 1)
    let found = workshop.store.graph.nodes(withContent: SHA256.hash(Array("same".utf8)))
    #expect(Set(found) == Set(nodes.map(\.node)))
    #expect(try workshop.objects().count == 1)
  }

  @Test func wrongPathsAreNamedAndNothingIsRecorded() async throws {
    let file = try workshop.file("file", "x")
    let link = workshop.directory + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    let cases: [(String, StorageError.Kind)] = [
      (workshop.directory + "/none", .notFound), (workshop.directory, .wrongFileKind),
      (link, .isSymbolicLink), (file + "/below", .wrongFileKind), ("", .invalidArgument),
      (file + "\0", .invalidArgument),
    ]
    let run = try await workshop.openRun()
    try await workshop.expectUnchanged {
      for (path, kind) in cases {
        let uses = await thrown(StorageError.self) { try await run.use(file: path, as: "x") }
        #expect(uses?.kind == kind)
        #expect(uses?.path ?? "" == path)
        let makes = await thrown(StorageError.self) {
          try await run.produce(Dataset.self, "x", from: .file(path))
        }
        #expect(makes?.kind == kind)
        #expect(makes?.path == path)
      }
    }
  }

  @Test func metricsThatAreNoNumbers() async throws {
    let run = try await workshop.openRun()
    for value in [Double.nan, .infinity, -.infinity] {
      try await workshop.expectUnchanged {
        let error = await thrown(CaptureError.self) {
          try await run.log(["zeta": value, "loss": value, "accuracy": 0.5])
        }
        #expect(error?.kind == .notFinite(metric: "loss"))
        #expect("\(error as Any)".contains("\"loss\""))
      }
      try await run.log(["loss": value], nonFinite: .keep)
      let kept = workshop.attributes(run.node)[AttributeKey.metric("loss")]?.doubleValue
      #expect(kept?.isNaN == true || kept == value)
    }
    try await workshop.expectUnchanged { try await run.log([:]) }
    #expect(workshop.attributes(run.node)[AttributeKey.metric("accuracy")] == nil)
  }

  @Test func whatIsNotRecordedCannotBeUsed() async throws {
    let run = try await workshop.openRun()
    let unknown = try Dataset("unknown", version: "1")
    try await workshop.expectUnchanged {
      for call in [
        { () async throws in try await run.use(unknown) },
        { () async throws in try await run.configure(from: unknown) },
      ] {
        let error = await thrown(GraphError.self, call)
        guard case .unknownEndpoint(_, unknown.id)? = error?.kind else {
          Issue.record("\(error as Any)")
          return
        }
      }
    }
  }
}
