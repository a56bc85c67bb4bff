import Provenance
import Testing

/// Reading records: what comes back, and what is refused and why.
@Suite struct RecordDecodingTests {
  @Test func everySampleEncodesToTheSameBytesAgain() throws {
    for (name, sample) in try RecordSamples.all() {
      let read = try Record(header: sample.header, payload: sample.payload)
      let again = try Record(read.content)
      #expect(read.content == sample.content, "\(name)")
      #expect(again.header == sample.header && again.payload == sample.payload, "\(name)")
      #expect(again.id == sample.id, "\(name)")
    }
  }

  @Test func trailingBytes() throws {
    for (name, record) in try RecordSamples.all() {
      for surplus: UInt8 in [0x00, 0xf6, 0x80, 0xff] {
        let found = recordRefusal(header: record.header + [surplus], payload: record.payload)
        guard case .malformed(_, let offset) = found else {
          Issue.record("header of \(name) with \(surplus) behind it: \(String(describing: found))")
          continue
        }
        #expect(offset == record.header.count, "\(name)")
        guard !record.payload.isEmpty else { continue }
        let payload = record.payload + [surplus]
        let forged = header(of: record, committingTo: payload)
        #expect(
          malformedPayloadOffset(recordRefusal(header: forged, payload: payload))
            == record.payload.count,
          "\(name)")
      }
    }
  }

  @Test func payloadOfAnotherRecord() throws {
    let records = try RecordSamples.all().filter { !$0.record.payload.isEmpty }
    for (name, record) in records {
      for (other, donor) in records where other != name {
        let found = recordRefusal(header: record.header, payload: donor.payload)
        #expect(found == .payloadMismatch(record.id), "\(name) with the payload of \(other)")
      }
    }
  }

  @Test func payloadOfAnotherKind() throws {
    let records = try RecordSamples.all().filter { !$0.record.payload.isEmpty }
    for (name, record) in records {
      for (other, donor) in records where donor.header[19] != record.header[19] {
        let forged = header(of: record, committingTo: donor.payload)
        let found = recordRefusal(header: forged, payload: donor.payload)
        #expect(malformedPayloadOffset(found) != nil, "\(name) with the payload of \(other)")
      }
    }
  }

  @Test func payloadWhereThereIsNone() throws {
    for (name, record) in try RecordSamples.all() where record.payload.isEmpty {
      #expect(
        malformedPayloadOffset(recordRefusal(header: record.header, payload: [0xf6])) != nil,
        "\(name)")
    }
  }

  @Test func erasedPayloads() throws {
    for (name, record) in try RecordSamples.all() where !record.payload.isEmpty {
      let erased = try Record(header: record.header, payload: [])
      #expect(erased.id == record.id && erased != record, "\(name)")
      #expect(erased.header == record.header, "\(name)")
      switch (erased.content, record.content) {
      case (.annotation(let erased), .annotation(let whole)):
        #expect(erased.body == nil && erased.subject == whole.subject)
      case (.retraction(let erased), .retraction(let whole)):
        #expect(erased.statement == nil && erased.target == whole.target)
      case (.tombstone(let erased), .tombstone(let whole)):
        #expect(erased.statement == nil && erased.target == whole.target)
      default: Issue.record("\(name) lost its kind")
      }
      // Its commitment is to bytes that nobody has any more.
      #expect(recordRefusal { () throws(RecordError) in _ = try Record(erased.content) } != nil)
    }
  }

  @Test func empty() { #expect(malformedOffset(recordRefusal(header: [])) == 0) }

  @Test(arguments: ["", "provenance.recor", "provenance.Record", "provenance.node", "record"])
  func headerOfAnotherDomain(domain: String) throws {
    for (name, record) in try RecordSamples.all() {
      let header = try changed(record.header) { $0[0] = .text(domain) }
      #expect(
        malformedOffset(recordRefusal(header: header, payload: record.payload)) != nil, "\(name)")
    }
  }

  @Test(arguments: ["", "provenance.record", "provenance.Payload"])
  func payloadOfAnotherDomain(domain: String) throws {
    for (name, record) in try RecordSamples.all() where !record.payload.isEmpty {
      let payload = try changed(record.payload) { $0[0] = .text(domain) }
      let header = header(of: record, committingTo: payload)
      #expect(
        malformedPayloadOffset(recordRefusal(header: header, payload: payload)) != nil, "\(name)")
    }
  }

  @Test func everyOtherNumberOfFields() throws {
    for (name, record) in try RecordSamples.all() where record.header.count < 1000 {
      let count = try items(of: record.header).count
      for size in 0...12 where size != count {
        let header = try changed(record.header) { resize(&$0, to: size) }
        let found = recordRefusal(header: header, payload: record.payload)
        #expect(malformedOffset(found) != nil, "\(name) with \(size) fields")
      }
      guard !record.payload.isEmpty else { continue }
      for size in 0...9 where size != 7 {
        let payload = try changed(record.payload) { resize(&$0, to: size) }
        let header = header(of: record, committingTo: payload)
        let found = recordRefusal(header: header, payload: payload)
        #expect(malformedPayloadOffset(found) == 0, "\(name) with \(size) fields of payload")
      }
    }
  }

  @Test func everyFieldOfAnotherType() throws {
    let others: [CBORValue] = [
      .null, .bool(true), .negative(0), .double(1), .map([]), .array([]), .text("\u{7f}"),
      .bytes([1]), .unsigned(256), .unsigned(.max),
    ]
    for (name, record) in try RecordSamples.all() where record.header.count < 1000 {
      for position in try items(of: record.header).indices {
        for other in others {
          let header = try changed(record.header) { $0[position] = other }
          // A node without edges is a node too.
          guard header != record.header, !(record.header[19] == 0 && position == 7) else {
            continue
          }
          guard recordRefusal(header: header, payload: record.payload) == nil else { continue }
          // Only a role may be missing.
          #expect(record.header[19] == 1 && position == 6, "\(name), field \(position): \(other)")
        }
      }
    }
  }

  private func resize(_ items: inout [CBORValue], to size: Int) {
    while items.count > size { items.removeLast() }
    while items.count < size { items.append(.null) }
  }
}

/// The offset of a refusal of a malformed payload; `nil` for any other.
func malformedPayloadOffset(_ refusal: RecordError.Kind?) -> Int? {
  if case .malformedPayload(_, let offset) = refusal { offset } else { nil }
}

/// The offset of a refusal of a malformed header; `nil` for any other.
func malformedOffset(_ refusal: RecordError.Kind?) -> Int? {
  if case .malformed(_, let offset) = refusal { offset } else { nil }
}

/// The items of an encoded array.
func items(of bytes: [UInt8]) throws -> [CBORValue] {
  guard case .array(let items) = try CBORValue(canonical: bytes) else { return [] }
  return items
}

/// An encoded array with some of its items changed.
func changed(_ bytes: [UInt8], _ change: (inout [CBORValue]) -> Void) throws -> [UInt8] {
  var items = try items(of: bytes)
  change(&items)
  return try CBORValue.array(items).encoded()
}
