import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

@Suite struct ActiveRunReadTests {
  private func recorder() throws -> Recorder {
    Recorder(store: try .inMemory(), namespace: "tests", launch: .none)
  }

  @Test func whatIsReadIsWhatIsRecorded() async throws {
    let recorder = try recorder()
    let table = try await recorder.run("clean") { run in
      try await run.produce(Dataset.self, "clean.csv", from: .text("1,2\n"))
    }
    let training = try await recorder.run("train") { run in
      let bytes = try await run.read(table, role: "train")
      #expect(bytes == Array("1,2\n".utf8))
      return run.node
    }
    #expect(recorder.store.graph.contains(try training.used(table, role: "train")))
  }

  @Test func bytesAreFoundByALearnedDigest() async throws {
    let recorder = try recorder()
    let object = try await recorder.store.put(bytes: [1, 2, 3])
    let model = try Model("base", version: "v7")
    let digest: AttributeMap = [AttributeKey.contentDigest: .bytes(object.digest.bytes)]
    try await recorder.store.commit([
      Record(model), Record(Annotation(model, digest, at: SystemClock.now())),
    ])
    let bytes = try await recorder.run("tune") { try await $0.read(model, role: "base model") }
    #expect(bytes == [1, 2, 3])
  }

  @Test func nothingIsRecordedOfWhatCannotBeRead() async throws {
    let recorder = try recorder()
    let unknown = try Dataset("table", version: "v1")
    let elsewhere = try Dataset("elsewhere", content: SHA256.hash([9]))
    try await recorder.store.commit([Record(unknown), Record(elsewhere)])
    try await recorder.run("train") { run in
      let refused = await #expect(throws: CaptureError.self) { try await run.read(unknown) }
      #expect(refused?.kind == .contentUnknown(unknown.node))
      let missing = await #expect(throws: StorageError.self) { try await run.read(elsewhere) }
      #expect(missing?.kind == .notFound)
      let used = try run.store.graph.causes(of: run.node, edges: .used)
      #expect(used.isEmpty)
    }
  }
}
