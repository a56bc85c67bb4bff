import Provenance
import Testing

/// Records of later versions: kept with their bytes, and only in canonical form.
@Suite struct RecordFutureTests {
  private func header(
    kind: UInt64, schema: UInt64, _ rest: [CBORValue] = [.bytes([1, 2])]
  ) throws -> [UInt8] {
    let start: [CBORValue] = [.text("provenance.record"), .unsigned(kind), .unsigned(schema)]
    return try CBORValue.array(start + rest).encoded()
  }

  private func numbers(of record: Record) -> [UInt8] {
    if case .unknown(let unknown) = record.content { [unknown.kind, unknown.schema] } else { [] }
  }

  @Test(arguments: [5, 6, 23, 24, 255] as [UInt8], [1, 2, 255] as [UInt8])
  func laterKind(kind: UInt8, schema: UInt8) throws {
    let header = try header(kind: UInt64(kind), schema: UInt64(schema), [.text("new"), .null])
    let record = try Record(header: header, payload: [1, 2, 3])
    #expect(numbers(of: record) == [kind, schema])
    #expect(record.header == header)
    #expect(record.payload == [1, 2, 3])
    #expect(record.id.digest == SHA256.hash([0] + header))
  }

  @Test(arguments: [0, 1, 2, 3, 4] as [UInt8], [2, 3, 255] as [UInt8])
  func laterSchema(kind: UInt8, schema: UInt8) throws {
    let header = try header(kind: UInt64(kind), schema: UInt64(schema))
    let record = try Record(header: header, payload: [])
    #expect(numbers(of: record) == [kind, schema])
    #expect(record.header == header)
  }

  @Test func headerWithoutFurtherFields() throws {
    let record = try Record(header: header(kind: 9, schema: 1, []), payload: [])
    #expect(numbers(of: record) == [9, 1])
  }

  @Test func canBeKeptButNotMade() throws {
    let record = try Record(header: header(kind: 9, schema: 1), payload: [])
    let found = recordRefusal { () throws(RecordError) in _ = try Record(record.content) }
    #expect(malformedOffset(found) != nil)
  }

  @Test(arguments: [256, 1 << 20, .max] as [UInt64])
  func numbersAboveAByte(number: UInt64) throws {
    let kind = recordRefusal(header: try header(kind: number, schema: 1))
    #expect(malformedOffset(kind) == 19)
    let schema = recordRefusal(header: try header(kind: 5, schema: number))
    #expect(malformedOffset(schema) == 20)
  }

  @Test func bytesBehindTheHeader() throws {
    let header = try header(kind: 5, schema: 1)
    #expect(malformedOffset(recordRefusal(header: header + [0])) == header.count)
  }

  @Test func everyTruncation() throws {
    let header = try header(kind: 5, schema: 1, [.array([.text("a"), .unsigned(500)]), .map([])])
    for count in header.indices {
      #expect(recordRefusal(header: Array(header[..<count])) != nil, "\(count)")
    }
  }

  @Test(arguments: ["1800", "5801ff", "9fff", "fa00000000", "c100", "a2616200616100", "1c", "61ff"])
  func furtherFieldsThatAreNotCanonical(field: String) throws {
    var header = try header(kind: 5, schema: 1, [.null])
    header.removeLast()
    #expect(malformedOffset(recordRefusal(header: header + bytes(ofHexadecimal: field))) != nil)
  }

  /// Versions count from 1: what says 0 is no earlier version but damage.
  @Test(arguments: 0...9 as ClosedRange<UInt64>)
  func schemaZero(kind: UInt64) throws {
    #expect(malformedOffset(recordRefusal(header: try header(kind: kind, schema: 0))) == 20)
  }
}
