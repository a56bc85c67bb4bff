import Provenance
import Testing

/// Bytes that were damaged or forged: refused, or another record of exactly those bytes.
@Suite struct RecordMutationTests {
  /// Test cases that share the samples, so that they run side by side.
  static let shards = 0..<8

  /// One sample of each form, of which every byte takes every value; of the others, every bit.
  private static let exhaustive: Set = [
    "dataset", "model", "used", "one attribute", "on an edge", "retracted node",
    "retracted edge", "retracted record", "tombstone",
  ]

  private func samples(_ shard: Int) throws -> [(name: String, record: Record)] {
    let small = try RecordSamples.all().filter { $0.record.header.count < 1000 }
    return small.enumerated().filter { $0.offset % Self.shards.count == shard }.map(\.element)
  }

  @Test(arguments: shards)
  func everyTruncation(shard: Int) throws {
    for (name, record) in try samples(shard) {
      for count in 0..<record.header.count {
        let header = Array(record.header[..<count])
        #expect(recordRefusal(header: header, payload: record.payload) != nil, "\(name) \(count)")
      }
      guard !record.payload.isEmpty else { continue }
      for count in 1..<record.payload.count {
        let payload = Array(record.payload[..<count])
        let found = recordRefusal(header: record.header, payload: payload)
        #expect(found == .payloadMismatch(record.id), "\(name) \(count)")
        let forged = header(of: record, committingTo: payload)
        #expect(recordRefusal(header: forged, payload: payload) != nil, "\(name) \(count)")
      }
    }
  }

  @Test(arguments: shards)
  func everyChangedByteOfAHeader(shard: Int) throws {
    for (name, record) in try samples(shard) {
      var wrong: [String] = []
      forEveryChange(of: record.header, in: name) { header, place in
        if !isRefusedOrExact(header, record.payload) { wrong.append(place) }
      }
      #expect(wrong.isEmpty, "\(name)")
    }
  }

  @Test(arguments: shards)
  func everyChangedByteOfACommittedPayload(shard: Int) throws {
    for (name, record) in try samples(shard) where !record.payload.isEmpty {
      var wrong: [String] = []
      forEveryChange(of: record.payload, in: name) { payload, place in
        let header = header(of: record, committingTo: payload)
        if !isRefusedOrExact(header, payload) { wrong.append(place) }
      }
      #expect(wrong.isEmpty, "\(name)")
    }
  }

  @Test(arguments: shards)
  func everyChangedByteOfAnUncommittedPayload(shard: Int) throws {
    for (name, record) in try samples(shard) where !record.payload.isEmpty {
      for position in record.payload.indices {
        var payload = record.payload
        payload[position] ^= 1 << UInt8(position & 7)
        let found = recordRefusal(header: record.header, payload: payload)
        #expect(found == .payloadMismatch(record.id), "\(name) \(position)")
      }
    }
  }

  private func forEveryChange(
    of bytes: [UInt8], in name: String, _ body: ([UInt8], String) -> Void
  ) {
    let differences = Self.exhaustive.contains(name) ? Array(1...255) : (0..<8).map { 1 << $0 }
    var changed = bytes
    for position in bytes.indices {
      for difference in differences {
        changed[position] = bytes[position] ^ UInt8(difference)
        body(changed, "byte \(position) xor \(difference)")
      }
      changed[position] = bytes[position]
    }
  }

  private func isRefusedOrExact(_ header: [UInt8], _ payload: [UInt8]) -> Bool {
    guard let record = try? Record(header: header, payload: payload) else { return true }
    guard record.header == header, record.payload == payload else { return false }
    if case .unknown(let unknown) = record.content {
      return header[19] == unknown.kind && header[20] == unknown.schema
    }
    guard let again = try? Record(record.content) else { return false }
    return again.header == header && again.payload == payload
  }
}

/// A record's header with another commitment, its last 32 bytes.
func header(of record: Record, committingTo payload: [UInt8]) -> [UInt8] {
  Array(record.header.dropLast(32)) + SHA256.hash(payload).bytes
}
