import Provenance

/// What a graph takes, an edge.
struct MemoryBenchmark {
  let name: String
  let source: GraphSource
  let bench: Workbench
}

extension MemoryBenchmark {
  /// What the library says of its components, and the heap of it all, which cannot be argued with.
  ///
  /// The baseline is the lists of the C reference: rows, and no ids.
  func rows() throws -> [Row] {
    let edges = Double(try bench.workload(source).arrays.edgeCount)
    let lists = Double(try bench.reference(source).bytes) / edges
    let ours = try bench.subject(source)
    func row(_ part: String, _ bytes: Int, isComparable: Bool) -> Row {
      let value = Double(bytes) / edges
      return Row(
        name: "\(name).\(part)", graph: source.name, unit: .bytesPerEdge, value: value,
        baseline: isComparable ? "C, lists both ways" : nil,
        baselineValue: isComparable ? lists : nil,
        ratio: isComparable ? Unit.bytesPerEdge.speedup(value, over: lists) : nil)
    }
    var rows = ours.components.map {
      row($0.name, $0.bytes, isComparable: $0.name == "topology")
    }
    if bench.heapGrowth > 0 { rows.append(row("heap", bench.heapGrowth, isComparable: false)) }
    return rows
  }
}
