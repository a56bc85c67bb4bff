import CollidingNames
import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// Recording a run in a client whose own types have the names of the library's.
@Suite struct CaptureTests {
  @Test func aRunIsRecordedBesideTheClientsTypes() async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("names-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appendingPathComponent("raw.csv")
    try Data("a,b\n1,2\n".utf8).write(to: file)
    let store = try ProvenanceStore.open(at: directory.appendingPathComponent("store").path)
    let recorder = Recorder(
      store: store, namespace: "client", launch: LaunchCapture(repository: nil))
    let client = CollidingNames.Model(layers: 12)
    let model = try await recorder.run("train", type: "training") { run in
      _ = try await run.use(file: file.path, as: "raw.csv", role: "train")
      try await run.log(["layers": Double(client.layers)])
      // A type that is handed over by name is the one place that must be qualified.
      return try await run.produce(Provenance.Model.self, "classifier", from: .bytes([1, 2, 3]))
    }
    let upstream = try store.graph.ancestors(of: model)
    #expect(upstream.of(Provenance.Dataset.self).map(\.name) == ["raw.csv"])
    #expect(upstream.of(Provenance.Run.self).map(\.name) == ["train"])
    try store.close()
  }
}
