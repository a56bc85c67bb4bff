import Provenance
import ProvenanceStorage

/// Ours: records are made from names, hashed, checked against the graph, put into it, framed,
/// checksummed, hashed into the tree, written and synced.
final class StoreContender: CommitContender {
  let name: String
  private let directory: String
  private let workload: RunWorkload
  /// Whether making the records is left out of the time.
  private let takesRecords: Bool
  private var store: ProvenanceStore
  private var runs = 0..<0
  private var causes: [UInt32] = []
  private var records: [Record]?

  init(
    _ directory: String, _ workload: RunWorkload, name: String = "ours", takesRecords: Bool = false
  ) throws {
    self.name = name
    self.directory = directory
    self.workload = workload
    self.takesRecords = takesRecords
    store = try ProvenanceStore.open(at: directory)
    try store.commit(workload.start())
  }

  func prepare(_ runs: Range<Int>, _ causes: [UInt32]) throws {
    self.runs = runs
    self.causes = causes
    records = takesRecords ? try workload.records(runs, causes) : nil
  }

  func commit() throws {
    try store.commit(records ?? workload.records(runs, causes))
  }

  func verify(runs: Int) throws {
    try store.close()
    try Self.verify(directory, runs: runs)
  }

  /// Opens a store anew, which checks every checksum, hash and root, and counts what is there.
  static func verify(_ directory: String, runs: Int) throws {
    let store = try ProvenanceStore.open(at: directory, access: .read)
    let graph = store.graph
    try check(
      graph.nodeCount == RunWorkload.datasetCount + runs
        && graph.edgeCount == runs * RunWorkload.causesPerRun,
      "\(directory): \(graph.nodeCount) nodes and \(graph.edgeCount) edges came back of \(runs) runs"
    )
    try store.close()
  }
}
