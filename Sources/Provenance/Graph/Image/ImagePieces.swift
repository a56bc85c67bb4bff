/// What few graphs have, piece after piece: each is a length (u32) and an array in canonical CBOR whose
/// first element says what it is.
struct ImagePieces {
  private(set) var bytes: [UInt8] = []

  /// What a piece is; the numbers are for ever.
  enum Kind: UInt64 {
    case openRun = 1
    case nodeStatus
    case edgeStatus
    case annotationStatus
    case retractionStatus
    case retraction
    case retractionRestored
    case annotationRestored
    case pending
    case place
    case tombstone
    case unknown
    case component
  }

  mutating func add(_ kind: Kind, fields: Int, _ body: (inout CBOREncoder) -> Void) {
    var encoder = CBOREncoder()
    encoder.array(count: fields + 1)
    encoder.unsigned(kind.rawValue)
    body(&encoder)
    let count = UInt32(encoder.bytes.count)
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(shift)))
    }
    bytes += encoder.bytes
  }

  /// Calls `body` with each piece of some bytes.
  static func forEach(
    in bytes: Column<UInt8>, _ body: (Kind, inout CBORDecoder) throws -> Void
  ) throws(ImageError) {
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= 4 else { throw ImageError(.pieces, "ends too early") }
      var count = 0
      for place in 0..<4 { count |= Int(bytes[offset + place]) << (8 * place) }
      offset += 4
      guard bytes.count - offset >= count else { throw ImageError(.pieces, "ends too early") }
      let piece = (offset..<offset + count).map { bytes[$0] }
      offset += count
      do {
        var decoder = try CBORDecoder(piece)
        guard try decoder.array() > 0, let kind = Kind(rawValue: try decoder.unsigned()) else {
          throw ImageError(.pieces, "has a piece that is not known")
        }
        try body(kind, &decoder)
        try decoder.finish()
      } catch let error as ImageError {
        throw error
      } catch {
        throw ImageError(.pieces, "cannot be read: \(error)")
      }
    }
  }
}

extension CBOREncoder {
  mutating func number(_ value: some BinaryInteger) { unsigned(UInt64(value)) }

  mutating func numbers(_ values: some Collection<some BinaryInteger>) {
    array(count: values.count)
    for value in values { number(value) }
  }
}

extension CBORDecoder {
  mutating func number<Number: FixedWidthInteger>() throws -> Number {
    guard let value = Number(exactly: try unsigned()) else {
      throw ImageError(.pieces, "has a number that is too large")
    }
    return value
  }

  mutating func numbers<Number: FixedWidthInteger>() throws -> [Number] {
    let count = try array()
    var found: [Number] = []
    for _ in 0..<count { found.append(try number()) }
    return found
  }
}
