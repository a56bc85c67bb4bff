import Foundation
import Provenance
import ProvenanceCapture
import ProvenanceStorage
import Testing

/// The machine that a run took place on, and runs that ask for nothing to be captured.
@Suite struct CaptureLaunchTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test func theMachineIsPlausibleAndStable() async throws {
    let recorder = workshop.recorder(launch: LaunchCapture(repository: nil))
    let runs = [
      try await recorder.run("first") { $0.node }, try await recorder.run("second") { $0.node },
    ]
    let graph = workshop.store.graph
    let nodes = graph.nodes(kind: .environment)
    #expect(nodes.count == 1)
    let host = try #require(nodes.first.flatMap(Environment.init))
    for run in runs { #expect(graph.contains(try run.ranIn(host))) }
    #expect(host.contentDigest != nil)
    let facts = workshop.attributes(host)
    let process = ProcessInfo.processInfo
    #expect(facts["cpu.count"]?.intValue == Int64(process.processorCount))
    #expect(facts["memory.bytes"]?.intValue == Int64(process.physicalMemory))
    #expect(facts["swift.version"]?.stringValue?.hasPrefix("6.") == true)
    #expect(facts["os.name"]?.stringValue?.isEmpty == false)
    #expect(facts["os.version"]?.stringValue?.contains("\"") == false)
    #expect(["x86_64", "arm64"].contains(facts["cpu.architecture"]?.stringValue))
    #if os(Linux)
    #expect(facts["os.name"]?.stringValue == "linux")
    #expect(facts["os.kernel"]?.stringValue?.contains(".") == true)
    #endif
    for run in runs {
      #expect(!workshop.attributes(run).contains { $0.key.hasPrefix(AttributeKey.missingPrefix) })
    }
  }

  @Test func noneRecordsNeither() async throws {
    let run = try await workshop.recorder(launch: .none).run("train") { $0.node }
    let graph = workshop.store.graph
    #expect(graph.nodes(kind: .environment).isEmpty)
    #expect(graph.nodes(kind: .code).map(\.name) == ["train"])
    #expect(try graph.causes(of: run).map(\.kind) == [.executed])
    #expect(!workshop.attributes(run).contains { $0.key.hasPrefix(AttributeKey.missingPrefix) })
  }
}
