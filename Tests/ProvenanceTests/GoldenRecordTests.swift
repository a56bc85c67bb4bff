import Foundation
import Provenance
import Testing

/// The bytes of every record kind, against those that another program made of the documentation.
@Suite struct GoldenRecordTests {
  @Test func everySampleHasItsGoldenBytes() throws {
    let golden = try GoldenRecord.all()
    let samples = try RecordSamples.all()
    #expect(samples.map(\.name) == golden.map(\.name))
    for ((name, record), golden) in zip(samples, golden) {
      #expect(hexadecimal(record.header) == golden.header, "header of \(name)")
      #expect(hexadecimal(record.payload) == golden.payload, "payload of \(name)")
      #expect(record.id.description == golden.recordID, "record id of \(name)")
      #expect(GoldenRecord.nodeID(of: record) == golden.nodeID, "node id of \(name)")
      #expect(GoldenRecord.edgeID(of: record) == golden.edgeID, "edge id of \(name)")
    }
  }

  @Test func goldenBytesDecodeToTheirSamples() throws {
    let samples = try RecordSamples.all()
    for ((name, sample), golden) in zip(samples, try GoldenRecord.all()) {
      let record = try Record(
        header: bytes(ofHexadecimal: golden.header), payload: bytes(ofHexadecimal: golden.payload))
      #expect(record == sample, "\(name)")
      #expect(record.content == sample.content, "\(name)")
      #expect(record.id.description == golden.recordID, "\(name)")
    }
  }

  @Test func everyKindIsPinned() throws {
    let kinds = try RecordSamples.all().map { $0.record.header[19] }
    #expect(Set(kinds) == [0, 1, 2, 3, 4])
    #expect(try GoldenRecord.all().count == Set(try GoldenRecord.all().map(\.recordID)).count)
  }
}

/// A line of `Fixtures/records/records.tsv`; an empty text where the record has no such part.
private struct GoldenRecord {
  var name, header, payload, recordID, nodeID, edgeID: String

  static func all() throws -> [GoldenRecord] {
    let file = try #require(
      Bundle.module.url(
        forResource: "records", withExtension: "tsv", subdirectory: "Fixtures/records"))
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return try lines.map { line in
      let columns = line.split(separator: "\t").map { $0 == "-" ? "" : String($0) }
      try #require(columns.count == 6)
      return GoldenRecord(
        name: columns[0], header: columns[1], payload: columns[2], recordID: columns[3],
        nodeID: columns[4], edgeID: columns[5])
    }
  }

  static func nodeID(of record: Record) -> String {
    if case .node(let content) = record.content { content.node.id.description } else { "" }
  }

  static func edgeID(of record: Record) -> String {
    if case .edge(let edge) = record.content { edge.id.description } else { "" }
  }
}
