/// Sixteen bytes that tell a store, or a writer, from every other.
public struct UniqueID: Sendable, Hashable {
  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// Makes an id from its two halves.
  ///
  /// - Parameters:
  ///   - high: The first eight bytes, big-endian.
  ///   - low: The last eight bytes, big-endian.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A random id from a generator.
  public static func random(using generator: inout some RandomNumberGenerator) -> Self {
    UniqueID(high: generator.next(), low: generator.next())
  }

  /// A random id.
  public static func random() -> Self {
    UniqueID(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
  }
}

extension UniqueID: CustomStringConvertible {
  /// Reads an id from exactly 16 bytes; `nil` when there are more or fewer.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    var words: [UInt64] = [0, 0]
    for (position, byte) in bytes.enumerated() {
      words[position >> 3] = words[position >> 3] << 8 | UInt64(byte)
    }
    self.init(high: words[0], low: words[1])
  }

  /// Reads an id from 32 lower-case hexadecimal digits; `nil` for anything else.
  public init?(hexadecimal text: some StringProtocol) {
    var bytes: [UInt8] = []
    var upper: UInt8?
    for digit in text.utf8 {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let high = upper {
        bytes.append(high << 4 | value)
        upper = nil
      } else {
        upper = value
      }
      guard bytes.count <= 16 else { return nil }
    }
    guard upper == nil else { return nil }
    self.init(bytes: bytes)
  }

  /// The id's 16 bytes.
  public var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      unsafe bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
      unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      count = 16
    }
  }

  /// The id as 32 lower-case hexadecimal digits.
  public var description: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
