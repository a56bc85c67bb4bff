import Provenance
import ProvenanceTestKit
import Testing

/// A history whose runs stay open: the records in an order in which they could be made.
struct OpenRunHistory {
  var twins = Twins()
  /// The twins as they were after every batch.
  var kept: [Twins] = []
  var faults: [String] = []

  /// Inserts a batch, and keeps a copy.
  mutating func insert(_ records: [Record]) throws {
    if let text = try twins.insert(records) { faults.append(text) }
    try note()
  }

  /// Merges a batch, and keeps a copy.
  mutating func merge(_ records: [Record]) throws {
    if let text = try twins.merge(records) { faults.append(text) }
    try note()
  }

  private mutating func note() throws {
    if let text = try twins.difference() { faults.append("at \(twins.graph.position): \(text)") }
    kept.append(twins)
  }

  /// What is wrong now with the graph, with every copy, and with the view of every position.
  mutating func check() throws -> [String] {
    var wrong = faults
    for copy in kept {
      let place = "copy of \(copy.graph.position)"
      if let text = try copy.difference() ?? copy.walkDifference(.all) {
        wrong.append("\(place): \(text)")
      }
    }
    for count in 0...twins.graph.position.count {
      let position = Position(count)
      let view = Twins(
        graph: twins.graph.asOf(position), reference: twins.reference.asOf(position))
      if let text = try view.difference() ?? view.walkDifference() {
        wrong.append("as of \(position): \(text)")
      }
    }
    return wrong
  }
}

func runs(_ count: Int) throws -> [Run] { try (0..<count).map { try Run("job", id: "r\($0)") } }

func ended(_ run: Run, _ seconds: Int64 = 9) throws -> Record {
  try Record(
    Annotation(run, [AttributeKey.ended: .timestamp(moment(seconds))], at: moment(seconds)))
}

func retraction(of target: Retraction.Target, at seconds: Int64 = 5) throws -> Record {
  try Record(Retraction(target, Statement("wrong", at: moment(seconds))))
}
