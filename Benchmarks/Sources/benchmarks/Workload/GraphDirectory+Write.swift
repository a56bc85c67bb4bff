import Foundation
import Provenance

extension GraphDirectory {
  /// Writes a graph and questions about it, for other programs to answer.
  func write(_ graph: GraphArrays, _ questions: Questions) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write("kind.u8", graph.nodeKinds.map(\.rawValue))
    try write("src.i32", integers: graph.causes)
    try write("dst.i32", integers: graph.effects)
    try write("ekind.u8", graph.edgeKinds.map(Self.relation))
    try write("q_nodes.i32", integers: questions.reach.map(\.node))
    try write("anc.i32", integers: questions.reach.map { UInt32($0.ancestors) })
    try write("desc.i32", integers: questions.reach.map { UInt32($0.descendants) })
    try write("q_pairs.i32", integers: questions.pairs.flatMap { [$0.ancestor, $0.node] })
    try write("q_truth.u8", questions.pairs.map { $0.holds ? 1 : 0 })
    try write("q_paths.i32", integers: questions.paths.flatMap { [$0.ancestor, $0.node] })
  }

  private static func relation(_ kind: EdgeKind) -> UInt8 {
    switch kind {
    case .generatedBy: 1
    case .derivedFrom, .informedBy, .partOf, .alternateOf: 2
    case .used, .executed, .ranIn, .configuredBy: 0
    }
  }

  private func write(_ file: String, integers: [UInt32]) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(integers.count * 4)
    for number in integers {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    try write(file, bytes)
  }

  private func write(_ file: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(file))
  }
}
